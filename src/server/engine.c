/* The engine: warehouse, acceptors, session threads, the watch over deadlines. */
#include "server/engine.h"

#include <unistd.h>

#include "base/crypto.h"
#include "base/time.h"
#include "os/path.h"
#include "os/socket.h"
#include "server/service.h"
#include "sql/catalog.h"
#include "warehouse/pool.h"

/* A connection's thread, joined by its acceptor when it has ended. */
typedef struct Guest Guest;
struct Guest {
    Guest *next;
    Thread thread;
    Connection connection;
    const Service *service;
    Err refusal; /* code 0: it is served */
    atomic_bool ended;
};

typedef struct Acceptor {
    Engine *engine;
    const Listener *listener;
    Thread thread;
    Guest *guests; /* of this thread alone */
    unsigned refused;
} Acceptor;

struct Engine {
    const EnginePlan *plan;
    WarehousePool *pool;
    Warehouse *warehouse; /* of the pool: the project's */
    Registry *registry;
    Meta *meta;
    AdvisoryLocks *advisory;
    int64_t started_us;
    atomic_llong last_transaction;
    char secret[32];
    Thread watch;
    Acceptor *acceptors;
    size_t acceptor_count;
    Cancel stop;  /* acceptors end */
    Mutex making; /* held while a catalog is made */
    Mutex lock;   /* guards the rest */
    ServerLimits limits;
    bool broken;
    Err why;
};

/* ---- connections ---- */

static void serve_guest(void *context) {
    Guest *g = context;
    Connection *c = &g->connection;
    if (c->me) g->service->serve(c);
    else g->service->refuse(c, &g->refusal);
    fd_close(&c->fd);
    if (c->me) registry_remove(c->me);
    arena_release(&c->arena);
    atomic_store(&g->ended, true);
}

static void join_ended(Acceptor *a, bool all) {
    for (Guest **at = &a->guests; *at;) {
        Guest *g = *at;
        if (!all && !atomic_load(&g->ended)) {
            at = &g->next;
            continue;
        }
        *at = g->next;
        a->refused -= g->refusal.code != ERR_OK;
        thread_join(&g->thread);
        free(g);
    }
}

/* A connection that cannot be served is told so on a thread of its own too: it must be listened to before. */
static void receive_guest(Acceptor *a, Fd *fd) {
    enum { MOST_REFUSED = 64 };
    Engine *e = a->engine;
    const Service *service = a->listener->service;
    Guest *g = calloc(1, sizeof *g);
    BUG_ON(!g);
    Connection *c = &g->connection;
    Err err = {0};
    g->service = service;
    *c = (Connection){.engine = e, .fd = *fd};
    c->client = socket_peer(*fd, &c->arena);
    c->local = c->client.len && c->client.at[0] != '[' && str_find(c->client, ':') == STR_NONE;
    RegistryEntry entry = {service->name, c->client, service->reserved, service->reserved ? -1 : c->fd};
    c->me = registry_add(e->registry, &entry, &g->refusal);
    if (!c->me) log_event(e->plan->log, LOG_WARN, "server.refused", LOG_STR("client", c->client), LOG_ERR(&g->refusal));
    ThreadSpec spec = {.name = service->name, .stack = service->stack, .body = serve_guest, .context = g};
    if ((c->me || a->refused < MOST_REFUSED) && thread_start(&g->thread, &spec, &err)) {
        *fd = -1;
        a->refused += !c->me;
        g->next = a->guests;
        a->guests = g;
        return;
    }
    if (err.code) log_event(e->plan->log, LOG_ERROR, "server.refused", LOG_STR("client", c->client), LOG_ERR(&err));
    if (c->me) registry_remove(c->me);
    arena_release(&c->arena);
    free(g);
}

