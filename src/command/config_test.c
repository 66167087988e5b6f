/* config test: starts the tap and waits for its first record, as Meltano does. */
#include "base/json.h"
#include "command/config.h"
#include "command/install.h"
#include "command/run_common.h"
#include "orchestrate/chain.h"

enum { PIECE = 64 * 1024, LINE_LIMIT = 256 * 1024 * 1024 };

static bool is_record(Str line) {
    AUTO(Arena) arena = {0};
    Err ignored;
    const Node *message = str_starts(str_trim(line), STR("{")) ? json_parse(&arena, line, &ignored) : NULL;
    Str type = node_text(node_get_c(message, "type"));
    return str_is(type, "RECORD") || str_is(type, "BATCH");
}

/* Reads lines up to the first record. *ret_found false: the tap ended before. */
static bool find_record(Cmd *cmd, int output, bool *ret_found, Err *err) {
    AUTO(Buf) text = {.limit = LINE_LIMIT};
    Until until = {NO_DEADLINE, cmd->cancel, CANCEL_STOP};
    *ret_found = false;
    for (;;) {
        size_t end;
        while ((end = str_find(buf_str(&text), '\n')) != STR_NONE) {
            if (is_record(str_slice(buf_str(&text), 0, end))) {
                *ret_found = true;
                return true;
            }
            buf_drop(&text, end + 1);
        }
        if (!buf_reserve(&text, PIECE)) return err_set(err, ERR_INPUT, "a line of the tap is too long");
        ssize_t got = io_read(output, text.at + text.len, PIECE, until, err);
        if (got <= 0) return got == 0;
        text.len += (size_t)got;
    }
}

static bool start_tap(const World *w, const Plugin *plugin, Chain *chain, Err *err) {
    TapCatalog catalog = {0};
    Program *tap = chain_add(chain, w, plugin, err);
    if (!tap || !tap_catalog(w, tap, &(TapCatalogOptions){0}, &catalog, err)) return false;
    if (plugin->protocol == PLUGIN_AIRBYTE) chain->bridge.catalog = catalog.document;
    tap_args(tap, &catalog, (Str){0}, chain_args(chain, 0));
    return chain_start(chain, w, err);
}

bool config_test_run(Cmd *cmd, Err *err) {
    AUTO(World) world = {0};
    AUTO(Chain) chain = {.output = -1};
    bool found;
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    const Plugin *plugin = p ? cmd_plugin(cmd, p, PLUGIN_EXTRACTORS, cmd_word(cmd, 0), err) : NULL;
    if (!plugin || !install_missing_one(cmd, p, plugin, err)) return false;
    if (cmd_flag(cmd, "only-install")) return true;
    if (!run_world_open(cmd, p, &world, err)) return false;
    chain_init(&chain, &world, 1);
    if (!start_tap(&world, plugin, &chain, err) || !find_record(cmd, chain.output, &found, err)) return false;
    if (found) {
        out_printf(cmd->out, STR_FMT " works: it sent a record\n", STR_ARG(plugin->name));
        return true;
    }
    if (!chain_wait(&chain, &world, err))
        return err->hint[0] ? false : err_hint(err, "pond invoke " STR_FMT " shows all it says", STR_ARG(plugin->name));
    return err_set(err, ERR_CONFIG, STR_FMT " ended well but sent no record", STR_ARG(plugin->name));
}
