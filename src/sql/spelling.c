#include "sql/spelling.h"

#include "base/vec.h"
#include "sql/bytea.h"
#include "sql/edit.h"
#include "sql/time_text.h"
#include "warehouse/table.h"

typedef struct Speller {
    SqlEdit edit;
    VEC(size_t) closing; /* tokens behind which a bracket closes */
    VEC(size_t) commas;  /* words that become one */
    bool table;          /* CREATE or ALTER TABLE: names of types stand behind names of columns */
    bool stored;         /* CREATE VIEW or MACRO: its text is kept in the file, which must do without Pond */
} Speller;

static const SqlToken *at(const Speller *s, size_t i) {
    return sql_edit_at(&s->edit, i);
}

static bool is(const Speller *s, size_t i, const char *word) {
    return sql_token_is(at(s, i), word);
}

static bool is_symbol(const Speller *s, size_t i, const char *symbol) {
    return sql_token_is_symbol(at(s, i), symbol);
}

static bool is_string(const Speller *s, size_t i) {
    return at(s, i)->kind == SQL_STRING;
}

static Str value_of(const Speller *s, size_t i) {
    return sql_token_value(s->edit.arena, at(s, i));
}

/* Tokens [first, end) become the text. */
static void replace(Speller *s, size_t first, size_t end, Str text) {
    sql_edit_replace(&s->edit, first, end, text);
}

static void insert_behind(Speller *s, size_t token, Str text) {
    sql_edit_copy_behind(&s->edit, token + 1);
    buf_append(&s->edit.out, text);
}

/* ---- literals ---- */

static bool spell_bits(Speller *s, size_t i) {
    char prefix = is_string(s, i) ? (char)(at(s, i)->text.at[0] | 0x20) : '\0';
    if (prefix != 'b' && prefix != 'x') return false;
    Str digits = value_of(s, i);
    AUTO(Buf) bits = {0};
    for (size_t k = 0; k < digits.len; k++) {
        char c = digits.at[k];
        int digit = str_hex_digit(c);
        if (digit < 0 || (prefix == 'b' && digit > 1)) return false;
        if (prefix == 'b') buf_put(&bits, c);
        for (int bit = 8; prefix == 'x' && bit; bit >>= 1) buf_put(&bits, digit & bit ? '1' : '0');
    }
    if (!bits.len) return false;
    replace(s, i, i + 1, arena_printf(s->edit.arena, "CAST('" STR_FMT "' AS BIT)", STR_ARG(buf_str(&bits))));
    return true;
}

/* bytea as DuckDB's BLOB: "\\xde\\xad" all in hexadecimal digits, or only what is no plain character. False: it is none. */
static bool blob_text(Arena *a, Str text, Buf *out) {
    Str bytes;
    bool hex = str_starts(text, STR("\\x"));
    if (!sql_bytea(a, text, &bytes)) return false;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned byte = (unsigned char)bytes.at[i];
        if (hex) buf_printf(out, "\\x%02x", byte);
        else if (byte < ' ' || byte > '~' || byte == '\\' || byte == '\'') buf_printf(out, "\\x%02X", byte);
        else buf_put(out, (char)byte);
    }
    return true;
}

static bool spell_bytes(Speller *s, size_t i) {
    AUTO(Buf) blob = {0};
    bool before = is(s, i, "bytea") && is_string(s, i + 1);
    size_t text = i + before, end = text + 1;
    if (!is_string(s, text)) return false;
    if (!before && !(is_symbol(s, i + 1, "::") || is(s, i + 1, "as"))) return false;
    if (!before && !is(s, i + 2, "bytea")) return false;
    if (!blob_text(s->edit.arena, value_of(s, text), &blob)) return false;
    if (before) replace(s, i, end, arena_printf(s->edit.arena, "'" STR_FMT "'::BLOB", STR_ARG(buf_str(&blob))));
    else replace(s, i, end, arena_printf(s->edit.arena, "'" STR_FMT "'", STR_ARG(buf_str(&blob))));
    return true;
}

/* ---- dates and times ---- */

