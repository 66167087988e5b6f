/*
 * What pond and its keeper say to each other; private to os/keeper*.c. Both are one program, so structs go as they are.
 *
 *   request socket (SEQPACKET, pond -> keeper)   SpawnPacket with 2-5 descriptors: the child's channel, the texts, then
 *                                                those of in, out, err that are given. EOF: pond is gone, kill everything.
 *   channel (SEQPACKET, one for each child)      keeper -> pond: ChildPacket STARTED or FAILED, later ENDED
 *                                                pond -> keeper: int, a signal number. EOF: kill what is left of the child.
 *
 * The texts are a memory file, because they may be larger than a packet: cwd, argv..., env..., each with its NUL.
 */
#pragma once

#include <stdnoreturn.h>
#include <sys/types.h>

#include "os/keeper.h"

#define KEEPER_NAME "pond-keeper"
#define RUN_VARIABLE "POND_RUN"

enum { RUN_ROOM = 256, SPAWN_FDS = 5 };

typedef struct SpawnPacket {
    size_t text_bytes, argc, envc;
    mode_t umask; /* 0 = the keeper's */
    bool foreground;
    bool given[3];      /* in, out, err */
    char run[RUN_ROOM]; /* POND_RUN=..., not among the texts */
} SpawnPacket;

typedef enum ChildEvent { CHILD_STARTED, CHILD_FAILED, CHILD_ENDED } ChildEvent;

/* Where a start failed. */
typedef enum SpawnStage { SPAWN_SETUP, SPAWN_CWD, SPAWN_EXEC } SpawnStage;

typedef struct SpawnFailure {
    SpawnStage stage;
    int error; /* errno */
} SpawnFailure;

typedef struct ChildPacket {
    ChildEvent event;
    pid_t pid;            /* STARTED */
    SpawnFailure failure; /* FAILED */
    ExitStatus status;    /* ENDED */
} ChildPacket;

/* The keeper's whole life. `group`: pond's process group, for children in the foreground. */
noreturn void keeper_serve(int requests, pid_t group);

/* What the forked child needs to become the program. */
typedef struct SpawnPlan {
    const SpawnPacket *packet;
    const int *fds;      /* SPAWN_FDS as received, all >= 3 */
    int report;          /* close-on-exec; takes a SpawnFailure */
    pid_t keeper, group; /* the keeper's process; pond's group */
} SpawnPlan;

/* In the forked child: becomes the program, or tells why not and exits. */
noreturn void keeper_exec(const SpawnPlan *plan);
