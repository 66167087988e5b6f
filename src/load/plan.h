/*
 * StreamPlan: how the records of one stream are loaded from one SCHEMA on: columns, keys, table, method. A changed SCHEMA
 * makes a new plan; blocks of lines point to theirs, so that nothing has to wait for the change. Immutable once its first
 * block is filled.
 */
#pragma once

#include "load/settings.h"
#include "singer/decoder.h"
#include "singer/naming.h"
#include "singer/stream_maps.h"

/* Where rows go and when they may be committed. */
typedef enum PlanRoute {
    ROUTE_APPEND, /* into the table, only together with a STATE behind them; else pending */
    ROUTE_UPSERT, /* the last record of a key wins; sending one again changes nothing */
    ROUTE_SHADOW, /* into a shadow table that takes the table's place at the end: overwrite, new versions */
} PlanRoute;

typedef struct StreamPlan {
    size_t number; /* of the plan in its stream, from 0 */
    StreamSchema *schema;
    const StreamMap *map; /* NULL: none */
    TableName table;
    PlanRoute route;
    RecordEnvelope envelope;
    bool versioned; /* records carry a version */
    int64_t version;
} StreamPlan;

/* What a plan is made from. */
typedef struct PlanSpec {
    const LoadSettings *settings;
    Str stream;
    const Node *schema, *key_properties;
    const StreamMap *map;
    RecordEnvelope envelope;
} PlanSpec;

/* In the arena; borrows the nodes. NULL: the SCHEMA is refused. */
StreamPlan *stream_plan_new(Arena *a, const PlanSpec *spec, Err *err) MUST_USE;
/* A copy for records of a version, with the column _sdc_table_version. route: where such rows go. */
StreamPlan *stream_plan_versioned(Arena *a, const StreamPlan *plan, int64_t version, PlanRoute route);
bool stream_plan_equal(const StreamPlan *a, const StreamPlan *b);
/* Its rows replace those of the same keys. */
bool stream_plan_is_keyed(const StreamPlan *plan);
