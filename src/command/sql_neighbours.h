/*
 * The project's other files in a statement of `pond sql`: `select ... from second.main.t`. In the server they are read as a client's
 * session reads them (sql/elsewhere.h); without one, those that are named are attached, for reading alone.
 */
#pragma once

#include "command/cmd.h"
#include "warehouse/warehouse.h"

/* Of statements on a file of cmd->pool: what they become. In the arena, or as they were. */
Str sql_neighbours_name(Cmd *cmd, const Warehouse *w, Str sql);
/* Attaches the files of the project's active environment that the statements name. ERR_LOCKED: another process writes to one. */
bool sql_neighbours_attach(Cmd *cmd, Project *p, const Warehouse *w, Session *s, Str sql, Err *err) MUST_USE;
