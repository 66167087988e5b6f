/* The methods of str, in three files; the table is in methods_str.c. */
#pragma once

#include "jinja/builtins.h"

/* methods_str_case.c: letters and kinds of characters */
BuiltinCall str_lower, str_upper, str_casefold, str_title, str_capitalize, str_swapcase;
BuiltinCall str_isalnum, str_isalpha, str_isascii, str_isdecimal, str_isdigit, str_isidentifier, str_islower,
    str_isnumeric, str_isprintable, str_isspace, str_istitle, str_isupper;

/* methods_str_find.c: what looks for a text inside another */
BuiltinCall str_find_left, str_find_right, str_index, str_rindex, str_count, str_startswith, str_endswith;
BuiltinCall str_replace, str_removeprefix, str_removesuffix, str_strip, str_lstrip, str_rstrip;
BuiltinCall str_partition, str_rpartition, str_split, str_rsplit, str_splitlines;
