/*
 * The part of the catalog that is made of what the server knows at the moment: sessions, users, settings, locks; and functions that belong
 * to the session that asks. Over pond_call and pond_rows (warehouse/live.h), which src/pgwire answers.
 */
#pragma once

#include "warehouse/warehouse.h"

/* In the schema sql_catalog_schema, which must be there with its other views. */
bool sql_catalog_live_make(Session *s, Err *err) MUST_USE;
