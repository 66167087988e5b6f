/* Splitting the input and dispatching messages. */
#include "load/reader.h"

#include "base/bytes8.h"
#include "base/json.h"
#include "load/batch.h"
#include "os/io.h"

enum {
    READ_BYTES = 1024 * 1024,
    LONG_LINE = 1024 * 1024,
    LONG_STEP = 16 * 1024 * 1024,
    SHOWN_LINE = 120,
    HEAD_LIMIT = 256,
};

/* One stream that comes out of a tap's stream. */
typedef struct Output {
    LoadStream *stream;
    bool peek_version; /* the next record tells the version of those that follow */
    bool active_known; /* `active` is the version whose rows are in the table */
    int64_t active;
    bool announced; /* ACTIVATE_VERSION came before the rows of its version */
    int64_t announced_version;
    bool seen_version;
    int64_t version; /* of the newest records */
} Output;

/* A stream as the tap calls it. */
typedef struct Source {
    Str name;
    uint64_t schema_hash; /* of the newest SCHEMA line */
    bool has_schema;
    Output *outputs;
    size_t output_count;
} Source;

/* What the last RECORD had up to its type and stream: most lines begin with the same bytes. */
typedef struct KnownHead {
    char bytes[HEAD_LIMIT];
    size_t len; /* 0: none */
    Source *source;
} KnownHead;

struct Reader {
    ReaderSpec spec;
    const LoadSettings *settings;
    Arena arena;  /* schemas and plans: until the load ends */
    Map sources;  /* -> Source */
    Map replaced; /* "schema.table" -> the LoadStream whose rows take the table's place */
    Source *last;
    KnownHead known;
    Pace pace;
    Buf input;
    uint64_t line_number;
    LineOrigin origin;
    bool stopped;
    size_t scanned; /* bytes of the input that hold no newline */
    /* DuckDB has memory for these */
    size_t long_line, longest;
    uint64_t long_bytes, long_bytes_told;
};

Reader *reader_new(Arena *a, const ReaderSpec *spec) {
    Reader *r = arena_new(a, Reader);
    r->spec = *spec;
    r->settings = spec->request->settings;
    r->long_line = LONG_LINE;
    map_init(&r->sources, &r->arena);
    map_init(&r->replaced, &r->arena);
    return r;
}

void reader_free(Reader *r) {
    buf_release(&r->input);
    arena_release(&r->arena);
}

bool reader_was_stopped(const Reader *r) {
    return r->stopped;
}

/* ---- heads of lines ---- */

/* The two things a RECORD line must say before anything else is done with it. */
typedef struct Head {
    Str type, stream;
    size_t len; /* of what was looked at */
} Head;

/* Reads the members of the message until both are known; most lines begin with them. */
static bool scan_head(Str line, Head *head) {
    const char *p = json_space(line.at, line.at + line.len), *end = line.at + line.len;
    if (p >= end || *p != '{') return false;
    p = json_space(p + 1, end);
    while (p < end && *p == '"') {
        JsonString key, value;
        p = json_scan_string(p, end, &key);
        if (!p) return false;
        p = json_space(p, end);
        if (p >= end || *p != ':') return false;
        p = json_space(p + 1, end);
        bool text = p < end && *p == '"';
        const char *behind = text ? json_scan_string(p, end, &value) : NULL;
        if (text && !behind) return false;
        if (text && str_is(key.raw, "type")) head->type = value.raw;
        if (text && !value.escaped && str_is(key.raw, "stream")) head->stream = value.raw;
        if (head->stream.at && head->type.at) return head->len = (size_t)(behind - line.at), true;
        if (head->type.at && !str_is(head->type, "RECORD")) return true;
        if (!behind) behind = json_skip(p, end);
        if (!behind) return false;
        p = json_space(behind, end);
        if (p < end && *p == ',') p = json_space(p + 1, end);
    }
    return true;
}

static bool bad_line(const Reader *r, Str line, const char *problem, Err *err) {
    Str shown = str_slice(line, 0, SHOWN_LINE);
    return err_set(err, ERR_INPUT, "line %llu: %s: " STR_FMT "%s", (unsigned long long)r->line_number, problem,
                   STR_ARG(shown), shown.len < line.len ? "..." : "");
}

static Node *parse_line(Reader *r, Arena *a, Str line, Err *err) {
    Err why = {0};
    Node *message = json_parse(a, line, &why);
    if (!message) {
        bool talk = !str_starts(str_trim(line), STR("{"));
        bad_line(r, line, "not valid JSON", err);
        err_hint(err, "%.400s", talk ? "a tap must print nothing but messages" : why.msg);
    } else if (message->kind != NODE_MAP) {
        bad_line(r, line, "not a Singer message", err);
        message = NULL;
    }
    return message;
}

