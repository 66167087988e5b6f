/* Words of a run, and what they are refused for. */
#include "unit/test.h"

#include "base/json.h"
#include "project/blocks.h"

static const Plugin plugins[] = {
    {.type = PLUGIN_EXTRACTORS, .name = STR_INIT("tap-x")},
    {.type = PLUGIN_LOADERS, .name = STR_INIT("target-y")},
    {.type = PLUGIN_MAPPERS, .name = STR_INIT("map-z")},
    {.type = PLUGIN_MAPPERS, .name = STR_INIT("map-z"), .mapping = STR_INIT("hide")},
    {.type = PLUGIN_MAPPERS, .name = STR_INIT("map-z"), .mapping = STR_INIT("other")},
    {.type = PLUGIN_UTILITIES, .name = STR_INIT("tool")},
    {.type = PLUGIN_TRANSFORMERS, .name = STR_INIT("dbt")},
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

static const char jobs[] =
    "{\"one\": [\"tap-x target-y\"], \"text\": \"tap-x  target-y\", \"two\": [\"tap-x target-y\", \"tool:hello\"],"
    "\"listed\": [[\"tap-x hide target-y\", \"tool:hello\"]], \"nested\": [\"one\"], \"tool\": [\"tap-x target-y\"], "
    "\"empty\": [],"
    "\"twin\": [\"tool\"], \"bad\": [5]}";

/* The blocks of a line of words as text: "[tap-x hide target-y: tap-x + 1 mapping + target-y] [tool:hello: tool hello]". */
static void describe(Arena *a, const char *line, Buf *out) {
    Err err = {0};
    AUTO(StrVec) words = {0};
    Node *tasks = json_parse(a, str_of(jobs), &err), *text = node_string(a, str_of(line));
    assert_true(blocks_task_words(text, &words, &err));
    Blocks blocks;
    if (!blocks_read(a, &(BlockNames){find_plugin, find_tasks, NULL, tasks}, &words, &blocks, &err)) {
        buf_append_c(out, err.msg);
        return;
    }
    for (size_t i = 0; i < blocks.len; i++) {
        const Block *b = &blocks.at[i];
        buf_printf(out, "[" STR_FMT ": ", STR_ARG(b->name));
        if (b->extractor)
            buf_printf(out, STR_FMT " %zu " STR_FMT "]", STR_ARG(b->extractor->name), b->mapper_count,
                       STR_ARG(b->loader->name));
        else buf_printf(out, STR_FMT " '" STR_FMT "']", STR_ARG(b->plugin->name), STR_ARG(b->command));
    }
}

TEST(blocks_as_meltano) {
    static const char *const cases[][2] = {
        {"tap-x target-y", "[tap-x target-y: tap-x 0 target-y]"},
        {"tap-x hide target-y", "[tap-x hide target-y: tap-x 1 target-y]"},
        {"tap-x hide other target-y", "[tap-x hide other target-y: tap-x 2 target-y]"},
        {"tap-x target-y tool:hello", "[tap-x target-y: tap-x 0 target-y][tool:hello: tool 'hello']"},
        {"tap-x target-y tap-x target-y", "[tap-x target-y: tap-x 0 target-y][tap-x target-y: tap-x 0 target-y]"},
        {"tap-x:nope target-y:x", "[tap-x:nope target-y:x: tap-x 0 target-y]"},
        {"dbt dbt:run", "[dbt: dbt ''][dbt:run: dbt 'run']"},
        {"one two", "[tap-x target-y: tap-x 0 target-y][tap-x target-y: tap-x 0 target-y][tool:hello: tool 'hello']"},
        {"text", "[tap-x target-y: tap-x 0 target-y]"}, /* Meltano takes the letters for blocks */
        {"listed", "[tap-x hide target-y: tap-x 1 target-y][tool:hello: tool 'hello']"},
        {"tool", "[tap-x target-y: tap-x 0 target-y]"},
        {"empty", ""},
        {"", ""},
        {"nested", "block \"one\" not found"},
        {"twin", "\"tool\" is the name of a job and of a plugin"},
        {"bad", "job \"bad\": tasks are texts or lists of texts"},
        {"nope", "block \"nope\" not found"},
        {"nope:x", "block \"nope:x\" not found"},
        {"dbt:run:x", "block \"dbt:run:x\" not found"},
        {"tap-x", "extractor \"tap-x\" has no loader behind it"},
        {"tap-x hide", "extractor \"tap-x\" has no loader behind it"},
        {"tap-x tap-x", "extractor \"tap-x\" is followed by \"tap-x\", not by a loader"},
        {"tap-x tool:hello target-y", "extractor \"tap-x\" is followed by \"tool:hello\", not by a loader"},
        {"tap-x map-z target-y", "\"map-z\" is a mapper: a run names one of its mappings"},
        {"target-y", "loader \"target-y\" has no extractor before it"},
        {"tap-x target-y target-y", "loader \"target-y\" has no extractor before it"},
        {"hide tap-x target-y", "mapping \"hide\" has no extractor before it"},
        {"map-z", "mapper \"map-z\" has no extractor before it"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(Arena) a = {0};
        AUTO(Buf) got = {0};
        describe(&a, cases[i][0], &got);
        if (!str_is(buf_str(&got), cases[i][1]))
            fail_msg("%s: got %s, expected %s", cases[i][0], buf_c(&got), cases[i][1]);
    }
}
