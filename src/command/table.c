#include "command/table.h"

#include "command/all.h"

#define X(name) &command_##name,
const Command *const commands[] = {COMMANDS(X) NULL};
#undef X

const Option global_options[] = {
    {.name = "environment",
     .kind = OPTION_TEXT,
     .argument = "NAME",
     .help = "active environment; null is none ($POND_ENVIRONMENT)"},
    {.name = "no-environment", .help = "no environment, not even default_environment"},
    {.name = "cwd", .kind = OPTION_TEXT, .argument = "DIR", .help = "run as if started in DIR"},
    {.name = "env-file", .kind = OPTION_TEXT, .argument = "FILE", .help = "instead of the project's .env"},
    {.name = "lock-timeout",
     .kind = OPTION_NUMBER,
     .argument = "SECONDS",
     .value = "600",
     .env = "LOCK_TIMEOUT",
     .help = "how long to wait for another pond that has the warehouse"},
    {.name = "log-level",
     .kind = OPTION_CHOICE,
     .argument = "debug|info|warning|error|critical|disabled",
     .env = "CLI_LOG_LEVEL",
     .help = "what is told beside the result"},
    {.name = "log-format",
     .kind = OPTION_CHOICE,
     .argument = "colored|uncolored|json|key_value|plain",
     .env = "CLI_LOG_FORMAT",
     .help = "how it is told"},
    {.name = "log-config",
     .kind = OPTION_TEXT,
     .argument = "FILE",
     .env = "CLI_LOG_CONFIG",
     .hidden = true,
     .help = "Meltano's: accepted, no effect"},
    {0},
};

const Command *command_find(const Command *const *table, Str name) {
    for (size_t i = 0; table[i]; i++) {
        if (str_is(name, table[i]->name)) return table[i];
        if (table[i]->other_name && str_is(name, table[i]->other_name)) return table[i];
    }
    return NULL;
}

void command_names(const Command *const *table, StrVec *ret) {
    for (size_t i = 0; table[i]; i++) {
        if (!table[i]->hidden) vec_push(ret, str_of(table[i]->name));
    }
}
