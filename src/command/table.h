/*
 * The table of commands: parsing, --help and shell completion come from its rows. One command is one file: its rows and
 * its body. docs/howto/add-a-command.md says how to add one.
 *
 *     const Command command_version = {
 *         .name = "version", .group = GROUP_PROJECT, .summary = "print the version", .run = version_run,
 *     };
 */
#pragma once

#include "command/option.h"

typedef struct Cmd Cmd;
typedef struct Command Command;

/* Headings of `pond --help`, in this order. */
typedef enum CommandGroup {
    GROUP_LOAD,      /* Extract and load */
    GROUP_PROJECT,   /* Project */
    GROUP_WAREHOUSE, /* Warehouse */
    GROUP_MACHINE,   /* This machine */
    GROUP_COUNT,
} CommandGroup;

struct Command {
    const char *name;
    const char *other_name; /* also accepted, NULL = none */
    CommandGroup group;
    /* The usage text is the rule: "PLUGIN [STREAM]" takes one or two words, "BLOCK..." one or more, "[NAME...]" any. */
    const char *words;
    const char *summary;         /* one line, lower case, no full stop */
    const char *details;         /* lines of `COMMAND --help` behind the options: examples; NULL = none */
    const Option *options;       /* ended by an empty row; NULL = none */
    const Command *const *verbs; /* `config list`: ended by NULL; a command with verbs has no body of its own */
    const Command *usual_verb;   /* stands in when only words that are no verb follow; NULL = the verb is required */
    bool (*run)(Cmd *cmd, Err *err);
    bool verb_may_follow; /* v3's `config PLUGIN VERB` */
    bool passes_on;       /* everything behind the first word belongs to another program */
    bool warehouse;       /* opens one: runs in the server when that is up */
    bool spawns;          /* needs the keeper: forked before any thread starts */
    bool hidden;
};

/* All commands, in the order of the help; ended by NULL. */
extern const Command *const commands[];
extern const Option global_options[];

/* By name or other name; NULL when unknown. */
const Command *command_find(const Command *const *table, Str name);
/* The names of a table that help shows, for "did you mean". */
void command_names(const Command *const *table, StrVec *ret);
