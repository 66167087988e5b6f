/*
 * A command line, parsed by the table of commands: which command, its options, its words.
 *
 *     AUTO(CommandLine) line = {0};
 *     if (!command_line_parse(&line, &argv, env, err)) return err_exit_code(err->code);
 *     if (line.wants_help) help_print(out, &line);
 */
#pragma once

#include "command/table.h"

typedef struct CommandLine {
    const Command *command; /* NULL: no command was named */
    const Command *parent;  /* of a verb: the command it belongs to */
    Options options;        /* of the command, its parent, and the global ones */
    StrVec words;           /* arguments that are no options; borrowed from argv */
    bool wants_help;        /* -h, --help, `help ...` or a bare command with verbs: nothing else is checked */
    bool wants_version;     /* --version before any command */
} CommandLine;

void command_line_release(CommandLine *line);
DEFINE_AUTO(CommandLine, command_line_release)

/* argv is without the program's name; its texts must outlive *line. Global options may stand before or behind the command's
 * name. ERR_USAGE with the nearest word as a hint. */
bool command_line_parse(CommandLine *line, const StrVec *argv, const Map *env, Err *err) MUST_USE;

/* Words that may follow argv, whose last word is being typed: commands, verbs, options, choices. */
void command_line_complete(const StrVec *argv, StrVec *ret_words, Arena *a);
