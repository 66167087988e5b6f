/* Every command by name, in the order of `pond --help`. A file named after the command holds its row and its body. */
#pragma once

#include "command/table.h"

#define COMMANDS(X)                                                                                                    \
    X(run)                                                                                                             \
    X(el)                                                                                                              \
    X(state)                                                                                                           \
    X(logs)                                                                                                            \
    X(invoke)                                                                                                          \
    X(target)                                                                                                          \
    X(init)                                                                                                            \
    X(add)                                                                                                             \
    X(install)                                                                                                         \
    X(config)                                                                                                          \
    X(select)                                                                                                          \
    X(up)                                                                                                              \
    X(down)                                                                                                            \
    X(status)                                                                                                          \
    X(restart)                                                                                                         \
    X(reload)                                                                                                          \
    X(lend)                                                                                                            \
    X(user)                                                                                                            \
    X(sql)                                                                                                             \
    X(backup)                                                                                                          \
    X(restore)                                                                                                         \
    X(compact)                                                                                                         \
    X(doctor)                                                                                                          \
    X(version)                                                                                                         \
    X(complete)

#define X(name) extern const Command command_##name;
COMMANDS(X)
#undef X
