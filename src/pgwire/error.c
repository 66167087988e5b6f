/* Errors as PostgreSQL tells them: SQLSTATE, short message, position, hint. */
#include "pgwire/session.h"

/* What DuckDB's messages say, and which SQLSTATE PostgreSQL gives it; the first that fits. */
static const struct {
    const char *text, *sqlstate;
} states[] = {
    {"Catalog with name ", "0A000"}, /* as PostgreSQL: cross-database references */
    {"Binder Error: Catalog \"", "0A000"},
    {"Schema with name \"", "42P06"}, /* DuckDB quotes the name of what exists already */
    {"Column with name ", "42701"},
    {"Type with name \"", "42710"},
    {" already exists", "42P07"},
    {"is not yet defined in this session", "55000"}, /* currval */
    {"imum value of sequence", "2200H"},
    {"cached plan must not", "0A000"},
    {"stack depth limit exceeded", "54001"},
    {"Extension Autoloading Error", "0A000"},
    {"Existing object ", "42809"},
    {"Table with name ", "42P01"},
    {"View with name ", "42P01"},
    {"Sequence with name ", "42P01"},
    {"Schema with name ", "3F000"},
    {"Prepared statement ", "26000"},
    {"Referenced table ", "42P01"},
    {"Referenced column ", "42703"},
    {"Referenced update column ", "42703"},
    {"does not have a column", "42703"},
    {"not found in FROM clause", "42703"},
    {"does not exist on ", "42703"},
    {"Duplicate column name ", "42701"},
    {"Duplicate CTE name ", "42712"},
    {"Circular reference to CTE", "42P19"},
    {"DEFAULT value cannot contain column names", "0A000"},
    {"has more than one primary key", "42P16"},
    {"columns available but", "42P10"},
    {" term out of range", "42P10"},
    {"Values list ", "42601"},
    {"values were supplied", "42601"},
    {"columns - expected 1", "42601"},
    {"same number of result columns", "42601"},
    {"Cannot cast STRUCTs of different size", "42601"},
    {"Scalar Function with name ", "42883"},
    {"Table Function with name ", "42883"},
    {"Aggregate Function with name ", "42883"},
    {"No function matches", "42883"},
    {"does not support the supplied arguments", "42883"},
    {"Could not choose a best candidate function", "42725"},
    {"UNNEST requires a single list", "42883"},
    {"UNNEST() can only be applied to lists", "42883"},
    {"Type with name ", "42704"},
    {"must appear in the GROUP BY clause", "42803"},
    {"cannot contain aggregates", "42803"},
    {"aggregate function calls cannot be nested", "42803"},
    {"Ambiguous reference", "42702"},
    {"window \"", "42704"},
    {"Parser Error", "42601"},
    {"NOT NULL constraint failed", "23502"},
    {"Duplicate key", "23505"},
    {"violates primary key constraint", "23505"},
    {"violates unique constraint", "23505"},
    {"PRIMARY KEY or UNIQUE constraint violat", "23505"},
    {"iolates foreign key", "23503"},
    {"CHECK constraint failed", "23514"},
    {"Conflict on ", "40001"},
    {"write-write conflict", "40001"},
    {"More than one row returned by a subquery", "21000"},
    {"LIMIT/OFFSET cannot be negative", "2201W"},
    {"Values were not provided for the following prepared statement parameters", "42P02"},
    {"square root of a negative", "2201F"},
    {"logarithm of ", "2201E"},
    {"Invalid Input Error: missing ", "2201B"}, /* of a regular expression */
    {"is undefined outside", "22003"},
    {"extract specifier ", "22023"},
    {"Unknown TimeZone", "22023"},
    {"Invalid hex escape code", "22023"},
    {"field value out of range", "22008"},
    {"Date out of range", "22008"},
    {"invalid date field format", "22007"},
    {"invalid timestamp field format", "22007"},
    {"invalid time field format", "22007"},
    {"to INTERVAL", "22007"},
    {"out of range", "22003"},
    {"Could not cast value", "22003"},
    {"Could not convert string", "22P02"},
    {"Could not cast", "22P02"},
    {"Unimplemented type for cast", "42846"},
    {"Can only delete from base table", "42809"},
    {"Conversion Error", "22P02"},
    {"Out of Range Error", "22003"},
    {"Binder Error", "42804"},
    {"Invalid Input Error", "22023"},
    {"Dependency Error", "2BP01"},
};

enum { SQLSTATE_LEN = 5 };

/* pg_error puts "[42P01] " before the text: Err has no place of its own for it. So do functions of sql/functions.c; DuckDB says before
 * it that it is their error. *ret_skip: bytes up to the text. */
