/*
 * The watch over the disk (DESIGN 5.3): what would write much is refused before a full disk breaks it. The file system is asked, no file
 * is opened. Any thread.
 *
 *     if (!warehouse_check_disk(w, "the load", err)) return false;
 */
#pragma once

#include "warehouse/warehouse.h"

/* WarehouseOptions.free_disk: nothing is refused. */
#define FREE_DISK_OFF UINT64_MAX

/* ERR_DISK says how much is free where the file is, and how much pond.limits.free_disk keeps free, and that `what` ("the load") does
 * not begin or go on. A database in memory, or a disk that does not answer, has room. */
bool warehouse_check_disk(Warehouse *w, const char *what, Err *err) MUST_USE;
