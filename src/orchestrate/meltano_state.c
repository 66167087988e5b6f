#include "orchestrate/meltano_state.h"

#include "base/json.h"
#include "meta/meltano_db.h"
#include "orchestrate/foreign_state.h"
#include "os/file.h"
#include "project/settings.h"

enum { STATE_LIMIT = 64 * 1024 * 1024 };

/* ---- where ---- */

typedef enum PlaceKind {
    PLACE_NONE,     /* Meltano was never used here, or keeps bookmarks where we cannot read */
    PLACE_DATABASE, /* a SQLite file */
    PLACE_FOLDER,   /* <folder>/<state id>/state.json */
} PlaceKind;

typedef struct Place {
    PlaceKind kind;
    Str path; /* absolute */
} Place;

/* What stands behind the scheme, when the URI has it. */
static bool path_of(Str uri, Str scheme, Str *ret) {
    if (!str_starts(uri, scheme)) return false;
    *ret = str_slice(uri, scheme.len, STR_NONE);
    return ret->len > 0;
}

static Place place_at(Project *p, PlaceKind kind, Str path) {
    Str full = project_path(p, path);
    return path_exists(full.at) ? (Place){kind, full} : (Place){0};
}

static bool find_place(Project *p, Place *ret, Err *err) {
    Settings *own = settings_of_project(p, err);
    Str backend, database, path;
    *ret = (Place){0};
    if (!own || !settings_get_text(own, STR("state_backend.uri"), &backend, err)) return false;
    if (!settings_get_text(own, STR("database_uri"), &database, err)) return false;
    if (!str_is(backend, "systemdb")) {
        if (path_of(backend, STR("file://"), &path)) *ret = place_at(p, PLACE_FOLDER, path);
    } else if (path_of(database, STR("sqlite:///"), &path)) {
        *ret = place_at(p, PLACE_DATABASE, str_slice(path, 0, MIN(str_find(path, '?'), path.len)));
    }
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
    case PLACE_NONE: return true;
    case PLACE_DATABASE: return read_database(p, place.path, id, &ret->value, err) || fail_unread(err);
    case PLACE_FOLDER: return read_folder(p, place.path, id, &ret->value, err) || fail_unread(err);
    }
    return false;
}

static bool list_place(Project *p, const Place *place, StrVec *ret, Err *err) {
    switch (place->kind) {
    case PLACE_NONE: return true;
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
