/* Definitions of settings and what their kinds do with values. */
#include "project/setting.h"

#include "base/json.h"
#include "base/yaml_scalar.h"
#include "project/nest.h"
#include "project/python.h"
#include "project/relative_date.h"

static const char *const kind_names[] = {
#define X(name, text) [SETTING_##name] = text,
    SETTING_KINDS(X)
#undef X
};

const char *setting_kind_name(SettingKind kind) {
    return kind_names[kind];
}

bool setting_is_extra(const SettingDef *def) {
    return str_starts(def->name, STR("_"));
}

static bool parse_kind(Str word, SettingKind *ret) {
    for (size_t i = 0; i < ARRAY_LEN(kind_names); i++) {
        if (!str_is(word, kind_names[i])) continue;
        *ret = (SettingKind)i;
        return true;
    }
    return false;
}

static bool is_true(const Node *entry, Str key) {
    const Node *n = node_get(entry, key);
    return node_is(n, NODE_BOOL) && n->truth;
}

static const Node *not_null(const Node *n) {
    return node_is_null(n) ? NULL : n;
}

/* `kind: hidden` and `kind: password` are old forms of flags. */
static void apply_old_kinds(SettingDef *def) {
    bool hidden = def->kind == SETTING_HIDDEN, secret = def->kind == SETTING_PASSWORD || def->kind == SETTING_OAUTH;
    if ((hidden && def->hidden) || (secret && def->sensitive)) def->kind = SETTING_STRING;
    def->hidden = def->hidden || hidden;
    def->sensitive = def->sensitive || secret;
}

SettingDef *setting_parse(Arena *a, const Node *entry, Err *err) {
    SettingDef *def = arena_new(a, SettingDef);
    *def = (SettingDef){
        .name = node_text(node_get_c(entry, "name")),
        .value = not_null(node_get_c(entry, "value")),
        .aliases = not_null(node_get_c(entry, "aliases")),
        .env_aliases = not_null(node_get_c(entry, "env_aliases")),
        .options = not_null(node_get_c(entry, "options")),
        .env = node_text(node_get_c(entry, "env")),
        .label = node_text(node_get_c(entry, "label")),
        .description = node_text(node_get_c(entry, "description")),
        .documentation = node_text(node_get_c(entry, "documentation")),
        .placeholder = node_text(node_get_c(entry, "placeholder")),
        .processor = node_text(node_get_c(entry, "value_processor")),
        .post_processor = node_text(node_get_c(entry, "value_post_processor")),
        .hidden = is_true(entry, STR("hidden")),
        .sensitive = is_true(entry, STR("sensitive")),
        .env_specific = is_true(entry, STR("env_specific")),
    };
    unsigned line = entry ? entry->line : 0;
    if (!def->name.len) {
        err_set(err, ERR_CONFIG, "line %u: a setting without a name", line);
        return NULL;
    }
    Str kind = node_text(node_get_c(entry, "kind"));
    if (!parse_kind(kind, &def->kind)) {
        err_set(err, ERR_CONFIG, "line %u: setting \"" STR_FMT "\" is of the unknown kind \"" STR_FMT "\"", line,
                STR_ARG(def->name), STR_ARG(kind));
        return NULL;
    }
    apply_old_kinds(def);
    return def;
}

SettingDef setting_custom(Str name, const Node *value) {
    static const SettingKind kinds[] = {
        [NODE_NULL] = SETTING_NONE,   [NODE_BOOL] = SETTING_BOOLEAN, [NODE_NUMBER] = SETTING_DECIMAL,
        [NODE_STRING] = SETTING_NONE, [NODE_LIST] = SETTING_ARRAY,   [NODE_MAP] = SETTING_OBJECT};
    SettingKind kind = value ? kinds[value->kind] : SETTING_NONE;
    return (SettingDef){.name = name, .kind = node_is_integer(value) ? SETTING_INTEGER : kind, .custom = true};
}

/* ---- casting ---- */