static const struct {
    const char *word;
    SqlTimeKind plain, zoned; /* without and with WITH TIME ZONE */
} time_types[] = {
    {"date", SQL_TIME_DATE, SQL_TIME_DATE},
    {"time", SQL_TIME_TIME, SQL_TIME_TIMETZ},
    {"timetz", SQL_TIME_TIMETZ, SQL_TIME_TIMETZ},
    {"timestamp", SQL_TIME_TIMESTAMP, SQL_TIME_TIMESTAMPTZ},
    {"timestamptz", SQL_TIME_TIMESTAMPTZ, SQL_TIME_TIMESTAMPTZ},
    {"interval", SQL_TIME_INTERVAL, SQL_TIME_INTERVAL},
};

/* The type of a date or time that begins at i, and the token behind it. False: it is another. */
static bool time_type(const Speller *s, size_t i, SqlTimeKind *ret, size_t *ret_end) {
    size_t k = 0, end = i + 1;
    while (k < ARRAY_LEN(time_types) && !is(s, i, time_types[k].word)) k++;
    if (k == ARRAY_LEN(time_types)) return false;
    if (is_symbol(s, end, "(")) end += 3; /* digits of the seconds */
    bool zone = is(s, end + 1, "time") && is(s, end + 2, "zone");
    bool with = zone && is(s, end, "with");
    *ret = with ? time_types[k].zoned : time_types[k].plain;
    *ret_end = with || (zone && is(s, end, "without")) ? end + 3 : end;
    return true;
}

/* INTERVAL '1' DAY */
static bool is_unit(const Speller *s, size_t i) {
    static const char *const names[] = {"year", "month", "day", "hour", "minute", "second"};
    return sql_token_is_one_of(at(s, i), names, ARRAY_LEN(names));
}

/* DATE 'text', 'text'::date, CAST('text' AS date): what kind of time the text at i is, and where what names it begins. */
static bool time_literal(const Speller *s, size_t i, SqlTimeKind *ret, size_t *ret_begin) {
    size_t end;
    for (size_t back = 1; back <= 7 && back <= i; back++) {
        *ret_begin = i - back;
        bool cast = *ret_begin && (is_symbol(s, *ret_begin - 1, "::") || is_symbol(s, *ret_begin - 1, "."));
        if (!cast && time_type(s, *ret_begin, ret, &end) && end == i) return true;
    }
    *ret_begin = i;
    if (is_symbol(s, i + 1, "::")) return time_type(s, i + 2, ret, &end);
    return is(s, i + 1, "as") && i > 1 && is(s, i - 2, "cast") && time_type(s, i + 2, ret, &end);
}

static bool spell_time(Speller *s, size_t i) {
    SqlTimeKind kind;
    size_t begin;
    AUTO(Buf) text = {0};
    if (!is_string(s, i) || !time_literal(s, i, &kind, &begin)) return false;
    if (kind == SQL_TIME_INTERVAL && is_unit(s, i + 1)) return false;
    Str value = str_trim(value_of(s, i));
    const char *word = s->stored || s->table ? NULL : sql_time_word(value, kind);
    if (word && begin < i) {
        Str type = str_slice(s->edit.sql, at(s, begin)->at, at(s, i)->at);
        replace(s, begin, i + 1, arena_printf(s->edit.arena, "CAST(%s AS " STR_FMT ")", word, STR_ARG(type)));
    } else if (word) {
        replace(s, i, i + 1, arena_printf(s->edit.arena, "(%s)", word));
    } else if (sql_time_text(value, kind, &text)) {
        replace(s, i, i + 1, str_of(sql_literal(s->edit.arena, buf_str(&text))));
    } else {
        return false;
    }
    return true;
}

/* ---- numeric ---- */

enum { PLAIN_SCALE = 10, MOST_DIGITS = 38 };

/* Digits behind the point of a number that is written out, 1.50 or 15e-1; -1: it is something else. */
static int places_of(Str number) {
    int64_t places = 0, power = 0;
    size_t digits = 0;
    bool point = false;
    for (size_t i = 0; i < number.len; i++) {
        char c = number.at[i];
        if (c == '.' && !point) point = true;
        else if (c >= '0' && c <= '9') digits++, places += point;
        else if ((c == 'e' || c == 'E') && digits && str_to_i64(str_slice(number, i + 1, STR_NONE), &power)) break;
        else if (i || c != '-') return -1;
    }
    if (!digits || digits > MOST_DIGITS || power > MOST_DIGITS || power < -MOST_DIGITS) return -1;
    if (places - power > MOST_DIGITS) return -1;
    return (int)MAX(places - power, 0);
}

