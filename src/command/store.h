/* Settings kept in pond.db, as src/project asks for them; the file is opened at the first question. */
#pragma once

#include "command/cmd.h"

/* Gives the project a store that lives as long as the command. */
void store_attach(Cmd *cmd, Project *p);
