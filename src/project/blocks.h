/*
 * Run blocks: what the words of `run`, or the tasks of a job, mean. As Meltano's block_parser.py:
 *
 *     tap [mapping...] target       an extractor, mappings by their names, a loader: one chain
 *     plugin, plugin:command        any other plugin: a command
 *     job                           its tasks, in its place (jobs inside of jobs are not looked for)
 *
 * A job may have the name of a plugin: typed it is the job, inside of a job it is an error.
 *
 *     Blocks blocks;
 *     if (!blocks_parse(project, words, &blocks, err)) return false;
 *     for (size_t i = 0; i < blocks.len; i++) run(&blocks.at[i]);
 */
#pragma once

#include "base/vec.h"
#include "project/project.h"

typedef struct Block {
    Str name; /* its words: "tap-csv hide-names target-duckdb", "dbt:run" */
    /* a chain; NULL for a command */
    const Plugin *extractor, *loader;
    const Plugin *const *mappers; /* each stands for one mapping */
    size_t mapper_count;
    Str unheard; /* its first word with a command, "tap-x:foo": commands count for nothing in a chain; empty: none */
    /* a command; NULL for a chain */
    const Plugin *plugin;
    Str command; /* empty: the plugin is called without arguments */
} Block;

typedef struct Blocks {
    Block *at;
    size_t len;
} Blocks;

/* In the project's arena. No words: no blocks. False: a word that is nothing, a chain without its loader, a broken plugin... */
bool blocks_parse(const Project *p, const StrVec *words, Blocks *ret, Err *err) MUST_USE;

/* What names mean, for blocks_read. */
typedef struct BlockNames {
    const Plugin *(*plugin)(const void *context, Str name); /* by name, a mapper also by that of a mapping; or NULL */
    const Node *(*tasks)(const void *context, Str job);     /* of a job, or NULL */
    void (*hint)(const void *context, Str name, Err *err);  /* what else a name may have meant; NULL = no hints */
    const void *context;
} BlockNames;

/* As blocks_parse, without a project. */
bool blocks_read(Arena *a, const BlockNames *names, const StrVec *words, Blocks *ret, Err *err) MUST_USE;

/* The words of a job's tasks: a text, or a list of texts and lists, split at blanks. */
bool blocks_task_words(const Node *tasks, StrVec *ret, Err *err) MUST_USE;
