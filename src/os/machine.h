/* What the machine (or the container) lets this process have, and as whom it runs. Any thread. */
#pragma once

#include <stdint.h>

#include "base/arena.h"

/* Bytes: the least of the memory there is and what the control group allows. */
uint64_t machine_memory(void);
/* Processors that are on, at least 1. */
unsigned machine_cores(void);
/* The user's name, or the number of one without a name. */
Str machine_user(Arena *a);
/* For a process that stays and has many threads: what is freed goes back to the system but for 1 MB in each arena, and there are no more
 * arenas than two for a processor. Before other threads begin. */
void machine_give_back(void);
/* Of a process that ends by _exit, at its very end: built with AddressSanitizer it dies when something was not given back, and says what;
 * otherwise nothing happens. */
void machine_check_leaks(void);
