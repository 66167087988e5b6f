/* Recursive descent over Python's expression grammar (docs.python.org/3/reference/expressions.html), without lambda,
 * :=, await, yield and set comprehensions, which simpleeval has not either. */
#include "jinja/parser.h"

#include "jinja/number.h"

/* ---- nodes ---- */

Syntax *syntax_new(Parser *ps, SyntaxKind kind, size_t at) {
    Syntax *s = arena_new(ps->arena, Syntax);
    s->kind = kind;
    s->column = lexer_column(&ps->lexer, at);
    s->depth = 1;
    return s;
}

void syntax_push(Parser *ps, Syntax *s, Syntax *item) {
    if (s->len == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 2;
        Syntax **items = arena_array(ps->arena, Syntax *, s->cap);
        if (s->len) memcpy(items, s->items, s->len * sizeof *items);
        s->items = items;
    }
    s->items[s->len++] = item;
    if (item) s->depth = MAX(s->depth, item->depth + 1);
}

static Syntax *syntax_with(Parser *ps, SyntaxKind kind, Syntax *first) {
    Syntax *s = syntax_new(ps, kind, 0);
    s->column = first->column;
    syntax_push(ps, s, first);
    return s;
}

Syntax *parse_fail(Parser *ps, const char *expected) {
    Str found = token_shown(&ps->lexer);
    bool end = ps->lexer.token.kind == TOKEN_END;
    const char *quote = end ? "" : "\"";
    lexer_fail(&ps->lexer, ps->lexer.token.begin, "expected %s, found %s" STR_FMT "%s", expected, quote, STR_ARG(found),
               quote);
    return NULL;
}

static Syntax *refuse(Parser *ps, const char *what) {
    lexer_fail(&ps->lexer, ps->lexer.token.begin, "%s is not available in expressions", what);
    return NULL;
}

/* The tree is walked recursively: its depth is limited, and so is the descent that builds it. */
static Syntax *deep_enough(Parser *ps, Syntax *s) {
    if (s && s->depth <= EXPR_DEPTH_LIMIT) return s;
    if (s) lexer_fail(&ps->lexer, ps->lexer.token.begin, "more than %d operators inside each other", EXPR_DEPTH_LIMIT);
    return NULL;
}

/* ---- tokens ---- */

static bool is(const Parser *ps, const char *sign_or_word) {
    return token_is(&ps->lexer, sign_or_word);
}

static bool next(Parser *ps) {
    return lexer_next(&ps->lexer);
}

/* Takes the token if it is that one. */
static bool accept(Parser *ps, const char *sign_or_word, bool *ret_taken) {
    *ret_taken = is(ps, sign_or_word);
    return !*ret_taken || next(ps);
}

bool parse_sign(Parser *ps, const char *sign) {
    char expected[16];
    snprintf(expected, sizeof expected, "\"%s\"", sign);
    if (!is(ps, sign)) return parse_fail(ps, expected) != NULL;
    return next(ps);
}

static bool open_bracket(Parser *ps) {
    ps->lexer.nested++;
    return next(ps);
}

static bool close_bracket(Parser *ps, const char *sign) {
    char expected[16];
    snprintf(expected, sizeof expected, "\"%s\"", sign);
    if (!is(ps, sign)) return parse_fail(ps, expected) != NULL;
    ps->lexer.nested--;
    return next(ps);
}

/* A word that cannot be a name: "" = may be one. */
static const char *keyword_kind(Str word) {
    static const struct {
        const char *word, *kind;
    } keywords[] = {
        {"lambda", "lambda"},   {"await", "await"},     {"yield", "yield"}, {"and", "a name"},
        {"or", "a name"},       {"not", "a name"},      {"if", "a name"},   {"else", "a name"},
        {"for", "a name"},      {"in", "a name"},       {"is", "a name"},   {"as", "a name"},
        {"assert", "assert"},   {"async", "async"},     {"break", "break"}, {"class", "class"},
        {"continue", "a loop"}, {"def", "def"},         {"del", "del"},     {"elif", "elif"},
        {"except", "except"},   {"finally", "finally"}, {"from", "from"},   {"global", "global"},
        {"import", "import"},   {"nonlocal", "a name"}, {"pass", "pass"},   {"raise", "raise"},
        {"return", "return"},   {"try", "try"},         {"while", "while"}, {"with", "with"},
    };
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
        if (str_is(word, keywords[i].word)) return keywords[i].kind;
    return NULL;
}

