/* Installing plugins: several commands at a time, each plugin's one after the other. */
#include "project/install.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>

#include "os/file.h"
#include "os/io.h"
#include "project/install_plan.h"
#include "project/unreachable.h"

enum { LOG_MODE = 0644, LOG_LIMIT = 64 * 1024 * 1024, LAST_LINES = 12, LAST_BYTES = 1600 };
#define LOOK_US (30 * US_PER_MS)
#define TERM_GRACE_US (2 * US_PER_SECOND)

const char *install_state_name(InstallState state) {
    static const char *const names[] = {
        [INSTALL_WAITING] = "waiting", [INSTALL_RUNNING] = "running", [INSTALL_DONE] = "done",
        [INSTALL_FRESH] = "fresh",     [INSTALL_ADOPTED] = "adopted", [INSTALL_BUILTIN] = "builtin",
        [INSTALL_NOTHING] = "nothing", [INSTALL_FAILED] = "failed",
    };
    return names[state];
}

/* An item while it is worked on. */
typedef struct Job {
    InstallItem *item;
    InstallPlan plan;
    struct Job *shares; /* another job makes the same venv: this one takes its end */
    Child child;
    bool making; /* the venv; else the packages */
    Str aside;   /* where the venv that was there is meanwhile; empty: there was none */
} Job;

typedef struct Crew {
    const InstallRequest *request;
    Job *jobs;
    size_t running;
} Crew;

static bool is_open(const Job *job) {
    return job->item->state == INSTALL_WAITING || job->item->state == INSTALL_RUNNING;
}

static void tell(const Crew *crew, const Job *job) {
    if (crew->request->progress) crew->request->progress(crew->request->context, job->item);
}

static void end_job(Crew *crew, Job *job, InstallState state) {
    if (job->item->state == INSTALL_RUNNING) crew->running--;
    job->item->state = state;
    job->item->step = NULL;
    job->item->took_us = job->item->begin_us ? clock_us() - job->item->begin_us : 0;
    tell(crew, job);
}

/* ---- failures ---- */

/* At most that many lines, and no more than fit into an error. */
static Str last_lines(Str text, size_t count) {
    Str s = str_trim(text);
    size_t from = s.len;
    for (size_t i = 0; i < count && from > 0; i++) {
        size_t at = str_find_last(str_slice(s, 0, from), '\n');
        if (i && s.len - (at == STR_NONE ? 0 : at) > LAST_BYTES) break;
        from = at == STR_NONE ? 0 : at;
    }
    return str_trim(str_slice(s, from, s.len));
}

/* What the last command said: behind its own line. */
static Str last_command(Str log) {
    for (size_t at = log.len; at > 0; at--) {
        bool begins = log.at[at - 1] == '$' && (at == 1 || log.at[at - 2] == '\n');
        if (begins) return str_slice(log, at + str_find(str_slice(log, at, STR_NONE), '\n'), STR_NONE);
    }
    return log;
}

/* The error of a command that failed: its last words, and what may help. */
static void blame(const Crew *crew, Job *job, ExitStatus status) {
    enum { STATUS_TEXT = 64 };
    char how[STATUS_TEXT];
    InstallItem *item = job->item;
    Err ignored = {0};
    Str log = {0};
    exit_status_text(status, how, sizeof how);
    if (!file_read(crew->request->project->arena, item->log.at, LOG_LIMIT, &log, &ignored)) log = (Str){0};
    Str words = last_lines(last_command(log), LAST_LINES), host;
    const char *name = arena_c(crew->request->project->arena, item->plugin->name);
    if (unreachable_host(last_command(log), &host)) {
        err_set(&item->err, ERR_CHILD, "%s: %s: cannot reach \"" STR_FMT "\" for packages (%s)\n" STR_FMT, name,
                item->step, STR_ARG(host), how, STR_ARG(words));
        err_hint(&item->err,
                 "look at the network, or name a proxy (HTTPS_PROXY) or another package index "
                 "(UV_DEFAULT_INDEX, PIP_INDEX_URL); all it said: " STR_FMT,
                 STR_ARG(item->log));
        return;
    }
    err_set(&item->err, ERR_CHILD, "%s: %s: %s\n" STR_FMT, name, item->step, how, STR_ARG(words));
    err_hint(&item->err, "all it said: " STR_FMT, STR_ARG(item->log));
}

/* The half-made venv goes, the one that was there comes back. */
static void restore_venv(Job *job) {
    Err ignored = {0};
    if (!job->item->steps || !job->plan.venv.ours) return;
    (void)!remove_tree(job->plan.venv.path.at, &ignored);
    if (job->aside.len) (void)!rename(job->aside.at, job->plan.venv.path.at);
}

static void fail_job(Crew *crew, Job *job) {
    restore_venv(job);
    end_job(crew, job, INSTALL_FAILED);
}

