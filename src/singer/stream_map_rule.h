/* What `stream_maps` says, read once: one rule per entry, one step per property. Internal to stream_maps*.c. */
#pragma once

#include "jinja/expr.h"
#include "singer/stream_maps.h"

/* A property that is made by an expression, or removed. */
typedef struct PropertyStep {
    Str name;
    const Expr *expr; /* NULL: the property is removed */
    Str text;         /* of the expression, as written: types go by how it begins */
} PropertyStep;

typedef struct StreamRule {
    Str key;          /* in the settings */
    Str source;       /* name or glob of the streams it applies to */
    Str alias;        /* `__alias__` as written; at == NULL: none */
    bool copies;      /* `__source__`: a stream beside the original */
    bool drops;       /* the stream is null */
    bool listed_only; /* `__else__` is null: properties without a step are dropped */
    bool has_keys;    /* `__key_properties__` is given */
    const Node *keys;
    const Expr *filter; /* NULL: every record */
    PropertyStep *steps;
    size_t step_count;
} StreamRule;

struct StreamMaps {
    const Node *config; /* stream_map_config, may be NULL */
    bool drops_others;  /* the top `__else__` is null */
    StreamRule *rules;
    size_t rule_count;
};

/* A rule applied to one source stream. */
struct StreamMap {
    const StreamMaps *maps;
    const StreamRule *rule;
    Str source, alias; /* names of the stream before and behind the map */
    const Node *keys;
};

/* null or "__NULL__" */
bool is_null_rule(const Node *n);

/* stream_maps_schema.c: the schema of the records that the rule makes of those of `schema`. A tree of its own. */
Node *stream_rule_schema(const StreamRule *rule, Arena *a, const Node *schema);
