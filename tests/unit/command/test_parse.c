/* Command lines: which command, options, words, and what is said about wrong ones. */
#include "unit/test.h"

#include "base/buf.h"
#include "command/parse.h"

static Arena arena;

typedef struct Parsed {
    CommandLine line;
    StrVec argv;
    bool ok;
    Err err;
} Parsed;

/* Words of a shell line without quotes; release with forget(). */
static Parsed parse_in(const char *text, const Map *env) {
    Parsed p = {0};
    Str rest = str_of(text), word;
    while (str_cut(&rest, ' ', &word)) {
        if (word.len) vec_push(&p.argv, word);
    }
    p.ok = command_line_parse(&p.line, &p.argv, env, &p.err);
    return p;
}

static Parsed parse(const char *text) {
    Map env;
    map_init(&env, &arena);
    return parse_in(text, &env);
}

static void forget(Parsed *p) {
    command_line_release(&p->line);
    vec_release(&p->argv);
    arena_release(&arena);
}

static void assert_text(Str got, const char *want) {
    if (!str_is(got, want)) fail_msg("\"" STR_FMT "\" is not \"%s\"", STR_ARG(got), want);
}

static void assert_error(const char *text, const char *message, const char *hint) {
    Parsed p = parse(text);
    assert_false(p.ok);
    assert_int_equal(p.err.code, ERR_USAGE);
    assert_string_equal(p.err.msg, message);
    assert_string_equal(p.err.hint, hint);
    forget(&p);
}

TEST(parse_takes_global_options_before_and_behind) {
    const char *const lines[] = {"--environment prod run a b", "run --environment=prod a b",
                                 "run a b --environment prod"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        Parsed p = parse(lines[i]);
        assert_true(p.ok);
        assert_text(options_text(&p.line.options, "environment"), "prod");
        assert_int_equal(p.line.words.len, 2);
        forget(&p);
    }
}

TEST(parse_takes_underscores_for_dashes) {
    Parsed p = parse("run --full_refresh --state_id_suffix x a");
    assert_true(p.ok);
    assert_true(options_flag(&p.line.options, "full-refresh"));
    assert_text(options_text(&p.line.options, "state-id-suffix"), "x");
    forget(&p);
}

TEST(parse_reads_environment_twins) {
    Map env;
    map_init(&env, &arena);
    map_put_str(&env, STR("MELTANO_RUN_FULL_REFRESH"), STR("true"));
    map_put_str(&env, STR("MELTANO_RUN_TIMEOUT"), STR("5"));
    map_put_str(&env, STR("POND_RUN_TIMEOUT"), STR("7"));
    Parsed p = parse_in("run a b", &env);
    assert_true(p.ok);
    assert_true(options_flag(&p.line.options, "full-refresh"));
    assert_int_equal(options_number(&p.line.options, "timeout"), 7);
    forget(&p);
}

TEST(parse_prefers_the_command_line_to_its_twin) {
    Map env;
    map_init(&env, &arena);
    map_put_str(&env, STR("POND_RUN_TIMEOUT"), STR("7"));
    Parsed p = parse_in("run a --timeout 3", &env);
    assert_int_equal(options_number(&p.line.options, "timeout"), 3);
    forget(&p);
}

TEST(parse_names_a_wrong_twin) {
    Map env;
    map_init(&env, &arena);
    map_put_str(&env, STR("MELTANO_RUN_TIMEOUT"), STR("soon"));
    Parsed p = parse_in("run a", &env);
    assert_false(p.ok);
    assert_string_equal(p.err.msg,
                        "environment variable MELTANO_RUN_TIMEOUT: --timeout \"soon\": must be a whole number");
    forget(&p);
}

TEST(parse_takes_both_orders_of_config) {
    const char *const lines[] = {"config set tap-x a.b 1", "config tap-x set a.b 1"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        Parsed p = parse(lines[i]);
        assert_true(p.ok);
        assert_string_equal(p.line.command->name, "set");
        assert_string_equal(p.line.parent->name, "config");
        assert_int_equal(p.line.words.len, 3);
        assert_text(p.line.words.at[0], "tap-x");
        assert_text(p.line.words.at[2], "1");
        forget(&p);
    }
}

TEST(parse_takes_config_of_a_plugin_for_print) {
    Parsed p = parse("config --format env tap-x");
    assert_true(p.ok);
    assert_string_equal(p.line.command->name, "print");
    assert_text(options_text(&p.line.options, "format"), "env");
    assert_text(p.line.words.at[0], "tap-x");
    forget(&p);
}