static Source *find_source(Reader *r, Str stream, const char *type, Err *err) {
    Source *source = map_get(&r->sources, stream);
    if (source && source->has_schema) return source;
    err_set(err, ERR_INPUT, "line %llu: %s for stream \"" STR_FMT "\" before its SCHEMA",
            (unsigned long long)r->line_number, type, STR_ARG(stream));
    return NULL;
}

static Str table_key(Arena *a, const StreamPlan *plan) {
    return arena_printf(a, STR_FMT "." STR_FMT, STR_ARG(plan->table.schema), STR_ARG(plan->table.table));
}

/* Streams may share a table that they add rows to; of two that replace it, one's rows would be lost. */
static bool check_replaced(Reader *r, LoadStream *s, const StreamPlan *plan, Err *err) {
    AUTO(Arena) a = {0};
    if (plan->route != ROUTE_SHADOW) return true;
    Str table = table_key(&a, plan);
    const LoadStream *other = map_get(&r->replaced, table);
    if (!other) map_put(&r->replaced, table, s);
    if (!other || other == s) return true;
    err_set(err, ERR_INPUT, "streams \"" STR_FMT "\" and \"" STR_FMT "\" would both replace the table " STR_FMT,
            STR_ARG(other->name), STR_ARG(s->name), STR_ARG(table));
    bool overwrite = r->settings->method == METHOD_OVERWRITE;
    return err_hint(err, "give one of them another name with stream_maps and __alias__%s",
                    overwrite ? ", or set load_method to append or upsert" : "");
}

/* ---- versions ---- */

static void learn_active_version(Reader *r, Output *o) {
    AUTO(Arena) a = {0};
    const int64_t *version = map_get(r->spec.versions, table_key(&a, o->stream->plan));
    if (!version || o->active_known) return;
    o->active_known = true;
    o->active = *version;
}

/* Gives the records that follow a plan for their version, when they have one. */
static bool peek_version(Reader *r, Output *o, Str line, Err *err) {
    AUTO(Arena) a = {0};
    int64_t version;
    StreamPlan *plan = o->stream->plan;
    o->peek_version = false;
    Node *message = parse_line(r, &a, line, err);
    if (!message) return false;
    const Node *given = node_get_c(message, "version");
    if (!str_to_i64(node_text(given), &version)) return true;
    if (!plan->versioned && plan->route == ROUTE_SHADOW) return true; /* overwrite replaces everything anyway */
    learn_active_version(r, o);
    bool direct = plan->schema->key_count > 0 && plan->route == ROUTE_UPSERT;
    PlanRoute route = direct ? ROUTE_UPSERT : o->active_known && o->active == version ? ROUTE_APPEND : ROUTE_SHADOW;
    if (plan->versioned && plan->version == version && plan->route == route) return true;
    o->seen_version = true;
    o->version = version;
    plan = stream_plan_versioned(&r->arena, plan, version, route);
    if (!check_replaced(r, o->stream, plan, err))
        return err_context(err, "line %llu", (unsigned long long)r->line_number);
    intake_set_plan(r->spec.intake, o->stream, plan);
    return true;
}

static void activate(Reader *r, Output *o, int64_t version) {
    o->active_known = true;
    o->active = version;
    o->announced = false;
    o->peek_version = true;
    intake_add_activate(r->spec.intake, o->stream, version);
}

/* Before the first record of its version an ACTIVATE_VERSION only announces it where rows are appended: a first sync
 * that is cut off must leave nothing behind that the next one sends again. */
static bool on_activate(Reader *r, const Node *message, Str line, Err *err) {
    int64_t version;
    Source *source = find_source(r, node_text(node_get_c(message, "stream")), "ACTIVATE_VERSION", err);
    if (!source) return false;
    if (!str_to_i64(node_text(node_get_c(message, "version")), &version))
        return bad_line(r, line, "ACTIVATE_VERSION without a version", err);
    if (!r->settings->activate_version) return true;
    for (size_t i = 0; i < source->output_count; i++) {
        Output *o = &source->outputs[i];
        learn_active_version(r, o);
        bool rows_are_there = o->seen_version && o->version == version;
        bool keyed = o->stream->plan->schema->key_count > 0 && o->stream->plan->route == ROUTE_UPSERT;
        if (o->active_known && o->active == version && !rows_are_there) continue;
        if (keyed || rows_are_there) {
            activate(r, o, version);
        } else {
            o->announced = true;
            o->announced_version = version;
        }
    }
    return true;
}