/* ---- comprehensions ---- */

static Syntax *parse_or(Parser *ps);
static Syntax *descend(Parser *ps, Syntax *parse(Parser *));

static Syntax *parse_target(Parser *ps) {
    if (is(ps, "(") || is(ps, "[")) {
        const char *close = is(ps, "(") ? ")" : "]";
        Syntax *tuple = syntax_new(ps, SYNTAX_TUPLE, ps->lexer.token.begin);
        bool comma = true;
        if (!open_bracket(ps)) return NULL;
        while (comma && !is(ps, close)) {
            Syntax *item = descend(ps, parse_target);
            if (!item) return NULL;
            syntax_push(ps, tuple, item);
            if (!accept(ps, ",", &comma)) return NULL;
            if (!comma && tuple->len == 1 && *close == ')') return close_bracket(ps, close) ? item : NULL;
        }
        return close_bracket(ps, close) ? deep_enough(ps, tuple) : NULL;
    }
    Token t = ps->lexer.token;
    if (t.kind != TOKEN_NAME || keyword_kind(t.text)) return parse_fail(ps, "a name");
    Syntax *name = syntax_new(ps, SYNTAX_NAME, t.begin);
    name->name = t.text;
    return next(ps) ? name : NULL;
}

/* `a, b` in `for a, b in ...` */
static Syntax *parse_targets(Parser *ps) {
    Syntax *first = parse_target(ps);
    if (!first || !is(ps, ",")) return first;
    Syntax *tuple = syntax_with(ps, SYNTAX_TUPLE, first);
    bool comma = true;
    while (comma) {
        if (!accept(ps, ",", &comma)) return NULL;
        if (!comma || is(ps, "in")) break;
        Syntax *item = parse_target(ps);
        if (!item) return NULL;
        syntax_push(ps, tuple, item);
    }
    return tuple;
}

/* The current token is `for`: appends the clause to the comprehension. */
static bool parse_clause(Parser *ps, Syntax *loop) {
    Clause clause = {0};
    Syntax *conditions = syntax_new(ps, SYNTAX_LIST, 0);
    if (!next(ps) || !(clause.target = parse_targets(ps)) || !parse_sign(ps, "in") || !(clause.items = parse_or(ps)))
        return false;
    bool more;
    while (accept(ps, "if", &more) && more) {
        Syntax *condition = parse_or(ps);
        if (!condition) return false;
        syntax_push(ps, conditions, condition);
    }
    clause.conditions = conditions->items;
    clause.condition_count = conditions->len;
    loop->depth = MAX(loop->depth, 1 + MAX(clause.items->depth, conditions->depth));
    Clause *clauses = arena_array(ps->arena, Clause, loop->clause_count + 1);
    if (loop->clause_count) memcpy(clauses, loop->clauses, loop->clause_count * sizeof *clauses);
    clauses[loop->clause_count++] = clause;
    loop->clauses = clauses;
    return !is(ps, "if") || parse_fail(ps, "the end of the comprehension") != NULL;
}

static Syntax *parse_loop(Parser *ps, SyntaxKind kind, Syntax *first, Syntax *second) {
    Syntax *loop = syntax_with(ps, kind, first);
    if (second) syntax_push(ps, loop, second);
    while (is(ps, "for"))
        if (!parse_clause(ps, loop)) return NULL;
    if (is(ps, "async")) return refuse(ps, "async");
    return deep_enough(ps, loop);
}

/* ---- atoms ---- */

static Syntax *parse_number(Parser *ps) {
    Token t = ps->lexer.token;
    Syntax *s = syntax_new(ps, SYNTAX_CONSTANT, t.begin);
    double real;
    bool prefixed = t.text.len > 1 && t.text.at[0] == '0' && strchr("xXoObB", t.text.at[1]);
    bool fraction = false;
    for (size_t i = 0; !prefixed && i < t.text.len; i++) fraction |= strchr(".eE", t.text.at[i]) != NULL;
    if (fraction && float_parse(t.text, &real)) s->constant = value_float(real);
    else if (fraction || !integer_parse_text(ps->arena, t.text, 0, &s->constant)) return parse_fail(ps, "a number");
    return next(ps) ? s : NULL;
}

