/* Opening the project's warehouse for a command. */
#pragma once

#include "command/cmd.h"
#include "orchestrate/lock_wait.h"

typedef enum OpenMode { OPEN_READ, OPEN_WRITE } OpenMode;

/* A lock wait as --lock-timeout says, which tells the user whom it waits for. */
LockWait open_lock_wait(Cmd *cmd);
/* Whatever file it is: a path that is no project's is fine. ERR_NOT_FOUND for OPEN_READ of a file that does not exist. */
Warehouse *open_warehouse_file(Cmd *cmd, Str path, OpenMode mode, Err *err) MUST_USE;
/* A file of the project's, with the limits it gives. */
Warehouse *open_project_file(Cmd *cmd, Project *p, Str path, OpenMode mode, Err *err) MUST_USE;
/* The project's file, with the limits the project gives. */
Warehouse *open_warehouse(Cmd *cmd, Project *p, OpenMode mode, Err *err) MUST_USE;
