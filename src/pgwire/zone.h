/*
 * A time zone's offsets from UTC, as DuckDB knows them: asked once for each zone, then kept while the process lives. Any thread.
 *
 *     const Zone *zone = zone_get(db, STR("America/New_York"));       db's TimeZone is that already
 *     zone_offset(zone, 0)                                            -18000
 */
#pragma once

#include "warehouse/warehouse.h"

typedef struct Zone Zone;

/* The zone that `db` has now, by its name. NULL: UTC, or DuckDB cannot tell. The session must have no open stream. */
const Zone *zone_get(Session *db, Str name);
/* The zone with one offset always, in seconds east. */
const Zone *zone_fixed(int32_t offset);
/* Seconds east of UTC at an instant, in microseconds since 1970. zone may be NULL. */
int32_t zone_offset(const Zone *zone, int64_t us);
