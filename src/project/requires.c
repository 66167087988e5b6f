#include "project/requires.h"

#include <ctype.h>

enum { RELEASE_PARTS = 16 };

/* Where a version stands beside the final release of the same number. */
typedef enum Stage { STAGE_BEFORE = -1, STAGE_FINAL = 0, STAGE_AFTER = 1 } Stage;

typedef struct Version {
    uint64_t epoch;
    uint64_t release[RELEASE_PARTS]; /* zeros behind `parts` */
    size_t parts;
    Stage stage;
    bool local;    /* "+something" */
    bool wildcard; /* ".*" */
} Version;

/* ---- reading ---- */

static bool take_number(Str *rest, uint64_t *ret) {
    size_t n = 0;
    while (n < rest->len && isdigit((unsigned char)rest->at[n])) n++;
    if (!str_to_u64(str_slice(*rest, 0, n), ret)) return false;
    *rest = str_slice(*rest, n, STR_NONE);
    return true;
}

static bool take_char(Str *rest, const char *set) {
    if (!rest->len || !memchr(set, rest->at[0], strlen(set))) return false;
    *rest = str_slice(*rest, 1, STR_NONE);
    return true;
}

static bool take_word(Str *rest, const char *word) {
    Str head = str_slice(*rest, 0, strlen(word));
    if (!str_equal_nocase(head, str_of(word))) return false;
    *rest = str_slice(*rest, head.len, STR_NONE);
    return true;
}

/* Kinds of suffixes in the order in which they may come, each with its spellings, longer ones first. */
typedef struct Suffix {
    Stage stage;
    const char *words[9];
} Suffix;

static const Suffix suffixes[] = {
    {STAGE_BEFORE, {"alpha", "beta", "preview", "pre", "rc", "a", "b", "c", NULL}},
    {STAGE_AFTER, {"post", "rev", "r", NULL}},
    {STAGE_BEFORE, {"dev", NULL}},
};

/* "rc1", ".post2", "-dev"; "-1" is a post release. */
static bool take_suffix(Str *rest, const Suffix *suffix) {
    Str text = *rest;
    uint64_t number;
    bool dash = text.len && text.at[0] == '-';
    (void)take_char(&text, ".-_");
    for (size_t i = 0; suffix->words[i]; i++) {
        Str behind = text;
        if (!take_word(&behind, suffix->words[i])) continue;
        *rest = behind;
        (void)take_char(&behind, ".-_");
        if (take_number(&behind, &number)) *rest = behind;
        return true;
    }
    if (suffix->stage != STAGE_AFTER || !dash || !take_number(&text, &number)) return false;
    *rest = text;
    return true;
}

static bool take_release(Str *rest, Version *v) {
    do {
        if (v->parts == RELEASE_PARTS || !take_number(rest, &v->release[v->parts])) return false;
        v->parts++;
        Str next = *rest;
        if (!take_char(&next, ".") || !next.len || !isdigit((unsigned char)next.at[0])) return true;
    } while (take_char(rest, "."));
    return true;
}

static bool take_local(Str *rest, Version *v) {
    if (!take_char(rest, "+")) return true;
    v->local = rest->len > 0;
    while (rest->len && isalnum((unsigned char)rest->at[0])) {
        *rest = str_slice(*rest, 1, STR_NONE);
        (void)take_char(rest, ".-_");
    }
    return v->local;
}

static bool read_version(Str text, Version *ret) {
    Version v = {0};
    Str rest = text;
    (void)take_char(&rest, "vV");
    Str epoch = rest;
    if (take_number(&epoch, &v.epoch) && take_char(&epoch, "!")) rest = epoch;
    else v.epoch = 0;
    if (!take_release(&rest, &v)) return false;
    v.wildcard = str_is(rest, ".*");
    for (size_t i = 0; !v.wildcard && i < ARRAY_LEN(suffixes); i++) {
        bool there = take_suffix(&rest, &suffixes[i]);
        if (there && v.stage == STAGE_FINAL) v.stage = suffixes[i].stage;
    }
    *ret = v;
    return v.wildcard || (take_local(&rest, ret) && rest.len == 0);
}

