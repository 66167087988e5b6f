/*
 * Settings of a session, as PostgreSQL names them (its "GUCs"): SET, RESET and SHOW are Pond's own, because DuckDB knows few of the
 * names and most of its own settings are the whole database's (DESIGN 5.5). settings.c has the table, setting_sql.c the statements.
 * A change inside a transaction is taken back when that is rolled back, a LOCAL one at its end.
 */
#pragma once

#include "base/err.h"
#include "base/map.h"
#include "warehouse/warehouse.h"

typedef struct PgSession PgSession;
typedef struct SavedSetting SavedSetting;

typedef enum SettingScope {
    SETTING_FOREVER,     /* no transaction is open */
    SETTING_TRANSACTION, /* stays when the transaction commits */
    SETTING_LOCAL,       /* ends with the transaction */
} SettingScope;

/* SET and RESET, without their first word: "x = 1", "LOCAL x TO DEFAULT", "SESSION CHARACTERISTICS ..." */
bool pg_set(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
bool pg_reset(PgSession *s, Str rest, const char **ret_tag, Err *err) MUST_USE;
/* "ISOLATION LEVEL ..., READ ONLY": settings that begin with `prefix` ("transaction_", "default_transaction_"); NULL: they are
 * only read. */
bool pg_set_modes(PgSession *s, Str modes, const char *prefix, Err *err) MUST_USE;
/* "SHOW x" as a SELECT; what DuckDB shows itself (SHOW TABLES) and everything else is returned as it is. In the message's arena. */
Str pg_show(PgSession *s, Str sql);

/* A connection to the warehouse that finds the catalog, and whose questions the session answers. */
Session *pg_session_open(PgSession *s, Err *err) MUST_USE;

/* value at NULL: its default. False: there is no such setting, or the value is wrong. DuckDB learns of it by pg_settings_apply. Also on
 * DuckDB's threads, while a statement runs. */
bool pg_setting_set(PgSession *s, Str name, Str value, SettingScope scope, Err *err) MUST_USE;
/* Once, before any other is asked: what the server's configuration says (limits, port). */
void pg_settings_of_server(PgSession *s);
/* The value of now, in the arena; false: there is no such setting. The same threads. */
bool pg_setting_get(PgSession *s, Arena *a, Str name, Str *ret) MUST_USE;
bool pg_setting_is_on(PgSession *s, const char *name);
/* As PostgreSQL writes it; NULL: there is none in the table. */
const char *pg_setting_name(Str name);
/* FOREVER or TRANSACTION, as the session is now. */
SettingScope pg_setting_scope(const PgSession *s);

typedef struct SettingInfo {
    const char *name, *initial, *unit, *type; /* unit may be NULL */
    Str value;
    bool changed, read_only;
} SettingInfo;

/* Each of the table, in order of name. The same threads. */
void pg_settings_list(PgSession *s, void (*each)(void *context, const SettingInfo *info), void *context);

/* What has changed since and must be told to DuckDB: between statements. */
bool pg_settings_apply(PgSession *s, Err *err) MUST_USE;
/* ParameterStatus of those that clients want to know: all, or those that changed since. */
void pg_settings_report(PgSession *s, bool all);
/* All as at the start. */
void pg_settings_reset(PgSession *s);
/* The transaction has ended. */
void pg_settings_end(PgSession *s, bool committed);
/* Takes back what was changed since s->saved was `to`. */
void pg_settings_unwind(PgSession *s, const SavedSetting *to);
