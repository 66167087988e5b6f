/* Certificates that vouch for themselves. */
#pragma once

#include <stdbool.h>

#include "base/err.h"

enum { CERTIFICATE_DAYS = 3650 };

/* A new key (EC P-256, PEM, 0600) and its certificate (PEM, 0644) for this machine: localhost, 127.0.0.1, ::1 and the host's name.
 * Files that are there are written over; the folder must be. */
bool certificate_make(const char *certificate, const char *key, Err *err) MUST_USE;
