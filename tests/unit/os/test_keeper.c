/* The keeper: what it starts, what it reports, and that nothing stays behind. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/io.h"
#include "os/keeper.h"
#include "os/proc.h"
#include "os/thread.h"
#include "unit/test.h"

#define SECONDS(n) ((Until){.deadline_us = deadline_in((n)*US_PER_SECOND)})

static Arena arena;
static Map env;

/* ---- helpers: a keeper, a shell command, its output ---- */

static Keeper *start(void) {
    Err err = {0};
    Keeper *k = keeper_start(&err);
    assert_non_null(k);
    arena_release(&arena);
    map_init(&env, &arena);
    map_put_str(&env, STR("PATH"), str_of(getenv("PATH")));
    return k;
}

/* POND_RUN of this test program and test. */
static Str run_tag(const char *name) {
    return arena_printf(&arena, "unit-%d/%s", (int)getpid(), name);
}

static void stop(Keeper *k) {
    keeper_stop(k);
    arena_release(&arena);
}

static Child spawn(Keeper *k, SpawnRequest request) {
    Err err = {0};
    Child child = {0};
    if (!request.env) request.env = &env;
    if (!request.cwd.len) request.cwd = STR("/");
    if (!request.run.len) request.run = run_tag("t");
    if (!keeper_spawn(k, &request, &child, &err)) fail_msg("%s", err.msg);
    return child;
}

static Child shell(Keeper *k, const char *script, int out) {
    Str argv[] = {STR("sh"), STR("-c"), str_of(script)};
    return spawn(k, (SpawnRequest){.argv = argv, .argc = 3, .in = -1, .out = out, .err = -1});
}

static ExitStatus wait_for(Child *c) {
    Err err = {0};
    ExitStatus status = {0};
    if (!child_wait(c, SECONDS(20), &status, &err)) fail_msg("%s", err.msg);
    return status;
}

static Str output_of(Keeper *k, SpawnRequest request) {
    Err err = {0};
    Pipe p;
    assert_true(pipe_open(&p, &err));
    request.out = p.write;
    request.in = request.err = -1;
    Child c = spawn(k, request);
    fd_close(&p.write);
    AUTO(Buf) out = {0};
    if (!io_read_all(p.read, 1 << 20, SECONDS(20), &out, &err)) fail_msg("%s", err.msg);
    wait_for(&c);
    child_release(&c);
    pipe_close(&p);
    return arena_str(&arena, buf_str(&out));
}

static Str shell_output(Keeper *k, const char *script) {
    Str argv[] = {STR("sh"), STR("-c"), str_of(script)};
    return output_of(k, (SpawnRequest){.argv = argv, .argc = 3});
}

/* Living processes whose POND_RUN begins so; only those with that program's name, unless NULL. */
static size_t count_tagged(Str run, const char *name) {
    ProcessVec all = {0};
    processes_read(&all);
    AUTO(Buf) value = {0};
    size_t n = 0;
    for (size_t i = 0; i < all.len; i++) {
        const Process *p = &all.at[i];
        if (name && strcmp(p->name, name) != 0) continue;
        n += process_env(p->pid, "POND_RUN", &value) && str_starts(buf_str(&value), run);
    }
    vec_release(&all);
    return n;
}

static bool becomes(Str run, const char *name, size_t wanted) {
    int64_t deadline = deadline_in(20 * US_PER_SECOND);
    while (count_tagged(run, name) != wanted) {
        if (clock_us() > deadline) return false;
        (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(2 * US_PER_MS)});
    }
    return true;
}

/* So many `sleep` of the run are there; the shells that start them come and go. */
static bool sleeps(Str run, size_t wanted) {
    return becomes(run, "sleep", wanted);
}

static bool is_gone(Str run) {
    return becomes(run, NULL, 0);
}

static size_t open_fds(pid_t pid) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    size_t n = 0;
    for (struct dirent *e; (e = readdir(dir));) n += e->d_name[0] != '.';
    closedir(dir);
    return n;
}

static bool has_fds(pid_t pid, size_t wanted) {
    for (int i = 0; i < 500 && open_fds(pid) != wanted; i++)
        (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(10 * US_PER_MS)});
    return open_fds(pid) == wanted;
}

