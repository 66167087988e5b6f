#include "pgwire/typed_plan.h"

#include "pgwire/infer.h"
#include "pgwire/parameter.h"
#include "pgwire/pg_type.h"

/* ANY($1): a plan tells what it is an array of. */
static void infer_any(PgSession *s, TypedSql *t) {
    Err unknown = {0};
    Str probe = infer_probe(t->arena, t->sql);
    if (probe.at == t->sql.at) return;
    Statement *st = pg_plan(s, probe, &unknown);
    if (!st) {
        session_recover(s->db);
        return;
    }
    t->sql = infer_arrays(t->arena, t->sql, st);
    statement_close(st);
}

/* Plans the text when it is another. */
static bool replan(PgSession *s, TypedSql *t, Str sql, Statement **plan, Err *err) {
    if (sql.at == t->sql.at) return true;
    statement_close(*plan);
    t->sql = sql;
    return (*plan = pg_plan(s, sql, err));
}

/* The type of a parameter, from 0, that the client did not declare. */
static uint32_t type_of(PgSession *s, TypedSql *t, const Statement *plan, size_t i) {
    Err unknown = {0};
    const DataType *type = statement_parameter_type(plan, i);
    Str cast = type->id == DATA_NULL ? infer_cast(t->arena, t->sql, i + 1) : (Str){0};
    if (!cast.len) return pg_type_of(type).oid;
    Str sql = arena_printf(t->arena, "SELECT CAST(NULL AS " STR_FMT ")", STR_ARG(cast));
    AUTO_PTR(Statement) st = pg_plan(s, sql, &unknown);
    if (!st) session_recover(s->db);
    return st && statement_columns(st) == 1 ? pg_type_of(statement_column_type(st, 0)).oid : OID_TEXT;
}

/* Columns that are unknown before the parameters have values. */
static void resolve(PgSession *s, TypedSql *t, Statement *plan) {
    Err unknown = {0};
    if (!statement_is_unresolved(plan)) return;
    Statement *shape = pg_plan(s, parameter_shape(t->arena, t->sql, plan, t->oids, t->oid_count), &unknown);
    if (shape) statement_take_shape(plan, shape);
    else session_recover(s->db);
}

static void read_types(PgSession *s, TypedSql *t, const Statement *plan) {
    size_t count = statement_parameters(plan);
    uint32_t *oids = arena_array(t->arena, uint32_t, count);
    for (size_t i = 0; i < count; i++) {
        bool declared = i < t->oid_count && t->oids[i] && t->oids[i] != OID_UNKNOWN;
        oids[i] = declared ? t->oids[i] : type_of(s, t, plan, i);
    }
    t->oids = oids;
    t->oid_count = count;
}

Statement *typed_plan(PgSession *s, TypedSql *t, Err *err) {
    const ParameterTypes declared = {t->oids, t->oid_count};
    if (!t->inferred) {
        t->inferred = true;
        t->sql = infer_casts(t->arena, t->sql, &declared);
        infer_any(s, t);
    }
    Statement *plan = pg_plan(s, t->sql, err);
    if (!plan || !replan(s, t, infer_likes(t->arena, t->sql, plan, &declared), &plan, err) ||
        !replan(s, t, parameter_casts(t->arena, t->sql, plan, t->oids, t->oid_count), &plan, err))
        return NULL;
    resolve(s, t, plan);
    read_types(s, t, plan);
    return plan;
}
