/* What real Python answered to seeded expressions (compare_expr.py), against ours. POND_EXPRESSIONS names another file. */
#include "unit/test.h"

#include <stdlib.h>

#include "base/json.h"
#include "jinja/expr.h"
#include "jinja/write.h"

/* Names as a dict: one object each, however often it is asked for. */
static Value values_of(Arena *a, const Node *names) {
    Value values = value_dict(a);
    for (size_t i = 0; i < names->len; i++) {
        ValueNumbers numbers = str_is(names->keys[i], "config") ? VALUE_FLOATS : VALUE_DECIMALS;
        dict_put_str(a, values.dict, names->keys[i], value_of_node(a, names->items[i], numbers));
    }
    return values;
}

static bool find_name(void *context, Arena *a, Str name, Value *ret) {
    (void)a;
    const DictEntry *e = dict_find(context, value_str(name));
    if (e) *ret = e->value;
    return e != NULL;
}

/* ---- values as compare_expr.py writes them ---- */

static int by_text(const void *a, const void *b) {
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static void write_plain(Arena *a, Buf *out, Value v);

/* Sets are written sorted: their order means nothing. */
static void write_set(Arena *a, Buf *out, const Dict *set) {
    Str *texts = arena_array(a, Str, set->len);
    for (size_t i = 0; i < set->len; i++) {
        AUTO(Buf) one = {0};
        write_plain(a, &one, set->entries[i].key);
        texts[i] = arena_str(a, buf_str(&one));
    }
    if (set->len) qsort(texts, set->len, sizeof *texts, by_text);
    buf_append_c(out, set->len ? "{" : "set()");
    for (size_t i = 0; i < set->len; i++) buf_printf(out, "%s" STR_FMT, i ? ", " : "", STR_ARG(texts[i]));
    if (set->len) buf_put(out, '}');
}

static void write_items(Arena *a, Buf *out, Value v) {
    bool tuple = v.kind == VALUE_TUPLE;
    buf_put(out, tuple ? '(' : '[');
    for (size_t i = 0; i < v.list->len; i++) {
        if (i) buf_append_c(out, ", ");
        write_plain(a, out, v.list->items[i]);
    }
    buf_append_c(out, tuple ? v.list->len == 1 ? ",)" : ")" : "]");
}

static void write_plain(Arena *a, Buf *out, Value v) {
    if (v.kind == VALUE_LIST || v.kind == VALUE_TUPLE) {
        write_items(a, out, v);
    } else if (v.kind == VALUE_SET) {
        write_set(a, out, v.dict);
    } else if (v.kind == VALUE_DICT) {
        buf_put(out, '{');
        for (size_t i = 0; i < v.dict->len; i++) {
            if (i) buf_append_c(out, ", ");
            write_plain(a, out, v.dict->entries[i].key);
            buf_append_c(out, ": ");
            write_plain(a, out, v.dict->entries[i].value);
        }
        buf_put(out, '}');
    } else if (v.kind == VALUE_FUNCTION) {
        buf_append_c(out, "<function>");
    } else {
        value_write_quoted(out, v);
    }
}

/* ---- comparing ---- */

static bool check(const Node *names, const Node *row) {
    AUTO(Arena) a = {0};
    AUTO(Buf) out = {0};
    Err err = {0};
    Value v;
    Str text = node_text(node_get_c(row, "expr"));
    const Node *value = node_get_c(row, "value"), *error = node_get_c(row, "error");
    ExprScope scope = {.lookup = find_name, .context = values_of(&a, names).dict};
    Expr *e = expr_parse(&a, text, &err);
    bool done = e && expr_eval(e, &scope, &a, &v, &err);
    if (done) write_plain(&a, &out, v);
    if (!done && error) return true;
    if (done && value && str_equal(buf_str(&out), value->text)) return true;
    print_error(STR_FMT "\n    ours %s, Python " STR_FMT "\n", STR_ARG(text), done ? buf_c(&out) : err.msg,
                STR_ARG(value ? value->text : error->text));
    return false;
}

TEST(recorded_expressions) {
    const char *path = getenv("POND_EXPRESSIONS");
    if (!path) path = TEST_DATA "/expressions.jsonl";
    FILE *file = fopen(path, "r");
    if (!file) fail_msg("cannot open %s", path);
    AUTO(Arena) a = {0};
    char *line = NULL;
    size_t room = 0, failures = 0;
    const Node *names = NULL;
    for (ssize_t len; (len = getline(&line, &room, file)) > 0;) {
        Err err;
        const Node *row = json_parse(&a, (Str){line, (size_t)len}, &err);
        if (!row) fail_msg("%s: %s", path, err.msg);
        if (!names) names = node_get_c(row, "names");
        else failures += !check(names, row);
    }
    free(line);
    fclose(file);
    assert_non_null(names);
    assert_int_equal(failures, 0);
}
