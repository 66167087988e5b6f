/* A target's settings: those of target-duckdb and of Singer SDK targets, under their names. */
#pragma once

#include "base/vec.h"
#include "singer/schema.h"

typedef enum LoadMethod {
    METHOD_AUTO, /* upsert for streams with keys, append for the others: target-duckdb's way, the default */
    METHOD_APPEND,
    METHOD_UPSERT,
    METHOD_OVERWRITE,
} LoadMethod;

typedef struct LoadSettings {
    Str path;           /* the DuckDB file: `path` or `filepath`; empty: not given */
    Str database;       /* `dbname` or `database`: the file's stem or "warehouse", else an error; empty: not given */
    Str default_schema; /* default_target_schema; empty: from the stream's name or "main" */
    const Node *schema_mapping; /* target-duckdb's, may be NULL */
    const Node *set;            /* `settings`: DuckDB options to SET */
    LoadMethod method;
    SchemaOptions schema;
    bool hard_delete;
    bool activate_version;     /* process_activate_version_messages, default true */
    bool validate;             /* validate_records, default false */
    bool primary_key_required; /* default false: see docs/singer.md */
    bool flush_all_streams;    /* accepted, no effect: every commit flushes all streams */
    bool reject;               /* on_error: reject, a bad record goes to _pond.rejects */
    uint64_t batch_rows;     /* batch_size_rows: commit at the first STATE behind so many rows, 0 = by default rules */
    int64_t visible_us;      /* visible_after_seconds: how long an arrived row may stay invisible: 60 s */
    uint64_t max_line;       /* bytes: 100 MB */
    uint64_t buffer_bytes;   /* buffer_size: rows that wait in memory: 24 MB */
    const Node *stream_maps; /* and the two that belong to it; may be NULL */
    const Node *stream_map_config;
    const Node *faker_config;
} LoadSettings;

/* Reads the settings from a target's config (NULL: all defaults). Texts stand for the values they spell ("true", "100000",
 * "{...}"); null and "" are as absent. Unknown ones are ignored (SDK) and listed in *ret_unknown when given. Lives in the
 * arena and borrows config. False: err quotes setting and value. */
bool load_settings_read(LoadSettings *s, Arena *a, const Node *config, StrVec *ret_unknown, Err *err) MUST_USE;

/* One row of the table the settings are read by, for `pond target --about` and the documentation. */
typedef struct LoadSettingInfo {
    const char *name, *alias; /* alias: NULL or another name for it */
    const char *kind; /* "string", "boolean", "integer", "number", "object", "bytes": as Meltano's where it has one */
    const char *standard; /* what holds when it is absent; "" = nothing */
    const char *description;
} LoadSettingInfo;

/* False behind the last one. */
bool load_setting_info(size_t i, LoadSettingInfo *ret);
