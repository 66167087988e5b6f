/* Expressions: parsing a source whole, and what it refers to. */
#include "jinja/expr.h"

#include "jinja/builtins.h"
#include "jinja/parser.h"
#include "jinja/syntax.h"

/* Names bound by the comprehensions around, innermost last. */
typedef struct Walk {
    Expr *e;
    StrVec bound;
} Walk;

static void add_once(StrVec *names, Str name) {
    for (size_t i = 0; i < names->len; i++)
        if (str_equal(names->at[i], name)) return;
    vec_push(names, name);
}

static void bind_targets(Walk *w, const Syntax *target) {
    if (target->kind == SYNTAX_NAME) vec_push(&w->bound, target->name);
    else
        for (size_t i = 0; i < target->len; i++) bind_targets(w, target->items[i]);
}

static void walk(Walk *w, const Syntax *s) {
    size_t bound = w->bound.len;
    size_t from = 0;
    if (!s) return;
    if (s->kind == SYNTAX_NAME) {
        bool free_name = true;
        for (size_t i = 0; i < bound; i++) free_name &= !str_equal(w->bound.at[i], s->name);
        if (free_name) add_once(&w->e->names, s->name);
    } else if (s->kind == SYNTAX_CALL && s->items[0]->kind == SYNTAX_NAME) {
        add_once(&w->e->calls, s->items[0]->name);
        from = 1;
    }
    for (size_t i = 0; i < s->clause_count; i++) {
        walk(w, s->clauses[i].items);
        bind_targets(w, s->clauses[i].target);
        for (size_t j = 0; j < s->clauses[i].condition_count; j++) walk(w, s->clauses[i].conditions[j]);
    }
    for (size_t i = from; i < s->len; i++) walk(w, s->items[i]);
    w->bound.len = bound;
}

/* Vectors live on the heap: they go with the arena. */
static void release_names(void *object) {
    Expr *e = object;
    vec_release(&e->names);
    vec_release(&e->calls);
}

/* Takes line ends and comments up to the next token. False: a token is wrong. */
static bool skip_lines(Lexer *lx) {
    while (lx->token.kind == TOKEN_END && lx->at < lx->source.len) {
        lx->at++;
        if (!lexer_next(lx)) return false;
    }
    return true;
}

Expr *expr_parse(Arena *a, Str text, Err *err) {
    if (text.len > EXPR_LENGTH_LIMIT) {
        err_set(err, ERR_CONFIG, "expression is longer than %d bytes", EXPR_LENGTH_LIMIT);
        return NULL;
    }
    Expr *e = arena_new(a, Expr);
    e->text = arena_str(a, str_trim(text));
    Parser ps = {.arena = a, .lexer = {.source = e->text, .err = err}};
    if (!lexer_next(&ps.lexer) || !skip_lines(&ps.lexer)) return NULL;
    if (ps.lexer.token.kind == TOKEN_END) {
        err_set(err, ERR_CONFIG, "expression is empty");
        return NULL;
    }
    e->root = parse_expressions(&ps);
    if (!e->root) return NULL;
    if (token_is(&ps.lexer, ";") && !lexer_next(&ps.lexer)) return NULL;
    if (!skip_lines(&ps.lexer)) return NULL;
    if (ps.lexer.token.kind != TOKEN_END) return parse_fail(&ps, "the end of the expression"), NULL;
    Walk w = {.e = e};
    walk(&w, e->root);
    vec_release(&w.bound);
    arena_defer(a, release_names, e);
    return e;
}

Str expr_text(const Expr *e) {
    return e->text;
}

const StrVec *expr_names(const Expr *e) {
    return &e->names;
}

const StrVec *expr_calls(const Expr *e) {
    return &e->calls;
}

bool expr_is_builtin(Str name) {
    Value module;
    return function_find(name) || module_find(name, &module);
}
