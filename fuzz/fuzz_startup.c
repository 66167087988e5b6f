/*
 * The first bytes of a client over TCP, before anybody knows who it is: wishes for encryption, handshakes, start-up packets, cancel
 * requests, SCRAM. The first byte says how the server takes TLS; 3: a Unix socket.
 */
#include "engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static Engine *engine;
    static TlsServer *tls;
    if (!size) return 0;
    if (!engine) {
        engine = fuzz_engine();
        tls = fuzz_plan.tls;
    }
    static const TlsMode modes[] = {TLS_AUTO, TLS_OFF, TLS_REQUIRED, TLS_AUTO};
    fuzz_config.tls = modes[data[0] & 3];
    fuzz_plan.tls = fuzz_config.tls == TLS_OFF ? NULL : tls;
    fuzz_client(engine, (data[0] & 3) == 3, STR(""), (Str){(const char *)data + 1, size - 1});
    return 0;
}
