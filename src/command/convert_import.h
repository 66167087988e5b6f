/* Our DuckDB's side of a conversion. See command/doctor_convert.h. */
#pragma once

#include "command/cmd.h"
#include "warehouse/warehouse.h"

typedef struct Converted {
    size_t tables;
    uint64_t rows;
    bool hashed; /* contents were compared, too: both DuckDBs hash alike */
} Converted;

/* Makes the file `path` by what convert_export says and wrote to `folder`, and compares. It is whole and closed afterwards.
 * ERR_UNSUPPORTED names the objects that this DuckDB does not take. */
bool convert_import(Cmd *cmd, const Node *what, Str folder, Str path, Converted *ret, Err *err) MUST_USE;