/* ---- comparing ---- */

/* Below 0: the release comes before v. */
static int compare(const Version *release, const Version *v) {
    if (v->epoch) return -1;
    for (size_t i = 0; i < RELEASE_PARTS; i++) {
        if (release->release[i] != v->release[i]) return release->release[i] < v->release[i] ? -1 : 1;
    }
    return -(int)v->stage;
}

static bool begins_with(const Version *release, const Version *v, size_t parts) {
    return !v->epoch && memcmp(release->release, v->release, parts * sizeof *v->release) == 0;
}

typedef enum Operator { COMPATIBLE, SAME_TEXT, SAME, OTHER, UP_TO, FROM, BELOW, ABOVE } Operator;

/* A spelling that begins with another comes before it. */
static const struct {
    const char *text;
    Operator operator;
} operators[] = {
    {"~=", COMPATIBLE}, {"===", SAME_TEXT}, {"==", SAME}, {"!=", OTHER},
    {"<=", UP_TO},      {">=", FROM},       {"<", BELOW}, {">", ABOVE},
};

static bool is_same(const Version *release, const Version *v) {
    return v->wildcard ? begins_with(release, v, v->parts) : !v->local && compare(release, v) == 0;
}

static bool satisfies(const Version *release, Operator operator, const Version * v) {
    switch (operator) {
    case COMPATIBLE: return compare(release, v) >= 0 && begins_with(release, v, v->parts - 1);
    case SAME_TEXT: break; /* asks for no version */
    case SAME: return is_same(release, v);
    case OTHER: return !is_same(release, v);
    case UP_TO: return compare(release, v) <= 0;
    case FROM: return compare(release, v) >= 0;
    case BELOW: return compare(release, v) < 0;
    case ABOVE: return compare(release, v) > 0;
    }
    return false;
}

/* ---- specifiers ---- */

/* Which operators take which versions. */
static bool may_have(Operator operator, const Version * v) {
    if (operator== SAME || operator== OTHER) return true;
    return !v->wildcard && !v->local && (operator!= COMPATIBLE || v->parts >= 2);
}

static bool one_holds(Str text, const char *release, bool *ret) {
    Version ours, v;
    if (!read_version(str_of(release), &ours)) return false;
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        Str sign = str_of(operators[i].text);
        if (!str_starts(text, sign)) continue;
        Str named = str_trim(str_slice(text, sign.len, STR_NONE));
        if (operators[i].operator== SAME_TEXT) {
            *ret = str_is(named, release);
            return named.len > 0;
        }
        if (!read_version(named, &v) || !may_have(operators[i].operator, & v)) return false;
        *ret = satisfies(&ours, operators[i].operator, & v);
        return true;
    }
    return false;
}

bool specifiers_hold(Str specifiers, const char *release, bool *ret, Err *err) {
    Str rest = specifiers, part;
    *ret = true;
    while (str_cut(&rest, ',', &part)) {
        bool holds = true;
        part = str_trim(part);
        if (part.len && !one_holds(part, release, &holds))
            return err_set(err, ERR_CONFIG, "\"" STR_FMT "\" is no version specifier", STR_ARG(part));
        *ret = *ret && holds;
    }
    return true;
}

bool project_check_required(const Project *p, Err *err) {
    const Node *required = node_get_c(p->doc, "requires_meltano");
    Str text = node_text(required);
    bool holds;
    if (!text.len) return true;
    if (!specifiers_hold(text, MELTANO_VERSION, &holds, err))
        return err_context(err, STR_FMT ": requires_meltano", STR_ARG(project_place(p, required)));
    if (holds) return true;
    err_set(err, ERR_INCOMPATIBLE, "this project requires Meltano " STR_FMT ", and pond does as Meltano %s does",
            STR_ARG(text), MELTANO_VERSION);
    return err_hint(err, "requires_meltano in " STR_FMT, STR_ARG(project_place(p, required)));
}
