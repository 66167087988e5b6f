/* The processes of this machine, read from /proc. */
#include "os/proc.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "os/io.h"

enum { FILE_LIMIT = 4 * 1024 * 1024, STEP = 4096 };

bool process_file(pid_t pid, const char *file, Buf *ret) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    AUTO(Fd) fd = open(path, O_RDONLY | O_CLOEXEC);
    buf_clear(ret);
    if (fd < 0) return false;
    while (ret->len < FILE_LIMIT && buf_reserve(ret, STEP)) {
        ssize_t n = read(fd, ret->at + ret->len, STEP);
        if (n <= 0) break;
        ret->len += (size_t)n;
        ret->at[ret->len] = '\0';
    }
    return ret->len > 0;
}

/* "1234 (name) S 1 1234 ...": the name may hold anything, also ")". */
static bool parse_stat(Str stat, Process *ret) {
    size_t open_at = str_find(stat, '('), close_at = str_find_last(stat, ')');
    if (open_at == STR_NONE || close_at == STR_NONE || close_at < open_at) return false;
    Str name = str_slice(stat, open_at + 1, close_at);
    name.len = MIN(name.len, sizeof ret->name - 1);
    Str rest = str_slice(stat, close_at + 2, stat.len), state, parent, group;
    int64_t parent_id, group_id;
    if (!str_cut(&rest, ' ', &state) || !str_cut(&rest, ' ', &parent) || !str_cut(&rest, ' ', &group)) return false;
    if (!str_to_i64(parent, &parent_id) || !str_to_i64(group, &group_id)) return false;
    ret->parent = (pid_t)parent_id;
    ret->group = (pid_t)group_id;
    memcpy(ret->name, name.at, name.len);
    return true;
}

void processes_read(ProcessVec *ret) {
    DIR *proc = opendir("/proc");
    if (!proc) return;
    AUTO(Buf) stat = {0};
    struct dirent *entry;
    while ((entry = readdir(proc))) {
        int64_t pid;
        if (!isdigit((unsigned char)entry->d_name[0]) || !str_to_i64(str_of(entry->d_name), &pid)) continue;
        Process p = {.pid = (pid_t)pid};
        if (process_file(p.pid, "stat", &stat) && parse_stat(buf_str(&stat), &p)) vec_push(ret, p);
    }
    closedir(proc);
}

Process *process_find(const ProcessVec *all, pid_t pid) {
    for (size_t i = 0; i < all->len; i++)
        if (all->at[i].pid == pid) return &all->at[i];
    return NULL;
}

void processes_mark_below(ProcessVec *all, pid_t ancestor) {
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < all->len; i++) {
            Process *p = &all->at[i];
            if (p->marked) continue;
            const Process *parent = process_find(all, p->parent);
            p->marked = p->parent == ancestor || (parent && parent->marked);
            more |= p->marked;
        }
    }
}

bool process_env(pid_t pid, const char *name, Buf *ret) {
    AUTO(Buf) environment = {0};
    if (!process_file(pid, "environ", &environment)) return false;
    Str rest = buf_str(&environment), entry, wanted = str_of(name);
    while (str_cut(&rest, '\0', &entry)) {
        if (!str_starts(entry, wanted) || entry.len == wanted.len || entry.at[wanted.len] != '=') continue;
        buf_clear(ret);
        buf_append(ret, str_slice(entry, wanted.len + 1, entry.len));
        return true;
    }
    return false;
}

uint64_t process_resident(pid_t pid) {
    AUTO(Buf) text = {0};
    uint64_t pages;
    if (!process_file(pid, "statm", &text)) return 0;
    Str rest = buf_str(&text), part;
    (void)str_cut(&rest, ' ', &part);
    return str_cut(&rest, ' ', &part) && str_to_u64(part, &pages) ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}
