/* project/blocks: any words of a run, and any tasks of its jobs, are blocks or refused. The first line has the words, the
 * rest is YAML: job -> tasks. */
#include "base/yaml.h"
#include "project/blocks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Plugin plugins[] = {
    {.type = PLUGIN_EXTRACTORS, .name = STR_INIT("e")},
    {.type = PLUGIN_LOADERS, .name = STR_INIT("l")},
    {.type = PLUGIN_MAPPERS, .name = STR_INIT("z"), .mapping = STR_INIT("m")},
    {.type = PLUGIN_MAPPERS, .name = STR_INIT("z")},
    {.type = PLUGIN_UTILITIES, .name = STR_INIT("u")},
    {.type = PLUGIN_TRANSFORMERS, .name = STR_INIT("d")},
};

static const Plugin *find_plugin(const void *context, Str name) {
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(plugins); i++)
        if (str_equal(plugins[i].mapping.len ? plugins[i].mapping : plugins[i].name, name)) return &plugins[i];
    return NULL;
}

static const Node *find_tasks(const void *jobs, Str job) {
    return node_get(jobs, job);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Arena) a = {0};
    AUTO(StrVec) words = {0};
    Err err = {0};
    Blocks blocks;
    Str rest = {(const char *)data, size}, line;
    if (!size || !str_cut(&rest, '\n', &line)) return 0;
    const Node *jobs = rest.at ? yaml_parse(&a, STR("jobs"), rest, YAML_CORE_12, &err) : NULL;
    if (!blocks_task_words(node_string(&a, line), &words, &err)) return 0;
    if (!blocks_read(&a, &(BlockNames){find_plugin, find_tasks, NULL, jobs}, &words, &blocks, &err)) {
        BUG_ON(err.code == ERR_OK || !err.msg[0]);
        return 0;
    }
    for (size_t i = 0; i < blocks.len; i++) {
        const Block *b = &blocks.at[i];
        BUG_ON(!b->name.len || !b->extractor != !b->loader || !b->extractor == !b->plugin);
    }
    return 0;
}