static Str plain_type(const Speller *s, size_t value) {
    bool literal = is_string(s, value) || at(s, value)->kind == SQL_NUMBER;
    int places = literal ? places_of(value_of(s, value)) : -1;
    return arena_printf(s->edit.arena, "DECIMAL(%d,%d)", MOST_DIGITS, places < 0 ? PLAIN_SCALE : places);
}

/* `AS numeric )` of a CAST, not of a list of columns. */
static bool in_cast(const Speller *s, size_t as) {
    size_t depth = 0;
    for (size_t i = as; i-- > 0;) {
        if (is_symbol(s, i, ")")) depth++;
        if (is_symbol(s, i, "(") && !depth--) return i && (is(s, i - 1, "cast") || is(s, i - 1, "try_cast"));
    }
    return false;
}

/* Behind the name of a column: what may follow its type. */
static bool is_column_type(const Speller *s, size_t i) {
    static const char *const words[] = {"not",    "null",  "default",    "primary",
                                        "unique", "check", "references", "constraint"};
    const SqlToken *before = at(s, i - 1);
    bool name = before->kind == SQL_NAME || before->kind == SQL_WORD;
    bool end = i + 1 >= s->edit.tokens.len || is_symbol(s, i + 1, ",") || is_symbol(s, i + 1, ")");
    return s->table && name && (end || sql_token_is_one_of(at(s, i + 1), words, ARRAY_LEN(words)));
}

static bool spell_numeric(Speller *s, size_t i) {
    if (!is(s, i, "numeric") || !i || is_symbol(s, i + 1, "(") || is_symbol(s, i + 1, ".")) return false;
    bool cast = is_symbol(s, i - 1, "::");
    if (cast) {
        bool simple = i > 1 && !(i > 2 && (is_symbol(s, i - 3, "::") || is_symbol(s, i - 3, ".")));
        replace(s, i, i + 1, plain_type(s, simple ? i - 2 : s->edit.tokens.len));
    } else if (is_string(s, i + 1)) {
        replace(s, i, i + 1, plain_type(s, i + 1));
    } else if (is(s, i - 1, "as") && is_symbol(s, i + 1, ")") && in_cast(s, i - 1)) {
        bool simple = i > 2 && is_symbol(s, i - 3, "(");
        replace(s, i, i + 1, plain_type(s, simple ? i - 2 : s->edit.tokens.len));
    } else if (is_column_type(s, i)) {
        replace(s, i, i + 1, plain_type(s, s->edit.tokens.len));
    } else {
        return false;
    }
    return true;
}

static bool spell_bool(Speller *s, size_t i) {
    if (!is_string(s, i) || !is_symbol(s, i + 1, "::") || !(is(s, i + 2, "bool") || is(s, i + 2, "boolean")))
        return false;
    Str value = value_of(s, i);
    bool on = str_equal_nocase(value, STR("on"));
    if (!on && !str_equal_nocase(value, STR("off"))) return false;
    replace(s, i, i + 1, on ? STR("'true'") : STR("'false'"));
    return true;
}

/* ---- patterns ---- */

/* Backslash is PostgreSQL's escape where none is named; DuckDB has none. */
static bool spell_like(Speller *s, size_t i) {
    if (!i || !is_string(s, i) || !(is(s, i - 1, "like") || is(s, i - 1, "ilike")) || is(s, i + 1, "escape"))
        return false;
    if (str_find(value_of(s, i), '\\') == STR_NONE) return false;
    insert_behind(s, i, STR(" ESCAPE '\\'"));
    return true;
}

/* % and _ have their meaning and the characters of regular expressions only those that SQL names. */
static Str similar_regex(Arena *a, Str pattern) {
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.at[i];
        if (c == '%') buf_append_c(&out, ".*");
        else if (c == '_') buf_put(&out, '.');
        else if (c == '\\' && i + 1 < pattern.len) {
            buf_put(&out, c);
            buf_put(&out, pattern.at[++i]);
        } else {
            if (strchr(".^$", c)) buf_put(&out, '\\');
            buf_put(&out, c);
        }
    }
    return arena_str(a, buf_str(&out));
}