static Syntax *parse_name(Parser *ps) {
    Token t = ps->lexer.token;
    const char *kind = keyword_kind(t.text);
    if (kind && !strcmp(kind, "a name")) return parse_fail(ps, "a value");
    if (kind) return refuse(ps, kind);
    Syntax *s = syntax_new(ps, SYNTAX_NAME, t.begin);
    s->name = t.text;
    bool none = str_is(t.text, "None"), yes = str_is(t.text, "True"), no = str_is(t.text, "False");
    if (none || yes || no) {
        s->kind = SYNTAX_CONSTANT;
        s->constant = none ? value_none() : value_bool(yes);
    }
    return next(ps) ? s : NULL;
}

/* An item of a list, set or tuple: may be *x. */
static Syntax *parse_item(Parser *ps) {
    if (!is(ps, "*")) return parse_expression(ps);
    Syntax *starred = syntax_new(ps, SYNTAX_STARRED, ps->lexer.token.begin);
    if (!next(ps)) return NULL;
    Syntax *item = parse_expression(ps);
    if (item) syntax_push(ps, starred, item);
    return item ? starred : NULL;
}

/* Appends items with commas between until the closing bracket. */
static bool parse_items(Parser *ps, Syntax *list, const char *close) {
    bool comma = true;
    while (comma && !is(ps, close)) {
        Syntax *item = parse_item(ps);
        if (!item) return false;
        syntax_push(ps, list, item);
        if (!accept(ps, ",", &comma)) return false;
    }
    return true;
}

/* ( or [: a bracketed expression, a tuple, a list, or a comprehension. */
static Syntax *parse_bracketed(Parser *ps, SyntaxKind kind, const char *close) {
    Syntax *list = syntax_new(ps, kind, ps->lexer.token.begin);
    if (!open_bracket(ps)) return NULL;
    if (is(ps, close)) return close_bracket(ps, close) ? list : NULL;
    Syntax *first = parse_item(ps);
    if (!first) return NULL;
    if (is(ps, "for")) {
        Syntax *loop = parse_loop(ps, SYNTAX_LIST_LOOP, first, NULL);
        return loop && close_bracket(ps, close) ? loop : NULL;
    }
    if (kind == SYNTAX_TUPLE && !is(ps, ",")) {
        if (first->kind == SYNTAX_STARRED) return parse_fail(ps, "\",\"");
        return close_bracket(ps, close) ? first : NULL;
    }
    syntax_push(ps, list, first);
    bool comma;
    if (!accept(ps, ",", &comma) || (comma && !parse_items(ps, list, close))) return NULL;
    return close_bracket(ps, close) ? deep_enough(ps, list) : NULL;
}

/* `key: value` or `**value`. */
static bool parse_pair(Parser *ps, Syntax **ret_key, Syntax **ret_value) {
    bool stars;
    *ret_key = NULL;
    if (!accept(ps, "**", &stars)) return false;
    if (!stars && (!(*ret_key = parse_expression(ps)) || !parse_sign(ps, ":"))) return false;
    *ret_value = stars ? parse_or(ps) : parse_expression(ps);
    return *ret_value != NULL;
}

static Syntax *parse_dict(Parser *ps, Syntax *dict, Syntax *key, Syntax *value) {
    if (key && is(ps, "for")) return parse_loop(ps, SYNTAX_DICT_LOOP, key, value);
    bool comma = true;
    for (;;) {
        syntax_push(ps, dict, key);
        syntax_push(ps, dict, value);
        if (!accept(ps, ",", &comma)) return NULL;
        if (!comma || is(ps, "}")) return deep_enough(ps, dict);
        if (!parse_pair(ps, &key, &value)) return NULL;
    }
}

/* { : a dict or a set. */
static Syntax *parse_braces(Parser *ps) {
    Syntax *whole = syntax_new(ps, SYNTAX_DICT, ps->lexer.token.begin), *key = NULL, *value;
    if (!open_bracket(ps)) return NULL;
    if (is(ps, "}")) return close_bracket(ps, "}") ? whole : NULL;
    if (!is(ps, "**")) {
        key = parse_item(ps);
        if (!key) return NULL;
    }
    if (key && !is(ps, ":")) {
        bool comma;
        whole->kind = SYNTAX_SET;
        if (is(ps, "for")) return refuse(ps, "a set comprehension");
        syntax_push(ps, whole, key);
        if (!accept(ps, ",", &comma) || (comma && !parse_items(ps, whole, "}"))) return NULL;
        return close_bracket(ps, "}") ? deep_enough(ps, whole) : NULL;
    }
    if (!next(ps)) return NULL;
    value = key ? parse_expression(ps) : parse_or(ps);
    if (!value) return NULL;
    whole = parse_dict(ps, whole, key, value);
    return whole && close_bracket(ps, "}") ? whole : NULL;
}

