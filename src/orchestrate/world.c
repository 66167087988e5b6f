#include "orchestrate/world.h"

#include <ctype.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>

#include "base/crypto.h"
#include "os/file.h"

enum {
    FOLDER_MODE = 0700,
    LOG_MODE = 0640,
    LAST_LINES = 8,
    LAST_BYTES = 1200,
    LINES_BEHIND_EXCEPTION = 20, /* warnings at the interpreter's end */
    LOG_LIMIT = 64 * 1024 * 1024,
};

Str run_id_new(Arena *a) {
    unsigned char b[16];
    BUG_ON(getrandom(b, sizeof b, 0) != sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
    return arena_printf(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
                        b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

Str run_tag(Arena *a, const Project *p, const char *run) {
    Str project = str_slice(digest_hex(a, DIGEST_SHA1, p->root), 0, 12);
    return arena_printf(a, STR_FMT "/%s", STR_ARG(project), run);
}

Str world_run_tag(const World *w) {
    return run_tag(w->arena, w->project, arena_c(w->arena, w->run_id));
}

/* A lock on a run's folder; it ends with the process, whatever way. -1: somebody has it. */
static Fd lock_folder(const char *path) {
    AUTO(Fd) fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 ? fd_take(&fd) : -1;
}

/* Another pond that begins now may take the new folder for a leftover, until it is locked. */
static bool make_run_folder(World *w, Err *err) {
    enum { TRIES = 10 };
    for (int i = 0; i < TRIES; i++) {
        if (!dir_make(w->run_folder.at, FOLDER_MODE, err)) return false;
        w->run_lock = lock_folder(w->run_folder.at);
        if (w->run_lock >= 0 && path_exists(w->run_folder.at)) return true;
        fd_close(&w->run_lock);
    }
    return err_set(err, ERR_CONFLICT, "another run has the id " STR_FMT, STR_ARG(w->run_id));
}

/* Files of killed runs: they may hold secrets. */
static void remove_leftovers(const World *w, Str runs) {
    AUTO(Arena) arena = {0};
    AUTO(StrVec) names = {0};
    Err ignored = {0};
    if (!dir_list(&arena, runs.at, &names, &ignored)) return;
    for (size_t i = 0; i < names.len; i++) {
        Str path = path_join(&arena, runs, names.at[i]);
        if (names.at[i].len != w->run_id.len || !path_is_dir(path.at)) continue;
        AUTO(Fd) lock = lock_folder(path.at);
        if (lock >= 0) (void)!remove_tree(path.at, &ignored);
    }
}

bool world_open(World *w, Err *err) {
    Str runs, logs;
    if (!w->run_id.len) w->run_id = run_id_new(w->arena);
    if (!project_folder(w->project, STR("run"), &runs, err)) return false;
    if (!project_folder(w->project, STR("logs"), &logs, err)) return false;
    w->run_folder = path_join(w->arena, runs, w->run_id);
    w->log_folder = path_join(w->arena, logs, w->run_id);
    if (!make_run_folder(w, err) || !dir_make(w->log_folder.at, FOLDER_MODE, err)) return false;
    remove_leftovers(w, runs);
    keeper_sweep(run_tag(w->arena, w->project, ""));
    return true;
}

void world_close(World *w) {
    Err ignored = {0};
    if (w->run_lock <= 0) return;
    (void)!remove_tree(w->run_folder.at, &ignored);
    if (!w->number) (void)!remove_tree(w->log_folder.at, &ignored);
    fd_close(&w->run_lock);
}

Str world_file(const World *w, Str plugin, const char *kind) {
    return arena_printf(w->arena, STR_FMT "/" STR_FMT ".%s.json", STR_ARG(w->run_folder), STR_ARG(plugin), kind);
}

Str world_log_path(const World *w, Str plugin) {
    return arena_printf(w->arena, STR_FMT "/" STR_FMT ".log", STR_ARG(w->log_folder), STR_ARG(plugin));
}

bool world_log_open(const World *w, Str plugin, Fd *ret, Err *err) {
    Str path = world_log_path(w, plugin);
    *ret = open(path.at, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, LOG_MODE);
    return *ret >= 0 || err_set(err, ERR_IO, "cannot write the log " STR_FMT, STR_ARG(path));
}

/* Where the last `count` lines begin. */
static Str last_lines(Str text, size_t count) {
    size_t at = text.len;
    while (at > 0 && count > 0) {
        at--;
        if (at == 0 || text.at[at - 1] == '\n') count--;
    }
    return str_slice(text, at, STR_NONE);
}

/* From the exception of the last Python traceback on: what stands behind its indented lines. Empty: there is none at the end. */
static Str last_exception(Str text) {
    Str rest = text, line, found = {0};
    bool inside = false;
    while (rest.len) {
        Str here = rest;
        str_cut(&rest, '\n', &line);
        if (str_starts(line, STR("Traceback (most recent call last):"))) {
            inside = true;
        } else if (inside && line.len && !isspace((unsigned char)line.at[0])) {
            inside = false;
            found = here;
        }
    }
    return last_lines(found, LINES_BEHIND_EXCEPTION).len < found.len ? (Str){0} : found;
}

/* The lines at the end that fit; of a longer line its end. */
static Str last_that_fit(Str text) {
    Str rest = last_lines(text, LAST_LINES);
    if (rest.len <= LAST_BYTES / 2) return rest;
    rest = str_slice(rest, rest.len - LAST_BYTES / 2, STR_NONE);
    size_t cut = str_find(rest, '\n');
    return cut == STR_NONE ? rest : str_slice(rest, cut + 1, STR_NONE);
}

Str world_last_words(const World *w, Str plugin) {
    AUTO(Buf) out = {.limit = LAST_BYTES};
    AUTO(Arena) arena = {0};
    Err ignored = {0};
    Str text, line;
    if (!file_read(&arena, world_log_path(w, plugin).at, LOG_LIMIT, &text, &ignored)) return (Str){0};
    text = str_trim(text);
    Str exception = last_exception(text), rest = exception.len ? exception : last_that_fit(text);
    rest = str_slice(rest, 0, LAST_BYTES / 2);
    for (int i = 0; i < LAST_LINES && rest.len; i++) {
        str_cut(&rest, '\n', &line);
        buf_printf(&out, "\n    " STR_FMT, STR_ARG(line));
    }
    return arena_str(w->arena, buf_str(&out));
}

bool world_hint_logs(const World *w, Err *err) {
    if (w->number) err_hint(err, "pond logs show %lld has all that was said", (long long)w->number);
    return false;
}

/* As Python's logging, zap, log4j and most others write their levels: a word of its own. */
static bool is_complaint(Str line) {
    static const char *const levels[] = {"WARNING", "WARN", "ERROR", "CRITICAL", "FATAL"};
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        Str level = str_of(levels[i]);
        size_t at = str_find_str(line, level), end = at + level.len;
        if (at == STR_NONE) continue;
        bool begins = at == 0 || !isalnum((unsigned char)line.at[at - 1]);
        if (begins && (end == line.len || !isalnum((unsigned char)line.at[end]))) return true;
    }
    return false;
}

Str world_last_complaint(const World *w, Str plugin) {
    AUTO(Arena) arena = {0};
    Err ignored = {0};
    Str text, line, last = {0};
    if (!file_read(&arena, world_log_path(w, plugin).at, LOG_LIMIT, &text, &ignored)) return (Str){0};
    while (str_cut(&text, '\n', &line))
        if (is_complaint(line)) last = line;
    return arena_str(w->arena, str_slice(last, 0, LAST_BYTES));
}

static void tell(const World *w, void (*told)(void *context, const char *text), const char *format, va_list args)
    PRINTF_LIKE(3, 0);
static void tell(const World *w, void (*told)(void *context, const char *text), const char *format, va_list args) {
    if (told) told(w->observer.context, arena_vprintf(w->arena, format, args).at);
}

void world_step(const World *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    tell(w, w->observer.step, format, args);
    va_end(args);
}

void world_note(const World *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    tell(w, w->observer.note, format, args);
    va_end(args);
}