/* ---- commands ---- */

static bool needs_quotes(Str word) {
    for (size_t i = 0; i < word.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:@+,~%", word.at[i]))
            return true;
    return word.len == 0;
}

static Str command_text(Arena *a, const StrVec *words) {
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < words->len; i++) {
        const char *quote = needs_quotes(words->at[i]) ? "'" : "";
        buf_printf(&out, "%s%s" STR_FMT "%s", i ? " " : "", quote, STR_ARG(words->at[i]), quote);
    }
    return arena_str(a, buf_str(&out));
}

static bool start_command(Crew *crew, Job *job, const StrVec *words, const char *step, Err *err) {
    Project *p = crew->request->project;
    InstallItem *item = job->item;
    item->step = step;
    item->steps++;
    item->command = command_text(p->arena, words);
    Str line = arena_printf(p->arena, "$ " STR_FMT "\n", STR_ARG(item->command));
    if (!file_append(item->log.at, line, LOG_MODE, err)) return false;
    AUTO(Fd) log = open(item->log.at, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (log < 0) return err_errno(err, errno, "cannot write \"" STR_FMT "\"", STR_ARG(item->log));
    SpawnRequest spawn = {.argv = words->at,
                          .argc = words->len,
                          .env = job->plan.env,
                          .cwd = p->root,
                          .run = crew->request->run,
                          .in = -1,
                          .out = log,
                          .err = log};
    child_release(&job->child);
    job->child = (Child){0};
    tell(crew, job);
    return keeper_spawn(crew->request->keeper, &spawn, &job->child, err);
}

static bool start_log(Project *p, InstallItem *item, Err *err) {
    Str folder;
    if (!project_folder(p, STR("logs/install"), &folder, err)) return false;
    item->log = path_join(p->arena, folder,
                          arena_printf(p->arena, "%s-" STR_FMT ".log", plugin_type_name(item->plugin->type),
                                       STR_ARG(plugin_venv_name(item->plugin))));
    return file_remove(item->log.at, err);
}

/* A pond that was killed here has left both: the one aside is the whole one. */
static bool set_aside(const Project *p, Job *job, Err *err) {
    const char *path = job->plan.venv.path.at;
    Str aside = arena_printf(p->arena, "%s.old", path);
    if (path_exists(aside.at) && !install_plan_is_marked(p, &job->plan.venv)) {
        job->aside = aside;
        return remove_tree(path, err);
    }
    if (!path_exists(path)) return true;
    if (!remove_tree(aside.at, err)) return false;
    if (rename(path, aside.at) != 0) return err_errno(err, errno, "cannot rename \"%s\"", path);
    job->aside = aside;
    return true;
}

static bool start_job(Crew *crew, Job *job, Err *err) {
    Project *p = crew->request->project;
    Str folder;
    job->item->begin_us = clock_us();
    job->item->state = INSTALL_RUNNING;
    crew->running++;
    job->making = true;
    if (!project_folder(p, STR("venvs"), &folder, err) || !start_log(p, job->item, err)) return false;
    return set_aside(p, job, err) && start_command(crew, job, &job->plan.make, "making a venv", err);
}

/* The job's command has ended well. */
static bool go_on(Crew *crew, Job *job, Err *err) {
    if (job->making) {
        job->making = false;
        return start_command(crew, job, &job->plan.packages, "installing", err);
    }
    if (!install_plan_mark(crew->request->project, &job->plan, err)) return false;
    if (job->aside.len) (void)!remove_tree(job->aside.at, err);
    end_job(crew, job, INSTALL_DONE);
    return true;
}

/* Looks whether the command has ended, without waiting. */
static void look_at(Crew *crew, Job *job) {
    ExitStatus status;
    Err err = {0};
    if (!child_wait(&job->child, (Until){0, NULL, CANCEL_NONE}, &status, &err)) {
        if (err.code == ERR_TIMEOUT) return;
        job->item->err = err;
        fail_job(crew, job);
    } else if (!exit_ok(status)) {
        blame(crew, job, status);
        fail_job(crew, job);
    } else if (!go_on(crew, job, &job->item->err)) {
        fail_job(crew, job);
    }
}

/* ---- all of them ---- */

/* What needs no command ends here. */
static void plan_job(Crew *crew, Job *job, size_t index) {
    const InstallRequest *r = crew->request;
    InstallItem *item = job->item;
    const Plugin *plugin = item->plugin;
    InstallWish wish = {.again = r->clean || r->force, .any_python = r->force};
    if (plugin->builtin != PLUGIN_FOREIGN) {
        end_job(crew, job, INSTALL_BUILTIN);
    } else if (!plugin->pip_url.len && !plugin->broken.len) {
        end_job(crew, job, INSTALL_NOTHING);
    } else if (!install_plan(r->project, plugin, wish, &job->plan, &item->err)) {
        end_job(crew, job, INSTALL_FAILED);
    } else if (job->plan.done) {
        end_job(crew, job, job->plan.venv.ours ? INSTALL_FRESH : INSTALL_ADOPTED);
    }
    for (size_t i = 0; i < index && is_open(job) && !job->shares; i++)
        if (is_open(&crew->jobs[i]) && str_equal(crew->jobs[i].plan.venv.path, job->plan.venv.path))
            job->shares = &crew->jobs[i];
}

static void take_over(Crew *crew, Job *job) {
    if (is_open(job->shares)) return;
    job->item->err = job->shares->item->err;
    job->item->log = job->shares->item->log;
    job->item->command = job->shares->item->command;
    end_job(crew, job, job->shares->item->state == INSTALL_DONE ? INSTALL_FRESH : INSTALL_FAILED);
}

/* One look at every job; false: all have ended. */
static bool work(Crew *crew) {
    const InstallRequest *r = crew->request;
    size_t most = r->parallelism ? r->parallelism : r->count, open = 0;
    for (size_t i = 0; i < r->count; i++) {
        Job *job = &crew->jobs[i];
        if (!is_open(job)) continue;
        if (job->shares) take_over(crew, job);
        else if (job->item->state == INSTALL_RUNNING) look_at(crew, job);
        else if (crew->running < most && !start_job(crew, job, &job->item->err)) fail_job(crew, job);
        open += is_open(job);
    }
    return open > 0;
}

static void stop_all(Crew *crew) {
    int64_t deadline = deadline_in(TERM_GRACE_US);
    for (size_t i = 0; i < crew->request->count; i++)
        if (crew->jobs[i].item->state == INSTALL_RUNNING) child_signal(&crew->jobs[i].child, SIGTERM);
    for (size_t i = 0; i < crew->request->count; i++) {
        ExitStatus status;
        Err ignored = {0};
        Job *job = &crew->jobs[i];
        if (job->item->state == INSTALL_RUNNING)
            (void)!child_wait(&job->child, (Until){deadline, NULL, CANCEL_NONE}, &status, &ignored);
        child_release(&job->child);
        restore_venv(job);
    }
}

static bool finish(const Crew *crew, Err *err) {
    size_t failed = 0;
    const InstallItem *one = NULL;
    for (size_t i = 0; i < crew->request->count; i++) {
        if (crew->jobs[i].item->state != INSTALL_FAILED) continue;
        failed++;
        one = crew->jobs[i].item;
    }
    if (!failed) return true;
    if (failed > 1)
        return err_set(err, ERR_CHILD, "%zu of %zu plugins could not be installed", failed, crew->request->count);
    return err_set(err, ERR_CHILD, "%s \"" STR_FMT "\" could not be installed", plugin_type_singular(one->plugin->type),
                   STR_ARG(one->plugin->name));
}

static void release_jobs(Crew *crew) {
    for (size_t i = 0; i < crew->request->count; i++) {
        child_release(&crew->jobs[i].child);
        install_plan_release(&crew->jobs[i].plan);
    }
}

bool install_plugins(const InstallRequest *request, Err *err) {
    AUTO(Arena) scratch = {0};
    Crew crew = {.request = request, .jobs = arena_array(&scratch, Job, request->count)};
    bool canceled = false;
    for (size_t i = 0; i < request->count; i++) {
        crew.jobs[i].item = &request->items[i];
        plan_job(&crew, &crew.jobs[i], i);
    }
    while (!canceled && work(&crew)) {
        Until until = {deadline_in(LOOK_US), request->cancel, request->cancel ? CANCEL_STOP : CANCEL_NONE};
        canceled = wait_fd(-1, 0, until) == WAIT_CANCELED;
        if (request->tick) request->tick(request->context);
    }
    if (canceled) stop_all(&crew);
    release_jobs(&crew);
    if (canceled) return err_set(err, ERR_CANCELED, "installing was cancelled");
    return finish(&crew, err);
}

bool install_is_fresh(Project *p, const Plugin *plugin) {
    AUTO(InstallPlan) plan = {0};
    Err ignored = {0};
    if (plugin->builtin != PLUGIN_FOREIGN || !plugin->pip_url.len) return true;
    return install_plan(p, plugin, (InstallWish){0}, &plan, &ignored) && plan.done;
}

bool install_is_needed(Project *p, const Plugin *plugin) {
    if (plugin->builtin != PLUGIN_FOREIGN || !plugin->pip_url.len || plugin->broken.len) return false;
    if (str_find(plugin->executable, '/') != STR_NONE) return false;
    Venv venv = venv_of(p, plugin);
    if (!path_is_program(venv_program(p, &venv, plugin->executable).at)) return true;
    return install_plan_is_marked(p, &venv) && !install_is_fresh(p, plugin);
}
