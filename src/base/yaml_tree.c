/* Syntax tree of a YAML text: libyaml's events with their places in bytes. */
#include "base/yaml_tree.h"

#include <yaml.h>

#include "base/buf.h"
#include "base/yaml.h"

/* libyaml counts characters; bytes of every STEP-th character are noted, the ones between are walked. */
enum { STEP = 64, QUOTED = 60 /* bytes of a line that an error quotes */ };

typedef struct Reader {
    Arena *arena;
    Str name, text;
    yaml_parser_t parser;
    size_t skipped;  /* bytes of a byte order mark in front */
    bool ascii;      /* characters are bytes */
    size_t *offsets; /* byte of character i * STEP */
    size_t offset_count;
    size_t nodes;
    Err *err;
} Reader;

static size_t char_width(unsigned char c) {
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static void index_characters(Reader *r) {
    Str s = r->text;
    size_t at = r->skipped, count = 0;
    while (at < s.len && (unsigned char)s.at[at] < 0x80) at++;
    r->ascii = at == s.len;
    if (r->ascii) return;
    r->offsets = arena_array(r->arena, size_t, s.len / STEP + 2);
    for (at = r->skipped; at < s.len; count++) {
        if (count % STEP == 0) r->offsets[r->offset_count++] = at;
        at += char_width((unsigned char)s.at[at]);
    }
    if (count % STEP == 0) r->offsets[r->offset_count++] = s.len;
}

static size_t byte_of(const Reader *r, yaml_mark_t mark) {
    if (r->ascii) return MIN(mark.index + r->skipped, r->text.len);
    size_t step = MIN(mark.index / STEP, r->offset_count - 1);
    size_t at = r->offsets[step];
    for (size_t i = step * STEP; i < mark.index && at < r->text.len; i++)
        at += char_width((unsigned char)r->text.at[at]);
    return at;
}

bool yaml_tree_fail(Err *err, Str name, const YamlTree *at, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char what[512];
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return err_set(err, ERR_CONFIG, STR_FMT ":%u:%u: %s", STR_ARG(name), at->line, at->column + 1, what);
}

static bool fail_at(Reader *r, yaml_mark_t mark, const char *what) {
    return err_set(r->err, ERR_CONFIG, STR_FMT ":%zu:%zu: %s", STR_ARG(r->name), mark.line + 1, mark.column + 1, what);
}

static Str line_at(const Reader *r, yaml_mark_t mark) {
    size_t begin = byte_of(r, mark), end = begin;
    while (begin > 0 && r->text.at[begin - 1] != '\n') begin--;
    while (end < r->text.len && r->text.at[end] != '\n') end++;
    Str line = str_trim(str_slice(r->text, begin, end));
    size_t shown = MIN(line.len, (size_t)QUOTED);
    while (shown > 0 && shown < line.len && ((unsigned char)line.at[shown] & 0xC0) == 0x80) shown--;
    return str_slice(line, 0, shown);
}

/* libyaml tells "while parsing a block mapping" and "did not find expected key" apart, each with its place. */
static bool fail_syntax(Reader *r) {
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "syntax error";
    if (p->error == YAML_READER_ERROR)
        return err_set(r->err, ERR_CONFIG, STR_FMT ": %s at byte %zu", STR_ARG(r->name), problem, p->problem_offset);
    Str line = line_at(r, p->problem_mark);
    AUTO(Buf) what = {0};
    buf_append_c(&what, problem);
    if (line.len) buf_printf(&what, ": \"" STR_FMT "\"", STR_ARG(line));
    fail_at(r, p->problem_mark, buf_c(&what));
    if (p->context && p->context_mark.line != p->problem_mark.line)
        err_hint(r->err, "%s that begins in line %zu", p->context, p->context_mark.line + 1);
    return false;
}

static bool next_event(Reader *r, yaml_event_t *event) {
    return yaml_parser_parse(&r->parser, event) ? true : fail_syntax(r);
}

static Str copy_text(Reader *r, const yaml_char_t *text) {
    return text ? arena_str(r->arena, str_of((const char *)text)) : (Str){0};
}

static YamlTree *new_tree(Reader *r, const yaml_event_t *event, YamlKind kind, YamlStyle style) {
    if (++r->nodes > YAML_NODE_LIMIT) {
        fail_at(r, event->start_mark, "too many values");
        return NULL;
    }
    YamlTree *t = arena_new(r->arena, YamlTree);
    t->kind = kind;
    t->style = style;
    t->line = (uint32_t)event->start_mark.line + 1;
    t->column = (uint32_t)event->start_mark.column;
    t->begin = byte_of(r, event->start_mark);
    t->end = byte_of(r, event->end_mark);
    return t;
}

/* A block scalar's event reaches to the next line with text; what follows its last line is left out unless it belongs to
 * the value (|+). */
static size_t block_scalar_end(const Reader *r, const YamlTree *t) {
    Str raw = str_slice(r->text, t->begin, t->end);
    size_t line = str_find(raw, '\n');
    if (line != STR_NONE && str_find(str_slice(raw, 0, line), '+') != STR_NONE) return t->end;
    size_t end = t->end;
    while (end > t->begin && strchr(" \t\r\n", r->text.at[end - 1])) end--;
    return end;
}

static YamlTree *read_scalar(Reader *r, const yaml_event_t *event) {
    static const YamlStyle styles[] = {[YAML_PLAIN_SCALAR_STYLE] = YAML_PLAIN,
                                       [YAML_SINGLE_QUOTED_SCALAR_STYLE] = YAML_QUOTED,
                                       [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = YAML_QUOTED,
                                       [YAML_LITERAL_SCALAR_STYLE] = YAML_BLOCK,
                                       [YAML_FOLDED_SCALAR_STYLE] = YAML_BLOCK};
    YamlTree *t = new_tree(r, event, YAML_SCALAR, styles[event->data.scalar.style]);
    if (!t) return NULL;
    t->text = arena_str(r->arena, (Str){(const char *)event->data.scalar.value, event->data.scalar.length});
    t->anchor = copy_text(r, event->data.scalar.anchor);
    t->tag = copy_text(r, event->data.scalar.tag);
    if (t->style == YAML_BLOCK) t->end = block_scalar_end(r, t);
    return t;
}

static YamlTree *read_node(Reader *r, yaml_event_t *event, int depth);

static void push(Reader *r, YamlTree *t, YamlTree *key, YamlTree *item) {
    if (t->len == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 4;
        YamlTree **keys = arena_array(r->arena, YamlTree *, cap), **items = arena_array(r->arena, YamlTree *, cap);
        if (t->len) memcpy(keys, t->keys, t->len * sizeof *keys);
        if (t->len) memcpy(items, t->items, t->len * sizeof *items);
        t->keys = keys;
        t->items = items;
        t->cap = cap;
    }
    t->keys[t->len] = key;
    t->items[t->len++] = item;
}

/* Reads up to the event that ends the list or map `t`; *event holds that one then. */
static bool read_items(Reader *r, YamlTree *t, yaml_event_t *event, int depth) {
    yaml_event_type_t last = t->kind == YAML_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    for (;;) {
        yaml_event_delete(event);
        if (!next_event(r, event)) return false;
        if (event->type == last) return true;
        YamlTree *key = NULL;
        if (t->kind == YAML_MAP) {
            key = read_node(r, event, depth + 1);
            if (!key) return false;
            yaml_event_delete(event);
            if (!next_event(r, event)) return false;
        }
        YamlTree *item = read_node(r, event, depth + 1);
        if (!item) return false;
        push(r, t, key, item);
    }
}

static YamlTree *read_collection(Reader *r, yaml_event_t *event, int depth) {
    bool map = event->type == YAML_MAPPING_START_EVENT;
    bool flow = map ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                    : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    YamlTree *t = new_tree(r, event, map ? YAML_MAP : YAML_LIST, flow ? YAML_FLOW : YAML_BLOCK);
    if (!t) return NULL;
    t->anchor = copy_text(r, map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor);
    t->tag = copy_text(r, map ? event->data.mapping_start.tag : event->data.sequence_start.tag);
    if (depth >= YAML_DEPTH_LIMIT) {
        fail_at(r, event->start_mark, "nested too deep");
        return NULL;
    }
    if (!read_items(r, t, event, depth)) return NULL;
    if (flow) t->end = byte_of(r, event->end_mark);
    else if (t->len) t->end = t->items[t->len - 1]->end;
    return t;
}

/* The node that begins with *event, which the caller deletes. */
static YamlTree *read_node(Reader *r, yaml_event_t *event, int depth) {
    if (event->type == YAML_SCALAR_EVENT) return read_scalar(r, event);
    if (event->type != YAML_ALIAS_EVENT) return read_collection(r, event, depth);
    YamlTree *t = new_tree(r, event, YAML_ALIAS, YAML_PLAIN);
    if (t) t->text = copy_text(r, event->data.alias.anchor);
    return t;
}

/* *event is empty before and must be deleted after. */
static bool read_document(Reader *r, yaml_event_t *event, YamlDocument *ret) {
    if (!next_event(r, event)) return false; /* STREAM-START */
    yaml_event_delete(event);
    if (!next_event(r, event)) return false;
    if (event->type == YAML_STREAM_END_EVENT) return true;
    const yaml_version_directive_t *version = event->data.document_start.version_directive;
    ret->version_11 = version && version->major == 1 && version->minor == 1;
    yaml_event_delete(event);
    if (!next_event(r, event)) return false;
    ret->root = read_node(r, event, 0);
    if (!ret->root) return false;
    yaml_event_delete(event);
    if (!next_event(r, event)) return false; /* DOCUMENT-END */
    yaml_event_delete(event);
    if (!next_event(r, event)) return false;
    return event->type == YAML_STREAM_END_EVENT || fail_at(r, event->start_mark, "expected only one document");
}

bool yaml_tree_parse(Arena *a, Str name, Str text, YamlDocument *ret, Err *err) {
    *ret = (YamlDocument){0};
    if (text.len > YAML_SIZE_LIMIT)
        return err_set(err, ERR_CONFIG, STR_FMT ": longer than %d MiB", STR_ARG(name), YAML_SIZE_LIMIT >> 20);
    Reader r = {.arena = a, .name = name, .text = text, .err = err};
    if (str_starts(text, STR("\xEF\xBB\xBF"))) r.skipped = 3;
    index_characters(&r);
    if (!yaml_parser_initialize(&r.parser)) return err_set(err, ERR_INTERNAL, "libyaml cannot start");
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.at + r.skipped, text.len - r.skipped);
    yaml_event_t event = {0};
    bool ok = read_document(&r, &event, ret);
    yaml_event_delete(&event);
    yaml_parser_delete(&r.parser);
    return ok;
}
