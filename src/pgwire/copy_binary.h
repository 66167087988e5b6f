/* Fields of COPY's binary format, as PostgreSQL's receive functions read them: each is a CopyRead (copy_field.h) for a family of types. */
#pragma once

#include "pgwire/copy_field.h"

/* "incorrect binary data format". Returns false. */
bool copy_wrong_binary(Err *err);
bool copy_binary_integer(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_real(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_numeric(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_boolean(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_date(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_timestamp(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_time(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_text(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_bytea(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
bool copy_binary_uuid(const CopyField *f, Str field, CopyCell *cell, Err *err) MUST_USE;
