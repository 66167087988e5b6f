#include "orchestrate/meltano_state.h"

#include "base/json.h"
#include "meta/meltano_db.h"
#include "orchestrate/foreign_state.h"
#include "os/file.h"
#include "project/settings.h"

enum { STATE_LIMIT = 64 * 1024 * 1024 };

/* ---- where ---- */

typedef enum PlaceKind {
    PLACE_NONE,      /* Meltano was never used here */
    PLACE_DATABASE,  /* a SQLite file */
    PLACE_FOLDER,    /* <folder>/<state id>/state.json */
    PLACE_ELSEWHERE, /* where we cannot read */
} PlaceKind;

typedef struct Place {
    PlaceKind kind;
    Str path;         /* absolute; of a database or folder */
    Str setting, uri; /* of PLACE_ELSEWHERE: who says so */
} Place;

static Place place_at(Project *p, PlaceKind kind, Str path) {
    Str full = project_path(p, path);
    return path.len && path_exists(full.at) ? (Place){.kind = kind, .path = full} : (Place){0};
}

static Place place_of_backend(Project *p, Str uri) {
    Str scheme = STR("file://");
    if (str_starts(uri, STR("file:///"))) return place_at(p, PLACE_FOLDER, str_slice(uri, scheme.len, STR_NONE));
    return (Place){.kind = PLACE_ELSEWHERE, .setting = STR("state_backend.uri"), .uri = uri};
}

static Place place_of_database(Project *p, Str uri) {
    Str scheme = STR("sqlite:///");
    if (str_starts(uri, scheme)) return place_at(p, PLACE_DATABASE, str_slice(uri, scheme.len, str_find(uri, '?')));
    return (Place){.kind = PLACE_ELSEWHERE, .setting = STR("database_uri"), .uri = uri};
}

static bool find_place(Project *p, Place *ret, Err *err) {
    Settings *own = settings_of_project(p, err);
    Str backend, database;
    if (!own || !settings_get_text(own, STR("state_backend.uri"), &backend, err)) return false;
    if (!settings_get_text(own, STR("database_uri"), &database, err)) return false;
    bool in_database = !backend.len || str_is(backend, "systemdb");
    *ret = in_database ? place_of_database(p, database) : place_of_backend(p, backend);
    return true;
}

/* User and password, and what stands behind "?", are left out. A key of S3 may have a "/" in it. */
static Str shown_uri(Arena *a, Str uri) {
    Str plain = str_slice(uri, 0, str_find(uri, '?'));
    size_t scheme = str_find_str(plain, STR("://")), at = str_find_last(plain, '@');
    if (scheme == STR_NONE || at == STR_NONE || at < scheme) return plain;
    return arena_printf(a, STR_FMT "://***" STR_FMT, STR_ARG(str_slice(plain, 0, scheme)),
                        STR_ARG(str_slice(plain, at, STR_NONE)));
}

bool meltano_state_unread(Project *p, Str *ret, Err *err) {
    Place place;
    *ret = (Str){0};
    if (!find_place(p, &place, err)) return false;
    if (place.kind != PLACE_ELSEWHERE) return true;
    Str uri = shown_uri(p->arena, place.uri);
    *ret = arena_printf(p->arena, STR_FMT " \"" STR_FMT "\"", STR_ARG(place.setting), STR_ARG(uri));
    return true;
}

/* ---- reading ---- */

static bool read_database(Project *p, Str path, Str id, Str *ret, Err *err) {
    ForeignState record;
    if (!meltano_db_get(p->arena, path, id, &record, err)) return false;
    return foreign_state_value(p->arena, &record, ret, err) || err_context(err, STR_FMT, STR_ARG(id));
}

/* Meltano's locks are for its writers; it rewrites the file in place. */
static bool read_folder(Project *p, Str folder, Str id, Str *ret, Err *err) {
    Str path = path_join(p->arena, path_join(p->arena, folder, id), STR("state.json")), text;
    if (!path_exists(path.at)) return true;
    const Node *record = file_read(p->arena, path.at, STATE_LIMIT, &text, err) ? json_parse(p->arena, text, err) : NULL;
    if (!record) return err_context(err, STR_FMT, STR_ARG(path));
    *ret = foreign_state_merged(p->arena, node_get_c(record, "completed"), node_get_c(record, "partial"));
    return true;
}

static bool list_folder(Project *p, Str folder, StrVec *ret, Err *err) {
    AUTO(StrVec) names = {0};
    if (!dir_list(p->arena, folder.at, &names, err)) return false;
    for (size_t i = 0; i < names.len; i++) {
        Str file = path_join(p->arena, path_join(p->arena, folder, names.at[i]), STR("state.json"));
        if (path_exists(file.at)) vec_push(ret, names.at[i]);
    }
    return true;
}

static bool fail_unread(Err *err) {
    err_context(err, "bookmarks of Meltano");
    if (err->code == ERR_LOCKED) return err_hint(err, "try again when it is done");
    return err_hint(err, "without them rows may be loaded twice; move the file away to begin anew");
}

/* ---- what was cleared: a record in pond.db with nothing in it ---- */

static bool was_cleared(Project *p, Meta *meta, Str id, bool *ret, Err *err) {
    ForeignState record;
    if (!meta_state_get(meta, p->arena, id, &record, err)) return false;
    *ret = record.updated_us && !record.completed.len && !record.partial.len;
    return true;
}

bool meltano_state_forget(Meta *meta, Str id, Err *err) {
    return meta_state_set(meta, id, &(ForeignState){0}, err);
}

/* ---- both ---- */

bool meltano_state_get(Project *p, Meta *meta, Str id, MeltanoState *ret, Err *err) {
    Place place;
    bool cleared;
    *ret = (MeltanoState){0};
    if (!was_cleared(p, meta, id, &cleared, err)) return false;
    if (cleared) return true;
    if (!find_place(p, &place, err)) return false;
    ret->place = place.path;
    switch (place.kind) {
    case PLACE_NONE:
    case PLACE_ELSEWHERE: return true;
    case PLACE_DATABASE: return read_database(p, place.path, id, &ret->value, err) || fail_unread(err);
    case PLACE_FOLDER: return read_folder(p, place.path, id, &ret->value, err) || fail_unread(err);
    }
    return false;
}

static bool list_place(Project *p, const Place *place, StrVec *ret, Err *err) {
    switch (place->kind) {
    case PLACE_NONE:
    case PLACE_ELSEWHERE: return true;
    case PLACE_DATABASE: return meltano_db_list(p->arena, place->path, ret, err) || fail_unread(err);
    case PLACE_FOLDER: return list_folder(p, place->path, ret, err) || fail_unread(err);
    }
    return false;
}

bool meltano_state_list(Project *p, Meta *meta, StrVec *ret, Err *err) {
    AUTO(StrVec) ids = {0};
    Place place;
    bool cleared;
    if (!find_place(p, &place, err) || !list_place(p, &place, &ids, err)) return false;
    for (size_t i = 0; i < ids.len; i++) {
        if (!was_cleared(p, meta, ids.at[i], &cleared, err)) return false;
        if (!cleared) vec_push(ret, ids.at[i]);
    }
    return true;
}
