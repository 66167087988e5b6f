/* base/yaml: any text parses or is refused; what parses is written and read back as the same tree; an edit says no and
 * changes nothing, or gives a text that parses. The first byte chooses dialect and edit. */
#include "base/yaml_edit.h"
#include "base/yaml_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST_PATH = 8 };

/* Big documents of aliases are small texts, and writing expands them. */
static bool is_small(const Node *n, size_t *room) {
    if (!*room) return false;
    --*room;
    for (size_t i = 0; i < n->len; i++)
        if (!is_small(n->items[i], room)) return false;
    return true;
}

static void check_round_trip(Arena *a, const Node *n) {
    AUTO(Buf) out = {0};
    Err err = {0};
    yaml_write(&out, n, 0, (YamlLayout){.step = 2});
    buf_put(&out, '\n');
    Node *again = yaml_parse(a, STR("written"), buf_str(&out), YAML_CORE_12, &err);
    BUG_ON(!again || !node_equal(n, again));
}

/* A path into the tree, or one step out of it; which one, the seed says. */
static YamlPath choose_path(Arena *a, const Node *n, unsigned seed, Str path[LONGEST_PATH]) {
    size_t len = 0;
    while (len < LONGEST_PATH && n->len) {
        size_t at = seed % (n->len + 1);
        seed = seed / 3 + 1;
        if (at == n->len) break;
        path[len++] = n->kind == NODE_MAP ? n->keys[at] : arena_printf(a, "%zu", at);
        n = n->items[at];
    }
    if (len < LONGEST_PATH && seed % 2) path[len++] = STR("new");
    return (YamlPath){path, len};
}

static void check_edit(Arena *a, Str text, const Node *n, unsigned seed) {
    AUTO(Buf) edited = {0};
    buf_append(&edited, text);
    Str keys[LONGEST_PATH];
    YamlPath path = choose_path(a, n, seed, keys);
    Node *value = node_new(a, seed & 8 ? NODE_MAP : NODE_LIST);
    if (seed & 8) node_put(a, value, STR("k"), node_string(a, STR("a\nb")));
    else node_push(a, value, node_i64(a, 5));
    if (seed & 16) value = node_string(a, STR("yes"));
    Err err = {0}, broken = {0};
    bool ok = seed % 3 == 0   ? yaml_edit_set(&edited, path, value, &err)
              : seed % 3 == 1 ? yaml_edit_append(&edited, path, value, &err)
                              : yaml_edit_remove(&edited, path, &err);
    if (ok) BUG_ON(!yaml_parse(a, STR("edited"), buf_str(&edited), YAML_CORE_12, &broken));
    else BUG_ON(!str_equal(buf_str(&edited), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    AUTO(Arena) a = {0};
    Err err = {0};
    Str text = {(const char *)data + 1, size - 1};
    bool core = data[0] & 1;
    Node *n = yaml_parse(&a, STR("input"), text, core ? YAML_CORE_12 : YAML_11, &err);
    size_t room = 10000;
    if (!n || !is_small(n, &room)) return 0;
    if (core) check_round_trip(&a, n);
    if (core) check_edit(&a, text, n, data[0] >> 1);
    return 0;
}
