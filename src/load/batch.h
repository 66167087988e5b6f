/* BATCH messages: records in files. */
#pragma once

#include "base/err.h"
#include "base/node.h"
#include "warehouse/warehouse.h"

/* Reads the files of a BATCH message's manifest (jsonl, plain or gzip; parquet through DuckDB) and hands over each record
 * as one line of JSON. False: a file or encoding that cannot be read, or what `record` returned. */
bool batch_read(Warehouse *w, const Node *message, bool (*record)(void *context, Str line, Err *err), void *context,
                Err *err) MUST_USE;