static Syntax *parse_atom(Parser *ps) {
    switch (ps->lexer.token.kind) {
    case TOKEN_NAME: return parse_name(ps);
    case TOKEN_NUMBER: return parse_number(ps);
    case TOKEN_STRING: return parse_text(ps);
    case TOKEN_SIGN:
    case TOKEN_END: break;
    }
    if (is(ps, "(")) return parse_bracketed(ps, SYNTAX_TUPLE, ")");
    if (is(ps, "[")) return parse_bracketed(ps, SYNTAX_LIST, "]");
    if (is(ps, "{")) return parse_braces(ps);
    return parse_fail(ps, "a value");
}

/* ---- what follows an atom ---- */

static Syntax *parse_attribute(Parser *ps, Syntax *of) {
    Syntax *s = syntax_with(ps, SYNTAX_ATTRIBUTE, of);
    if (!next(ps)) return NULL;
    Token t = ps->lexer.token;
    if (t.kind != TOKEN_NAME || keyword_kind(t.text)) return parse_fail(ps, "a name");
    s->name = t.text;
    s->column = lexer_column(&ps->lexer, t.begin);
    return next(ps) ? s : NULL;
}

/* `value`, `name=value`, or a generator as the only argument. */
static Syntax *parse_argument(Parser *ps) {
    if (is(ps, "*") || is(ps, "**")) return refuse(ps, "*arguments");
    Syntax *value = parse_expression(ps);
    if (!value) return NULL;
    if (is(ps, "for")) return parse_loop(ps, SYNTAX_LIST_LOOP, value, NULL);
    if (!is(ps, "=")) return value;
    if (value->kind != SYNTAX_NAME) return parse_fail(ps, "\",\" or \")\"");
    Syntax *keyword = syntax_new(ps, SYNTAX_KEYWORD, ps->lexer.token.begin);
    keyword->name = value->name;
    keyword->column = value->column;
    if (!next(ps) || !(value = parse_expression(ps))) return NULL;
    syntax_push(ps, keyword, value);
    return keyword;
}

static Syntax *parse_call(Parser *ps, Syntax *function) {
    Syntax *call = syntax_with(ps, SYNTAX_CALL, function);
    if (!open_bracket(ps)) return NULL;
    bool comma = true, named = false;
    while (comma && !is(ps, ")")) {
        Syntax *argument = parse_argument(ps);
        if (!argument) return NULL;
        if (named && argument->kind != SYNTAX_KEYWORD) return parse_fail(ps, "only named arguments behind a named one");
        named |= argument->kind == SYNTAX_KEYWORD;
        syntax_push(ps, call, argument);
        if (!accept(ps, ",", &comma)) return NULL;
    }
    return close_bracket(ps, ")") ? call : NULL;
}

/* `a`, `a:b`, `:b:c`, ... */
static Syntax *parse_slice(Parser *ps) {
    Syntax *part[3] = {NULL, NULL, NULL};
    size_t begin = ps->lexer.token.begin, count = 0;
    bool colon = true;
    for (; count < 3 && colon; count++) {
        if (!is(ps, ":") && !is(ps, "]") && !is(ps, ",") && !(part[count] = parse_item(ps))) return NULL;
        colon = false;
        if (count < 2 && !accept(ps, ":", &colon)) return NULL;
    }
    if (count == 1) return part[0] ? part[0] : parse_fail(ps, "a value");
    Syntax *slice = syntax_new(ps, SYNTAX_SLICE, begin);
    for (size_t i = 0; i < 3; i++) syntax_push(ps, slice, part[i]);
    return slice;
}

static Syntax *parse_subscript(Parser *ps, Syntax *of) {
    Syntax *s = syntax_with(ps, SYNTAX_SUBSCRIPT, of);
    s->column = lexer_column(&ps->lexer, ps->lexer.token.begin);
    if (!open_bracket(ps)) return NULL;
    Syntax *key = parse_slice(ps);
    if (key && (is(ps, ",") || key->kind == SYNTAX_STARRED)) {
        key = syntax_with(ps, SYNTAX_TUPLE, key);
        bool comma = true;
        while (accept(ps, ",", &comma) && comma && !is(ps, "]")) {
            Syntax *more = parse_slice(ps);
            if (!more) return NULL;
            syntax_push(ps, key, more);
        }
    }
    if (!key) return NULL;
    syntax_push(ps, s, key);
    return close_bracket(ps, "]") ? s : NULL;
}

