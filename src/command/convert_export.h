/* The other DuckDB's side of a conversion: its venv, and the process that writes a file as SQL and Parquet. See
 * command/doctor_convert.h. One thread. */
#pragma once

#include "command/cmd.h"

typedef struct Exporter {
    Child child;
    Fd in; /* its end tells the process to end */
} Exporter;

/* The Python of a venv with exactly that duckdb ("2.0.0"), made when it is not there: in ~/.cache/pond/venvs, or in `folder`
 * when there is no home. `making` is called before it takes long. */
bool convert_python(Cmd *cmd, Str version, Str folder, void (*making)(void *context, Str path), void *context, Str *ret,
                    Err *err) MUST_USE;

/*
 * Writes the file's tables to `folder`/N.parquet. *ret says what there is:
 *     before, after: statements, those to run before and behind the rows; the order among them may be wrong
 *     tables: name (quoted), title, file, columns, values (of the Parquet's columns), hashed; rows, sum (text or null)
 *     clash: a schema has the database's name, so that a.b may be either
 *     probe: what hash() makes of PROBE there
 * The process stays, with a reader's lock on the file, until exporter_release.
 */
bool convert_export(Cmd *cmd, Str python, Str file, Str folder, Exporter *exporter, Node **ret, Err *err) MUST_USE;
/* It has held its lock until now. */
bool exporter_holds(Exporter *exporter, Err *err) MUST_USE;
void exporter_release(Exporter *exporter);
DEFINE_AUTO(Exporter, exporter_release)

#define CONVERT_PROBE "hash('duck', 1.5::DOUBLE, 42, [1, NULL], {'a': DATE '2024-02-29'})"
