/*
 * pond doctor --convert FILE: a file of another DuckDB becomes one of ours, through Parquet, by a Python venv with the DuckDB
 * that wrote it. In order:
 *
 *     FILE.converting/          a folder of its own beside the file, locked; a leftover of a killed pond is emptied
 *     convert_export            that Python reads FILE and holds its lock until the end: nobody writes meanwhile
 *     convert_import            our DuckDB makes FILE.converting/new/<name of FILE>, and compares
 *     FILE.v2.0.0               a hard link to FILE, then the new file is renamed to FILE
 *
 * So at any moment FILE is there and whole: the old one or the new one. What cannot be converted is an error that names it,
 * and nothing has changed.
 */
#pragma once

#include "command/cmd.h"
#include "warehouse/warehouse.h"

/* ERR_NOT_FOUND, ERR_LOCKED; ERR_INPUT when there is nothing to convert; ERR_DISK without room for it; ERR_UNSUPPORTED with
 * what cannot be converted. */
bool doctor_convert(Cmd *cmd, Str file, Err *err) MUST_USE;
