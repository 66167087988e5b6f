#include "command/sql_table.h"

#include "base/vec.h"
#include "command/human.h"

enum {
    SAMPLE_ROWS = 500,  /* widths are taken from these */
    LEAST_WIDTH = 6,    /* no column is cut below this */
    WIDEST_CELL = 1000, /* a longer text is cut even in a file */
};

typedef struct Cell {
    Str text;
    bool null;
} Cell;

typedef struct Table {
    Out *out;
    Result *r;
    size_t columns;
    size_t *widths;
    bool *right;
    Arena arena;     /* of the table and its sample */
    VEC(Cell) cells; /* of the sample, row by row */
    uint64_t shown, limit;
} Table;

static Cell read_cell(Table *t, size_t column, Arena *a) {
    Cell cell = {.null = !result_text(t->r, column, a, &cell.text)};
    if (cell.null) cell.text = STR("NULL");
    cell.text = text_cut(cell.text, WIDEST_CELL);
    for (size_t i = 0; i < cell.text.len; i++) {
        if ((unsigned char)cell.text.at[i] >= ' ') continue;
        char *plain = arena_c(a, cell.text);
        for (size_t k = i; k < cell.text.len; k++) {
            if ((unsigned char)plain[k] < ' ') plain[k] = ' ';
        }
        cell.text.at = plain;
        break;
    }
    return cell;
}

static bool next_row(Table *t) {
    if (t->limit && t->shown == t->limit) return false;
    if (!result_next(t->r)) return false;
    t->shown++;
    return true;
}

static void read_sample(Table *t) {
    for (size_t c = 0; c < t->columns; c++) {
        t->widths[c] = text_width(result_column_name(t->r, c));
        t->right[c] = result_column_kind(t->r, c) == VALUE_NUMBER;
    }
    while (t->cells.len < t->columns * SAMPLE_ROWS && next_row(t)) {
        for (size_t c = 0; c < t->columns; c++) {
            Cell cell = read_cell(t, c, &t->arena);
            t->widths[c] = MAX(t->widths[c], text_width(cell.text));
            vec_push(&t->cells, cell);
        }
    }
}

/* Cuts the widest column again and again until the table fits. False: too many columns. */
static bool fit(Table *t) {
    size_t room = t->out->width, total = 0;
    if (!t->out->terminal || !room) return true;
    for (size_t c = 0; c < t->columns; c++) total += t->widths[c] + (c ? 3 : 0);
    while (total > room) {
        size_t widest = 0, second = 0;
        for (size_t c = 1; c < t->columns; c++) {
            if (t->widths[c] > t->widths[widest]) widest = c;
        }
        for (size_t c = 0; c < t->columns; c++) {
            if (c != widest) second = MAX(second, t->widths[c]);
        }
        size_t least = MAX(second, (size_t)LEAST_WIDTH), over = total - room;
        size_t cut = MAX(t->widths[widest] > least ? t->widths[widest] - least : 1, (size_t)1);
        if (t->widths[widest] <= LEAST_WIDTH) return false;
        cut = MIN(cut, over);
        t->widths[widest] -= cut;
        total -= cut;
    }
    return true;
}

static void print_padded(Table *t, size_t c, Cell cell, Style style) {
    Out *out = t->out;
    size_t width = text_width(cell.text), room = t->widths[c];
    bool cut = out->terminal && width > room;
    if (cut) {
        cell.text = text_cut(cell.text, room - 1);
        width = text_width(cell.text) + 1;
    }
    size_t blanks = width < room ? room - width : 0;
    if (t->right[c]) out_repeat(out, " ", blanks);
    if (style != STYLE_PLAIN) out_c(out, out_style(out, style));
    out_str(out, cell.text);
    if (cut) out_c(out, out->utf8 ? "…" : "~");
    if (style != STYLE_PLAIN) out_c(out, out_style(out, STYLE_PLAIN));
    if (!t->right[c] && c + 1 < t->columns) out_repeat(out, " ", blanks);
}

static void print_row(Table *t, const Cell *cells) {
    for (size_t c = 0; c < t->columns; c++) {
        if (c) out_styled(t->out, STYLE_DIM, "%s", t->out->utf8 ? " │ " : " | ");
        print_padded(t, c, cells[c], cells[c].null ? STYLE_DIM : STYLE_PLAIN);
    }
    out_c(t->out, "\n");
}

static void print_head(Table *t) {
    Out *out = t->out;
    for (size_t c = 0; c < t->columns; c++) {
        if (c) out_styled(out, STYLE_DIM, "%s", out->utf8 ? " │ " : " | ");
        print_padded(t, c, (Cell){.text = result_column_name(t->r, c)}, STYLE_BOLD);
    }
    out_c(out, "\n");
    out_c(out, out_style(out, STYLE_DIM));
    for (size_t c = 0; c < t->columns; c++) {
        if (c) out_c(out, out->utf8 ? "─┼─" : "-+-");
        out_repeat(out, out->utf8 ? "─" : "-", t->widths[c]);
    }
    out_c(out, out_style(out, STYLE_PLAIN));
    out_c(out, "\n");
}

/* One block of lines for each row. */
static void print_block(Table *t, const Cell *cells) {
    Out *out = t->out;
    size_t names = 0;
    for (size_t c = 0; c < t->columns; c++) names = MAX(names, text_width(result_column_name(t->r, c)));
    for (size_t c = 0; c < t->columns; c++) {
        Str name = result_column_name(t->r, c);
        out_styled(out, STYLE_DIM, STR_FMT, STR_ARG(name));
        out_repeat(out, " ", names - text_width(name) + 2);
        out_styled(out, cells[c].null ? STYLE_DIM : STYLE_PLAIN, STR_FMT, STR_ARG(cells[c].text));
        out_c(out, "\n");
    }
    out_c(out, "\n");
}

static void print_count(Table *t) {
    Human all, rest;
    uint64_t rows = result_rows(t->r);
    out_c(t->out, out_style(t->out, STYLE_DIM));
    out_printf(t->out, "%s row%s", human_count(all, rows), rows == 1 ? "" : "s");
    if (t->shown < rows) out_printf(t->out, ", %s not shown: --rows 0 shows all", human_count(rest, rows - t->shown));
    out_c(t->out, out_style(t->out, STYLE_PLAIN));
    out_c(t->out, "\n");
}

void sql_table_print(Out *out, Result *r, uint64_t limit) {
    Table t = {.out = out, .r = r, .columns = result_columns(r), .limit = limit};
    t.widths = arena_array(&t.arena, size_t, t.columns);
    t.right = arena_array(&t.arena, bool, t.columns);
    read_sample(&t);
    bool table = fit(&t);
    void (*print)(Table *, const Cell *) = table ? print_row : print_block;
    if (table) print_head(&t);
    for (size_t i = 0; i < t.cells.len; i += t.columns) print(&t, &t.cells.at[i]);
    AUTO(Arena) arena = {0};
    while (next_row(&t)) {
        Cell *cells = arena_array(&arena, Cell, t.columns);
        for (size_t c = 0; c < t.columns; c++) cells[c] = read_cell(&t, c, &arena);
        print(&t, cells);
        arena_reset(&arena);
    }
    print_count(&t);
    vec_release(&t.cells);
    arena_release(&t.arena);
}
