/*
 * Syntax tree of a YAML text: what stands where, without meaning. Under base/yaml.h (which resolves it to Nodes) and
 * base/yaml_edit.h (which patches the text by its places). The only user of libyaml.
 */
#pragma once

#include "base/err.h"
#include "base/map.h"

typedef enum YamlKind {
    YAML_SCALAR,
    YAML_LIST,
    YAML_MAP,
    YAML_ALIAS, /* text: the anchor's name */
} YamlKind;

typedef enum YamlStyle {
    YAML_PLAIN, /* scalar without quotes, the only one that is resolved */
    YAML_QUOTED,
    YAML_BLOCK, /* scalar: | or >; list and map: block style */
    YAML_FLOW,  /* [] or {} */
} YamlStyle;

typedef struct YamlTree YamlTree;
struct YamlTree {
    YamlKind kind;
    YamlStyle style;
    Str text;        /* scalar: decoded, NUL-terminated */
    Str anchor, tag; /* empty: none; tag in its long form */
    uint32_t line;   /* from 1 */
    uint32_t column; /* from 0, in characters */
    size_t begin;    /* bytes of the text: [begin, end), anchor and tag included */
    size_t end;      /* of a block list or map: behind its last item */
    YamlTree **keys; /* of a map */
    YamlTree **items;
    size_t len, cap;
};

typedef struct YamlDocument {
    YamlTree *root;  /* NULL: nothing but comments */
    bool version_11; /* a %YAML 1.1 directive */
} YamlDocument;

/* One document, checked against the limits of base/yaml.h. In errors the text is called `name`. */
bool yaml_tree_parse(Arena *a, Str name, Str text, YamlDocument *ret, Err *err) MUST_USE;
/* Sets err to "name:line:column: ..." with the place of a node. Returns false. */
bool yaml_tree_fail(Err *err, Str name, const YamlTree *at, const char *format, ...) PRINTF_LIKE(4, 5);
