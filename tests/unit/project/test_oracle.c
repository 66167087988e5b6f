/* What real Meltano answered (tests/oracle/meltano/records) against src/project itself: values of settings, variables for
 * children, edited files. The same records go through the whole program in ./dev test replay. */
#include "base/yaml.h"
#include "os/file.h"
#include "project/dotenv.h"
#include "project/environ.h"
#include "unit/project/fixture.h"
#include "unit/test.h"

/* Where Pond answers otherwise on purpose: part of the record's name, why. */
static const char *const differences[][2] = {
    {"decimal from", "a Decimal is no JSON to Meltano: it crashes, we print the number"},
    {"inherit: own setting defined", "Meltano crashes"},
    {"unknown format", "a matter of the command line"},
    {"plugin type flag", "a matter of the command line"},
    {"redacted", "a matter of the command line"},
    {"2024-01-02T03:04:05Z", "ruamel.yaml loses the zone when it copies a date"},
    {"yaml '!!str 5'", "Meltano crashes"},
    {"yaml '<<'", "Meltano crashes"},
    {"yaml '='", "Meltano crashes"},
    {"set a setting of meltano", "Pond has settings of its own beside Meltano's"},
    {"child: project env", "Meltano leaves ${STACKED} in the project's env, we expand it"},
    {"child: config refers to project env", "the same"},
    {"child: project env refers to a setting", "the same: what is not set is empty"},
    {"child: plugin env", "Meltano expands a plugin's env in that of the environment alone, we in all below it"},
    {"child: config refers to plugin env", "the same"},
    {"child: environment env", "the same for the environment's env"},
    {"child: default environment is used by invoke", "the same"},
};

typedef struct Tally {
    size_t checked, wrong;
    Buf said;
} Tally;

static void tally_release(Tally *t) {
    buf_release(&t->said);
}
DEFINE_AUTO(Tally, tally_release)

static bool is_different(Str name) {
    for (size_t i = 0; i < ARRAY_LEN(differences); i++)
        if (str_find_str(name, str_of(differences[i][0])) != STR_NONE) return true;
    return false;
}

static bool same_number(Str a, Str b) {
    double x, y;
    return str_equal(a, b) || (str_to_double(a, &x) && str_to_double(b, &y) && x == y);
}

/* Lists and maps by value, numbers by size. */
static bool same(const Node *a, const Node *b) {
    if (!a || !b || a->kind != b->kind || a->len != b->len) return false;
    if (a->kind == NODE_NUMBER) return same_number(a->text, b->text);
    if (a->kind == NODE_BOOL) return a->truth == b->truth;
    if (a->kind == NODE_STRING) return str_equal(a->text, b->text);
    for (size_t i = 0; i < a->len; i++)
        if (!same(a->items[i], a->kind == NODE_MAP ? node_get(b, a->keys[i]) : b->items[i])) return false;
    return true;
}

static void wrong(Tally *t, Str name, const char *format, ...) PRINTF_LIKE(3, 4);
static void wrong(Tally *t, Str name, const char *format, ...) {
    t->checked++;
    if (is_different(name)) return;
    t->wrong++;
    va_list args;
    va_start(args, format);
    buf_printf(&t->said, STR_FMT ": ", STR_ARG(name));
    buf_vprintf(&t->said, format, args);
    buf_put(&t->said, '\n');
    va_end(args);
}

/* ---- one command ---- */

typedef struct Words {
    const Node *list;
    const char *environment, *env_file;
    bool no_environment;
    size_t first; /* behind the global options */
} Words;

static bool word_is(const Words *w, size_t i, const char *text) {
    return str_is(node_text(node_at(w->list, i)), text);
}

static bool has_word(const Words *w, const char *text) {
    for (size_t i = 0; i < w->list->len; i++)
        if (word_is(w, i, text)) return true;
    return false;
}

static Words words_of(const Node *list) {
    Words w = {.list = list};
    for (; w.first < list->len && str_starts(node_text(list->items[w.first]), STR("-")); w.first++) {
        const char *next = node_text(node_at(list, w.first + 1)).at;
        if (word_is(&w, w.first, "--no-environment")) w.no_environment = true;
        else if (word_is(&w, w.first, "--environment")) w.environment = next, w.first++;
        else if (word_is(&w, w.first, "--env-file")) w.env_file = next, w.first++;
    }
    return w;
}

