/* What an Airbyte source writes: lines, the answer of a command, states and catalogs. States are written and read back as
 * the same. */
#include "base/json.h"
#include "singer/airbyte.h"
#include "singer/airbyte_catalog.h"
#include "singer/airbyte_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const AirbyteState *state) {
    AUTO(AirbyteState) again = {0};
    AUTO(Buf) written = {0}, twice = {0}, file = {0};
    Err err = {0};
    airbyte_state_write(state, &written);
    airbyte_state_file(state, &file);
    BUG_ON(!airbyte_state_load(&again, buf_str(&written), &err));
    airbyte_state_write(&again, &twice);
    BUG_ON(!str_equal(buf_str(&written), buf_str(&twice)));
}

static void check_line(Arena *a, Str line, AirbyteState *state) {
    AirbyteHead head;
    AirbyteNote note;
    Err err = {0};
    Str name;
    if (!airbyte_scan(line, &head, &err)) {
        BUG_ON(!err.msg[0]);
        return;
    }
    if (head.kind == AIRBYTE_RECORD && airbyte_record_stream(&head, a, &name, &err)) BUG_ON(!name.at);
    if (head.kind == AIRBYTE_STATE && !airbyte_state_add(state, head.body, &err)) BUG_ON(!err.msg[0]);
    if (airbyte_note(a, &head, &note)) BUG_ON(!str_is_utf8(note.text) && str_is_utf8(line));
}

static void check_catalog(Arena *a, const Node *catalog) {
    AirbyteStream stream;
    Node *singer = airbyte_catalog_to_singer(a, catalog), *configured = airbyte_catalog_configure(a, catalog, singer);
    for (size_t i = 0; airbyte_catalog_stream(a, configured, i, &stream); i++) BUG_ON(!stream.key_properties);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Arena) a = {0};
    AUTO(AirbyteState) state = {0}, loaded = {0};
    Err err = {0};
    if (!size) return 0;
    Str text = {(const char *)data, size}, rest = text, line;
    while (str_cut(&rest, '\n', &line)) check_line(&a, line, &state);
    if (!airbyte_state_is_empty(&state)) check_same(&state);
    if (airbyte_state_load(&loaded, text, &err)) check_same(&loaded);
    const Node *catalog = airbyte_answer(&a, text, AIRBYTE_CATALOG, &err);
    if (catalog) check_catalog(&a, catalog);
    return 0;
}
