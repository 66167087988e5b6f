/* The forked child's way to its program. Single-threaded, so that malloc may be used; whatever it takes goes at exec. */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/keeper_wire.h"

typedef struct Program {
    char *cwd;
    char **argv, **env; /* end with NULL */
} Program;

static noreturn void give_up(int report, SpawnStage stage, int error) {
    SpawnFailure failure = {stage, error};
    ssize_t written = write(report, &failure, sizeof failure);
    (void)written; /* the keeper is gone: nobody is left to tell */
    _exit(127);
}

static char *next_text(char **at) {
    char *text = *at;
    *at += strlen(text) + 1;
    return text;
}

static Program read_program(const SpawnPacket *packet, int texts, int report) {
    char *at = mmap(NULL, packet->text_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, texts, 0);
    if (at == MAP_FAILED) give_up(report, SPAWN_SETUP, errno);
    Program p = {.cwd = next_text(&at)};
    p.argv = calloc(packet->argc + 1, sizeof *p.argv);
    p.env = calloc(packet->envc + 2, sizeof *p.env);
    if (!p.argv || !p.env) give_up(report, SPAWN_SETUP, ENOMEM);
    for (size_t i = 0; i < packet->argc; i++) p.argv[i] = next_text(&at);
    p.env[0] = strdup(packet->run);
    for (size_t i = 0; i < packet->envc; i++) p.env[i + 1] = next_text(&at);
    return p;
}

static void reset_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int sig = 1; sig < NSIG; sig++) sigaction(sig, &action, NULL); /* fails for SIGKILL and SIGSTOP */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* 0, 1, 2 are the keeper's /dev/null already; everything else closes at exec. */
static bool place_descriptors(const SpawnPacket *packet, const int *fds) {
    const int *next = fds + 2;
    for (int i = 0; i < 3; i++)
        if (packet->given[i] && dup2(*next++, i) < 0) return false;
    return true;
}

static const char *search_path(char **env) {
    for (; *env; env++)
        if (strncmp(*env, "PATH=", 5) == 0) return *env + 5;
    return "/usr/local/bin:/usr/bin:/bin";
}

/* As execvpe, with the child's own PATH. Returns errno. */
static int become(const Program *p) {
    if (strchr(p->argv[0], '/')) {
        execve(p->argv[0], p->argv, p->env);
        return errno;
    }
    int error = ENOENT;
    Str rest = str_of(search_path(p->env)), folder, name = str_of(p->argv[0]);
    while (name.len && str_cut(&rest, ':', &folder)) {
        char *path;
        if (asprintf(&path, STR_FMT "%s%s", STR_ARG(folder), folder.len ? "/" : "", name.at) < 0) return ENOMEM;
        execve(path, p->argv, p->env);
        free(path);
        if (errno == EACCES) error = EACCES; /* perhaps another one may be run */
        else if (errno != ENOENT && errno != ENOTDIR) return errno;
    }
    return error;
}

noreturn void keeper_exec(const SpawnPlan *plan) {
    const SpawnPacket *packet = plan->packet;
    int report = plan->report;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* the keeper itself may be killed */
    if (getppid() != plan->keeper) _exit(127);
    Program program = read_program(packet, plan->fds[1], report);
    if (setpgid(0, packet->foreground ? plan->group : 0) < 0) give_up(report, SPAWN_SETUP, errno);
    if (!place_descriptors(packet, plan->fds)) give_up(report, SPAWN_SETUP, errno);
    if (packet->umask) umask(packet->umask);
    if (chdir(program.cwd) < 0) give_up(report, SPAWN_CWD, errno);
    reset_signals();
    give_up(report, SPAWN_EXEC, become(&program));
}
