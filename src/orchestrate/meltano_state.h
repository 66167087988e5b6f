/*
 * Bookmarks that Meltano has left in a project, so that a project that moves to Pond goes on where it was: in its system
 * database (.meltano/meltano.db, or the sqlite:/// file of database_uri), or in the folder of a file:// state backend. They are
 * only read, and only for state ids that have no bookmark of Pond's own.
 *
 *     MeltanoState left;
 *     if (!meltano_state_get(project, meta, id, &left, err)) return false;
 *     if (left.value.len) ...
 *
 * What cannot be read is an error, never "there is none": a run would load everything again, and double the rows of tables
 * without keys.
 */
#pragma once

#include "meta/meta.h"
#include "project/project.h"

typedef struct MeltanoState {
    Str value; /* the STATE's own value as JSON; empty: none */
    Str place; /* file or folder it is from */
} MeltanoState;

/* In the environment of the project. meta: pond.db, which knows what was cleared; may be NULL. Texts in the project's arena. */
bool meltano_state_get(Project *p, Meta *meta, Str id, MeltanoState *ret, Err *err) MUST_USE;
/* Appends the ids that were not cleared, in no order. */
bool meltano_state_list(Project *p, Meta *meta, StrVec *ret, Err *err) MUST_USE;
/* The setting, with its URI, that says that Meltano keeps bookmarks where Pond cannot read; empty: none does. */
bool meltano_state_unread(Project *p, Str *ret, Err *err) MUST_USE;
/* `pond state clear`: Meltano's files stay as they are, pond.db notes that this id counts no more. */
bool meltano_state_forget(Meta *meta, Str id, Err *err) MUST_USE;
