/*
 * Grid: a small table of texts, aligned for people. Rows are kept until printed; see sql_table.h for results of any size.
 *
 *     AUTO(Grid) grid = {0};
 *     grid_column(&grid, "stream", GRID_LEFT);
 *     grid_column(&grid, "rows", GRID_RIGHT);
 *     grid_cell(&grid, stream);
 *     grid_printf(&grid, "%s", human_count(h, rows));
 *     grid_print(&grid, cmd->out);
 */
#pragma once

#include "base/arena.h"
#include "base/vec.h"
#include "command/out.h"

typedef enum GridAlign { GRID_LEFT, GRID_RIGHT } GridAlign;

typedef struct GridColumn {
    const char *name;
    GridAlign align;
    size_t width; /* of the widest cell so far */
} GridColumn;

typedef struct GridCell {
    Str text;
    Style style;
} GridCell;

typedef struct Grid {
    Arena arena; /* the cells' texts */
    VEC(GridColumn) columns;
    VEC(GridCell) cells; /* row by row */
} Grid;

void grid_release(Grid *g);
DEFINE_AUTO(Grid, grid_release)

/* All columns before the first cell. The name is borrowed. */
void grid_column(Grid *g, const char *name, GridAlign align);
/* The next cell, row by row; the text is copied. Line breaks and other control characters become blanks. */
void grid_cell(Grid *g, Str text);
void grid_styled(Grid *g, Style style, Str text);
void grid_printf(Grid *g, const char *format, ...) PRINTF_LIKE(2, 3);
/* Head, rows, nothing else. On a terminal the last column is cut to fit. No output without rows. */
void grid_print(Grid *g, Out *out);
