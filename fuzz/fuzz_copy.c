/*
 * COPY's data in any format: cut into blocks anywhere and read block by block, it gives the same rows and the same error as read whole.
 * The first byte chooses format and options, the second how much arrives at once.
 */
#include "pgwire/copy_row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 64, COLUMNS = 8, CELL = 16, LONGEST = 4096 };

static const DataType types[COLUMNS] = {
    {.id = DATA_INTEGER}, {.id = DATA_VARCHAR},     {.id = DATA_DOUBLE}, {.id = DATA_DECIMAL, .width = 12, .scale = 2},
    {.id = DATA_DATE},    {.id = DATA_TIMESTAMPTZ}, {.id = DATA_BLOB},   {.id = DATA_UUID},
};

typedef struct Reading {
    Buf cells; /* of all rows, one after the other */
    uint64_t rows, line;
    Err err;
    char where[COPY_WHERE];
} Reading;

static void make_nullable(ChunkColumn *column) {
    column->validity = column->vector;
    memset(column->validity, 0xff, ROWS / 8);
}

static Chunk chunk_of(Arena *a, const CopyField *columns) {
    Chunk chunk = {ROWS, 0, arena_array(a, ChunkColumn, COLUMNS), COLUMNS, make_nullable};
    for (size_t i = 0; i < COLUMNS; i++)
        chunk.columns[i] =
            (ChunkColumn){columns[i].as, arena_alloc(a, (size_t)ROWS * CELL), NULL, arena_alloc(a, ROWS / 8)};
    return chunk;
}

static size_t cell_size(ColumnKind kind) {
    switch ((int)kind) {
    case COLUMN_DATE: return 4;
    case COLUMN_UUID: return 16;
    default: return 8;
    }
}

static void keep_cell(Buf *out, const ChunkColumn *c, size_t row) {
    bool null = c->validity && !(c->validity[row / 64] >> (row % 64) & 1);
    buf_put(out, null ? 'n' : 'v');
    if (null) return;
    if (c->type.kind == COLUMN_VARCHAR || c->type.kind == COLUMN_BLOB) {
        const ChunkText *t = (const ChunkText *)c->data + row;
        Str text = {t->len <= sizeof t->inlined ? t->inlined : t->pointer.at, t->len};
        BUG_ON(c->type.kind == COLUMN_VARCHAR && !str_is_utf8(text));
        buf_append(out, text);
        return;
    }
    size_t bytes = cell_size(c->type.kind);
    buf_append(out, (Str){(const char *)c->data + row * bytes, bytes});
}

/* False: a row is wrong. */
static bool read_block(CopyRows *rows, const CopyPart *part, Reading *r) {
    copy_rows_begin(rows, part);
    while (!rows->over) {
        AUTO(Arena) a = {0};
        Chunk chunk = chunk_of(&a, rows->spec->columns);
        bool ok = copy_rows_next(rows, &chunk, &r->err);
        for (size_t i = 0; ok && chunk.rows && i < COLUMNS; i++) keep_cell(&r->cells, &chunk.columns[i], 0);
        r->rows += chunk.rows;
        arena_reset(&rows->texts);
        if (ok) continue;
        r->line += rows->line;
        memcpy(r->where, rows->where, sizeof r->where);
        return false;
    }
    r->line += rows->line;
    return true;
}

static void read_whole(const CopyRowSpec *spec, Str data, Reading *r) {
    AUTO(CopyRows) rows = {.spec = spec};
    (void)read_block(&rows, &(CopyPart){data, true, COPY_EOL_UNKNOWN}, r);
}

/* As copy_in.c does it, `step` bytes at a time. The blocks are copies, so that nothing behind one is read. */
static void read_cut(const CopyRowSpec *spec, Str data, size_t step, Reading *r) {
    AUTO(CopyRows) rows = {.spec = spec};
    CopyCutter cut = copy_cutter(spec->statement, COLUMNS);
    size_t from = 0;
    bool first = true, ok = true;
    for (size_t to = 0; ok && from < data.len;) {
        bool last = to == data.len;
        to = MIN(to + step, data.len);
        size_t n = last ? to - from : copy_cut(&cut, str_slice(data, from, to));
        if (!n) continue;
        char *bytes = malloc(n);
        BUG_ON(!bytes);
        memcpy(bytes, data.at + from, n);
        ok = read_block(&rows, &(CopyPart){{bytes, n}, first, cut.eol}, r);
        free(bytes);
        from += n;
        first = false;
        bool binary = spec->statement->format == COPY_BINARY;
        if (cut.ended && !binary) break;
    }
    if (first && !data.len) (void)read_block(&rows, &(CopyPart){data, true, cut.eol}, r);
}

static void check_same(const Reading *a, const Reading *b) {
    BUG_ON(a->rows != b->rows || !str_equal(buf_str(&a->cells), buf_str(&b->cells)));
    BUG_ON(a->err.code != b->err.code);
    /* Of a character that is cut short the bytes behind it are shown, as far as they are there. */
    bool bytes = str_find_str(str_of(a->err.msg), STR("invalid byte sequence")) != STR_NONE;
    size_t said = bytes ? strlen("[22021] invalid byte sequence") : sizeof a->err.msg;
    if (a->err.code) BUG_ON(strncmp(a->err.msg, b->err.msg, said) != 0 || strcmp(a->where, b->where) != 0);
    if (a->err.code) BUG_ON(a->line != b->line);
}

static CopyStatement statement_of(uint8_t choice) {
    CopyStatement s = {.from = true, .delimiter = ',', .quote = '"', .escape = '"', .null = STR("")};
    s.format = (CopyFormat)(choice % 3);
    s.header = choice & 4;
    if (choice & 8) s.escape = '\\';
    if (choice & 16) s.null = STR("\\N");
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const bool force_not_null[COLUMNS] = {[1] = true}, force_null[COLUMNS] = {[6] = true};
    if (size < 2 || size > LONGEST) return 0;
    CopyStatement statement = statement_of(data[0]);
    CopyField columns[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) columns[i] = copy_field(STR("c"), &types[i]);
    CopyRowSpec spec = {&statement, columns, COLUMNS, force_not_null, force_null, NULL};
    Str text = {(const char *)data + 2, size - 2};
    Reading whole = {0}, cut = {0};
    read_whole(&spec, text, &whole);
    read_cut(&spec, text, data[1] + (size_t)1, &cut);
    check_same(&whole, &cut);
    buf_release(&whole.cells);
    buf_release(&cut.cells);
    return 0;
}
