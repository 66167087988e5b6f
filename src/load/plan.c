/* Making plans. */
#include "load/plan.h"

static PlanRoute route_of(const LoadSettings *settings, bool keyed) {
    switch (settings->method) {
    case METHOD_OVERWRITE: return ROUTE_SHADOW;
    case METHOD_APPEND: return ROUTE_APPEND;
    case METHOD_AUTO:
    case METHOD_UPSERT: break;
    }
    return keyed ? ROUTE_UPSERT : ROUTE_APPEND;
}

StreamPlan *stream_plan_new(Arena *a, const PlanSpec *spec, Err *err) {
    StreamPlan *plan = arena_new(a, StreamPlan);
    const LoadSettings *settings = spec->settings;
    plan->schema = stream_schema_new(a, spec->stream, spec->schema, spec->key_properties, &settings->schema, err);
    if (!plan->schema) return NULL;
    bool keyed = plan->schema->key_count > 0;
    if (!keyed && settings->primary_key_required) {
        err_set(err, ERR_INPUT, "stream \"" STR_FMT "\" has no key properties", STR_ARG(spec->stream));
        err_hint(err, "set primary_key_required to false to load streams without keys");
        return NULL;
    }
    plan->map = spec->map;
    plan->envelope = spec->envelope;
    plan->table = table_name(a, spec->stream, settings->default_schema, settings->schema_mapping);
    plan->route = route_of(settings, keyed);
    return plan;
}

static bool has_column(const StreamSchema *schema, Str name) {
    for (size_t i = 0; i < schema->column_count; i++)
        if (str_equal_nocase(schema->columns[i].name, name)) return true;
    return false;
}

StreamPlan *stream_plan_versioned(Arena *a, const StreamPlan *plan, int64_t version, PlanRoute route) {
    static const Str name = STR_INIT("_sdc_table_version");
    StreamPlan *copy = arena_new(a, StreamPlan);
    *copy = *plan;
    copy->versioned = true;
    copy->version = version;
    copy->route = route;
    if (has_column(plan->schema, name)) return copy;
    copy->schema = arena_new(a, StreamSchema);
    *copy->schema = *plan->schema;
    copy->schema->columns = arena_array(a, SchemaColumn, plan->schema->column_count + 1);
    memcpy(copy->schema->columns, plan->schema->columns, plan->schema->column_count * sizeof(SchemaColumn));
    copy->schema->columns[copy->schema->column_count++] =
        (SchemaColumn){.name = name, .source = SOURCE_TABLE_VERSION, .type = {.kind = COLUMN_BIGINT}};
    return copy;
}

bool stream_plan_is_keyed(const StreamPlan *plan) {
    return plan->schema->key_count > 0 && plan->route != ROUTE_APPEND;
}

bool stream_plan_equal(const StreamPlan *a, const StreamPlan *b) {
    return a->map == b->map && stream_schema_equal(a->schema, b->schema);
}
