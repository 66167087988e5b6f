#include "pgwire/infer.h"

#include "pgwire/parameter.h"

/* `ANY ( $1 )` or ALL behind a comparison, with the parameter at token i. */
static bool is_compared_array(const SqlTokenList *t, size_t i) {
    return i >= 3 && sql_list_is_symbol(t, i - 1, "(") && sql_list_is_symbol(t, i + 1, ")") &&
           (sql_list_is(t, i - 2, "any") || sql_list_is(t, i - 2, "some") || sql_list_is(t, i - 2, "all")) &&
           t->at[i - 3].kind == SQL_SYMBOL;
}

/* $1 :: T :: */
static size_t cast_of_cast(const SqlTokenList *t, size_t i) {
    if (!sql_list_is_symbol(t, i + 1, "::")) return 0;
    size_t all = sql_operand_end(t, i), last = all;
    while (last > i && !sql_list_is_symbol(t, last - 1, "::")) last--;
    return last > i + 2 ? last - 1 : 0;
}

Str infer_casts(Arena *a, Str sql, const ParameterTypes *types) {
    SqlEdit in = sql_edit(a, sql);
    for (size_t i = 0; i < in.tokens.len; i++) {
        size_t n = sql_parameter_number(&in.tokens.at[i]);
        if (!n) continue;
        size_t last = cast_of_cast(&in.tokens, i);
        if (last) {
            Str inner = sql_list_text(&in.tokens, sql, i, last);
            buf_printf(sql_edit_open(&in, i, last), "(CASE WHEN true THEN " STR_FMT " END)", STR_ARG(inner));
            i = last - 1;
        } else if (n <= types->count && types->oids[n - 1] && is_compared_array(&in.tokens, i)) {
            Buf *out = sql_edit_open(&in, i, i + 1);
            buf_printf(out, "CAST($%zu AS ", n);
            parameter_put_type(types->oids[n - 1], NULL, out);
            buf_put(out, ')');
        }
    }
    return sql_edit_finish(&in);
}

/* The type behind the parameter at token i, which is cast to it. */
static Str cast_at(Str sql, const SqlTokenList *t, size_t i) {
    bool call =
        i >= 2 && sql_list_is(t, i - 2, "cast") && sql_list_is_symbol(t, i - 1, "(") && sql_list_is(t, i + 1, "as");
    if (call) return sql_list_text(t, sql, i + 2, sql_operand_end(t, i + 2));
    if (!sql_list_is_symbol(t, i + 1, "::")) return (Str){0};
    size_t end = sql_operand_end(t, i), next = i + 2;
    while (next < end && !sql_list_is_symbol(t, next, "::")) next++;
    return sql_list_text(t, sql, i + 2, next);
}

bool infer_has_cast(const SqlEdit *e, size_t i) {
    return cast_at(e->sql, &e->tokens, i).len;
}

Str infer_cast(Arena *a, Str sql, size_t n) {
    SqlTokenList t = sql_token_list(a, sql);
    for (size_t i = 0; i < t.len; i++) {
        Str type = sql_parameter_number(&t.at[i]) == n ? cast_at(sql, &t, i) : (Str){0};
        if (type.len) return type;
    }
    return (Str){0};
}

Str infer_probe(Arena *a, Str sql) {
    SqlEdit in = sql_edit(a, sql);
    for (size_t i = 0; i < in.tokens.len; i++) {
        size_t n = sql_parameter_number(&in.tokens.at[i]), op = i - 3;
        if (!n || !is_compared_array(&in.tokens, i)) continue;
        while (op && in.tokens.at[op - 1].kind == SQL_SYMBOL && !sql_list_is_symbol(&in.tokens, op - 1, ")") &&
               !sql_list_is_symbol(&in.tokens, op - 1, "]"))
            op--;
        size_t first = sql_operand_begin(&in.tokens, op);
        if (first == op || in.tokens.at[first].at < in.done) continue;
        Str operand = sql_list_text(&in.tokens, sql, first, op);
        buf_printf(sql_edit_open(&in, first, i + 2),
                   "list_contains(CASE WHEN true THEN $%zu ELSE [" STR_FMT "] END, " STR_FMT ")", n, STR_ARG(operand),
                   STR_ARG(operand));
    }
    return sql_edit_finish(&in);
}

