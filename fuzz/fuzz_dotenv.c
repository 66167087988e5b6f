/* project/dotenv: any text parses; a name that was set is there, one that was removed is not, the others stay. The first
 * line is the value, the rest the file. */
#include "project/dotenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t bad_lines(Str text, Arena *a, Map *ret) {
    SkippedLines bad = {0};
    map_init(ret, a);
    dotenv_parse(text, NULL, ret, &bad);
    size_t count = bad.len;
    vec_release(&bad);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Arena) a = {0};
    AUTO(Buf) set = {0}, unset = {0};
    Str rest = {(const char *)data, size}, value, there;
    if (!size || !str_cut(&rest, '\n', &value) || !rest.at) return 0;
    Map before, after;
    bool readable = bad_lines(rest, &a, &before) == 0;
    for (size_t i = 0; i < before.len; i++) BUG_ON(!before.entries[i].key.len);
    dotenv_set(rest, STR("POND_X"), value, &set);
    (void)bad_lines(buf_str(&set), &a, &after);
    if (readable && str_is_utf8(value) && !memchr(value.at, 0, value.len)) {
        BUG_ON(!map_get_str(&after, STR("POND_X"), &there));
        BUG_ON(after.len != before.len + !map_has(&before, STR("POND_X")));
    }
    dotenv_unset(rest, STR("POND_X"), &unset);
    (void)bad_lines(buf_str(&unset), &a, &after);
    BUG_ON(readable && map_has(&after, STR("POND_X")));
    return 0;
}