/* The input has ended well: versions that were announced become active, with or without rows. */
static void activate_announced(Reader *r) {
    for (size_t i = 0; i < r->sources.len; i++) {
        Source *source = r->sources.entries[i].value;
        for (size_t k = 0; k < source->output_count; k++)
            if (source->outputs[k].announced) activate(r, &source->outputs[k], source->outputs[k].announced_version);
    }
}

/* ---- SCHEMA ---- */

static Source *source_of(Reader *r, Str stream) {
    Source *source = map_get(&r->sources, stream);
    if (source) return source;
    source = arena_new(&r->arena, Source);
    source->name = arena_str(&r->arena, stream);
    map_put(&r->sources, stream, source);
    return source;
}

static bool set_output(Reader *r, Output *o, const StreamMapOutput *mapped, Err *err) {
    Intake *in = r->spec.intake;
    if (in->streams.len >= FIGURES_STREAMS) return err_set(err, ERR_INPUT, "more than %d streams", FIGURES_STREAMS);
    o->stream = intake_stream(in, mapped->stream);
    StreamPlan *plan = stream_plan_new(&r->arena,
                                       &(PlanSpec){.settings = r->settings,
                                                   .stream = o->stream->name,
                                                   .schema = mapped->schema,
                                                   .key_properties = mapped->key_properties,
                                                   .map = mapped->map,
                                                   .envelope = ENVELOPE_SINGER},
                                       err);
    if (!plan) return false;
    const StreamPlan *old = o->stream->plan;
    if (old && old->versioned) {
        plan = stream_plan_versioned(&r->arena, plan, old->version, old->route);
    }
    if (!check_replaced(r, o->stream, plan, err)) return false;
    o->peek_version = r->settings->activate_version;
    if (!old || !stream_plan_equal(old, plan)) intake_set_plan(in, o->stream, plan);
    return true;
}

/* `schema` and `keys` stay in the reader's arena. */
static bool set_schema(Reader *r, Source *source, const Node *schema, const Node *keys, Err *err) {
    StreamMapOutput same = {.stream = source->name, .schema = schema, .key_properties = keys};
    StreamMapOutputs mapped = {&same, 1};
    if (r->spec.maps && !stream_maps_apply_schema(r->spec.maps, &r->arena, source->name, schema, keys, &mapped, err))
        return false;
    Output *outputs = arena_array(&r->arena, Output, mapped.len);
    for (size_t i = 0; i < mapped.len; i++) {
        if (i < source->output_count) outputs[i] = source->outputs[i];
        if (!set_output(r, &outputs[i], &mapped.items[i], err)) return false;
    }
    source->outputs = outputs;
    source->output_count = mapped.len;
    source->has_schema = true;
    return true;
}

static bool on_schema(Reader *r, const Node *message, Str line, Err *err) {
    Str stream = node_text(node_get_c(message, "stream"));
    uint64_t hash = str_hash(line);
    if (!node_is(node_get_c(message, "stream"), NODE_STRING)) return bad_line(r, line, "SCHEMA without a stream", err);
    Source *source = source_of(r, stream);
    if (source->has_schema && source->schema_hash == hash) return true;
    Node *kept = node_copy(&r->arena, message);
    if (!set_schema(r, source, node_get_c(kept, "schema"), node_get_c(kept, "key_properties"), err))
        return err_context(err, "line %llu", (unsigned long long)r->line_number);
    source->schema_hash = hash;
    return true;
}

/* ---- RECORD, STATE and the others ---- */

static bool add_record(Reader *r, Source *source, Str line, Err *err) {
    for (size_t i = 0; i < source->output_count; i++) {
        Output *o = &source->outputs[i];
        if (UNLIKELY(o->peek_version) && !peek_version(r, o, line, err)) return false;
        intake_add(r->spec.intake, o->stream, line, &r->origin);
    }
    return true;
}

static bool is_known(const Reader *r, Str line) {
    const KnownHead *known = &r->known;
    return known->len && line.len > known->len && bytes_same(line.at, known->bytes, known->len);
}

static void remember(Reader *r, Str head) {
    bool short_enough = head.len <= sizeof r->known.bytes;
    r->known.len = short_enough ? head.len : 0;
    r->known.source = r->last;
    if (short_enough) memcpy(r->known.bytes, head.at, head.len);
}