static Project *open_as(Fixture *f, const Words *w, bool with_default) {
    f->err = (Err){0};
    ProjectOptions options = {.cwd = f->folder,
                              .env = &f->env,
                              .environment = str_of(w->environment),
                              .env_file = str_of(w->env_file),
                              .no_environment = w->no_environment,
                              .no_default_environment = !with_default};
    return project_open(&f->arena, &options, &f->err);
}

static Settings *settings_as(Fixture *f, Project *p, Str name) {
    if (str_is(name, "meltano")) return settings_of_project(p, &f->err);
    const Plugin *plugin = plugin_need(p, PLUGIN_TYPE_COUNT, name, &f->err);
    return plugin ? settings_of_plugin(p, plugin, &f->err) : NULL;
}

/* Records write "<project>" for the folder. */
static Str with_folder(Fixture *f, Str text) {
    AUTO(Buf) out = {0};
    Str mark = STR("<project>");
    for (size_t at; (at = str_find_str(text, mark)) != STR_NONE; text = str_slice(text, at + mark.len, text.len)) {
        buf_append(&out, str_slice(text, 0, at));
        buf_append(&out, f->folder);
    }
    buf_append(&out, text);
    return arena_str(&f->arena, buf_str(&out));
}

static void check_json(Tally *t, Fixture *f, Str name, const Node *got, const Node *answer) {
    const Node *want = node_get_c(answer, "json");
    if (want) want = fixture_parse(f, with_folder(f, str_of(fixture_json(f, want))));
    if (!got && want) wrong(t, name, "failed: %s", f->err.msg);
    else if (got && !want) wrong(t, name, "gave %s, Meltano fails", fixture_json(f, got));
    else if (got && !same(got, want)) wrong(t, name, "%s, not %s", fixture_json(f, got), fixture_json(f, want));
    else t->checked++;
}

static void check_print(Tally *t, Fixture *f, Str name, const Words *w, const Node *answer) {
    SettingsPart part = has_word(w, "--extras") ? SETTINGS_EXTRAS : SETTINGS_PLAIN;
    Project *p = open_as(f, w, false);
    Settings *s = p ? settings_as(f, p, node_text(node_at(w->list, w->first + 2))) : NULL;
    if (!has_word(w, "env")) {
        const Node *got = s ? settings_print(s, part, STR("*****"), &f->err) : NULL;
        check_json(t, f, name, got, answer);
        return;
    }
    Map got, want;
    map_init(&got, &f->arena);
    map_init(&want, &f->arena);
    bool ok = s && settings_to_env(s, part, STR("*****"), &got, &f->err);
    dotenv_parse(with_folder(f, node_text(node_get_c(answer, "out"))), NULL, &want, NULL);
    if (!ok) {
        if (want.len) wrong(t, name, "failed: %s", f->err.msg);
        return;
    }
    t->checked++;
    for (size_t i = 0; i < want.len; i++) {
        Str a = {0}, b = {0};
        map_get_str(&want, want.entries[i].key, &a);
        if (!map_get_str(&got, want.entries[i].key, &b) || !str_equal(a, b))
            wrong(t, name, STR_FMT " is \"" STR_FMT "\", not \"" STR_FMT "\"", STR_ARG(want.entries[i].key), STR_ARG(b),
                  STR_ARG(a));
    }
    if (want.len && got.len != want.len) wrong(t, name, "%zu variables, not %zu", got.len, want.len);
}

/* ---- files ---- */

static void write_files(Fixture *f, const Node *files) {
    for (size_t i = 0; files && i < files->len; i++) fixture_write(f, files->keys[i].at, node_text(files->items[i]));
}

/* ---- children ---- */

