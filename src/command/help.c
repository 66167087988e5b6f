#include "command/help.h"

#include "base/arena.h"

enum { INDENT = 2, GAP = 3, WIDEST_LEFT = 34 };

static const char *const headings[GROUP_COUNT] = {
    [GROUP_LOAD] = "Extract and load",
    [GROUP_PROJECT] = "Project",
    [GROUP_WAREHOUSE] = "Warehouse",
    [GROUP_MACHINE] = "This machine",
};

/* "  left   right"; a long left side stands on a line of its own. */
static void print_pair(Out *out, Str left, const char *right, size_t width) {
    out_repeat(out, " ", INDENT);
    out_styled(out, STYLE_BOLD, STR_FMT, STR_ARG(left));
    if (left.len > width) {
        out_c(out, "\n");
        out_repeat(out, " ", INDENT + width + GAP);
    } else {
        out_repeat(out, " ", width - left.len + GAP);
    }
    out_printf(out, "%s\n", right);
}

static void print_heading(Out *out, const char *text) {
    out_c(out, "\n");
    out_styled(out, STYLE_DIM, "%s\n", text);
}

/* ---- options ---- */

enum { LONG_CHOICE = 24 }; /* a longer list of words stands on the right side */

static bool is_long_choice(const Option *o) {
    return o->kind == OPTION_CHOICE && strlen(o->argument) > LONG_CHOICE;
}

static Str option_left(Arena *a, const Option *o) {
    Str letter = o->letter ? arena_printf(a, "-%c, ", o->letter) : STR("");
    if (o->kind == OPTION_SWITCH) return arena_printf(a, "--%s, --no-%s", o->name, o->name);
    const char *argument = is_long_choice(o) ? "WORD" : o->argument ? o->argument : "";
    return arena_printf(a, STR_FMT "--%s%s%s", STR_ARG(letter), o->name, *argument ? " " : "", argument);
}

static Str option_right(Arena *a, const Option *o) {
    Str text = arena_str(a, str_of(o->help));
    if (is_long_choice(o)) text = arena_printf(a, STR_FMT ": %s", STR_ARG(text), o->argument);
    if (o->value && *o->value) text = arena_printf(a, STR_FMT " [%s]", STR_ARG(text), o->value);
    if (o->env) text = arena_printf(a, STR_FMT " ($POND_%s)", STR_ARG(text), o->env);
    return text;
}

static void print_options(Out *out, const char *heading, const Option *table) {
    AUTO(Arena) arena = {0};
    size_t width = 0, shown = 0;
    for (const Option *o = table; o && o->name; o++) {
        size_t left = option_left(&arena, o).len;
        if (!o->hidden && left <= WIDEST_LEFT) width = MAX(width, left);
        shown += !o->hidden;
    }
    if (!shown) return;
    print_heading(out, heading);
    for (const Option *o = table; o->name; o++) {
        if (!o->hidden) print_pair(out, option_left(&arena, o), option_right(&arena, o).at, width);
    }
}

/* ---- commands ---- */

static size_t names_width(const Command *const *table) {
    size_t width = 0;
    for (size_t i = 0; table[i]; i++) {
        if (!table[i]->hidden) width = MAX(width, strlen(table[i]->name));
    }
    return width;
}

void help_print_all(Out *out) {
    out_styled(out, STYLE_BOLD, "pond");
    out_c(out, ": extract, load and query in one program. Runs Meltano projects as they are.\n");
    size_t width = names_width(commands);
    for (size_t group = 0; group < GROUP_COUNT; group++) {
        print_heading(out, headings[group]);
        for (size_t i = 0; commands[i]; i++) {
            const Command *c = commands[i];
            if (c->group == (CommandGroup)group && !c->hidden) print_pair(out, str_of(c->name), c->summary, width);
        }
    }
    print_options(out, "Options, before or behind the command (of invoke: before PLUGIN)", global_options);
    out_c(out, "\n");
    out_styled(out, STYLE_DIM, "pond COMMAND --help says more.\n");
}

void help_print(Out *out, const Command *command, const Command *parent) {
    const char *words = command->verbs ? "VERB ..." : command->words;
    out_styled(out, STYLE_DIM, "usage: ");
    out_printf(out, "pond %s%s%s%s%s%s\n", parent ? parent->name : "", parent ? " " : "", command->name,
               command->options ? " [OPTIONS]" : "", words && *words ? " " : "", words ? words : "");
    out_printf(out, "%s\n", command->summary);
    if (command->verbs) {
        print_heading(out, "Verbs");
        size_t width = names_width(command->verbs);
        for (size_t i = 0; command->verbs[i]; i++) {
            const Command *c = command->verbs[i];
            if (!c->hidden) print_pair(out, str_of(c->name), c->summary, width);
        }
    }
    print_options(out, command->passes_on ? "Options, before PLUGIN" : "Options", command->options);
    if (parent) print_options(out, "Options of all verbs", parent->options);
    if (command->details) out_printf(out, "\n%s", command->details);
}
