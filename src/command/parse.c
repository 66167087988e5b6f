#include "command/parse.h"

#include "base/buf.h"
#include "command/nearest.h"

void command_line_release(CommandLine *line) {
    options_release(&line->options);
    vec_release(&line->words);
}

static const char *path_of(const CommandLine *line, Buf *out) {
    if (line->parent) buf_printf(out, "%s ", line->parent->name);
    buf_append_c(out, line->command->name);
    return buf_c(out);
}

/* ---- which command ---- */

/* Meltano's commands that Pond does not have: their nearest words would mislead. */
static bool is_meltanos(Str typed) {
    static const char *const names[] = {"remove", "lock", "job",     "schedule", "environment", "test", "compile",
                                        "hub",    "docs", "upgrade", "schema",   "dragon",      "ui"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(typed, names[i])) return true;
    return false;
}

static bool unknown_command(const CommandLine *line, Str typed, Err *err) {
    const Command *const *table = line->command ? line->command->verbs : commands;
    const char *before = line->command ? line->command->name : "pond";
    AUTO(StrVec) names = {0};
    command_names(table, &names);
    Str near = nearest_word(typed, &names);
    if (!line->command && is_meltanos(typed)) {
        err_set(err, ERR_USAGE, "\"" STR_FMT "\" is a command of Meltano that pond does not have", STR_ARG(typed));
        return err_hint(err, "pond --help lists those it has");
    }
    if (line->command) {
        err_set(err, ERR_USAGE, "%s has no \"" STR_FMT "\"", before, STR_ARG(typed));
    } else {
        err_set(err, ERR_USAGE, "no command \"" STR_FMT "\"", STR_ARG(typed));
    }
    if (near.len) return err_hint(err, "did you mean %s " STR_FMT "?", before, STR_ARG(near));
    return err_hint(err, "%s --help lists them", line->command ? before : "pond");
}

static void choose(CommandLine *line, const Command *command) {
    line->parent = line->command;
    line->command = command;
    line->options.of[line->parent ? 1 : 0] = command->name;
}

/* The next word of argv that is no option, from *at on. Options between are taken with what is known so far. */
static bool next_word(CommandLine *line, const StrVec *argv, size_t *at, Str *ret, Err *err) {
    *ret = (Str){0};
    while (*at < argv->len && str_starts(argv->at[*at], STR("-")) && argv->at[*at].len > 1) {
        Str word = argv->at[*at];
        if (str_is(word, "--")) return true;
        if (str_is(word, "--help") || str_is(word, "-h")) {
            line->wants_help = true;
            ++*at;
        } else if (str_is(word, "--version") && !line->command) {
            line->wants_version = true;
            ++*at;
        } else if (!options_take(&line->options, argv, at, err)) {
            return false;
        }
    }
    if (*at < argv->len) *ret = argv->at[*at];
    return true;
}

/* Of `config prnt tap-x` and `config tap-x prnt`, the word that is nearer to a verb. */
static Str mistyped_verb(const CommandLine *line, Str second) {
    AUTO(StrVec) names = {0};
    command_names(line->command->verbs, &names);
    bool first = line->words.len && nearest_word(line->words.at[0], &names).len;
    return first && !nearest_word(second, &names).len ? line->words.at[0] : second;
}

static bool find_verb(CommandLine *line, const StrVec *argv, size_t *at, Err *err) {
    const Command *command = line->command;
    Str word;
    /* The verb's own options are not known yet: the usual one's serve a line without a verb. */
    if (command->usual_verb) options_add(&line->options, command->usual_verb->options);
    if (!next_word(line, argv, at, &word, err)) return false;
    if (!word.at) {
        line->wants_help = true;
        return true;
    }
    const Command *verb = command_find(command->verbs, word);
    if (verb) {
        ++*at;
        choose(line, verb);
        return true;
    }
    if (command->verb_may_follow) {
        vec_push(&line->words, word);
        ++*at;
        if (!next_word(line, argv, at, &word, err)) return false;
        verb = word.at ? command_find(command->verbs, word) : NULL;
        if (verb) ++*at;
    }
    if (!verb && word.at) return unknown_command(line, mistyped_verb(line, word), err);
    choose(line, verb ? verb : command->usual_verb);
    return true;
}

static bool find_command(CommandLine *line, const StrVec *argv, size_t *at, Err *err) {
    Str word;
    if (!next_word(line, argv, at, &word, err)) return false;
    if (str_is(word, "help")) {
        line->wants_help = true;
        ++*at;
        if (!next_word(line, argv, at, &word, err)) return false;
    }
    if (!word.at) return true;
    const Command *command = command_find(commands, word);
    if (!command) return unknown_command(line, word, err);
    ++*at;
    choose(line, command);
    if (!command->verbs) return true;
    return find_verb(line, argv, at, err);
}

/* ---- words ---- */

typedef struct WordRule {
    size_t least, most; /* most: STR_NONE = any number */
    Str first_missing;  /* what the usage text calls the word at index `have` */
} WordRule;

