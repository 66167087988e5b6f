#include "command/grid.h"

#include "command/human.h"

enum { GAP = 2, LEAST_CUT = 12 };

void grid_release(Grid *g) {
    arena_release(&g->arena);
    vec_release(&g->columns);
    vec_release(&g->cells);
}

void grid_column(Grid *g, const char *name, GridAlign align) {
    BUG_ON(g->cells.len);
    vec_push(&g->columns, (GridColumn){name, align, text_width(str_of(name))});
}

void grid_styled(Grid *g, Style style, Str text) {
    char *copy = arena_c(&g->arena, text);
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)copy[i] < ' ') copy[i] = ' ';
    }
    GridColumn *column = &g->columns.at[g->cells.len % g->columns.len];
    column->width = MAX(column->width, text_width(text));
    vec_push(&g->cells, (GridCell){{copy, text.len}, style});
}

void grid_cell(Grid *g, Str text) {
    grid_styled(g, STYLE_PLAIN, text);
}

void grid_printf(Grid *g, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str text = arena_vprintf(&g->arena, format, args);
    va_end(args);
    grid_cell(g, text);
}

/* What is left of the terminal for the last column. */
static size_t last_width(const Grid *g, const Out *out) {
    size_t before = 0;
    for (size_t i = 0; i + 1 < g->columns.len; i++) before += g->columns.at[i].width + GAP;
    if (!out->terminal || !out->width || before + LEAST_CUT > out->width) return STR_NONE;
    return out->width - before;
}

static void print_cell(const Grid *g, size_t column, GridCell cell, size_t room, Out *out) {
    const GridColumn *c = &g->columns.at[column];
    bool last = column + 1 == g->columns.len;
    size_t width = text_width(cell.text);
    bool cut = last && width > room;
    if (cut) cell.text = text_cut(cell.text, room - 1);
    if (c->align == GRID_RIGHT) out_repeat(out, " ", c->width - width);
    out_c(out, out_style(out, cell.style));
    out_str(out, cell.text);
    if (cut) out_c(out, out->utf8 ? "…" : "~");
    if (cell.style != STYLE_PLAIN) out_c(out, out_style(out, STYLE_PLAIN));
    if (!last) out_repeat(out, " ", GAP + (c->align == GRID_LEFT ? c->width - width : 0));
}

void grid_print(Grid *g, Out *out) {
    size_t room = last_width(g, out);
    if (!g->cells.len) return;
    for (size_t i = 0; i < g->columns.len; i++) {
        print_cell(g, i, (GridCell){str_of(g->columns.at[i].name), STYLE_DIM}, room, out);
    }
    out_c(out, "\n");
    for (size_t i = 0; i < g->cells.len; i++) {
        size_t column = i % g->columns.len;
        print_cell(g, column, g->cells.at[i], room, out);
        if (column + 1 == g->columns.len) out_c(out, "\n");
    }
}