static bool fail(const SettingDef *def, Str text, const char *what, Err *err) {
    /* a secret must not come up in an error */
    if (def->sensitive)
        return err_set(err, ERR_CONFIG, "the value of \"" STR_FMT "\" is no %s", STR_ARG(def->name), what);
    return err_set(err, ERR_CONFIG, "\"" STR_FMT "\" is no %s, as setting \"" STR_FMT "\" must be", STR_ARG(text), what,
                   STR_ARG(def->name));
}

static bool is_truthy(Str text) {
    static const char *const words[] = {"true", "1", "yes", "on"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_equal_nocase(text, str_of(words[i]))) return true;
    return false;
}

/* As Python's int(): blanks around it, a sign, `_` between digits, leading zeros. Any size. */
static bool read_integer(Str text, Buf *out) {
    Str s = str_trim(text);
    if (s.len && strchr("+-", s.at[0])) {
        if (s.at[0] == '-') buf_put(out, '-');
        s = str_slice(s, 1, s.len);
    }
    size_t begin = out->len;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool digit = c >= '0' && c <= '9';
        bool between = c == '_' && i > 0 && i + 1 < s.len && s.at[i - 1] != '_';
        if (!digit && !between) return false;
        if (digit && (c != '0' || out->len > begin || i + 1 == s.len)) buf_put(out, c);
    }
    if (out->len == begin && s.len) buf_put(out, '0');
    return s.len > 0;
}

/* As Python's Decimal(). */
static bool read_decimal(Arena *a, Str text, Str *ret) {
    Str s = str_trim(text);
    double value;
    if (!s.len || !str_to_double(s, &value)) return false;
    YamlValue number = yaml_scalar(a, s, YAML_CORE_12);
    if (number.kind != NODE_NUMBER) return false;
    *ret = number.text;
    return true;
}

static bool cast_number(Arena *a, const SettingDef *def, Str text, const Node **ret, Err *err) {
    AUTO(Buf) digits = {0};
    Str number;
    if (def->kind == SETTING_INTEGER) {
        if (!read_integer(text, &digits)) return fail(def, text, "integer", err);
        number = str_is(buf_str(&digits), "-0") ? STR("0") : buf_str(&digits);
    } else if (!read_decimal(a, text, &number)) {
        return fail(def, text, "number", err);
    }
    *ret = node_number(a, number);
    return true;
}

static bool cast_collection(Arena *a, const SettingDef *def, Str text, const Node **ret, Err *err) {
    Err ignored = {0};
    NodeKind wanted = def->kind == SETTING_ARRAY ? NODE_LIST : NODE_MAP;
    const Node *n = json_parse(a, text, &ignored);
    if (!n) n = python_literal(a, text);
    if (!node_is(n, wanted)) return fail(def, text, wanted == NODE_LIST ? "JSON array" : "JSON object", err);
    *ret = n;
    return true;
}

static bool cast_text(Arena *a, const SettingDef *def, const Node **value, Err *err) {
    Str text = (*value)->text;
    switch (def->kind) {
    case SETTING_BOOLEAN: *value = node_bool(a, is_truthy(text)); return true;
    case SETTING_INTEGER:
    case SETTING_DECIMAL: return cast_number(a, def, text, value, err);
    case SETTING_ARRAY:
    case SETTING_OBJECT: return cast_collection(a, def, text, value, err);
    case SETTING_NONE:
    case SETTING_STRING:
    case SETTING_DATE:
    case SETTING_EMAIL:
    case SETTING_PASSWORD:
    case SETTING_OAUTH:
    case SETTING_OPTIONS:
    case SETTING_FILE:
    case SETTING_HIDDEN: break;
    }
    return true;
}

static bool check_option(Arena *a, const SettingDef *def, const Node *value, Err *err) {
    AUTO(Buf) known = {0};
    for (size_t i = 0; def->options && i < def->options->len; i++) {
        const Node *option = node_get_c(def->options->items[i], "value");
        if (option && node_equal(option, value)) return true;
        buf_printf(&known, "%s" STR_FMT, known.len ? ", " : "", STR_ARG(python_str(a, option)));
    }
    Str text = python_str(a, value);
    fail(def, text, "valid choice", err);
    return err_hint(err, "one of: %s", buf_c(&known));
}