TEST(parse_hands_arguments_of_invoke_on) {
    Parsed p = parse("invoke --plugin-type extractor tap-x --config f -x --help -- y");
    assert_true(p.ok);
    assert_false(p.line.wants_help);
    assert_int_equal(p.line.words.len, 7);
    assert_text(p.line.words.at[1], "--config");
    assert_text(p.line.words.at[5], "--");
    forget(&p);
}

TEST(parse_ends_options_at_two_dashes) {
    Parsed p = parse("sql -- -1");
    assert_true(p.ok);
    assert_text(p.line.words.at[0], "-1");
    forget(&p);
}

TEST(parse_keeps_every_value_of_a_list) {
    Parsed p = parse("el a b -s x.* --select y");
    assert_true(p.ok);
    const StrVec *list = options_list(&p.line.options, "select");
    assert_int_equal(list->len, 2);
    assert_text(list->at[0], "x.*");
    assert_text(list->at[1], "y");
    forget(&p);
}

TEST(parse_knows_switches) {
    Parsed p = parse("run --no-install a");
    assert_true(options_given(&p.line.options, "install"));
    assert_false(options_flag(&p.line.options, "install"));
    forget(&p);
    p = parse("run --install a");
    assert_true(options_flag(&p.line.options, "install"));
    forget(&p);
}

TEST(parse_asks_for_help_wherever_it_stands) {
    const char *const lines[] = {"--help",        "",     "help", "help run", "run --help", "config --help",
                                 "config set -h", "state"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        Parsed p = parse(lines[i]);
        assert_true(p.ok);
        assert_true(p.line.wants_help);
        forget(&p);
    }
}

TEST(parse_answers_wrong_words_with_the_nearest) {
    assert_error("runn a", "no command \"runn\"", "did you mean pond run?");
    assert_error("test --all", "\"test\" is a command of Meltano that pond does not have",
                 "pond --help lists those it has");
    assert_error("xyzzy", "no command \"xyzzy\"", "pond --help lists them");
    assert_error("state gett x", "state has no \"gett\"", "did you mean state get?");
    assert_error("run --full-refesh a", "no option --full-refesh", "did you mean --full-refresh?");
    assert_error("run --state-strategy mrge a", "--state-strategy \"mrge\": must be one of auto|merge|overwrite",
                 "did you mean --state-strategy merge?");
    assert_error("config prnt tap-x", "config has no \"prnt\"", "did you mean config print?");
    assert_error("config tap-x prnt", "config has no \"prnt\"", "did you mean config print?");
    assert_error("target x", "target: one word too many: \"x\"", "usage: pond target");
    assert_error("run -q a", "no option -q", "pond run --help lists the options");
    assert_error("state get --xyzzy a", "no option --xyzzy", "pond state get --help lists the options");
    assert_error("--xyzzy", "no option --xyzzy", "pond --help lists the options");
}

TEST(parse_counts_words_by_the_usage_text) {
    assert_error("run", "run needs BLOCK", "usage: pond run BLOCK...");
    assert_error("state get", "state get needs STATE_ID", "usage: pond state get STATE_ID");
    assert_error("state get a b", "state get: one word too many: \"b\"", "usage: pond state get STATE_ID");
    assert_error("config set", "config set needs PLUGIN", "usage: pond config set PLUGIN NAME... [VALUE]");
    assert_error("config set x", "config set needs NAME", "usage: pond config set PLUGIN NAME... [VALUE]");
    assert_error("el a", "el needs TARGET", "usage: pond el TAP TARGET");
}

TEST(parse_wants_values) {
    assert_error("run a --timeout", "--timeout needs a value: --timeout SECONDS", "");
    assert_error("run a --timeout x", "--timeout \"x\": must be a whole number", "");
    assert_error("run a --dry-run=1", "--dry-run takes no value", "");
}

static void assert_completes(const char *text, const char *want) {
    AUTO(StrVec) argv = {0};
    AUTO(StrVec) words = {0};
    AUTO(Buf) got = {0};
    Str rest = str_of(text), word;
    while (str_cut(&rest, ' ', &word)) vec_push(&argv, word);
    command_line_complete(&argv, &words, &arena);
    for (size_t i = 0; i < words.len; i++) buf_printf(&got, "%s" STR_FMT, i ? " " : "", STR_ARG(words.at[i]));
    assert_string_equal(buf_c(&got), want);
    arena_release(&arena);
}

TEST(complete_offers_what_may_follow) {
    assert_completes("ver", "version");
    assert_completes("config s", "set");
    assert_completes("run --full", "--full-refresh");
    assert_completes("run --state-strategy m", "merge");
    assert_completes("run --no-env", "--no-environment");
}