static bool spell_similar(Speller *s, size_t i) {
    if (i < 2 || !is_string(s, i) || !is(s, i - 1, "to") || !is(s, i - 2, "similar")) return false;
    Str pattern = value_of(s, i);
    if (str_find(pattern, '%') == STR_NONE && str_find(pattern, '_') == STR_NONE) return false;
    replace(s, i, i + 1, str_of(sql_literal(s->edit.arena, similar_regex(s->edit.arena, pattern))));
    return true;
}

/* ---- json ---- */

/* '{a,1,b}' as '/a/1/b'. */
static Str json_pointer(Arena *a, Str path) {
    AUTO(Buf) out = {0};
    buf_put(&out, '/');
    for (size_t i = 1; i + 1 < path.len; i++) {
        char c = path.at[i];
        if (c == ',') buf_put(&out, '/');
        else if (c == '/') buf_append_c(&out, "~1");
        else if (c == '~') buf_append_c(&out, "~0");
        else if (c != '"') buf_put(&out, c);
    }
    return arena_str(a, buf_str(&out));
}

static bool spell_json_path(Speller *s, size_t i, size_t *ret_next) {
    if (!is_symbol(s, i, "#") || !is_symbol(s, i + 1, ">") || at(s, i + 1)->at != at(s, i)->at + 1) return false;
    bool text = is_symbol(s, i + 2, ">") && at(s, i + 2)->at == at(s, i + 1)->at + 1;
    size_t path = i + 2 + text;
    Str value = is_string(s, path) ? value_of(s, path) : (Str){0};
    if (!str_starts(value, STR("{")) || !str_ends(value, STR("}"))) return false;
    const char *pointer = sql_literal(s->edit.arena, json_pointer(s->edit.arena, value));
    replace(s, i, path + 1, arena_printf(s->edit.arena, "%s %s", text ? "->>" : "->", pointer));
    *ret_next = path + 1;
    return true;
}

/* Behind a call and what belongs to it: FILTER (...), OVER (...) or OVER w. */
static size_t behind_call(const Speller *s, size_t i) {
    size_t end = sql_list_behind_brackets(&s->edit.tokens, i);
    while (is(s, end, "filter") || is(s, end, "over"))
        end = is_symbol(s, end + 1, "(") ? sql_list_behind_brackets(&s->edit.tokens, end + 1) : end + 2;
    return MIN(end, s->edit.tokens.len);
}

static bool spell_json_agg(Speller *s, size_t i) {
    if (!(is(s, i, "json_agg") || is(s, i, "jsonb_agg")) || !is_symbol(s, i + 1, "(")) return false;
    replace(s, i, i + 1, STR("to_json(list"));
    vec_push(&s->closing, behind_call(s, i + 1) - 1);
    return true;
}

/* ---- calls ---- */

/* Fields with a fraction, by the macro that gives them as numeric(…); all others are whole numbers. */
static const struct {
    const char *field, *macro;
} fractions[] = {
    {"second", "pond_extract_second"},       {"seconds", "pond_extract_second"},     {"epoch", "pond_extract_epoch"},
    {"milliseconds", "pond_extract_millis"}, {"millisecond", "pond_extract_millis"}, {"julian", "pond_extract_julian"},
};

static bool spell_extract(Speller *s, size_t i) {
    if (s->stored || !is(s, i, "extract") || !is_symbol(s, i + 1, "(") || !is(s, i + 3, "from")) return false;
    Str field = value_of(s, i + 2);
    Str macro = arena_printf(s->edit.arena, "pond_extract('" STR_FMT "', ", STR_ARG(field));
    if (str_find(field, '\'') != STR_NONE) return false;
    for (size_t k = 0; k < ARRAY_LEN(fractions); k++)
        if (str_equal_nocase(field, str_of(fractions[k].field)))
            macro = arena_printf(s->edit.arena, "%s(", fractions[k].macro);
    replace(s, i, i + 4, macro);
    return true;
}

static bool spell_call(Speller *s, size_t i) {
    if (at(s, i)->kind != SQL_WORD || !is_symbol(s, i + 1, "(") || !is_string(s, i + 2)) return false;
    if (i && is_symbol(s, i - 1, ".")) return false;
    if (is(s, i, "date_part") && !s->stored) {
        bool second = str_starts(value_of(s, i + 2), STR("sec")) || str_starts(value_of(s, i + 2), STR("milli"));
        replace(s, i, i + 1, second ? STR("pond_date_part_fraction") : STR("pond_date_part"));
        return true;
    }
    if (!is(s, i, "format") || str_find(value_of(s, i + 2), '%') == STR_NONE) return false;
    replace(s, i, i + 1, STR("pond_format"));
    return true;
}

