#include "command/sql_neighbours.h"

#include "base/buf.h"
#include "os/file.h"
#include "os/lockinfo.h"
#include "project/warehouse_map.h"
#include "sql/elsewhere.h"
#include "sql/token.h"
#include "warehouse/pool.h"
#include "warehouse/table.h"

static bool is_in(const StrVec *names, Str name) {
    for (size_t i = 0; i < names->len; i++)
        if (str_equal_nocase(names->at[i], name)) return true;
    return false;
}

/* ---- in the server ---- */

static bool is_projects(Cmd *cmd, const Warehouse *w) {
    PoolDatabases all = {0};
    warehouse_pool_databases(cmd->pool, cmd->arena, &all);
    bool is = all.len && str_equal(all.at[0].path, warehouse_path(w));
    vec_release(&all);
    return is;
}

/* As for a client (pgwire/query.c): "warehouse" is the project's file when no other is called so. */
Str sql_neighbours_name(Cmd *cmd, const Warehouse *w, Str sql) {
    Arena *a = cmd->arena;
    AUTO(StrVec) names = {0};
    SqlDatabases d = {.own = warehouse_name(w)};
    Str own = warehouse_pool_name(cmd->pool, a, w), first = STR("warehouse"), next;
    AUTO(Buf) out = {0};
    warehouse_pool_names(cmd->pool, a, &names);
    for (size_t i = 0; i < names.len; i++)
        if (!str_equal_nocase(names.at[i], own)) vec_push(&d.others, names.at[i]);
    if (!is_in(&names, first)) {
        if (is_projects(cmd, w)) vec_push(&d.aliases, first);
        else vec_push(&d.others, first);
    }
    if (!str_equal(own, d.own)) vec_push(&d.aliases, own);
    bool changed = false;
    for (Str rest = sql; sql_cut(&rest, &next);) {
        Str ours = sql_elsewhere(a, next, &d);
        changed |= ours.at != next.at;
        buf_printf(&out, "%s" STR_FMT, out.len ? ";\n" : "", STR_ARG(ours));
    }
    vec_release(&d.others);
    vec_release(&d.aliases);
    return changed ? arena_str(a, buf_str(&out)) : sql;
}

/* ---- without one ---- */

/* Whether `name.` stands there. */
static bool names(Arena *a, Str sql, Str name) {
    SqlTokens t = sql_tokens(sql);
    SqlToken token, last = {.kind = SQL_SYMBOL};
    for (; sql_token_next(&t, &token); last = token)
        if (sql_token_is_symbol(&token, ".") && (last.kind == SQL_WORD || last.kind == SQL_NAME) &&
            str_equal_nocase(sql_token_value(a, &last), name))
            return true;
    return false;
}

/* The file's stem; its path in the project if an earlier one has that name (warehouse/pool.h). */
static Str name_of(const Project *p, Str path, const StrVec *taken) {
    Str stem = path_stem(path), root = p->root;
    if (!is_in(taken, stem)) return stem;
    bool below = str_starts(path, root) && path.len > root.len && path.at[root.len] == '/';
    return below ? str_slice(path, root.len + 1, path.len) : path;
}

static bool attach(Cmd *cmd, Session *s, Str path, Str name, Err *err) {
    Arena *a = cmd->arena;
    LockHolder holder;
    if (session_exec(s, err, "ATTACH %s AS %s (READ_ONLY)", sql_literal(a, path), sql_ident(a, name))) return true;
    if (lock_holder(path.at, &holder)) {
        *err = (Err){0};
        err_set(err, ERR_LOCKED, "\"" STR_FMT "\" is in use by pid %d (%s)", STR_ARG(path), (int)holder.pid,
                holder.command);
    }
    return false;
}

bool sql_neighbours_attach(Cmd *cmd, Project *p, const Warehouse *w, Session *s, Str sql, Err *err) {
    WarehouseMap map = {0};
    AUTO(StrVec) taken = {0}, paths = {0};
    Err ignored = {0};
    bool ok = true;
    /* One whose settings cannot be read is its runs' to complain of. */
    (void)!warehouse_map_active(p, &map, &ignored);
    vec_push(&paths, warehouse_path(w));
    vec_push(&taken, warehouse_name(w));
    for (size_t i = 0; ok && i < map.len; i++) {
        Str path = map.at[i].path, name = name_of(p, path, &taken);
        if (is_in(&paths, path)) continue;
        vec_push(&paths, path);
        vec_push(&taken, name);
        if (path_exists(path.at) && names(cmd->arena, sql, name)) ok = attach(cmd, s, path, name, err);
    }
    vec_release(&map);
    return ok;
}
