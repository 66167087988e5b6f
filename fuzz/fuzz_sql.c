/* src/sql: any text is cut into statements, and each of them is guarded, named, rewritten, and read as a COPY, a cursor's statement
 * and a PREPARE, within its bounds. */
#include "sql/copy.h"
#include "sql/cursor.h"
#include "sql/elsewhere.h"
#include "sql/guard.h"
#include "sql/names.h"
#include "sql/operand.h"
#include "sql/prepare.h"
#include "sql/rewrite.h"
#include "sql/serial.h"
#include "sql/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Tokens lie one behind the other, inside the text. */
static void check_tokens(Arena *a, Str sql) {
    SqlTokens t = sql_tokens(sql);
    size_t before = 0;
    for (SqlToken token; sql_token_next(&t, &token);) {
        BUG_ON(token.at < before || !token.text.len || token.text.at != sql.at + token.at);
        before = token.at + token.text.len;
        BUG_ON(before > sql.len || t.at != before);
        BUG_ON(sql_token_value(a, &token).len > token.text.len);
    }
}

/* Operands lie on the side they are asked for, and what one function finds lies within the text. */
static void check_operands(Arena *a, Str sql) {
    SqlTokenList tokens = sql_token_list(a, sql);
    for (size_t i = 0; i < tokens.len; i++) {
        size_t first = sql_operand_begin(&tokens, i), last = sql_operand_end(&tokens, i);
        BUG_ON(first > i || last < i || last > tokens.len);
        BUG_ON(sql_list_text(&tokens, sql, first, last).len > sql.len);
    }
}

/* What passes the guard, passes it again. */
static void check_guard(Arena *a, Str sql) {
    static WarehousePool *pool;
    if (!pool) pool = warehouse_pool_new(STR("/nowhere/.pond"));
    const SqlGuard guard = {.folder = STR("/nowhere"), .pool = pool};
    Err err = {0};
    Str once, twice;
    if (!sql_guard(a, sql, &guard, &once, &err)) return;
    check_tokens(a, once);
    BUG_ON(!sql_guard(a, once, &guard, &twice, &err) || !str_equal(once, twice));
}

/* Names of other files. */
static void check_elsewhere(Arena *a, Str sql) {
    Str others[] = {STR("a"), STR("b c")}, aliases[] = {STR("w")};
    const SqlDatabases databases = {.others = {others, 2, 2}, .aliases = {aliases, 1, 1}, .own = STR("o")};
    check_tokens(a, sql_elsewhere(a, sql, &databases));
}

static void check_inside(Str sql, Str part) {
    BUG_ON(part.len && (part.at < sql.at || part.at + part.len > sql.at + sql.len));
}

/* What stands behind the first word, whatever that is. */
static void check_session_statements(Arena *a, Str rest) {
    DeclareStatement declare;
    FetchStatement fetch;
    PrepareStatement prepare;
    ExecuteStatement execute;
    Str name;
    if (sql_declare_parse(a, rest, &declare)) check_inside(rest, declare.query);
    if (sql_fetch_parse(a, rest, &fetch)) BUG_ON(!fetch.cursor.len || fetch.count == INT64_MIN);
    (void)!sql_close_parse(a, rest, &name);
    if (sql_prepare_parse(a, rest, &prepare)) {
        check_inside(rest, prepare.query);
        for (size_t i = 0; i < prepare.type_count; i++) check_inside(rest, prepare.types[i]);
        check_tokens(a, sql_prepare_cast(a, &prepare));
    }
    if (sql_execute_parse(a, rest, &execute))
        for (size_t i = 0; i < execute.argument_count; i++) check_inside(rest, execute.arguments[i]);
}

static void check_statement(Arena *a, Str sql) {
    enum { COLUMNS = 5 };
    Str names[COLUMNS];
    AUTO(CopyStatement) copy = {0};
    Err err = {0};
    bool is;
    check_tokens(a, sql);
    check_operands(a, sql);
    check_guard(a, sql);
    check_elsewhere(a, sql);
    sql_column_names(a, sql, COLUMNS, names);
    check_tokens(a, sql_rewrite(a, sql, &(RewriteContext){.user = STR("o'b"), .public_is_main = true}));
    SqlSerials serials;
    check_tokens(a, sql_serials(a, sql, &serials));
    check_tokens(a, serials.before);
    (void)!copy_statement_parse(a, sql, &is, &copy, &err);
    SqlTokens t = sql_tokens(sql);
    SqlToken first;
    if (sql_token_next(&t, &first)) check_session_statements(a, str_slice(sql, t.at, sql.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Arena) a = {0};
    Str rest = {(const char *)data, size}, sql;
    while (sql_cut(&rest, &sql)) check_statement(&a, sql);
    return 0;
}