/* Calls with words between their arguments: overlay(a PLACING b FROM 1 FOR 2). */
static const struct {
    const char *name, *macro, *words[4];
    bool own; /* DuckDB has it, only another type */
} worded[] = {
    {"overlay", "pond_overlay", {"placing", "from", "for"}, false},
    {"position", "pond_position", {"in"}, true},
};

static bool spell_worded(Speller *s, size_t i) {
    size_t k = 0, word = 0, depth = 0;
    while (k < ARRAY_LEN(worded) && !is(s, i, worded[k].name)) k++;
    if (k == ARRAY_LEN(worded) || !is_symbol(s, i + 1, "(") || (worded[k].own && s->stored)) return false;
    if (i && is_symbol(s, i - 1, ".")) return false;
    replace(s, i, i + 1, str_of(worded[k].macro));
    for (size_t t = i + 1; t < s->edit.tokens.len; t++) {
        depth += is_symbol(s, t, "(");
        depth -= is_symbol(s, t, ")");
        if (!depth) break;
        if (depth > 1 || !worded[k].words[word] || !is(s, t, worded[k].words[word])) continue;
        vec_push(&s->commas, t);
        word++;
    }
    return true;
}

/* Whether a regular expression has a group of which it tells: "(" without "?" behind it. */
static bool has_group(Str pattern) {
    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.at[i] == '\\') i++;
        else if (pattern.at[i] == '(' && (i + 1 == pattern.len || pattern.at[i + 1] != '?')) return true;
    }
    return false;
}

/* substring(x FROM 'pattern') */
static bool spell_substring(Speller *s, size_t i) {
    if (s->stored || !is(s, i, "substring") || !is_symbol(s, i + 1, "(") || (i && is_symbol(s, i - 1, ".")))
        return false;
    size_t end = sql_list_behind_brackets(&s->edit.tokens, i + 1) - 1;
    if (end < i + 4 || !is_string(s, end - 1) || !is(s, end - 2, "from")) return false;
    replace(s, i, i + 1, has_group(value_of(s, end - 1)) ? STR("pond_substring_group") : STR("pond_substring_match"));
    vec_push(&s->commas, end - 2);
    return true;
}

static bool spell_comma(Speller *s, size_t i) {
    for (size_t k = 0; k < s->commas.len; k++) {
        if (s->commas.at[k] != i) continue;
        replace(s, i, i + 1, STR(","));
        return true;
    }
    return false;
}

/* What begins at token i; returns the token behind it. */
static size_t spell(Speller *s, size_t i) {
    size_t next;
    if (spell_bits(s, i) || spell_time(s, i) || spell_numeric(s, i) || spell_bool(s, i) || spell_like(s, i) ||
        spell_similar(s, i) || spell_json_agg(s, i) || spell_call(s, i) || spell_substring(s, i) || spell_comma(s, i) ||
        spell_worded(s, i))
        return i + 1;
    if (spell_bytes(s, i)) return i + 1 + is(s, i, "bytea");
    if (spell_json_path(s, i, &next)) return next;
    return spell_extract(s, i) ? i + 4 : i + 1;
}

static void close_brackets(Speller *s, size_t token) {
    for (size_t i = 0; i < s->closing.len; i++)
        if (s->closing.at[i] == token) insert_behind(s, token, STR(")"));
}

static void look(Speller *s) {
    static const char *const kinds[] = {"view", "macro", "function"};
    bool create = is(s, 0, "create");
    s->table = is(s, 0, "alter") && is(s, 1, "table");
    for (size_t i = 1; create && i < 6 && i < s->edit.tokens.len && !is(s, i, "as"); i++) {
        s->table |= is(s, i, "table");
        s->stored |= sql_token_is_one_of(at(s, i), kinds, ARRAY_LEN(kinds));
    }
}

Str sql_spelling(Arena *a, Str sql) {
    Speller s = {.edit = sql_edit(a, sql)};
    look(&s);
    for (size_t i = 0; i < s.edit.tokens.len;) {
        size_t next = spell(&s, i);
        for (; i < next; i++) close_brackets(&s, i);
    }
    vec_release(&s.closing);
    vec_release(&s.commas);
    return sql_edit_finish(&s.edit);
}
