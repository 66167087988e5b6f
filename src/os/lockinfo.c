/* Who holds a file lock: /proc/locks names device, inode and process. */
#include "os/lockinfo.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "os/file.h"
#include "os/proc.h"

enum { LOCKS_LIMIT = 64 * 1024 * 1024 };

typedef struct LockLine {
    int64_t pid; /* -1: an OFD lock, which belongs to no process; 0: one that is not visible from here */
    uint64_t inode;
    unsigned device_major, device_minor;
    bool exclusive;
} LockLine;

static bool next_word(Str *rest, Str *ret) {
    while (str_cut(rest, ' ', ret))
        if (ret->len) return true;
    return false;
}

/* "1: POSIX  ADVISORY  WRITE 26420 fe:00:9986101 0 EOF"; "1: -> ..." is one who waits. */
static bool parse_line(Str line, LockLine *ret) {
    Str number, type, strictness, access, pid, place;
    if (!next_word(&line, &number) || !next_word(&line, &type) || str_is(type, "->") || str_is(type, "LEASE"))
        return false;
    if (!next_word(&line, &strictness) || !next_word(&line, &access) || !next_word(&line, &pid)) return false;
    if (!next_word(&line, &place) || !str_to_i64(pid, &ret->pid)) return false;
    char text[64];
    snprintf(text, sizeof text, STR_FMT, STR_ARG(place));
    unsigned long long inode;
    if (sscanf(text, "%x:%x:%llu", &ret->device_major, &ret->device_minor, &inode) != 3) return false;
    ret->inode = inode;
    ret->exclusive = str_is(access, "WRITE");
    return true;
}

/* False also when the process is not ours to look at. */
static bool has_open(pid_t pid, const struct stat *file) {
    char path[320];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    if (!dir) return false;
    bool found = false;
    struct dirent *entry;
    while (!found && (entry = readdir(dir))) {
        struct stat st;
        snprintf(path, sizeof path, "/proc/%d/fd/%s", (int)pid, entry->d_name);
        found = stat(path, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
    }
    closedir(dir);
    return found;
}

static pid_t find_opener(const struct stat *file) {
    ProcessVec all = {0};
    processes_read(&all);
    pid_t opener = 0;
    for (size_t i = 0; i < all.len && !opener; i++)
        if (all.at[i].pid != getpid() && has_open(all.at[i].pid, file)) opener = all.at[i].pid;
    vec_release(&all);
    return opener;
}

/* *ret_pid: 0 = not visible. */
static bool is_lock_on(const LockLine *line, const struct stat *file, pid_t *ret_pid) {
    if (line->inode != file->st_ino || line->pid == getpid()) return false;
    bool same_device = line->device_major == major(file->st_dev) && line->device_minor == minor(file->st_dev);
    pid_t pid = line->pid > 0 ? (pid_t)line->pid : find_opener(file);
    /* btrfs and overlayfs tell stat another device than the lock table. */
    if (!same_device && (!pid || !has_open(pid, file))) return false;
    *ret_pid = pid;
    return true;
}

static void describe(pid_t pid, LockHolder *ret) {
    char link[64], exe[512] = "";
    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    ssize_t len = readlink(link, exe, sizeof exe - 1);
    Str program = path_name((Str){exe, len > 0 ? (size_t)len : 0});
    AUTO(Buf) text = {0};
    if (!program.len && process_file(pid, "comm", &text)) program = str_trim(buf_str(&text));
    snprintf(ret->program, sizeof ret->program, STR_FMT, STR_ARG(program));
    if (!process_file(pid, "cmdline", &text)) return;
    for (size_t i = 0; i < text.len; i++)
        if (!text.at[i]) text.at[i] = ' ';
    snprintf(ret->command, sizeof ret->command, STR_FMT, STR_ARG(str_trim(buf_str(&text))));
    for (char *c = ret->command; *c; c++) /* one line, whatever its arguments hold */
        if ((unsigned char)*c < ' ') *c = ' ';
}

bool lock_holder(const char *path, LockHolder *ret) {
    struct stat file;
    if (stat(path, &file) < 0) return false;
    AUTO(Arena) arena = {0};
    Str rest, text;
    Err unreadable;
    if (!file_read(&arena, "/proc/locks", LOCKS_LIMIT, &rest, &unreadable)) return false;
    while (str_cut(&rest, '\n', &text)) {
        LockLine line;
        pid_t pid;
        if (!parse_line(text, &line) || !is_lock_on(&line, &file, &pid)) continue;
        *ret = (LockHolder){.pid = pid, .exclusive = line.exclusive};
        if (pid) describe(pid, ret);
        return true;
    }
    return false;
}
