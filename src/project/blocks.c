/* Words to run blocks. */
#include "project/blocks.h"

typedef struct Word {
    Str text;    /* as typed */
    Str command; /* behind ":" */
    const Plugin *plugin;
} Word;

typedef VEC(Word) WordVec;

/* ---- jobs ---- */

static void split_blanks(Str text, StrVec *ret) {
    Str part;
    while (str_cut(&text, ' ', &part))
        if (str_trim(part).len) vec_push(ret, str_trim(part));
}

bool blocks_task_words(const Node *tasks, StrVec *ret, Err *err) {
    if (node_is_null(tasks)) return true;
    if (tasks->kind == NODE_STRING) {
        split_blanks(tasks->text, ret);
        return true;
    }
    if (tasks->kind != NODE_LIST) return err_set(err, ERR_CONFIG, "tasks are texts or lists of texts");
    for (size_t i = 0; i < tasks->len; i++)
        if (!blocks_task_words(tasks->items[i], ret, err)) return false;
    return true;
}

static bool expand_jobs(const BlockNames *names, const StrVec *words, StrVec *ret, Err *err) {
    for (size_t i = 0; i < words->len; i++) {
        const Node *tasks = names->tasks(names->context, words->at[i]);
        if (!tasks) {
            vec_push(ret, words->at[i]);
        } else if (!blocks_task_words(tasks, ret, err)) {
            return err_context(err, "job \"" STR_FMT "\"", STR_ARG(words->at[i]));
        }
    }
    return true;
}

/* ---- words ---- */

static bool read_word(const BlockNames *names, Str text, Word *ret, Err *err) {
    Str name = text, rest = text;
    *ret = (Word){.text = text};
    if (str_cut(&rest, ':', &name) && rest.at && str_find(rest, ':') == STR_NONE) ret->command = rest;
    else name = text;
    ret->plugin = names->plugin(names->context, name);
    if (!ret->plugin) {
        err_set(err, ERR_NOT_FOUND, "block \"" STR_FMT "\" not found", STR_ARG(text));
        if (names->hint) names->hint(names->context, name, err);
        return false;
    }
    if (names->tasks(names->context, text))
        return err_set(err, ERR_CONFIG, "\"" STR_FMT "\" is the name of a job and of a plugin", STR_ARG(text));
    return true;
}

static bool read_words(const BlockNames *names, const StrVec *words, WordVec *ret, Err *err) {
    for (size_t i = 0; i < words->len; i++) {
        Word word;
        if (!read_word(names, words->at[i], &word, err)) return false;
        vec_push(ret, word);
    }
    return true;
}

/* ---- blocks ---- */

static bool out_of_order(Err *err) {
    return err_hint(err, "a run is made of `tap [mapping...] target` and `plugin:command`");
}

/* A mapper that is named by its own name, not by that of a mapping. */
static bool is_bare_mapper(const Word *word) {
    return word->plugin->type == PLUGIN_MAPPERS && word->plugin->mapping.len == 0;
}

/* The words of the chain that begins at an extractor, its loader included. */
static bool chain_length(const Word *words, size_t count, size_t *ret, Err *err) {
    Str tap = words[0].text;
    for (size_t i = 1; i < count; i++) {
        const Word *word = &words[i];
        if (word->plugin->type == PLUGIN_LOADERS) {
            *ret = i + 1;
            return true;
        }
        if (is_bare_mapper(word))
            return err_set(err, ERR_CONFIG, "\"" STR_FMT "\" is a mapper: a run names one of its mappings",
                           STR_ARG(word->text));
        if (word->plugin->type != PLUGIN_MAPPERS) {
            err_set(err, ERR_CONFIG, "extractor \"" STR_FMT "\" is followed by \"" STR_FMT "\", not by a loader",
                    STR_ARG(tap), STR_ARG(word->text));
            return out_of_order(err);
        }
    }
    err_set(err, ERR_CONFIG, "extractor \"" STR_FMT "\" has no loader behind it", STR_ARG(tap));
    return out_of_order(err);
}

static Str join_words(Arena *a, const Word *words, size_t count) {
    AUTO(Buf) joined = {0};
    for (size_t i = 0; i < count; i++) buf_printf(&joined, "%s" STR_FMT, i ? " " : "", STR_ARG(words[i].text));
    return arena_str(a, buf_str(&joined));
}