static bool is_shown(Str name) {
    static const char *const prefixes[] = {"TAP_", "MELTANO_EXTRACT", "L_", "STACK"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (str_starts(name, str_of(prefixes[i]))) return true;
    return false;
}

/* `invoke tap-x` of a tap that prints its environment. */
static void check_child(Tally *t, Fixture *f, Str name, const Words *w, const Node *answer) {
    Map got;
    map_init(&got, &f->arena);
    Project *p = open_as(f, w, true);
    Settings *s = p ? settings_as(f, p, STR("tap-x")) : NULL;
    if (!s || !environ_of_plugin(s, NULL, &got, &f->err)) {
        wrong(t, name, "failed: %s", f->err.msg);
        return;
    }
    Str out = node_text(node_get_c(answer, "out")), line;
    size_t lines = 0, shown = 0;
    while (str_cut(&out, '\n', &line) && line.len) {
        Str value = line, variable, is = {0};
        lines++;
        t->checked++;
        str_cut(&value, '=', &variable);
        if (!map_get_str(&got, variable, &is) || !str_equal(is, value))
            wrong(t, name, STR_FMT " is \"" STR_FMT "\", not \"" STR_FMT "\"", STR_ARG(variable), STR_ARG(is),
                  STR_ARG(value));
    }
    for (size_t i = 0; i < got.len; i++) shown += is_shown(got.entries[i].key);
    if (shown != lines) wrong(t, name, "%zu variables, not %zu", shown, lines);
}

/* ---- edits ---- */

static SettingSource store_of(const Words *w) {
    SettingSource store = SETTING_AUTO;
    for (size_t i = 0; i < w->list->len; i++) {
        Str word = node_text(w->list->items[i]);
        if (str_is(word, "--store")) word = node_text(node_at(w->list, i + 1));
        else if (str_starts(word, STR("--store="))) word = str_slice(word, 8, word.len);
        else continue;
        assert_true(setting_source_parse(word, &store));
    }
    return store;
}

/* Words behind the plugin's name that are no options. */
static void plain_words(const Words *w, StrVec *ret) {
    for (size_t i = w->first + 3; i < w->list->len; i++) {
        Str word = node_text(w->list->items[i]);
        if (str_is(word, "--store")) i++;
        else if (!str_starts(word, STR("--"))) vec_push(ret, word);
    }
}

static void check_edit(Tally *t, Fixture *f, Str name, const Words *w, const Node *answer) {
    AUTO(StrVec) path = {0};
    bool ok = false, set = word_is(w, w->first + 1, "set"), wanted = !node_get_c(answer, "error");
    SettingSource store = store_of(w);
    Project *p = open_as(f, w, false);
    Settings *s = p ? settings_as(f, p, node_text(node_at(w->list, w->first + 2))) : NULL;
    if (store == SETTING_FROM_DB) return; /* there is no pond.db here */
    plain_words(w, &path);
    if (s && set) {
        const Node *value = node_string(&f->arena, path.at[--path.len]);
        ok = settings_set(s, &path, value, store, &store, &f->err);
    } else if (s) {
        ok = settings_unset(s, &path, store, &f->err);
    }
    if (ok != wanted) wrong(t, name, ok ? "worked, Meltano fails" : "failed: %s", f->err.msg);
    else t->checked++;
}

/* Meltano also makes a project_id, completes the definitions of settings and drops what is empty. */
static Node *essence(Arena *a, const Node *n) {
    if (n->kind != NODE_MAP && n->kind != NODE_LIST) return node_copy(a, n);
    Node *kept = node_new(a, n->kind);
    for (size_t i = 0; i < n->len; i++) {
        Node *item = essence(a, n->items[i]);
        bool empty = (item->kind == NODE_MAP || item->kind == NODE_LIST) && !item->len;
        if (n->kind == NODE_LIST) node_push(a, kept, item);
        else if (!empty && !str_is(n->keys[i], "settings") && !str_is(n->keys[i], "project_id"))
            node_put(a, kept, n->keys[i], item);
    }
    return kept;
}

static void check_files(Tally *t, Fixture *f, const Node *record) {
    const Node *files = node_get_c(node_get_c(record, "answer"), "files");
    Str name = node_text(node_get_c(record, "name"));
    for (size_t i = 0; files && i < files->len; i++) {
        Str got = fixture_read(f, files->keys[i].at), want = node_text(files->items[i]);
        if (str_is(files->keys[i], "meltano.yml")) {
            Err err = {0};
            Node *ours = yaml_parse(&f->arena, STR("ours"), got, YAML_CORE_12, &err);
            Node *real = yaml_parse(&f->arena, STR("real"), want, YAML_CORE_12, &err);
            if (!ours || !same(essence(&f->arena, ours), essence(&f->arena, real)))
                wrong(t, name, "the file is\n" STR_FMT "not\n" STR_FMT, STR_ARG(got), STR_ARG(want));
        } else if (!str_equal(got, want)) {
            wrong(t, name, STR_FMT " is\n" STR_FMT "not\n" STR_FMT, STR_ARG(files->keys[i]), STR_ARG(got),
                  STR_ARG(want));
        }
    }
}

/* ---- running them ---- */

static void run_record(Tally *t, const Node *record, const char *verb,
                       void (*check)(Tally *, Fixture *, Str, const Words *, const Node *)) {
    AUTO(Fixture) f;
    const Node *input = node_get_c(record, "input"), *commands = node_get_c(input, "commands");
    const Node *results = node_get_c(node_get_c(record, "answer"), "results");
    fixture_init(&f, NULL);
    const Node *env = node_get_c(input, "env");
    for (size_t i = 0; env && i < env->len; i++) map_put_str(&f.env, env->keys[i], node_text(env->items[i]));
    write_files(&f, node_get_c(input, "files"));
    for (size_t i = 0; i < commands->len; i++) {
        Words w = words_of(commands->items[i]);
        bool config = word_is(&w, w.first, "config") && word_is(&w, w.first + 1, verb);
        if (config || word_is(&w, w.first, verb))
            check(t, &f, node_text(node_get_c(record, "name")), &w, node_at(results, i));
    }
}

static void run_records(const char *group, const char *verb,
                        void (*check)(Tally *, Fixture *, Str, const Words *, const Node *)) {
    AUTO(Arena) a = {0};
    AUTO(Tally) t = {0};
    Str text, line;
    Err err = {0};
    Str path = arena_printf(&a, "%s/../../oracle/meltano/records/%s.jsonl", TEST_DATA, group);
    if (!file_read(&a, path.at, SIZE_MAX, &text, &err)) fail_msg("%s", err.msg);
    while (str_cut(&text, '\n', &line)) {
        const Node *record = line.len ? json_parse(&a, line, &err) : NULL;
        if (node_get_c(record, "input")) run_record(&t, record, verb, check);
    }
    if (t.wrong) fail_msg("%zu of %zu:\n%s", t.wrong, t.checked, buf_c(&t.said));
    assert_true(t.checked > 10);
}

TEST(oracle_settings_print) {
    run_records("settings", "print", check_print);
}

TEST(oracle_expansion_print) {
    run_records("expansion", "print", check_print);
}

TEST(oracle_environment_of_a_child) {
    run_records("expansion", "invoke", check_child);
}

/* Records that only set and unset: what Meltano wrote then, but for layout and comments, which it loses at times. */
TEST(oracle_edits) {
    AUTO(Arena) a = {0};
    AUTO(Tally) t = {0};
    Str text, line;
    Err err = {0};
    Str path = arena_printf(&a, "%s/../../oracle/meltano/records/edits.jsonl", TEST_DATA);
    assert_true(file_read(&a, path.at, SIZE_MAX, &text, &err));
    while (str_cut(&text, '\n', &line)) {
        const Node *record = line.len ? json_parse(&a, line, &err) : NULL;
        const Node *commands = node_get_c(node_get_c(record, "input"), "commands");
        bool ours = commands != NULL;
        for (size_t i = 0; commands && i < commands->len; i++) {
            Words w = words_of(commands->items[i]);
            bool edit = word_is(&w, w.first + 1, "set") || word_is(&w, w.first + 1, "unset");
            bool print = word_is(&w, w.first + 1, "print");
            ours = ours && word_is(&w, w.first, "config") && (edit || print) && store_of(&w) != SETTING_FROM_DB;
        }
        if (!ours) continue;
        AUTO(Fixture) f;
        fixture_init(&f, NULL);
        write_files(&f, node_get_c(node_get_c(record, "input"), "files"));
        const Node *results = node_get_c(node_get_c(record, "answer"), "results");
        for (size_t i = 0; i < commands->len; i++) {
            Words w = words_of(commands->items[i]);
            bool print = word_is(&w, w.first + 1, "print");
            (print ? check_print : check_edit)(&t, &f, node_text(node_get_c(record, "name")), &w, node_at(results, i));
        }
        check_files(&t, &f, record);
    }
    if (t.wrong) fail_msg("%zu of %zu:\n%s", t.wrong, t.checked, buf_c(&t.said));
    assert_true(t.checked > 20);
}