static Syntax *parse_primary(Parser *ps) {
    Syntax *s = parse_atom(ps);
    while (s) {
        if (is(ps, ".")) s = parse_attribute(ps, s);
        else if (is(ps, "(")) s = parse_call(ps, s);
        else if (is(ps, "[")) s = parse_subscript(ps, s);
        else break;
        s = deep_enough(ps, s);
    }
    return s;
}

/* ---- operators ---- */

static Syntax *parse_unary(Parser *ps);

static Syntax *parse_power(Parser *ps) {
    Syntax *base = parse_primary(ps);
    if (!base || !is(ps, "**")) return base;
    Syntax *s = syntax_with(ps, SYNTAX_BINARY, base);
    s->op = OP_POWER;
    s->column = lexer_column(&ps->lexer, ps->lexer.token.begin);
    if (!next(ps)) return NULL;
    Syntax *exponent = parse_unary(ps);
    if (!exponent) return NULL;
    syntax_push(ps, s, exponent);
    return deep_enough(ps, s);
}

/* Guards the descent: brackets and prefix operators come through here or through parse_expression. */
static Syntax *descend(Parser *ps, Syntax *parse(Parser *)) {
    if (++ps->depth > EXPR_NESTING_LIMIT) {
        lexer_fail(&ps->lexer, ps->lexer.token.begin, "nested more than %d deep", EXPR_NESTING_LIMIT);
        return NULL;
    }
    Syntax *s = parse(ps);
    ps->depth--;
    return s;
}

static Syntax *prefixed(Parser *ps, Operator op, Syntax *parse(Parser *)) {
    Syntax *s = syntax_new(ps, SYNTAX_UNARY, ps->lexer.token.begin);
    s->op = op;
    if (!next(ps)) return NULL;
    Syntax *operand = descend(ps, parse);
    if (!operand) return NULL;
    syntax_push(ps, s, operand);
    return deep_enough(ps, s);
}

static Syntax *parse_unary(Parser *ps) {
    if (is(ps, "-")) return prefixed(ps, OP_NEGATE, parse_unary);
    if (is(ps, "+")) return prefixed(ps, OP_PLUS, parse_unary);
    if (is(ps, "~")) return prefixed(ps, OP_INVERT, parse_unary);
    return parse_power(ps);
}

/* The binary operator at the current token that binds at least as tightly as `level`. */
static bool binary_operator(const Parser *ps, int level, Operator *ret_op, int *ret_level) {
    static const struct {
        const char *sign;
        int level;
        Operator op;
    } operators[] = {
        {"|", 1, OP_OR},           {"^", 2, OP_XOR},           {"&", 3, OP_AND},      {"<<", 4, OP_SHIFT_LEFT},
        {">>", 4, OP_SHIFT_RIGHT}, {"+", 5, OP_ADD},           {"-", 5, OP_SUBTRACT}, {"*", 6, OP_MULTIPLY},
        {"/", 6, OP_DIVIDE},       {"//", 6, OP_FLOOR_DIVIDE}, {"%", 6, OP_MODULO},
    };
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        if (operators[i].level >= level && is(ps, operators[i].sign)) {
            *ret_op = operators[i].op;
            *ret_level = operators[i].level;
            return true;
        }
    return false;
}

static Syntax *parse_binary(Parser *ps, int level) {
    Syntax *left = parse_unary(ps);
    Operator op;
    int found;
    while (left && binary_operator(ps, level, &op, &found)) {
        Syntax *s = syntax_with(ps, SYNTAX_BINARY, left);
        s->op = op;
        s->column = lexer_column(&ps->lexer, ps->lexer.token.begin);
        if (!next(ps)) return NULL;
        Syntax *right = parse_binary(ps, found + 1);
        if (!right) return NULL;
        syntax_push(ps, s, right);
        left = deep_enough(ps, s);
    }
    return left;
}

