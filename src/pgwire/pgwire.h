/* The PostgreSQL wire as a Service (server/service.h): protocol 3.0 and 3.2. */
#pragma once

#include "server/service.h"

extern const Service pgwire_service;