static bool on_record(Reader *r, Str stream, Str line, Err *err) {
    if (!r->last || !str_equal(r->last->name, stream)) {
        Source *source = find_source(r, stream, "RECORD", err);
        if (!source) return false;
        r->last = source;
    }
    return add_record(r, r->last, line, err);
}

static bool on_state(Reader *r, const Node *message, Str line, Err *err) {
    const Node *value = node_get_c(message, "value");
    if (!value) return bad_line(r, line, "STATE without a value", err);
    intake_add_state(r->spec.intake, str_slice(line, value->begin, value->end), r->origin.now_us);
    atomic_fetch_add(&r->spec.intake->figures->states, 1);
    return true;
}

static bool wait_for_room(Reader *r, Until until);

/* A line of a BATCH file: a bare record. */
static bool on_batch_record(void *context, Str line, Err *err) {
    Reader *r = context;
    const Intake *in = r->spec.intake;
    Until until = {NO_DEADLINE, r->spec.cancel, CANCEL_STOP};
    if (in->waiting_bytes >= in->limit && !wait_for_room(r, until)) return err_set(err, ERR_CANCELED, "canceled");
    return add_record(r, r->last, line, err);
}

/* The records of the files take the place of the message. */
static bool on_batch(Reader *r, const Node *message, Str line, Err *err) {
    (void)line;
    Source *source = find_source(r, node_text(node_get_c(message, "stream")), "BATCH", err);
    if (!source) return false;
    LineOrigin before = r->origin;
    r->last = source;
    r->origin.number = 0;
    for (size_t i = 0; i < source->output_count; i++) {
        StreamPlan *bare = arena_new(&r->arena, StreamPlan);
        *bare = *source->outputs[i].stream->plan;
        bare->envelope = ENVELOPE_BARE;
        source->outputs[i].peek_version = false; /* such records have none */
        intake_set_plan(r->spec.intake, source->outputs[i].stream, bare);
    }
    bool ok = batch_read(r->spec.request->warehouse, message, on_batch_record, r, err);
    r->origin = before;
    for (size_t i = 0; i < source->output_count; i++) {
        StreamPlan *plan = arena_new(&r->arena, StreamPlan);
        *plan = *source->outputs[i].stream->plan;
        plan->envelope = ENVELOPE_SINGER;
        source->outputs[i].peek_version = r->settings->activate_version;
        intake_set_plan(r->spec.intake, source->outputs[i].stream, plan);
    }
    return ok || err_context(err, "line %llu: stream \"" STR_FMT "\"", (unsigned long long)r->line_number,
                             STR_ARG(source->name));
}

static const struct {
    const char *type;
    bool (*handle)(Reader *r, const Node *message, Str line, Err *err);
} singer_messages[] = {
    {"SCHEMA", on_schema}, {"STATE", on_state}, {"ACTIVATE_VERSION", on_activate}, {"BATCH", on_batch}};

static bool on_line(Reader *r, Str line, Err *err) {
    AUTO(Arena) a = {0};
    Head head = {0};
    if (is_known(r, line)) return add_record(r, r->known.source, line, err);
    if (!str_trim(line).len) return true;
    bool scanned = scan_head(line, &head);
    if (scanned && str_is(head.type, "RECORD") && head.stream.at) {
        if (!on_record(r, head.stream, line, err)) return false;
        remember(r, str_slice(line, 0, head.len));
        return true;
    }
    Node *message = parse_line(r, &a, line, err);
    if (!message) return false;
    Str type = node_text(node_get_c(message, "type"));
    if (str_is(type, "RECORD")) {
        Str stream = node_text(node_get_c(message, "stream"));
        return stream.len ? on_record(r, stream, line, err) : bad_line(r, line, "RECORD without a stream", err);
    }
    for (size_t i = 0; i < ARRAY_LEN(singer_messages); i++)
        if (str_is(type, singer_messages[i].type)) return singer_messages[i].handle(r, message, line, err);
    return bad_line(r, line, "unknown message type", err);
}

/* ---- the input ---- */

static bool check_length(const Reader *r, Str line, uint64_t number, Err *err) {
    if (LIKELY(line.len <= r->settings->max_line)) return true;
    return err_set(err, ERR_INPUT, "line %llu is longer than max_line (%llu bytes): " STR_FMT "...",
                   (unsigned long long)number, (unsigned long long)r->settings->max_line,
                   STR_ARG(str_slice(line, 0, SHOWN_LINE)));
}