static void accept_guests(void *context) {
    enum { JOIN_US = 1000 * 1000, NAP_US = 100 * 1000 };
    Acceptor *a = context;
    Engine *e = a->engine;
    while (cancel_level(&e->stop) == CANCEL_NONE) {
        AUTO(Fd) fd = -1;
        Err err = {0};
        int64_t next = a->guests ? deadline_in(JOIN_US) : NO_DEADLINE;
        bool accepted = socket_accept(a->listener->fd, (Until){next, &e->stop, CANCEL_STOP}, &fd, &err);
        join_ended(a, false);
        if (!accepted && err.code != ERR_TIMEOUT && err.code != ERR_CANCELED) {
            /* Out of descriptors: it is no use to try again at once. */
            log_event(e->plan->log, LOG_ERROR, "server.accept_failed", LOG_ERR(&err));
            (void)wait_fd(-1, 0, (Until){deadline_in(NAP_US), &e->stop, CANCEL_STOP});
        }
        if (accepted) receive_guest(a, &fd);
    }
    join_ended(a, true);
}

/* ---- life ---- */

static void watch(void *context) {
    registry_watch(context);
}

static bool start_threads(Engine *e, Err *err) {
    const EnginePlan *plan = e->plan;
    ThreadSpec spec = {.name = "watch", .body = watch, .context = e->registry};
    if (!thread_start(&e->watch, &spec, err)) return false;
    e->acceptors = calloc(plan->listener_count + 1, sizeof *e->acceptors);
    BUG_ON(!e->acceptors);
    for (size_t i = 0; i < plan->listener_count; i++) {
        Acceptor *a = &e->acceptors[e->acceptor_count++];
        *a = (Acceptor){.engine = e, .listener = &plan->listeners[i]};
        if (!thread_start(&a->thread, &(ThreadSpec){.name = "accept", .body = accept_guests, .context = a}, err))
            return false;
    }
    return true;
}

static bool make_catalog(void *context, Session *s, Err *err) {
    const Engine *e = context;
    AUTO(Arena) a = {0};
    return sql_catalog_make(s, path_join(&a, e->plan->config->pond_folder, STR("catalog")), err);
}

static void lose_file(void *context, const Err *why) {
    engine_broken(context, why);
}

/* Each further file has a database of its own, with less memory: it is loaded and looked at, while the warehouse serves all. */
static void promise_others(Engine *e, const ServerConfig *config) {
    enum { LESS = 4, LEAST = 64 * 1000 * 1000 };
    WarehouseOptions options = config->warehouse;
    uint64_t memory = options.memory_limit ? options.memory_limit : warehouse_memory_share();
    options.memory_limit = MAX(memory / LESS, (uint64_t)LEAST);
    warehouse_pool_promise(e->pool, &options, config->others, config->other_count);
    for (size_t i = 0; i < config->other_count; i++) {
        Err err = {0};
        if (!warehouse_pool_open(e->pool, config->others[i], &err))
            log_event(e->plan->log, LOG_WARN, "server.file_not_opened", LOG_STR("path", config->others[i]),
                      LOG_ERR(&err));
    }
}

Engine *engine_open(const EnginePlan *plan, Err *err) {
    Engine *e = calloc(1, sizeof *e);
    BUG_ON(!e);
    e->plan = plan;
    e->limits = plan->config->limits;
    mutex_init(&e->lock);
    mutex_init(&e->making);
    e->registry = registry_new(plan->config->limits.sessions);
    e->advisory = advisory_new();
    e->started_us = time_now_us();
    atomic_init(&e->last_transaction, e->started_us / US_PER_SECOND);
    e->pool = warehouse_pool_new(plan->config->pond_folder);
    warehouse_pool_on_lost(e->pool, lose_file, e);
    random_bytes(e->secret, sizeof e->secret);
    bool ok = cancel_init(&e->stop, err) && meta_open(plan->config->pond_folder.at, META_WRITE, &e->meta, err) &&
              (e->warehouse = warehouse_pool_add(e->pool, &plan->config->warehouse, err));
    if (ok) promise_others(e, plan->config);
    ok = ok && warehouse_on_open(e->warehouse, make_catalog, e, err) && start_threads(e, err);
    if (ok) return e;
    engine_close(e);
    return NULL;
}

bool engine_serve(Engine *e, Err *err) {
    /* engine_broken raises stop; a signal raises the plan's flag. */
    const EnginePlan *plan = e->plan;
    struct pollfd heard[] = {{.fd = e->stop.stop_fd, .events = POLLIN}, {.fd = plan->orders, .events = POLLIN}};
    while (wait_fds(heard, ARRAY_LEN(heard), (Until){NO_DEADLINE, plan->cancel, CANCEL_STOP}) == WAIT_READY) {
        if (heard[0].revents) break;
        plan->order(plan->context, e);
    }
    mutex_lock(&e->lock);
    bool broken = e->broken;
    if (broken) *err = e->why;
    mutex_unlock(&e->lock);
    return !broken;
}