/* ---- processors ---- */

typedef const Node *Processor(Arena *a, const Node *value, int64_t now);

static const Node *process_nest_object(Arena *a, const Node *value, int64_t now) {
    (void)now;
    return node_is(value, NODE_MAP) ? nest_object(a, value, true) : value;
}

static const Node *process_upcase(Arena *a, const Node *value, int64_t now) {
    (void)now;
    if (!node_is(value, NODE_STRING)) return value;
    Node *upper = node_copy(a, value);
    char *text = arena_c(a, value->text);
    for (size_t i = 0; i < value->text.len; i++)
        if (text[i] >= 'a' && text[i] <= 'z') text[i] = (char)(text[i] - 32);
    upper->text.at = text;
    return upper;
}

static const Node *process_stringify(Arena *a, const Node *value, int64_t now) {
    (void)now;
    if (node_is(value, NODE_STRING)) return value;
    AUTO(Buf) out = {0};
    json_write(&out, value, JSON_PYTHON);
    return node_string(a, buf_str(&out));
}

static const Node *process_date(Arena *a, const Node *value, int64_t now) {
    Str date;
    if (!node_is(value, NODE_STRING) || !relative_date(a, value->text, now, &date)) return value;
    return node_string(a, date);
}

static bool process(Arena *a, Str name, const Node *value, int64_t now, const Node **ret, Err *err) {
    static const struct {
        const char *name;
        Processor *run;
    } processors[] = {{"nest_object", process_nest_object},
                      {"upcase_string", process_upcase},
                      {"stringify", process_stringify},
                      {"parse_date", process_date}};
    for (size_t i = 0; i < ARRAY_LEN(processors); i++) {
        if (!str_is(name, processors[i].name)) continue;
        *ret = processors[i].run(a, value, now);
        return true;
    }
    return err_set(err, ERR_CONFIG, "unknown value processor \"" STR_FMT "\"", STR_ARG(name));
}

bool setting_cast(Arena *a, const SettingDef *def, const Node *value, int64_t now, const Node **ret, Err *err) {
    *ret = value;
    if (node_is_null(value)) return true;
    if (value->kind == NODE_STRING && !cast_text(a, def, ret, err)) return false;
    if (def->kind == SETTING_OPTIONS && !check_option(a, def, *ret, err)) return false;
    return !def->processor.len || process(a, def->processor, *ret, now, ret, err);
}

bool setting_post_process(Arena *a, const SettingDef *def, const Node *value, int64_t now, const Node **ret, Err *err) {
    *ret = value;
    if (node_is_null(value)) return true;
    if (def->post_processor.len) return process(a, def->post_processor, value, now, ret, err);
    if (def->kind == SETTING_DATE) *ret = process_date(a, value, now);
    return true;
}

Str setting_text(Arena *a, const SettingDef *def, const Node *value) {
    if (node_is(value, NODE_STRING)) return value->text;
    bool python = def->kind == SETTING_NONE || def->kind == SETTING_STRING || def->kind == SETTING_DECIMAL;
    if (python) return python_str(a, value);
    AUTO(Buf) out = {0};
    json_write(&out, value, JSON_PYTHON);
    return arena_str(a, buf_str(&out));
}

/* Each character is one "_", also one of several bytes. */
static void put_env_part(Buf *out, Str s) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        bool lower = c >= 'a' && c <= 'z';
        if (lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) buf_put(out, (char)(lower ? c - 32 : c));
        else if ((c & 0xC0) != 0x80) buf_put(out, '_');
    }
}

Str setting_env_name(Arena *a, Str prefix, Str name) {
    AUTO(Buf) out = {0};
    put_env_part(&out, prefix);
    if (prefix.len && name.len) buf_put(&out, '_');
    put_env_part(&out, name);
    return arena_str(a, buf_str(&out));
}