static bool own_state(const char *message, char ret[SQLSTATE_LEN + 1], size_t *ret_skip) {
    static const char *const theirs[] = {"Invalid Input Error: ", "Binder Error: "};
    size_t skip = 0;
    for (size_t i = 0; i < ARRAY_LEN(theirs) && !skip; i++)
        if (strncmp(message, theirs[i], strlen(theirs[i])) == 0) skip = strlen(theirs[i]);
    message += skip;
    *ret_skip = skip + SQLSTATE_LEN + 3;
    if (message[0] != '[' || strlen(message) < SQLSTATE_LEN + 3 || message[SQLSTATE_LEN + 1] != ']') return false;
    memcpy(ret, message + 1, SQLSTATE_LEN);
    ret[SQLSTATE_LEN] = '\0';
    return true;
}

bool pg_error(Err *err, const char *sqlstate, const char *format, ...) {
    char text[sizeof err->msg];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(err, ERR_SQL, "[%s] %s", sqlstate, text);
}

void pg_warn(PgSession *s, const char *sqlstate, const char *text) {
    Err err = {0};
    pg_error(&err, sqlstate, "%s", text);
    pg_send_error(&s->wire, SEVERITY_WARNING, &err, (Str){0});
}

static const char context_mark[] = "\nCONTEXT:  ";

/* A text that is too long is cut before it, so that the context is whole. */
bool pg_error_context(Err *err, const char *format, ...) {
    char context[sizeof err->msg / 2];
    va_list args;
    va_start(args, format);
    vsnprintf(context, sizeof context, format, args);
    va_end(args);
    size_t room = sizeof err->msg - sizeof context_mark - strlen(context), len = MIN(strlen(err->msg), room);
    while (len && len == room && ((unsigned char)err->msg[len] & 0xC0) == 0x80) len--, room--;
    snprintf(err->msg + len, sizeof err->msg - len, "%s%s", context_mark, context);
    return false;
}

/* "Could not convert string '9999999999' to INT32": the text is a number, only too large. */
static bool is_too_large(Str message) {
    static const char begin[] = "Could not convert string '";
    size_t at = str_find_str(message, str_of(begin));
    if (at == STR_NONE) return false;
    Str rest = str_slice(message, at + sizeof begin - 1, STR_NONE), text;
    if (!str_cut(&rest, '\'', &text) || !str_starts(rest, STR(" to INT"))) return false;
    if (str_starts(text, STR("-")) || str_starts(text, STR("+"))) text = str_slice(text, 1, STR_NONE);
    bool digits = text.len > 0;
    for (size_t i = 0; i < text.len; i++) digits = digits && text.at[i] >= '0' && text.at[i] <= '9';
    return digits;
}

const char *pg_sqlstate(const Err *err) {
    bool exact =
        err->code == ERR_SQL || err->code == ERR_INPUT || err->code == ERR_NOT_FOUND || err->code == ERR_CONFLICT;
    Str message = str_of(err->msg);
    if (exact && is_too_large(message)) return "22003";
    for (size_t i = 0; exact && i < ARRAY_LEN(states); i++)
        if (str_find_str(message, str_of(states[i].text)) != STR_NONE) return states[i].sqlstate;
    if (err->code == ERR_LOCKED) return "57P03"; /* the gate: cannot connect now */
    return err_sqlstate(err->code);
}

/* DuckDB's "LINE 2: select x from\n              ^": *ret_head is what stands before it. Returns the position in characters from
 * 1 that the mark points at, 0 = none. */
static size_t position_of(Str message, Str statement, Str *ret_head) {
    size_t at = str_find_str(message, STR("\n\nLINE "));
    *ret_head = message;
    if (at == STR_NONE) return 0;
    *ret_head = str_slice(message, 0, at);
    Str rest = str_slice(message, at + 7, message.len), number, line, mark;
    uint64_t line_number;
    if (!str_cut(&rest, ':', &number) || !str_to_u64(number, &line_number) || !str_cut(&rest, '\n', &line) ||
        !str_cut(&rest, '\n', &mark))
        return 0;
    size_t caret = str_find(mark, '^'), prefix = 5 + number.len + 2;
    if (caret == STR_NONE || caret < prefix || !line.len) return 0;
    /* The line may be cut at both ends: "..." stands for the rest. Found again in the statement, it says where. */
    Str shown = str_slice(line, 1, line.len);
    size_t column = caret - prefix;
    if (str_starts(shown, STR("...")) && column >= 3) {
        shown = str_slice(shown, 3, shown.len);
        column -= 3;
    }
    if (str_ends(shown, STR("..."))) shown = str_slice(shown, 0, shown.len - 3);
    size_t from = 0;
    for (uint64_t i = 1; i < line_number; i++) {
        size_t end = str_find(str_slice(statement, from, statement.len), '\n');
        if (end == STR_NONE) return 0;
        from += end + 1;
    }
    size_t found = str_find_str(str_slice(statement, from, statement.len), shown);
    if (found == STR_NONE) return 0;
    return 1 + str_characters(str_slice(statement, 0, from + found)) + column; /* the mark counts characters */
}

