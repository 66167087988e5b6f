/* The processes of this machine, read from /proc. Any thread. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/vec.h"

typedef struct Process {
    pid_t pid, parent, group;
    char name[16]; /* of its main thread */
    bool marked;   /* the reader's own */
} Process;

typedef VEC(Process) ProcessVec;

/* Appends all processes that are visible. One that begins or ends meanwhile may be missing. */
void processes_read(ProcessVec *ret);
/* Marks those that descend from `ancestor` (not itself), and whatever descends from marked ones. */
void processes_mark_below(ProcessVec *all, pid_t ancestor);
/* NULL when it is not there. */
Process *process_find(const ProcessVec *all, pid_t pid);

/* The value of a variable in the environment that the process was started with. False: none, or not ours to read. */
bool process_env(pid_t pid, const char *name, Buf *ret);
/* Reads /proc/<pid>/<file> into an emptied *ret; longer files are cut. False: the process is gone or not ours to read. */
bool process_file(pid_t pid, const char *file, Buf *ret);
/* Bytes of its memory that are in RAM; 0 when it is gone. */
uint64_t process_resident(pid_t pid);
