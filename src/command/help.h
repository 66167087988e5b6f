/* --help texts, from the rows of the table of commands. */
#pragma once

#include "command/out.h"
#include "command/table.h"

/* All commands, by group. */
void help_print_all(Out *out);
/* One command; parent NULL unless it is a verb. */
void help_print(Out *out, const Command *command, const Command *parent);
