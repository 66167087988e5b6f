#include "command/option.h"

#include "base/buf.h"
#include "command/nearest.h"

struct OptionValue {
    const Option *option;
    bool given; /* on the command line or in the environment */
    Str text;   /* the last one; "on" or "off" of flags and switches */
    StrVec list;
};

/* `_` is `-`, as in Meltano. */
static bool same_name(Str typed, const char *name) {
    Str want = str_of(name);
    if (typed.len != want.len) return false;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i] == '_' ? '-' : typed.at[i];
        if (c != want.at[i]) return false;
    }
    return true;
}

static bool takes_value(const Option *option) {
    return option->kind != OPTION_FLAG && option->kind != OPTION_SWITCH;
}

static OptionValue *find_name(const Options *o, Str name) {
    for (size_t i = 0; i < o->values.len; i++) {
        if (same_name(name, o->values.at[i]->option->name)) return o->values.at[i];
    }
    return NULL;
}

static OptionValue *find_letter(const Options *o, char letter) {
    for (size_t i = 0; i < o->values.len; i++) {
        if (o->values.at[i]->option->letter == letter) return o->values.at[i];
    }
    return NULL;
}

void options_release(Options *o) {
    for (size_t i = 0; i < o->values.len; i++) {
        vec_release(&o->values.at[i]->list);
        free(o->values.at[i]);
    }
    vec_release(&o->values);
}

void options_add(Options *o, const Option *table) {
    for (const Option *option = table; option && option->name; option++) {
        OptionValue *v = find_name(o, str_of(option->name));
        if (!v) {
            v = calloc(1, sizeof *v);
            BUG_ON(!v);
            vec_push(&o->values, v);
        }
        v->option = option;
    }
}

/* ---- values ---- */

static bool is_choice(const char *words, Str value) {
    Str rest = str_of(words), word;
    while (str_cut(&rest, '|', &word)) {
        if (str_equal(word, value)) return true;
    }
    return false;
}

static bool unknown_choice(const Option *option, Str value, Err *err) {
    AUTO(StrVec) words = {0};
    Str rest = str_of(option->argument), word;
    while (str_cut(&rest, '|', &word)) vec_push(&words, word);
    Str near = nearest_word(value, &words);
    err_set(err, ERR_USAGE, "--%s \"" STR_FMT "\": must be one of %s", option->name, STR_ARG(value), option->argument);
    if (near.len) err_hint(err, "did you mean --%s " STR_FMT "?", option->name, STR_ARG(near));
    return false;
}

static bool set_value(OptionValue *v, Str text, Err *err) {
    const Option *option = v->option;
    uint64_t number;
    if (option->kind == OPTION_CHOICE && !is_choice(option->argument, text)) return unknown_choice(option, text, err);
    if (option->kind == OPTION_NUMBER && !str_to_u64(text, &number)) {
        return err_set(err, ERR_USAGE, "--%s \"" STR_FMT "\": must be a whole number", option->name, STR_ARG(text));
    }
    v->given = true;
    v->text = text;
    if (option->kind == OPTION_LIST) vec_push(&v->list, text);
    return true;
}

/* Click's words for booleans, as Meltano reads them from its environment variables. */
static bool is_true(Str text) {
    static const char *const words[] = {"1", "true", "yes", "on", "t", "y"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_equal_nocase(text, str_of(words[i]))) return true;
    }
    return false;
}

static bool env_value(OptionValue *v, const Map *env, Err *err) {
    static const char *const prefixes[] = {"POND_", "MELTANO_"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        AUTO(Buf) name = {0};
        Str text;
        buf_printf(&name, "%s%s", prefixes[i], v->option->env);
        if (!map_get_str(env, buf_str(&name), &text) || text.len == 0) continue;
        if (!takes_value(v->option)) text = is_true(text) ? STR("on") : STR("off");
        if (!set_value(v, text, err)) return err_context(err, "environment variable %s", buf_c(&name));
        return true;
    }
    return true;
}

bool options_fill(Options *o, const Map *env, Err *err) {
    for (size_t i = 0; i < o->values.len; i++) {
        OptionValue *v = o->values.at[i];
        if (!v->given && v->option->env && !env_value(v, env, err)) return false;
        if (!v->given) v->text = str_of(v->option->value);
    }
    return true;
}

