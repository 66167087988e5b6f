/* Whether an installer failed for want of a network: read from what uv, pip and git say. */
#pragma once

#include "base/str.h"

/* *ret_host: the host, with its port if one is named, that nothing came from; a part of the log, or pip's default. False: the
 * log speaks of no such thing. */
bool unreachable_host(Str log, Str *ret_host);
