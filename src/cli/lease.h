/* Files that a server lends to a program of this process' (orchestrate/hand_over.h), over the control socket. */
#pragma once

#include "orchestrate/world.h"

/* Its context is the Cmd. */
extern const Lender cli_lender;
