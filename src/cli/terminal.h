/* The process' own streams as a command sees them: terminal or not, its width, colours. Only main uses it. */
#pragma once

#include "base/map.h"
#include "command/out.h"

/* Fills *ret for descriptor fd. env says about colours (NO_COLOR, TERM), width (COLUMNS) and characters (LC_ALL...). */
void terminal_open(Out *ret, int fd, const Map *env, Cancel *cancel);
bool terminal_is(int fd);
