/* Flattening: walks nested `properties` and builds joined names. */
#include "singer/flatten.h"

#include "singer/json_type.h"
#include "singer/lower.h"

/* ---- names ---- */

/* The first n characters. */
static Str first_characters(Str s, size_t n) {
    size_t i = 0;
    for (; i < s.len; i++) {
        if (((unsigned char)s.at[i] & 0xC0) == 0x80) continue;
        if (n == 0) break;
        n--;
    }
    return str_slice(s, 0, i);
}

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/* inflection.camelize, then without its lower-case letters: what stands first or behind "_", and upper-case letters. */
static void append_capitals(Buf *out, Str name) {
    for (size_t i = 0; i < name.len; i++) {
        bool raised = i == 0;
        if (i > 0 && name.at[i] == '_' && i + 1 < name.len) {
            i++;
            raised = true;
        }
        char c = raised ? upper(name.at[i]) : name.at[i];
        if (c < 'a' || c > 'z') buf_put(out, c);
    }
}

static Str abbreviate(Arena *a, Str name) {
    AUTO(Buf) capitals = {0};
    append_capitals(&capitals, name);
    Str kept = str_characters(buf_str(&capitals)) > 1 ? buf_str(&capitals) : first_characters(name, 3);
    if (!str_is_utf8(kept)) return arena_str(a, kept);
    AUTO(Buf) lower = {0};
    lower_append(&lower, kept);
    return arena_str(a, buf_str(&lower));
}

Str flatten_name(Arena *a, const Str *path, size_t depth, Str separator, size_t max_length) {
    if (depth == 1 && max_length == 0) return path[0];
    Str *parts = arena_array(a, Str, depth);
    size_t length = str_characters(separator) * (depth - 1);
    for (size_t i = 0; i < depth; i++) {
        parts[i] = path[i];
        length += str_characters(parts[i]);
    }
    for (size_t i = 0; max_length && length >= max_length && i < depth; i++) {
        length -= str_characters(parts[i]);
        parts[i] = abbreviate(a, parts[i]);
        length += str_characters(parts[i]);
    }
    AUTO(Buf) joined = {0};
    for (size_t i = 0; i < depth; i++) {
        if (i) buf_append(&joined, separator);
        buf_append(&joined, parts[i]);
    }
    return arena_str(a, buf_str(&joined));
}

/* ---- the walk ---- */

typedef struct Walk {
    Arena *arena;
    const SchemaOptions *options;
    FlatProperties *found;
    StrVec path;
    size_t name_bytes; /* of the path, with separators */
    Err *err;
} Walk;

static bool is_opened(const Walk *walk, const Node *property, size_t level) {
    return level < walk->options->flatten_depth && (json_types(property) & JSON_TYPE_OBJECT) &&
           node_is(node_get_c(property, "properties"), NODE_MAP);
}

static bool add_leaf(Walk *walk, const Node *property) {
    size_t depth = walk->path.len;
    if (walk->found->len == SCHEMA_COLUMN_LIMIT)
        return err_set(walk->err, ERR_INPUT, "the schema has more than %d columns", SCHEMA_COLUMN_LIMIT);
    FlatProperty leaf = {.path = arena_array(walk->arena, Str, depth), .depth = depth, .schema = property};
    for (size_t i = 0; i < depth; i++) leaf.path[i] = walk->path.at[i];
    const SchemaOptions *options = walk->options;
    leaf.name = flatten_name(walk->arena, leaf.path, depth, options->flatten_separator, options->flatten_key_length);
    vec_push(walk->found, leaf);
    return true;
}

static bool name_too_long(Walk *walk, Str name) {
    Str start = first_characters(walk->path.len ? walk->path.at[0] : name, 60);
    return err_set(walk->err, ERR_INPUT, "the name of a column of property \"" STR_FMT "\" is longer than %d bytes",
                   STR_ARG(start), SCHEMA_NAME_LIMIT);
}

static bool walk_properties(Walk *walk, const Node *properties, size_t level) {
    for (size_t i = 0; i < properties->len; i++) {
        Str name = properties->keys[i];
        size_t bytes = name.len + walk->options->flatten_separator.len;
        if (walk->name_bytes + bytes > SCHEMA_NAME_LIMIT) return name_too_long(walk, name);
        vec_push(&walk->path, name);
        walk->name_bytes += bytes;
        const Node *property = properties->items[i];
        bool ok = is_opened(walk, property, level)
                      ? walk_properties(walk, node_get_c(property, "properties"), level + 1)
                      : add_leaf(walk, property);
        walk->name_bytes -= bytes;
        walk->path.len--;
        if (!ok) return false;
    }
    return true;
}

bool flatten_schema(Arena *a, const Node *schema, const SchemaOptions *options, FlatProperties *ret, Err *err) {
    const Node *properties = node_get_c(schema, "properties");
    if (!node_is(properties, NODE_MAP)) return err_set(err, ERR_INPUT, "the schema has no \"properties\"");
    Walk walk = {.arena = a, .options = options, .found = ret, .err = err};
    bool ok = walk_properties(&walk, properties, 0);
    vec_release(&walk.path);
    return ok;
}
