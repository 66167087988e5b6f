#include "command/nearest.h"

#include "base/buf.h"

/* Edits that still look like a slip: one in three letters. */
static size_t slips(Str typed) {
    return MAX(typed.len / 3, (size_t)1);
}

Str nearest_word(Str typed, const StrVec *known) {
    Str best = {0};
    size_t least = STR_NONE;
    for (size_t i = 0; i < known->len; i++) {
        size_t edits = str_distance(typed, known->at[i]);
        bool begun = typed.len >= 3 && str_starts(known->at[i], typed);
        if (begun) edits = MIN(edits, (size_t)1);
        if (edits < least) {
            least = edits;
            best = known->at[i];
        }
    }
    return least <= slips(typed) ? best : (Str){0};
}

bool nearest_hint(Str typed, const StrVec *known, Err *err) {
    AUTO(Buf) names = {0};
    Str near = nearest_word(typed, known);
    if (near.len) return err_hint(err, "did you mean " STR_FMT "?", STR_ARG(near));
    for (size_t i = 0; i < known->len; i++) buf_printf(&names, "%s" STR_FMT, i ? ", " : "", STR_ARG(known->at[i]));
    if (known->len) return err_hint(err, "there are: %s", buf_c(&names));
    return err_hint(err, "there are none");
}
