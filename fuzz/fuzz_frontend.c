/*
 * A client of the PostgreSQL wire that sends anything: messages, COPY data. The first byte: even, a valid start-up goes before; odd,
 * the input begins with it.
 */
#include "engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static Engine *engine;
    if (!size) return 0;
    if (!engine) engine = fuzz_engine();
    Str hello = data[0] % 2 == 0 ? FUZZ_HELLO : STR("");
    fuzz_client(engine, true, hello, (Str){(const char *)data + 1, size - 1});
    return 0;
}