void engine_end(Engine *e) {
    cancel_raise(&e->stop, CANCEL_STOP);
}

void engine_close(Engine *e) {
    bool now = e->broken || cancel_level(e->plan->cancel) == CANCEL_ABORT;
    int64_t patience = now ? 0 : engine_limits(e).drain_timeout_us;
    (void)registry_drain(e->registry, (Until){deadline_in(patience), e->plan->cancel, CANCEL_ABORT});
    cancel_raise(&e->stop, CANCEL_STOP);
    for (size_t i = 0; i < e->acceptor_count; i++) thread_join(&e->acceptors[i].thread);
    registry_stop(e->registry);
    thread_join(&e->watch);
    registry_free(e->registry);
    advisory_free(e->advisory);
    warehouse_pool_free(e->pool);
    if (e->meta) meta_close(e->meta);
    cancel_release(&e->stop);
    mutex_release(&e->lock);
    mutex_release(&e->making);
    free(e->acceptors);
    free(e);
}

bool engine_reconfigure(Engine *e, const ServerConfig *config, Err *err) {
    if (!warehouse_pool_limit(e->warehouse, &config->warehouse, err)) return false;
    promise_others(e, config);
    registry_allow(e->registry, config->limits.sessions);
    mutex_lock(&e->lock);
    e->limits = config->limits;
    mutex_unlock(&e->lock);
    return true;
}

ServerLimits engine_limits(Engine *e) {
    mutex_lock(&e->lock);
    ServerLimits limits = e->limits;
    mutex_unlock(&e->lock);
    return limits;
}

Warehouse *engine_warehouse(const Engine *e) {
    return e->warehouse;
}

/* Made when the first client comes: most files are only loaded. Meanwhile nobody takes the file away. */
static bool has_catalog(Engine *e, Warehouse *w, Err *err) {
    AUTO_PTR(Session) s = session_open(w, err);
    if (!s || !session_stay(s, err)) return false;
    mutex_lock(&e->making);
    bool ok = warehouse_on_open(w, make_catalog, e, err);
    mutex_unlock(&e->making);
    session_stay_no_more(s);
    return ok;
}

Warehouse *engine_database(Engine *e, Str name, Err *err) {
    Warehouse *w = warehouse_pool_named(e->pool, name, err);
    if (!w || w == e->warehouse || has_catalog(e, w, err)) return w;
    warehouse_close(w);
    return NULL;
}

WarehousePool *engine_pool(const Engine *e) {
    return e->pool;
}

SqlGuard engine_guard(const Engine *e) {
    return (SqlGuard){.folder = e->plan->config->root, .pool = e->pool};
}

Keeper *engine_keeper(const Engine *e) {
    return e->plan->keeper;
}

Registry *engine_registry(const Engine *e) {
    return e->registry;
}

Meta *engine_meta(const Engine *e) {
    return e->meta;
}

AdvisoryLocks *engine_advisory(const Engine *e) {
    return e->advisory;
}

int64_t engine_started_us(const Engine *e) {
    return e->started_us;
}

int64_t engine_next_transaction(Engine *e) {
    return atomic_fetch_add(&e->last_transaction, 1) + 1;
}

Str engine_secret(const Engine *e) {
    return (Str){e->secret, sizeof e->secret};
}

Log *engine_log(const Engine *e) {
    return e->plan->log;
}

TlsServer *engine_tls(const Engine *e) {
    TlsServer *tls = e->plan->tls;
    Err err = {0};
    if (tls && !tls_server_refresh(tls, &err)) log_event(e->plan->log, LOG_WARN, "server.certificate", LOG_ERR(&err));
    return tls;
}

bool engine_wants_tls(const Engine *e) {
    return e->plan->config->tls == TLS_REQUIRED;
}

void engine_broken(Engine *e, const Err *why) {
    mutex_lock(&e->lock);
    if (!e->broken) e->why = *why;
    e->broken = true;
    mutex_unlock(&e->lock);
    cancel_raise(&e->stop, CANCEL_STOP);
}
