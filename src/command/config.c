/* pond config: rows of the verbs; bodies in config_show.c, config_edit.c and config_test.c. Both orders are accepted,
 * `config set PLUGIN ...` (Meltano 4) and `config PLUGIN set ...` (3). */
#include "command/config.h"

#include "command/all.h"
#include "command/install.h"

/* Of `config` itself: known before the verb, so they may stand anywhere. */
static const Option common[] = {
    {.name = "plugin-type", .kind = OPTION_TEXT, .argument = "TYPE", .help = "when two plugins have the same name"},
    {.name = "unsafe", .help = "show sensitive values"},
    {.name = "safe", .help = "hide sensitive values (default)", .hidden = true},
    {0},
};

#define OPTION_STORE                                                                                                   \
    {                                                                                                                  \
        .name = "store", .kind = OPTION_CHOICE, .argument = "auto|dotenv|meltano_yml|meltano_environment|db",          \
        .value = "auto", .help = "where"                                                                               \
    }

static const Option list_options[] = {
    {.name = "all", .help = "also optional settings that have their default"},
    {.name = "extras", .help = "settings about the plugin instead: select, metadata, ..."},
    {.name = "filter", .kind = OPTION_TEXT, .argument = "TEXT", .help = "only names that contain TEXT"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .value = "text", .help = "output"},
    {0},
};

static const Command list_row = {
    .name = "list",
    .words = "[PLUGIN]",
    .summary = "settings with their values and where these come from",
    .options = list_options,
    .run = config_list_run,
};

static const Option print_options[] = {
    {.name = "extras", .help = "settings about the plugin instead: select, metadata, ..."},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "json|env", .value = "json", .help = "output"},
    {0},
};

static const Command print_row = {
    .name = "print",
    .words = "PLUGIN",
    .summary = "the configuration as the plugin gets it",
    .options = print_options,
    .run = config_print_run,
};

static const Option set_options[] = {
    OPTION_STORE,
    {.name = "from-file",
     .kind = OPTION_TEXT,
     .argument = "FILE",
     .help = "read the value from FILE, - for standard input"},
    {.name = "interactive", .help = "Meltano's questions: not in Pond", .hidden = true},
    {0},
};

static const Command set_row = {
    .name = "set",
    .words = "PLUGIN NAME... [VALUE]",
    .summary = "set a setting; more than one NAME is one that is nested; no VALUE with --from-file",
    .options = set_options,
    .run = config_set_run,
};

static const Option unset_options[] = {OPTION_STORE, {0}};

static const Command unset_row = {
    .name = "unset",
    .words = "PLUGIN NAME...",
    .summary = "forget a setting's value",
    .options = unset_options,
    .run = config_unset_run,
};

static const Option reset_options[] = {
    OPTION_STORE,
    {.name = "yes", .letter = 'y', .help = "do not ask"},
    {0},
};

static const Command reset_row = {
    .name = "reset",
    .words = "PLUGIN",
    .summary = "forget all values of a plugin",
    .options = reset_options,
    .run = config_reset_run,
};

static const Option test_options[] = {OPTIONS_OF_INSTALLING, {0}};

static const Command test_row = {
    .name = "test",
    .words = "PLUGIN",
    .summary = "ask a tap whether its configuration works: it must emit a record",
    .options = test_options,
    .run = config_test_run,
    .spawns = true,
};

static const Command *const verbs[] = {&list_row, &print_row, &set_row, &unset_row, &reset_row, &test_row, NULL};

const Command command_config = {
    .name = "config",
    .group = GROUP_PROJECT,
    .summary = "show and change settings of plugins, or of the project (PLUGIN = meltano)",
    .options = common,
    .verbs = verbs,
    .usual_verb = &print_row,
    .verb_may_follow = true,
};
