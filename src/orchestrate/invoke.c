#include "orchestrate/invoke.h"

#include <signal.h>

#include "orchestrate/hand_over.h"
#include "orchestrate/tap.h"
#include "project/environ.h"

enum { TERM_GRACE_US = 5 * 1000 * 1000 };

/* Words that ask a plugin for something else than its work. */
static bool asks_about(const StrVec *args) {
    static const char *const words[] = {"--discover", "-d", "--help", "-h", "--version", "--about", "--test"};
    for (size_t i = 0; i < args->len; i++) {
        for (size_t k = 0; k < ARRAY_LEN(words); k++) {
            if (str_is(args->at[i], words[k])) return true;
        }
    }
    return false;
}

/* Airbyte's verbs with a configuration: it stands behind the verb. */
static bool wants_config(const StrVec *args) {
    Str verb = args->len ? args->at[0] : (Str){0};
    return str_is(verb, "check") || str_is(verb, "discover") || str_is(verb, "read");
}

/* What Meltano puts before the user's arguments. */
static bool own_args(const World *w, Program *p, const StrVec *users, StrVec *ret, Err *err) {
    PluginType type = p->plugin->type;
    if (p->plugin->builtin == PLUGIN_TARGET_DUCKDB) vec_push(ret, STR("target"));
    if (type != PLUGIN_EXTRACTORS && type != PLUGIN_LOADERS && type != PLUGIN_MAPPERS) return true;
    if (!program_write_config(w, p, err)) return false;
    if (p->plugin->protocol == PLUGIN_AIRBYTE && users->len) return true;
    if (type == PLUGIN_EXTRACTORS && !asks_about(users)) {
        TapCatalog catalog;
        if (!tap_catalog(w, p, &(TapCatalogOptions){0}, &catalog, err)) return false;
        tap_args(p, &catalog, (Str){0}, ret);
        return true;
    }
    vec_push(ret, STR("--config"));
    vec_push(ret, p->config_path);
    return true;
}

static bool build_args(const World *w, Program *p, const Invocation *v, StrVec *ret, Err *err) {
    if (!v->command.len) {
        if (!own_args(w, p, v->args, ret, err)) return false;
    } else {
        Str executable;
        if (!plugin_command(w->arena, p->plugin, v->command, &p->env, ret, &executable, err)) return false;
        if (!environ_executable(w->project, p->plugin, executable, &p->env, &p->executable, err)) return false;
    }
    for (size_t i = 0; i < v->args->len; i++) vec_push(ret, v->args->at[i]);
    if (p->plugin->protocol == PLUGIN_AIRBYTE && wants_config(v->args)) {
        vec_push(ret, STR("--config"));
        vec_push(ret, p->config_path);
    }
    return true;
}

static bool wait_for_end(const World *w, Child *child, ExitStatus *ret, Err *err) {
    Err canceled = {0};
    if (child_wait(child, (Until){NO_DEADLINE, w->cancel, CANCEL_STOP}, ret, &canceled)) return true;
    if (canceled.code != ERR_CANCELED) {
        *err = canceled;
        return false;
    }
    child_signal(child, SIGTERM);
    Err late = {0};
    if (child_wait(child, (Until){deadline_in(TERM_GRACE_US), w->cancel, CANCEL_ABORT}, ret, &late)) return true;
    child_signal(child, SIGKILL);
    return child_wait(child, UNTIL_DONE, ret, err);
}

bool invoke_run(const World *w, const Invocation *v, ExitStatus *ret, Err *err) {
    Program p;
    AUTO(StrVec) args = {0};
    AUTO(Child) child = {0};
    if (!program_prepare(w, v->plugin, &p, err) || !build_args(w, &p, v, &args, err)) return false;
    ProgramIo io = {.in = v->in, .out = v->out, .err = v->err, .foreground = v->foreground};
    HandOver lent;
    if (!hand_over_begin(w, &p, &lent, err)) return false;
    bool ok = program_start(w, &p, &args, io, &child, err) && wait_for_end(w, &child, ret, err);
    return hand_over_end(&lent, err) && ok;
}