static WordRule word_rule(const char *words, size_t have) {
    WordRule rule = {0};
    Str rest = str_of(words), word;
    while (rest.at && str_cut(&rest, ' ', &word)) {
        if (!word.len) continue;
        bool optional = word.at[0] == '[', many = str_find_str(word, STR("...")) != STR_NONE;
        if (rule.least == have && !optional) rule.first_missing = str_slice(word, 0, str_find_str(word, STR("...")));
        if (!optional) rule.least++;
        if (many) rule.most = STR_NONE;
        if (rule.most != STR_NONE) rule.most++;
    }
    return rule;
}

static bool check_words(const CommandLine *line, Err *err) {
    WordRule rule = word_rule(line->command->words, line->words.len);
    AUTO(Buf) path = {0};
    path_of(line, &path);
    if (line->words.len > rule.most) {
        Str extra = line->words.at[rule.most];
        err_set(err, ERR_USAGE, "%s: one word too many: \"" STR_FMT "\"", buf_c(&path), STR_ARG(extra));
    } else if (line->words.len < rule.least) {
        err_set(err, ERR_USAGE, "%s needs " STR_FMT, buf_c(&path), STR_ARG(rule.first_missing));
    } else {
        return true;
    }
    const char *words = line->command->words;
    return err_hint(err, "usage: pond %s%s%s", buf_c(&path), words && *words ? " " : "", words ? words : "");
}

static bool take_words(CommandLine *line, const StrVec *argv, size_t at, Err *err) {
    bool options_ended = false;
    while (at < argv->len) {
        Str word = argv->at[at];
        bool all_words = options_ended || (line->command->passes_on && line->words.len);
        if (!all_words && str_is(word, "--")) {
            options_ended = true;
            at++;
        } else if (!all_words && (str_is(word, "--help") || str_is(word, "-h"))) {
            line->wants_help = true;
            at++;
        } else if (!all_words && word.len > 1 && word.at[0] == '-') {
            if (!options_take(&line->options, argv, &at, err)) return false;
        } else {
            vec_push(&line->words, word);
            at++;
        }
    }
    return true;
}

bool command_line_parse(CommandLine *line, const StrVec *argv, const Map *env, Err *err) {
    size_t at = 0;
    options_add(&line->options, global_options);
    if (!find_command(line, argv, &at, err)) return false;
    if (!line->command) {
        if (at < argv->len) return err_set(err, ERR_USAGE, "no command behind \"--\"");
        line->wants_help = line->wants_help || !line->wants_version;
        return true;
    }
    if (line->wants_help && !line->command->run) return true;
    if (line->parent) options_add(&line->options, line->parent->options);
    options_add(&line->options, line->command->options);
    if (!take_words(line, argv, at, err)) return false;
    if (line->wants_help) return true;
    return options_fill(&line->options, env, err) && check_words(line, err);
}

/* ---- completion ---- */

static void complete_options(const CommandLine *line, Str typed, StrVec *ret, Arena *a) {
    const Option *tables[] = {line->command ? line->command->options : NULL,
                              line->parent ? line->parent->options : NULL, global_options};
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        for (const Option *o = tables[t]; o && o->name; o++) {
            Str name = arena_printf(a, "--%s", o->name);
            if (!o->hidden && str_starts(name, typed)) vec_push(ret, name);
        }
    }
}

/* The words of a choice whose option was just typed. False: the word before is no such option. */
static bool complete_choice(const CommandLine *line, Str before, Str typed, StrVec *ret) {
    const Option *tables[] = {line->command ? line->command->options : NULL,
                              line->parent ? line->parent->options : NULL, global_options};
    if (!str_starts(before, STR("--"))) return false;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        for (const Option *o = tables[t]; o && o->name; o++) {
            if (o->kind != OPTION_CHOICE || !str_is(str_slice(before, 2, STR_NONE), o->name)) continue;
            Str rest = str_of(o->argument), word;
            while (str_cut(&rest, '|', &word)) {
                if (str_starts(word, typed)) vec_push(ret, word);
            }
            return true;
        }
    }
    return false;
}

void command_line_complete(const StrVec *argv, StrVec *ret_words, Arena *a) {
    Str typed = argv->len ? vec_last(argv) : (Str){0};
    Str before = argv->len > 1 ? argv->at[argv->len - 2] : (Str){0};
    AUTO(CommandLine) line = {0};
    for (size_t i = 0; i + 1 < argv->len; i++) {
        const Command *const *table = line.command ? line.command->verbs : commands;
        const Command *next = table ? command_find(table, argv->at[i]) : NULL;
        if (next) choose(&line, next);
    }
    if (complete_choice(&line, before, typed, ret_words)) return;
    if (str_starts(typed, STR("-"))) {
        complete_options(&line, typed, ret_words, a);
        return;
    }
    const Command *const *table = line.command ? line.command->verbs : commands;
    AUTO(StrVec) names = {0};
    if (table) command_names(table, &names);
    for (size_t i = 0; i < names.len; i++) {
        if (str_starts(names.at[i], typed)) vec_push(ret_words, names.at[i]);
    }
}
