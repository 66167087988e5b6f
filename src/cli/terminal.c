#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_WIDTH = 80 };

static Str variable(const Map *env, Str name) {
    Str text = {0};
    map_get_str(env, name, &text);
    return text;
}

static unsigned width_of(int fd, const Map *env) {
    uint64_t columns;
    if (str_to_u64(variable(env, STR("COLUMNS")), &columns) && columns > 0 && columns < 10000) return (unsigned)columns;
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col) return size.ws_col;
    return USUAL_WIDTH;
}

/* UTF-8 unless a locale names another character set: a bare container says nothing and has a modern terminal. */
static bool is_utf8(const Map *env) {
    Str locale = variable(env, STR("LC_ALL"));
    if (!locale.len) locale = variable(env, STR("LC_CTYPE"));
    if (!locale.len) locale = variable(env, STR("LANG"));
    size_t dot = str_find(locale, '.');
    if (dot == STR_NONE) return true;
    Str charset = str_slice(locale, dot + 1, STR_NONE);
    return str_equal_nocase(str_slice(charset, 0, 5), STR("UTF-8")) ||
           str_equal_nocase(str_slice(charset, 0, 4), STR("UTF8"));
}

bool terminal_is(int fd) {
    return isatty(fd);
}

void terminal_open(Out *ret, int fd, const Map *env, Cancel *cancel) {
    bool terminal = isatty(fd);
    bool wanted = !variable(env, STR("NO_COLOR")).len && !str_is(variable(env, STR("TERM")), "dumb");
    *ret = (Out){
        .fd = fd,
        .terminal = terminal,
        .colours = terminal && wanted,
        .utf8 = is_utf8(env),
        .width = terminal ? width_of(fd, env) : 0,
        .cancel = cancel,
    };
}
