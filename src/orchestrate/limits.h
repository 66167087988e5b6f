/* What the project says about the database: pond.warehouse.memory_limit, threads, temp_limit; pond.limits.free_disk. */
#pragma once

#include "project/project.h"
#include "warehouse/warehouse.h"

/* Fills memory_limit, threads, temp_limit and free_disk, for the server and for whoever opens the file itself. What the project does not say
 * stays 0: the warehouse's defaults, which are other ones for a process that only loads. ERR_CONFIG with the value and its place. */
bool warehouse_limits_read(Project *p, WarehouseOptions *ret, Err *err) MUST_USE;
/* ERR_CONFIG: the setting `name` has a value that is no `what`; with its place. Returns false. */
bool setting_is_wrong(Project *p, const char *name, const char *what, const char *example, Err *err);
