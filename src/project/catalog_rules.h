/*
 * Catalog rules: the extras `select`, `select_filter`, `metadata` and `schema` of an extractor as one list of rules, each
 * for the streams and the breadcrumb it matches. As Meltano's singer/catalog.py and tap.py; used by project/catalog.c.
 */
#pragma once

#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

typedef struct CatalogRule {
    Str *streams; /* globs for tap_stream_id, any of them */
    size_t stream_count;
    bool negated;   /* for the streams that match none of them */
    bool is_filter; /* made from select_filter: says nothing about missing streams */
    Str *steps;     /* the breadcrumb, its parts globs: "properties", "address", ... */
    size_t depth;
    Str breadcrumb;    /* the same joined by "." */
    Str key;           /* of metadata; empty: a schema rule */
    const Node *value; /* of metadata, or the schema of the property */
} CatalogRule;

typedef VEC(CatalogRule) CatalogRuleVec;

/* Each appends to *ret; memory in the arena but for the array (vec_release). patterns, config: NULL or null adds nothing.
 * False: not the kind of value Meltano's schema allows. */

/* Patterns of `select`: includes first, then excludes. */
bool catalog_rules_select(Arena *a, const Node *patterns, CatalogRuleVec *ret, Err *err) MUST_USE;
/* One pattern, "users.name" or "!users.*", as in `select`. */
void catalog_rules_pattern(Arena *a, Str pattern, CatalogRuleVec *ret);
/* `selected: false` for streams that match no include, and for those that match an exclude. Only stream parts count. */
bool catalog_rules_filter(Arena *a, const Node *patterns, CatalogRuleVec *ret, Err *err) MUST_USE;
/* {stream: {property: {key: value}}}, also with dots in the names. */
bool catalog_rules_metadata(Arena *a, const Node *config, CatalogRuleVec *ret, Err *err) MUST_USE;
/* {stream: {property: schema}} */
bool catalog_rules_schema(Arena *a, const Node *config, CatalogRuleVec *ret, Err *err) MUST_USE;

bool catalog_rule_matches_stream(const CatalogRule *rule, Str tap_stream_id);
static inline bool catalog_rule_matches_breadcrumb(const CatalogRule *rule, Str joined) {
    return str_glob(rule->breadcrumb, joined);
}