/* ---- the command line ---- */

static bool hint_at_help(const Options *o, Err *err) {
    AUTO(Buf) path = {0};
    for (size_t i = 0; i < ARRAY_LEN(o->of) && o->of[i]; i++) buf_printf(&path, "%s ", o->of[i]);
    return err_hint(err, "pond %s--help lists the options", buf_c(&path));
}

static bool unknown_option(const Options *o, Str name, Err *err) {
    AUTO(StrVec) names = {0};
    for (size_t i = 0; i < o->values.len; i++) {
        const Option *option = o->values.at[i]->option;
        if (!option->hidden) vec_push(&names, str_of(option->name));
    }
    Str near = nearest_word(name, &names);
    err_set(err, ERR_USAGE, "no option --" STR_FMT, STR_ARG(name));
    if (near.len) return err_hint(err, "did you mean --" STR_FMT "?", STR_ARG(near));
    return hint_at_help(o, err);
}

static bool needs_value(const Option *option, Err *err) {
    return err_set(err, ERR_USAGE, "--%s needs a value: --%s %s", option->name, option->name, option->argument);
}

/* argv[*at] is the option; its value is behind "=" or the next word. */
static bool take_long(Options *o, const StrVec *argv, size_t *at, Err *err) {
    Str typed = str_slice(argv->at[(*at)++], 2, STR_NONE), name = typed;
    size_t equals = str_find(typed, '=');
    if (equals != STR_NONE) name = str_slice(typed, 0, equals);

    OptionValue *v = find_name(o, name);
    if (!v && (str_starts(name, STR("no-")) || str_starts(name, STR("no_")))) {
        v = find_name(o, str_slice(name, 3, STR_NONE));
        if (v && v->option->kind != OPTION_SWITCH) v = NULL;
        if (v && equals == STR_NONE) return set_value(v, STR("off"), err);
    }
    if (!v) return unknown_option(o, name, err);
    if (!takes_value(v->option)) {
        if (equals == STR_NONE) return set_value(v, STR("on"), err);
        return err_set(err, ERR_USAGE, "--%s takes no value", v->option->name);
    }
    if (equals != STR_NONE) return set_value(v, str_slice(typed, equals + 1, STR_NONE), err);
    if (*at == argv->len) return needs_value(v->option, err);
    return set_value(v, argv->at[(*at)++], err);
}

/* -f, -fx (two flags), -p4 and -p 4. */
static bool take_short(Options *o, const StrVec *argv, size_t *at, Err *err) {
    Str letters = str_slice(argv->at[(*at)++], 1, STR_NONE);
    for (size_t i = 0; i < letters.len; i++) {
        OptionValue *v = find_letter(o, letters.at[i]);
        if (!v) {
            err_set(err, ERR_USAGE, "no option -%c", letters.at[i]);
            return hint_at_help(o, err);
        }
        if (!takes_value(v->option)) {
            if (!set_value(v, STR("on"), err)) return false;
            continue;
        }
        Str rest = str_slice(letters, i + 1, STR_NONE);
        if (rest.len) return set_value(v, rest, err);
        if (*at == argv->len) return needs_value(v->option, err);
        return set_value(v, argv->at[(*at)++], err);
    }
    return true;
}

bool options_take(Options *o, const StrVec *argv, size_t *at, Err *err) {
    return str_starts(argv->at[*at], STR("--")) ? take_long(o, argv, at, err) : take_short(o, argv, at, err);
}

/* ---- what was given ---- */

static const OptionValue *known(const Options *o, const char *name) {
    const OptionValue *v = find_name(o, str_of(name));
    BUG_ON(!v);
    return v;
}

bool options_given(const Options *o, const char *name) {
    return known(o, name)->given;
}

bool options_flag(const Options *o, const char *name) {
    return str_is(known(o, name)->text, "on");
}

Str options_text(const Options *o, const char *name) {
    return known(o, name)->text;
}

uint64_t options_number(const Options *o, const char *name) {
    uint64_t number = 0;
    return str_to_u64(known(o, name)->text, &number) ? number : 0;
}

const StrVec *options_list(const Options *o, const char *name) {
    return &known(o, name)->list;
}
