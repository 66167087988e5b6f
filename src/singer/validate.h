/* JSON Schema validation of records (`validate_records`), as the Singer SDK does: draft 2020-12, formats not checked. */
#pragma once

#include "base/err.h"
#include "base/node.h"

/* Checks one record against its stream's schema. False: err lists the first violations (property, value, rule). scratch
 * memory only while it runs. Any thread. */
bool record_validate(const Node *schema, const Node *record, Arena *scratch, Err *err) MUST_USE;