static Str unheard_word(Arena *a, const Word *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (words[i].command.len) return arena_str(a, words[i].text);
    return (Str){0};
}

static Block chain_block(Arena *a, const Word *words, size_t count) {
    const Plugin **mappers = arena_array(a, const Plugin *, count);
    for (size_t i = 1; i + 1 < count; i++) mappers[i - 1] = words[i].plugin;
    return (Block){
        .name = join_words(a, words, count),
        .extractor = words[0].plugin,
        .loader = words[count - 1].plugin,
        .mappers = mappers,
        .mapper_count = count - 2,
        .unheard = unheard_word(a, words, count),
    };
}

/* One block from the front; *ret_used: its words. */
static bool read_block(Arena *a, const Word *words, size_t count, Block *ret, size_t *ret_used, Err *err) {
    const Plugin *plugin = words[0].plugin;
    *ret_used = 1;
    if (plugin->type == PLUGIN_EXTRACTORS) {
        if (!chain_length(words, count, ret_used, err)) return false;
        *ret = chain_block(a, words, *ret_used);
        return true;
    }
    if (plugin->type == PLUGIN_LOADERS || plugin->type == PLUGIN_MAPPERS) {
        const char *what = plugin->type == PLUGIN_LOADERS ? "loader" : is_bare_mapper(words) ? "mapper" : "mapping";
        err_set(err, ERR_CONFIG, "%s \"" STR_FMT "\" has no extractor before it", what, STR_ARG(words[0].text));
        return out_of_order(err);
    }
    *ret = (Block){.name = arena_str(a, words[0].text), .plugin = plugin, .command = arena_str(a, words[0].command)};
    return true;
}

static bool read_blocks(Arena *a, const WordVec *words, Blocks *ret, Err *err) {
    *ret = (Blocks){.at = arena_array(a, Block, words->len)};
    for (size_t at = 0, used; at < words->len; at += used)
        if (!read_block(a, words->at + at, words->len - at, &ret->at[ret->len++], &used, err)) return false;
    return true;
}

bool blocks_read(Arena *a, const BlockNames *names, const StrVec *words, Blocks *ret, Err *err) {
    AUTO(StrVec) expanded = {0};
    WordVec read = {0};
    bool ok = expand_jobs(names, words, &expanded, err) && read_words(names, &expanded, &read, err) &&
              read_blocks(a, &read, ret, err);
    vec_release(&read);
    return ok;
}

/* ---- with a project ---- */

static const Plugin *plugin_of(const void *project, Str name) {
    return plugin_find(project, PLUGIN_TYPE_COUNT, name);
}

static const Node *tasks_of(const void *project, Str job) {
    const Node *entry = project_entry(project, "jobs", job), *tasks = node_get_c(entry, "tasks");
    static const Node none = {.kind = NODE_LIST};
    return entry && !tasks ? &none : tasks;
}

/* Plugins, mappings and jobs. */
static void hint_of(const void *project, Str name, Err *err) {
    AUTO(StrVec) names = {0};
    const Project *p = project;
    const Node *jobs = project_section(p, "jobs");
    for (size_t i = 0; i < p->plugins.len; i++)
        vec_push(&names, p->plugins.at[i].mapping.len ? p->plugins.at[i].mapping : p->plugins.at[i].name);
    for (size_t i = 0; jobs && i < jobs->len; i++) vec_push(&names, node_text(node_get_c(jobs->items[i], "name")));
    plugin_hint(name, &names, err);
}

static bool check_plugins(const Project *p, const Blocks *blocks, Err *err) {
    for (size_t i = 0; i < blocks->len; i++) {
        const Block *b = &blocks->at[i];
        if (!b->extractor && !plugin_check(p, b->plugin, err)) return false;
        if (b->extractor && (!plugin_check(p, b->extractor, err) || !plugin_check(p, b->loader, err))) return false;
        for (size_t m = 0; m < b->mapper_count; m++)
            if (!plugin_check(p, b->mappers[m], err)) return false;
    }
    return true;
}

bool blocks_parse(const Project *p, const StrVec *words, Blocks *ret, Err *err) {
    const BlockNames names = {plugin_of, tasks_of, hint_of, p};
    return blocks_read(p->arena, &names, words, ret, err) && check_plugins(p, ret, err);
}
