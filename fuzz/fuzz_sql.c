/* src/sql: any text is cut into statements, and each of them is named, rewritten, and read as a COPY, within its bounds. */
#include "sql/copy.h"
#include "sql/names.h"
#include "sql/operand.h"
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

static void check_statement(Arena *a, Str sql) {
    enum { COLUMNS = 5 };
    Str names[COLUMNS];
    AUTO(CopyStatement) copy = {0};
    Err err = {0};
    bool is;
    check_tokens(a, sql);
    check_operands(a, sql);
    sql_column_names(sql, COLUMNS, names);
    check_tokens(a, sql_rewrite(a, sql, &(RewriteContext){.user = STR("o'b"), .public_is_main = true}));
    Str before;
    check_tokens(a, sql_serials(a, sql, &before));
    check_tokens(a, before);
    (void)!copy_statement_parse(a, sql, &is, &copy, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Arena) a = {0};
    Str rest = {(const char *)data, size}, sql;
    while (sql_cut(&rest, &sql)) check_statement(&a, sql);
    return 0;
}