/* The position behind the last character, of a statement that ends too early. */
static size_t end_of(Str message, Str statement) {
    if (!statement.len || !str_ends(message, STR("syntax error at end of input"))) return 0;
    return 1 + str_characters(statement);
}

/* DuckDB's "Did you mean" is cut out of *head, or what a function of ours (sql/catalog.c) says to do. It names what sounds alike
 * anywhere, also in PostgreSQL's catalog: nobody meant that who did not ask for it. */
static Str suggestion(Str *head) {
    static const char own[] = "\nHINT:  ";
    static const char *const marks[] = {own, "\nDid you mean ", "\nCandidate "};
    size_t at = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(marks) && at == STR_NONE; i++) at = str_find_str(*head, str_of(marks[i]));
    if (at == STR_NONE) return (Str){0};
    Str hint = str_trim(str_slice(*head, at, head->len));
    *head = str_slice(*head, 0, at);
    if (str_starts(hint, STR("HINT:  "))) return str_slice(hint, sizeof own - 2, hint.len);
    bool asked = str_find_str(*head, STR(" name pg_")) != STR_NONE;
    bool catalog = str_find_str(hint, STR("\"pg_")) != STR_NONE;
    return catalog && !asked ? (Str){0} : hint;
}

/* What clients look for in words, and DuckDB says in others. */
static const struct {
    const char *before, *behind, *what, *said;
} sayings[] = {
    {"Catalog Error: Type with name \"", "\" already exists!", "type", "already exists"},
    {"Catalog Error: Type with name ", " does not exist!", "type", "does not exist"},
};

static Str in_our_words(Arena *a, Str text) {
    for (size_t i = 0; i < ARRAY_LEN(sayings); i++) {
        Str before = str_of(sayings[i].before), behind = str_of(sayings[i].behind);
        if (!str_starts(text, before) || !str_ends(text, behind)) continue;
        Str name = str_slice(text, before.len, text.len - behind.len);
        return arena_printf(a, "%s \"" STR_FMT "\" %s", sayings[i].what, STR_ARG(name), sayings[i].said);
    }
    return text;
}

static void put_field(Wire *w, char kind, Str text) {
    if (!text.len) return;
    wire_put_byte(w, kind);
    wire_put_text(w, text);
}

void pg_send_error(Wire *w, Severity severity, const Err *err, Str statement) {
    pg_send_error_of(w, severity, err, statement, statement);
}

void pg_send_error_of(Wire *w, Severity severity, const Err *err, Str statement, Str text) {
    static const char *const names[] = {"ERROR", "FATAL", "WARNING", "NOTICE"};
    AUTO(Arena) a = {0};
    char own[SQLSTATE_LEN + 1];
    size_t skip;
    Str head, message = str_of(err->msg), hint = str_of(err->hint);
    const char *state = own_state(err->msg, own, &skip) ? own : pg_sqlstate(err);
    if (state == own) message = str_slice(message, skip, message.len);
    size_t context = str_find_str(message, str_of(context_mark));
    Str where = context == STR_NONE ? (Str){0} : str_slice(message, context + sizeof context_mark - 1, message.len);
    message = str_slice(message, 0, context);
    size_t position = position_of(message, statement, &head);
    if (!position) position = end_of(head, statement);
    Str other = suggestion(&head);
    if (!hint.len) hint = other;
    wire_begin(w, severity <= SEVERITY_FATAL ? 'E' : 'N');
    put_field(w, 'S', str_of(names[severity]));
    put_field(w, 'V', str_of(names[severity]));
    put_field(w, 'C', str_of(state));
    put_field(w, 'M', in_our_words(&a, str_trim(head)));
    put_field(w, 'H', hint);
    put_field(w, 'W', where);
    /* pgjdbc plans anew by itself when it reads the name of PostgreSQL's function that says so. */
    if (str_is(message, "cached plan must not change result type")) put_field(w, 'R', STR("RevalidateCachedQuery"));
    if (position) position += str_characters((Str){text.at, (size_t)(statement.at - text.at)});
    if (position) put_field(w, 'P', arena_printf(&a, "%zu", position));
    wire_put_byte(w, '\0');
    wire_end(w);
}