/* The keeper among our children, once it has taken its name. */
static pid_t keeper_pid(void) {
    pid_t found = 0;
    for (int i = 0; i < 500 && !found; i++) {
        ProcessVec all = {0};
        processes_read(&all);
        for (size_t k = 0; k < all.len; k++)
            if (all.at[k].parent == getpid() && strcmp(all.at[k].name, "pond-keeper") == 0) found = all.at[k].pid;
        vec_release(&all);
        if (!found) (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(10 * US_PER_MS)});
    }
    assert_true(found);
    return found;
}

/* ---- a child as its request says ---- */

TEST(keeper_reports_exit_codes_and_signals) {
    Keeper *k = start();
    Child c = shell(k, "exit 3", -1);
    assert_int_equal(wait_for(&c).code, 3);
    assert_int_equal(wait_for(&c).code, 3); /* again */
    child_release(&c);
    c = shell(k, "kill -9 $$", -1);
    ExitStatus status = wait_for(&c);
    assert_int_equal(status.signal, 9);
    assert_false(exit_ok(status));
    char text[64];
    exit_status_text(status, text, sizeof text);
    assert_string_equal(text, "signal 9 (Killed)");
    exit_status_text((ExitStatus){.code = 2}, text, sizeof text);
    assert_string_equal(text, "exit code 2");
    child_release(&c);
    stop(k);
}

TEST(keeper_child_has_only_its_own_world) {
    Keeper *k = start();
    map_put_str(&env, STR("A"), STR("a b\nc"));
    map_put_str(&env, STR("POND_RUN"), STR("somebody else's"));
    Str out = shell_output(k, "printf '%s|' \"$A\" \"$POND_RUN\" \"$HOME\"; pwd");
    Str wanted = arena_printf(&arena, "a b\nc|" STR_FMT ".1||/\n", STR_ARG(run_tag("t")));
    assert_string_equal(out.at, wanted.at);

    /* its own descriptors (ls' own handle is a fourth), group, signals */
    assert_string_equal(shell_output(k, "ls /proc/self/fd | wc -l").at, "4\n");
    assert_string_equal(shell_output(k, "readlink /proc/$$/fd/0").at, "/dev/null\n");
    assert_string_equal(shell_output(k, "test $(cut -d' ' -f5 /proc/$$/stat) = $$ && echo leader").at, "leader\n");
    assert_string_equal(shell_output(k, "grep -E 'Sig(Blk|Ign)' /proc/self/status | grep -c 0000000000000000").at,
                        "2\n");
    stop(k);
}

TEST(keeper_child_reads_its_input) {
    Keeper *k = start();
    Err err = {0};
    Pipe in;
    assert_true(pipe_open(&in, &err));
    Str argv[] = {STR("/bin/sh"), STR("-c"), STR("read x; test \"$x\" = hello && exit 7")};
    Child c = spawn(k, (SpawnRequest){.argv = argv, .argc = 3, .in = in.read, .out = -1, .err = -1});
    assert_true(io_write_all(in.write, STR("hello\n"), SECONDS(5), &err));
    assert_int_equal(wait_for(&c).code, 7);
    child_release(&c);
    pipe_close(&in);
    stop(k);
}

TEST(keeper_umask_cwd_and_foreground) {
    Keeper *k = start();
    Str argv[] = {STR("sh"), STR("-c"), STR("umask; pwd; cut -d' ' -f5 /proc/$$/stat")};
    Str out =
        output_of(k, (SpawnRequest){.argv = argv, .argc = 3, .umask = 077, .cwd = STR("/usr"), .foreground = true});
    assert_string_equal(out.at, arena_printf(&arena, "0077\n/usr\n%d\n", (int)getpgrp()).at);
    stop(k);
}

TEST(keeper_carries_a_large_environment) {
    Keeper *k = start();
    char *big = arena_alloc(&arena, 100001);
    memset(big, 'x', 100000);
    for (int i = 0; i < 10; i++) map_put_str(&env, arena_printf(&arena, "BIG%d", i), str_of(big));
    Str argv[] = {STR("printenv"), STR("BIG9")};
    assert_int_equal(output_of(k, (SpawnRequest){.argv = argv, .argc = 2}).len, 100001);
    stop(k);
}

