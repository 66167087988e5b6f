/* Runs statements and writes the rows of each, one after the other, as --format and --output of `pond sql` say. */
#pragma once

#include "command/cmd.h"
#include "warehouse/warehouse.h"

bool sql_output(Cmd *cmd, Session *s, Str sql, Err *err) MUST_USE;