/* Takes a comparison operator if the current token begins one. */
static bool comparison_operator(Parser *ps, Operator *ret, bool *ret_found) {
    static const struct {
        const char *sign;
        Operator op;
    } operators[] = {{"==", OP_EQUAL}, {"!=", OP_NOT_EQUAL}, {"<=", OP_LESS_EQUAL}, {">=", OP_GREATER_EQUAL},
                     {"<", OP_LESS},   {">", OP_GREATER},    {"in", OP_IN},         {"not", OP_NOT_IN},
                     {"is", OP_IS}};
    *ret_found = false;
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (!is(ps, operators[i].sign)) continue;
        *ret_found = true;
        *ret = operators[i].op;
        if (!next(ps)) return false;
        if (*ret == OP_NOT_IN) return parse_sign(ps, "in");
        bool negated = false;
        if (*ret == OP_IS && !accept(ps, "not", &negated)) return false;
        if (negated) *ret = OP_IS_NOT;
        return true;
    }
    return true;
}

static Syntax *parse_comparison(Parser *ps) {
    Syntax *left = parse_binary(ps, 1), *s = NULL;
    size_t op_cap = 0;
    while (left) {
        Operator op;
        bool found;
        size_t begin = ps->lexer.token.begin;
        if (!comparison_operator(ps, &op, &found)) return NULL;
        if (!found) return s ? deep_enough(ps, s) : left;
        if (!s) {
            s = syntax_with(ps, SYNTAX_COMPARE, left);
            s->column = lexer_column(&ps->lexer, begin);
        }
        if (s->len > op_cap) {
            Operator *ops = arena_array(ps->arena, Operator, op_cap + 8);
            if (op_cap) memcpy(ops, s->ops, op_cap * sizeof *ops);
            s->ops = ops;
            op_cap += 8;
        }
        s->ops[s->len - 1] = op;
        left = parse_binary(ps, 1);
        if (left) syntax_push(ps, s, left);
    }
    return NULL;
}

static Syntax *parse_not(Parser *ps) {
    return is(ps, "not") ? prefixed(ps, OP_NOT, parse_not) : parse_comparison(ps);
}

/* `x and y and z` is one node, so that long conditions are not deep. */
static Syntax *parse_joined(Parser *ps, const char *word, SyntaxKind kind, Syntax *parse(Parser *)) {
    Syntax *first = parse(ps);
    if (!first || !is(ps, word)) return first;
    Syntax *s = syntax_with(ps, kind, first);
    bool more;
    while (accept(ps, word, &more)) {
        if (!more) return deep_enough(ps, s);
        Syntax *item = parse(ps);
        if (!item) return NULL;
        syntax_push(ps, s, item);
    }
    return NULL;
}

static Syntax *parse_and(Parser *ps) {
    return parse_joined(ps, "and", SYNTAX_AND, parse_not);
}

static Syntax *parse_or(Parser *ps) {
    return parse_joined(ps, "or", SYNTAX_OR, parse_and);
}

static Syntax *parse_conditional(Parser *ps) {
    Syntax *yes = parse_or(ps);
    if (!yes || !is(ps, "if")) return yes;
    Syntax *s = syntax_new(ps, SYNTAX_CONDITIONAL, ps->lexer.token.begin), *condition, *no;
    if (!next(ps) || !(condition = parse_or(ps)) || !parse_sign(ps, "else") || !(no = parse_expression(ps)))
        return NULL;
    syntax_push(ps, s, condition);
    syntax_push(ps, s, yes);
    syntax_push(ps, s, no);
    return deep_enough(ps, s);
}

Syntax *parse_expression(Parser *ps) {
    return descend(ps, parse_conditional);
}

Syntax *parse_expressions(Parser *ps) {
    Syntax *first = parse_item(ps);
    if (!first) return NULL;
    if (!is(ps, ",")) return first->kind == SYNTAX_STARRED ? parse_fail(ps, "\",\"") : first;
    Syntax *tuple = syntax_with(ps, SYNTAX_TUPLE, first);
    bool comma = true;
    while (accept(ps, ",", &comma)) {
        Token t = ps->lexer.token;
        bool ends = t.kind == TOKEN_END || is(ps, ")") || is(ps, "}") || is(ps, "=") || is(ps, ":") || is(ps, "!");
        if (!comma || ends) return deep_enough(ps, tuple);
        Syntax *item = parse_item(ps);
        if (!item) return NULL;
        syntax_push(ps, tuple, item);
    }
    return NULL;
}