Str infer_arrays(Arena *a, Str sql, const Statement *probe) {
    SqlEdit in = sql_edit(a, sql);
    for (size_t i = 0; i < in.tokens.len; i++) {
        size_t n = sql_parameter_number(&in.tokens.at[i]);
        if (!n || n > statement_parameters(probe) || !is_compared_array(&in.tokens, i)) continue;
        const DataType *type = statement_parameter_type(probe, n - 1);
        if (type->id != DATA_LIST && type->id != DATA_ARRAY) continue;
        Buf *out = sql_edit_open(&in, i, i + 1);
        buf_printf(out, "CAST($%zu AS ", n);
        data_type_sql(type, out);
        buf_put(out, ')');
    }
    return sql_edit_finish(&in);
}

static bool is_arithmetic(const SqlTokenList *t, size_t i) {
    static const char *const operators[] = {"+", "-", "*", "/", "%"};
    for (size_t k = 0; k < ARRAY_LEN(operators); k++)
        if (sql_list_is_symbol(t, i, operators[k])) return true;
    return false;
}

static Str like_of(Arena *a, Str sql, const SqlTokenList *t, size_t i);

/* The operand [first, last) as what another is like. A parameter in it: its cast, or what it is like itself. */
static Str as_like(Arena *a, Str sql, const SqlTokenList *t, size_t first, size_t last) {
    Str text = sql_list_text(t, sql, first, last);
    if (first < last && t->at[first].kind == SQL_PARAMETER) {
        if (last == first + 1) return like_of(a, sql, t, first);
        return arena_printf(a, "NULL" STR_FMT, STR_ARG(sql_list_text(t, sql, first + 1, last)));
    }
    for (size_t i = first; i < last; i++)
        if (t->at[i].kind == SQL_PARAMETER) return (Str){0};
    return text;
}

/* What the parameter at token i is added to, multiplied with...: first what stands before it. Empty: nothing. */
static Str like_of(Arena *a, Str sql, const SqlTokenList *t, size_t i) {
    size_t last = i ? i - 1 : 0, first = last, next = i + 2;
    if (i && is_arithmetic(t, last)) first = sql_operand_begin(t, last);
    Str like = as_like(a, sql, t, first, last);
    if (like.len || !is_arithmetic(t, i + 1)) return like;
    last = sql_operand_end(t, next);
    bool other = last == next + 1 && t->at[next].kind == SQL_PARAMETER; /* that one looks back at this */
    return other ? (Str){0} : as_like(a, sql, t, next, last);
}

/* Gives the parameter at token i, number n, the type of its cast elsewhere, or that of its neighbours. */
static void put_like(Arena *a, SqlEdit *e, size_t i, size_t n) {
    Str cast = infer_cast(a, e->sql, n), like = cast.len ? (Str){0} : like_of(a, e->sql, &e->tokens, i);
    if (infer_has_cast(e, i)) return;
    if (cast.len) buf_printf(sql_edit_open(e, i, i + 1), "CAST($%zu AS " STR_FMT ")", n, STR_ARG(cast));
    if (like.len)
        buf_printf(sql_edit_open(e, i, i + 1), "(CASE WHEN true THEN $%zu ELSE " STR_FMT " END)", n, STR_ARG(like));
}

Str infer_likes(Arena *a, Str sql, const Statement *st, const ParameterTypes *types) {
    SqlEdit in = sql_edit(a, sql);
    for (size_t i = 0; i < in.tokens.len; i++) {
        size_t n = sql_parameter_number(&in.tokens.at[i]);
        if (!n || n > statement_parameters(st) || statement_parameter_type(st, n - 1)->id != DATA_NULL) continue;
        if (n > types->count || !types->oids[n - 1]) put_like(a, &in, i, n);
    }
    return sql_edit_finish(&in);
}
