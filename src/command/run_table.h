/* The table at the end of a block: for people, and the same figures as JSON. */
#pragma once

#include "base/node.h"
#include "command/out.h"
#include "orchestrate/report.h"

void run_table_print(Out *out, const BlockReport *r);
Node *run_table_json(Arena *a, const BlockReport *r);
/* Seconds with three decimals. */
Node *run_table_seconds(Arena *a, int64_t us);
