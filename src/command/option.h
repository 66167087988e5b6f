/*
 * Options and words of one command line, parsed by the rows of a table. One row gives parsing, validation, help, shell
 * completion and the environment variable that stands in for the option.
 *
 *     static const Option options[] = {
 *         {.name = "timeout", .kind = OPTION_NUMBER, .argument = "SECONDS", .env = "RUN_TIMEOUT", .help = "stop the run after SECONDS"},
 *         {.name = "force", .letter = 'f', .help = "run although another run holds this state"},
 *         {0},
 *     };
 *     if (options_flag(&cmd->options, "force")) ...
 */
#pragma once

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"

typedef enum OptionKind {
    OPTION_FLAG,   /* given or not */
    OPTION_SWITCH, /* --NAME or --no-NAME; `value` "on" or "off" is the default */
    OPTION_TEXT,
    OPTION_NUMBER, /* whole, not negative */
    OPTION_CHOICE, /* one of the words of `argument`: "json|text" */
    OPTION_LIST,   /* text, may be given again: all are kept */
} OptionKind;

typedef struct Option {
    const char *name; /* without dashes, words joined by "-" (typed "_" is the same); NULL ends a table */
    char letter;      /* of the short form, 0 = none */
    OptionKind kind;
    const char *argument; /* what the value is called in the help; of a choice, its words */
    const char *value;    /* when neither given nor in the environment; NULL = empty */
    const char *env;      /* POND_<env> and MELTANO_<env> stand in for the option */
    const char *help;
    bool hidden; /* old names of Meltano: accepted, not shown */
} Option;

typedef struct OptionValue OptionValue;

/* The options a command accepts and what was given. Texts are borrowed from argv, the environment and the tables. */
typedef struct Options {
    VEC(OptionValue *) values;
    const char *of[2]; /* the words of their command, for hints; NULL behind them */
} Options;

void options_release(Options *o);
/* Adds a table's rows (NULL: none). A row of a name that is there already takes its place: add the
 * nearest table last. */
void options_add(Options *o, const Option *table);
/* Reads argv[*at], known to begin with "-", and its value; moves *at behind them. The error names the nearest option. */
bool options_take(Options *o, const StrVec *argv, size_t *at, Err *err) MUST_USE;
/* For options that were not given: values from POND_<env>, MELTANO_<env> and the defaults. */
bool options_fill(Options *o, const Map *env, Err *err) MUST_USE;

/* ---- what was given; the name must be in a table (a bug else) ---- */

bool options_given(const Options *o, const char *name);
/* Of flags and switches. */
bool options_flag(const Options *o, const char *name);
/* The empty Str when there is neither a value nor a default. */
Str options_text(const Options *o, const char *name);
/* 0 when there is neither a value nor a default. */
uint64_t options_number(const Options *o, const char *name);
const StrVec *options_list(const Options *o, const char *name);
