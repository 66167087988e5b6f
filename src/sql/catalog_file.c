/*
 * The catalog's database as a file. To make it takes 200 ms of the processor, because DuckDB plans each view; to open it takes 20. An
 * engine that was killed serves again that much earlier. The file's name says what it was made of and by which DuckDB, so one that
 * does not fit is never opened; whatever is wrong with the folder, the catalog is made in memory.
 */
#include <errno.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "os/file.h"
#include "sql/catalog.h"
#include "sql/catalog_item.h"
#include "warehouse/table.h"

static Str fingerprint(Arena *a, const CatalogStatements *statements) {
    AUTO(Buf) text = {0};
    buf_append_c(&text, POND_DUCKDB_VERSION);
    for (size_t i = 0; i < statements->len; i++) {
        buf_put(&text, '\n');
        buf_append(&text, statements->at[i].sql);
    }
    return digest_hex(a, DIGEST_SHA256, buf_str(&text));
}

static bool run_all(Session *s, const CatalogStatements *statements, Err *err) {
    for (size_t i = 0; i < statements->len; i++)
        if (!session_exec_str(s, statements->at[i].sql, err))
            return err_context(err, "catalog, %s", statements->at[i].name);
    return true;
}

static bool fill(Session *s, const CatalogStatements *statements, Err *err) {
    bool ok = session_begin(s, err) && run_all(s, statements, err) && session_commit(s, err);
    session_rollback(s);
    return ok;
}

static bool make_in_memory(Session *s, const CatalogStatements *statements, Err *err) {
    return session_exec(s, err, "ATTACH ':memory:' AS pond_catalog") && fill(s, statements, err);
}

static bool open_file(Session *s, Arena *a, Str path, Err *err) {
    Err late = {0};
    bool ok = session_exec(s, err, "ATTACH %s AS pond_catalog (READ_ONLY); SET search_path = 'main,%s'",
                           sql_literal(a, path), sql_catalog_schema);
    if (!ok) (void)!session_exec(s, &late, "DETACH DATABASE IF EXISTS pond_catalog");
    return ok;
}

/* Under another name until it is whole and on the disk. */
static bool make_file(Session *s, Arena *a, Str folder, Str path, const CatalogStatements *statements, Err *err) {
    Str fresh = path_join(a, folder, STR("new.duckdb"));
    Err late = {0};
    if (!remove_tree(folder.at, err) || !dir_make(folder.at, 0700, err)) return false;
    if (!session_exec(s, err, "ATTACH %s AS pond_catalog", sql_literal(a, fresh))) return false;
    bool ok = fill(s, statements, err) && session_exec(s, err, "CHECKPOINT pond_catalog");
    if (!session_exec(s, ok ? err : &late, "SET search_path = 'main'; DETACH pond_catalog")) return false;
    if (ok && rename(fresh.at, path.at) == 0) return true;
    if (ok) err_errno(err, errno, "cannot rename \"" STR_FMT "\"", STR_ARG(fresh));
    return false;
}

bool sql_catalog_attach(Session *s, Str folder, const CatalogStatements *statements, Err *err) {
    AUTO(Arena) a = {0};
    Err ignored = {0};
    Str name = arena_printf(&a, STR_FMT ".duckdb", STR_ARG(fingerprint(&a, statements)));
    Str path = path_join(&a, folder, name);
    if (path_exists(path.at) && open_file(s, &a, path, &ignored)) return true;
    bool made = make_file(s, &a, folder, path, statements, &ignored) && open_file(s, &a, path, &ignored);
    return made || make_in_memory(s, statements, err);
}