/* Handles the complete lines of the input; the intake's lock is held. */
static bool take_lines(Reader *r, Err *err) {
    size_t done = 0, from = r->scanned;
    Str input = buf_str(&r->input);
    r->origin.now_us = clock_us();
    r->origin.received_us = time_now_us();
    for (;;) {
        size_t length = str_find(str_slice(input, from, input.len), '\n');
        if (length == STR_NONE) break;
        length += from - done;
        Str line = str_slice(input, done, done + length);
        if (line.len && line.at[line.len - 1] == '\r') line.len--;
        r->origin.number = ++r->line_number;
        if (UNLIKELY(line.len > LONG_RECORD)) {
            r->longest = MAX(r->longest, line.len);
            r->long_bytes += line.len;
        }
        if (!check_length(r, line, r->line_number, err) || !on_line(r, line, err)) return false;
        from = done += length + 1;
    }
    buf_drop(&r->input, done);
    r->scanned = r->input.len;
    return true;
}

/* A last line may lack its newline, but not its end. */
static bool take_rest(Reader *r, Err *err) {
    Str rest = str_trim(buf_str(&r->input));
    if (!rest.len) return true;
    const char *end = rest.at + rest.len;
    if (json_skip(rest.at, end) != end) {
        r->line_number++;
        return bad_line(r, rest, "the input ends in the middle of a message", err);
    }
    buf_put(&r->input, '\n');
    return take_lines(r, err);
}

static bool wait_for_room(Reader *r, Until until) {
    Intake *in = r->spec.intake;
    int64_t from = clock_us();
    bool waited = in->waiting_bytes >= in->limit;
    in->reader_waits = waited;
    while (in->waiting_bytes >= in->limit && !in->ended) {
        cond_broadcast(&in->arrived);
        if (cond_wait_cancel(&in->room, &in->lock, until) == WAIT_CANCELED) break;
    }
    in->reader_waits = false;
    if (waited) atomic_fetch_add(&in->figures->reader_wait_us, (uint64_t)(clock_us() - from));
    return !until_canceled(until) && !in->ended;
}

/* Before DuckDB meets lines that are longer than what every load has room for. */
static bool need_memory(Reader *r, Err *err) {
    bool longer = r->input.len > r->long_line, more = r->long_bytes - r->long_bytes_told > LONG_STEP;
    if (!longer && !more) return true;
    if (longer) r->longest = r->long_line = r->input.len / 2 * 3;
    r->long_bytes_told = r->long_bytes + LONG_STEP;
    LoaderNeeds needs = {.line = r->longest, .long_bytes = r->long_bytes_told};
    return warehouse_need(r->spec.request->warehouse, needs, err);
}

/* One read and what it brings. *ret_end: nothing more to read. */
static bool read_some(Reader *r, bool *ret_end, Err *err) {
    Intake *in = r->spec.intake;
    Until until = {NO_DEADLINE, r->spec.cancel, CANCEL_STOP};
    if (!check_length(r, buf_str(&r->input), r->line_number + 1, err)) return false;
    if (!need_memory(r, err)) return false;
    buf_reserve(&r->input, READ_BYTES);
    int64_t from = clock_us();
    ssize_t n = io_read_paced(&r->pace, r->spec.request->input, r->input.at + r->input.len, READ_BYTES, until, err);
    atomic_fetch_add(&in->figures->input_wait_us, (uint64_t)(clock_us() - from));
    bool canceled = cancel_level(r->spec.request->cancel) >= CANCEL_STOP; /* also when it ended the tap first */
    if (canceled || (n < 0 && err->code == ERR_CANCELED)) {
        r->stopped = *ret_end = true;
        return true;
    }
    if (n < 0) return false;
    r->input.len += (size_t)n;
    r->input.at[r->input.len] = '\0';
    *ret_end = n == 0;
    mutex_lock(&in->lock);
    bool ok = n ? take_lines(r, err) : take_rest(r, err);
    if (ok && !n) activate_announced(r);
    cond_broadcast(&in->arrived);
    if (ok && n && !wait_for_room(r, until)) {
        r->stopped = until_canceled(until);
        *ret_end = true;
    }
    mutex_unlock(&in->lock);
    return ok;
}

static bool read_all(Reader *r, Err *err) {
    bool end = false;
    while (!end)
        if (!read_some(r, &end, err)) return false;
    return true;
}

void reader_run(Reader *r) {
    Intake *in = r->spec.intake;
    Err err = {0};
    bool ok = read_all(r, &err);
    mutex_lock(&in->lock);
    if (!ok) in->error = err;
    in->failed = !ok;
    in->ended = true;
    cond_broadcast(&in->arrived);
    mutex_unlock(&in->lock);
}