TEST(keeper_says_why_a_program_does_not_start) {
    Keeper *k = start();
    Child c = {0};
    Str dir, script;
    Err err = {0};
    assert_true(dir_make_temp(&arena, "/tmp", "pond-keeper-", &dir, &err));
    script = path_join(&arena, dir, STR("tap"));
    assert_true(file_write_atomic(script.at, STR("#!/nonexistent/python\n"), 0755, &err));

    const struct {
        Str program, cwd;
        const char *msg;
    } cases[] = {
        {STR("no-such-program"), STR("/"), "cannot start \"no-such-program\": No such file or directory"},
        {STR("/etc/passwd"), STR("/"), "cannot start \"/etc/passwd\": Permission denied"},
        {STR("sh"), STR("/nonexistent"), "folder \"/nonexistent\": cannot start \"sh\": No such file or directory"},
        {STR(""), STR("/"), "cannot start \"\": No such file or directory"},
        {script, STR("/"), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        SpawnRequest request = {
            .argv = &cases[i].program, .argc = 1, .env = &env, .cwd = cases[i].cwd, .run = STR("r")};
        assert_false(keeper_spawn(k, &request, &c, &err));
        assert_int_equal(err.code, ERR_CHILD);
        if (cases[i].msg) assert_string_equal(err.msg, cases[i].msg);
    }
    assert_non_null(strstr(err.hint, "interpreter"));

    SpawnRequest nul = {.argv = &(Str){"a\0b", 3}, .argc = 1, .env = &env, .cwd = STR("/"), .run = STR("r")};
    assert_false(keeper_spawn(k, &nul, &c, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_true(remove_tree(dir.at, &err));
    stop(k);
}

/* ---- waiting and signals ---- */

TEST(keeper_wait_ends_by_deadline_and_cancel) {
    Keeper *k = start();
    Err err = {0};
    AUTO(Cancel) cancel;
    assert_true(cancel_init(&cancel, &err));
    Child c = shell(k, "exec sleep 1000", -1);
    ExitStatus status;
    assert_false(child_wait(&c, (Until){.deadline_us = deadline_in(10 * US_PER_MS)}, &status, &err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    cancel_raise(&cancel, CANCEL_STOP);
    assert_false(child_wait(&c, (Until){NO_DEADLINE, &cancel, CANCEL_STOP}, &status, &err));
    assert_int_equal(err.code, ERR_CANCELED);
    child_signal(&c, SIGTERM);
    assert_int_equal(wait_for(&c).signal, SIGTERM);
    child_release(&c);
    stop(k);
}

/* The shell ends at once; its descendants, in its group or escaped from it, get the signal too. */
TEST(keeper_signals_descendants_that_left) {
    Keeper *k = start();
    Str run = run_tag("escape");
    Str argv[] = {STR("sh"), STR("-c"),
                  STR("sleep 1000 & setsid sleep 1000 & setsid sh -c 'setsid sleep 1000 & ' ; exit 0")};
    Child c = spawn(k, (SpawnRequest){.argv = argv, .argc = 3, .in = -1, .out = -1, .err = -1, .run = run});
    Child other = shell(k, "exec sleep 1000", -1);
    assert_int_equal(wait_for(&c).code, 0);
    assert_true(sleeps(run, 3));
    child_signal(&c, SIGTERM);
    assert_true(is_gone(run));
    Err err = {0};
    ExitStatus status;
    assert_false(child_wait(&other, (Until){0}, &status, &err)); /* not the neighbour */
    assert_int_equal(err.code, ERR_TIMEOUT);
    child_release(&c);
    child_release(&other);
    stop(k);
}

TEST(keeper_release_kills_what_ignores_sigterm) {
    Keeper *k = start();
    Str run = run_tag("stubborn");
    Str argv[] = {STR("sh"), STR("-c"), STR("trap '' TERM INT HUP; sleep 1000 & setsid sleep 1000 & wait")};
    Child c = spawn(k, (SpawnRequest){.argv = argv, .argc = 3, .in = -1, .out = -1, .err = -1, .run = run});
    assert_true(sleeps(run, 2));
    child_signal(&c, SIGTERM);
    Err err = {0};
    ExitStatus status;
    assert_false(child_wait(&c, (Until){.deadline_us = deadline_in(50 * US_PER_MS)}, &status, &err));
    child_release(&c);
    assert_true(is_gone(run));
    stop(k);
}

TEST(keeper_stop_kills_everything) {
    Keeper *k = start();
    Str run = run_tag("stop");
    Str argv[] = {STR("sh"), STR("-c"), STR("trap '' TERM; sleep 1000 & setsid sh -c 'sleep 1000 & exit' & wait")};
    Child c = spawn(k, (SpawnRequest){.argv = argv, .argc = 3, .in = -1, .out = -1, .err = -1, .run = run});
    assert_true(sleeps(run, 2));
    keeper_stop(k);
    assert_int_equal(count_tagged(run, NULL), 0);
    Err err = {0};
    ExitStatus status = {0};
    if (child_wait(&c, SECONDS(5), &status, &err)) assert_int_equal(status.signal, SIGKILL);
    else assert_int_equal(err.code, ERR_CHILD);
    child_release(&c);
    arena_release(&arena);
}

/* ---- pond is killed ---- */

/* A process that plays pond: starts a keeper and a child, then waits to be killed. */
static pid_t fork_pond(Str run, const char *script) {
    pid_t pond = fork();
    if (pond) return pond;
    Err err = {0};
    Keeper *k = keeper_start(&err);
    Child c = {0};
    Str argv[] = {STR("sh"), STR("-c"), str_of(script)};
    SpawnRequest request = {
        .argv = argv, .argc = 3, .env = &env, .cwd = STR("/"), .run = run, .in = -1, .out = -1, .err = -1};
    if (!k || !keeper_spawn(k, &request, &c, &err)) _exit(1);
    for (;;) pause();
}

TEST(keeper_outlives_a_killed_pond_only_to_kill) {
    Keeper *k = start(); /* another pond's keeper: it must not hold the first one's socket open */
    Str run = run_tag("killed");
    pid_t pond = fork_pond(run, "trap '' TERM; sleep 1000 & setsid sh -c 'sleep 1000 & exit' & wait");
    assert_true(sleeps(run, 2));
    kill(pond, SIGKILL);
    assert_int_equal(waitpid(pond, NULL, 0), pond);
    assert_true(is_gone(run));
    stop(k);
}

TEST(keeper_survives_signals_of_the_terminal) {
    Keeper *k = start();
    pid_t keeper = keeper_pid();
    for (int sig = 1; sig <= SIGTERM; sig++)
        if (sig != SIGKILL && sig != SIGSEGV && sig != SIGBUS && sig != SIGFPE && sig != SIGILL && sig != SIGABRT &&
            sig != SIGTRAP)
            kill(keeper, sig);
    assert_string_equal(shell_output(k, "echo here").at, "here\n");
    stop(k);
}

/* When the keeper itself is killed, its direct children go with it and the sweep finds the rest. */
TEST(keeper_sweep_finds_what_a_killed_keeper_left) {
    Keeper *kept = start();
    Str run = run_tag("sweep");
    Child safe = shell(kept, "exec sleep 1000", -1); /* its keeper lives: not to be swept */
    Keeper *k = NULL;
    Err err = {0};
    k = keeper_start(&err);
    assert_non_null(k);
    Str argv[] = {STR("sh"), STR("-c"), STR("sleep 1000 & setsid sh -c 'sleep 1000 & exit' & wait")};
    Child c = spawn(k, (SpawnRequest){.argv = argv, .argc = 3, .in = -1, .out = -1, .err = -1, .run = run});
    assert_true(sleeps(run, 2));
    assert_int_equal(keeper_sweep(run), 0);

    Process *parent;
    ProcessVec all = {0};
    processes_read(&all);
    parent = process_find(&all, c.pid);
    assert_non_null(parent);
    pid_t keeper = parent->parent;
    vec_release(&all);
    kill(keeper, SIGKILL);
    ExitStatus status;
    assert_false(child_wait(&c, SECONDS(5), &status, &err));
    assert_int_equal(err.code, ERR_CHILD);
    SpawnRequest again = {.argv = argv, .argc = 3, .env = &env, .cwd = STR("/"), .run = run};
    Child none = {0};
    assert_false(keeper_spawn(k, &again, &none, &err));
    assert_string_equal(err.msg, "cannot start \"sh\": the keeper process is gone");

    assert_true(becomes(run, NULL, 2)); /* the shell went by itself */
    assert_int_equal(keeper_sweep(arena_printf(&arena, "unit-%d/", (int)getpid())), 2);
    assert_true(is_gone(run));
    assert_false(child_wait(&safe, (Until){0}, &status, &err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    child_release(&c);
    child_release(&safe);
    keeper_stop(k);
    stop(kept);
}

/* ---- nothing leaks ---- */

TEST(keeper_leaks_nothing_in_many_spawns) {
    Keeper *k = start();
    pid_t keeper = keeper_pid();
    size_t fds = open_fds(getpid()), keeper_fds = open_fds(keeper);
    Str argv[] = {STR("true")};
    for (int i = 0; i < 1000; i++) {
        Child c = spawn(k, (SpawnRequest){.argv = argv, .argc = 1, .in = -1, .out = -1, .err = -1});
        assert_true(exit_ok(wait_for(&c)));
        child_release(&c);
    }
    assert_int_equal(open_fds(getpid()), fds);
    assert_true(is_gone(run_tag("t")));
    assert_true(has_fds(keeper, keeper_fds));
    stop(k);
}

static int64_t private_kb(pid_t pid) {
    AUTO(Buf) text = {0};
    assert_true(process_file(pid, "smaps_rollup", &text));
    int64_t sum = 0;
    Str rest = buf_str(&text), line;
    while (str_cut(&rest, '\n', &line)) {
        int64_t kb;
        if (!str_starts(line, STR("Private_"))) continue;
        Str number = str_trim(str_slice(line, str_find(line, ':') + 1, line.len - 3));
        if (str_to_i64(number, &kb)) sum += kb;
    }
    return sum;
}

TEST(keeper_is_small_and_holds_nothing) {
    Err err = {0};
    Pipe p;
    assert_true(pipe_open(&p, &err));
    Keeper *k = start();
    for (int i = 0; i < 50; i++) (void)shell_output(k, ":");
    fd_close(&p.write);
    char byte;
    assert_int_equal(io_read(p.read, &byte, 1, SECONDS(5), &err), 0); /* EOF: the keeper has no copy */
    assert_true(has_fds(keeper_pid(), 5));                            /* 0, 1, 2, requests, signals */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_in_range(private_kb(keeper_pid()), 1, 1024);
#else
    (void)private_kb;
#endif
    pipe_close(&p);
    stop(k);
}

/* ---- threads ---- */

typedef struct Runner {
    Keeper *keeper;
    int code, wrong;
} Runner;

static void run_children(void *context) {
    Runner *r = context;
    for (int i = 0; i < 20; i++) {
        char script[32];
        snprintf(script, sizeof script, "exit %d", r->code);
        Str argv[] = {STR("sh"), STR("-c"), str_of(script)};
        SpawnRequest request = {.argv = argv,
                                .argc = 3,
                                .env = &env,
                                .cwd = STR("/"),
                                .run = STR("threads"),
                                .in = -1,
                                .out = -1,
                                .err = -1};
        Err err = {0};
        Child c = {0};
        ExitStatus status = {0};
        bool ok = keeper_spawn(r->keeper, &request, &c, &err) && child_wait(&c, SECONDS(20), &status, &err);
        r->wrong += !ok || status.code != r->code;
        child_release(&c);
    }
}

TEST(keeper_serves_several_threads) {
    Keeper *k = start();
    enum { THREADS = 6 };
    Thread threads[THREADS] = {0};
    Runner runners[THREADS];
    Err err = {0};
    for (int i = 0; i < THREADS; i++) {
        runners[i] = (Runner){.keeper = k, .code = i + 1};
        assert_true(thread_start(&threads[i],
                                 &(ThreadSpec){.name = "runner", .body = run_children, .context = &runners[i]}, &err));
    }
    for (int i = 0; i < THREADS; i++) {
        thread_join(&threads[i]);
        assert_int_equal(runners[i].wrong, 0);
    }
    stop(k);
}
