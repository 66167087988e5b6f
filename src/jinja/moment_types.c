/* The types of the datetime module: arithmetic, order, attributes, methods. */
#include <math.h>

#include "jinja/moment.h"
#include "jinja/number.h"

const Zone zone_utc = {.head = {&zone_type}};

/* ---- making ---- */

bool moment_has_date(const Moment *m) {
    return m->head.type != &time_type;
}

bool moment_has_time(const Moment *m) {
    return m->head.type != &date_type;
}

static bool in_range(Eval *ev, const char *field, int64_t value, int64_t low, int64_t high) {
    if (value >= low && value <= high) return true;
    return eval_fail(ev, "%s must be in %lld..%lld", field, (long long)low, (long long)high);
}

bool moment_value(Eval *ev, const Moment *m, Value *ret) {
    bool date = moment_has_date(m), time = moment_has_time(m);
    if (date && (!in_range(ev, "year", m->year, 1, MAX_YEAR) || !in_range(ev, "month", m->month, 1, 12) ||
                 !in_range(ev, "day", m->day, 1, days_in_month(m->year, (int)m->month))))
        return false;
    if (time && (!in_range(ev, "hour", m->hour, 0, 23) || !in_range(ev, "minute", m->minute, 0, 59) ||
                 !in_range(ev, "second", m->second, 0, 59) ||
                 !in_range(ev, "microsecond", m->us, 0, US_PER_SECOND - 1) || !in_range(ev, "fold", m->fold, 0, 1)))
        return false;
    Moment *copy = arena_new(ev->arena, Moment);
    *copy = *m;
    *ret = value_object(&copy->head);
    return true;
}

bool duration_value(Eval *ev, int64_t us, Value *ret) {
    Duration *d = arena_new(ev->arena, Duration);
    *d = (Duration){{&duration_type}, us};
    *ret = value_object(&d->head);
    return true;
}

bool zone_value(Eval *ev, int64_t offset, Str name, Value *ret) {
    if (offset <= -US_PER_DAY || offset >= US_PER_DAY)
        return eval_fail(ev, "the offset of a zone must be less than a day");
    Zone *z = arena_new(ev->arena, Zone);
    *z = (Zone){{&zone_type}, offset, name};
    *ret = value_object(&z->head);
    return true;
}

static bool is_moment(Value v) {
    return value_is_a(v, &date_type) || value_is_a(v, &time_type) || value_is_a(v, &datetime_type);
}

static bool is_duration(Value v) {
    return value_is_a(v, &duration_type);
}

static int64_t us_of(Value v) {
    return ((const Duration *)v.object)->us;
}

/* ---- order ---- */

static Order order_of(int64_t x, int64_t y) {
    return x < y ? ORDER_LESS : x > y ? ORDER_GREATER : ORDER_SAME;
}

static bool comparable(const Object *o, Value other) {
    if (other.kind != VALUE_OBJECT || other.object->type != o->type) return false;
    return !((const Moment *)o)->zone == !moment_of(other)->zone;
}

static bool moment_order(const Object *o, Value other, Order *ret) {
    if (!comparable(o, other)) return false;
    *ret = order_of(moment_utc_us((const Moment *)o), moment_utc_us(moment_of(other)));
    return true;
}

static bool moment_equal(const Object *o, Value other) {
    Order order;
    return moment_order(o, other, &order) && order == ORDER_SAME;
}

static bool moment_hash(const Object *o, uint64_t *ret) {
    return value_hash(value_int(moment_utc_us((const Moment *)o)), ret);
}

static bool duration_order(const Object *o, Value other, Order *ret) {
    if (!is_duration(other)) return false;
    *ret = order_of(((const Duration *)o)->us, us_of(other));
    return true;
}

static bool duration_equal(const Object *o, Value other) {
    return is_duration(other) && ((const Duration *)o)->us == us_of(other);
}

static bool duration_hash(const Object *o, uint64_t *ret) {
    return value_hash(value_int(((const Duration *)o)->us), ret);
}

static bool duration_truth(const Object *o) {
    return ((const Duration *)o)->us != 0;
}

static bool zone_equal(const Object *o, Value other) {
    return value_is_a(other, &zone_type) && ((const Zone *)o)->offset == ((const Zone *)other.object)->offset;
}

static bool zone_hash(const Object *o, uint64_t *ret) {
    return value_hash(value_int(((const Zone *)o)->offset), ret);
}

/* ---- arithmetic ---- */

static Outcome outcome(bool done) {
    return done ? OUTCOME_DONE : OUTCOME_FAILED;
}

static Outcome too_large(Eval *ev) {
    eval_fail(ev, "the result is no date or duration any more");
    return OUTCOME_FAILED;
}

/* A date moves by whole days only. */
static Outcome move(Eval *ev, const Moment *m, int64_t by, bool back, Value *ret) {
    Moment moved = *m;
    if (!moment_has_time(m)) by = (by / US_PER_DAY - (by % US_PER_DAY < 0)) * US_PER_DAY;
    int64_t us, low = days_from_civil(1, 1, 1) * US_PER_DAY, high = days_from_civil(MAX_YEAR + 1, 1, 1) * US_PER_DAY;
    bool over = back ? __builtin_sub_overflow(moment_local_us(m), by, &us)
                     : __builtin_add_overflow(moment_local_us(m), by, &us);
    if (over || us < low || us >= high) return too_large(ev);
    moment_set_us(&moved, us);
    moved.fold = 0;
    return outcome(moment_value(ev, &moved, ret));
}

static Outcome moment_binary(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    bool dates = is_moment(left) && is_moment(right);
    if (dates && op == OP_SUBTRACT && comparable(left.object, right) && left.object->type != &time_type)
        return outcome(duration_value(ev, moment_utc_us(moment_of(left)) - moment_utc_us(moment_of(right)), ret));
    Value m = is_moment(left) ? left : right, d = is_moment(left) ? right : left;
    bool sum = op == OP_ADD || (op == OP_SUBTRACT && is_moment(left));
    if (!sum || !is_moment(m) || !is_duration(d) || m.object->type == &time_type) return OUTCOME_FOREIGN;
    return move(ev, moment_of(m), us_of(d), op == OP_SUBTRACT, ret);
}

/* over / under to the nearest integer, half to even. */
static Outcome divided(Eval *ev, Value over, Value under, Value *ret) {
    Arena *a = ev->arena;
    Value quotient, rest;
    int64_t us;
    if (integer_sign(under) < 0) {
        over = integer_negate(a, over);
        under = integer_negate(a, under);
    }
    integer_divide(a, over, under, &quotient, &rest);
    int half = integer_compare(integer_add(a, rest, rest), under);
    bool odd = integer_sign(integer_bitwise(a, INTEGER_AND, quotient, value_int(1))) != 0;
    if (half > 0 || (half == 0 && odd)) quotient = integer_add(a, quotient, value_int(1));
    return integer_to_i64(quotient, &us) ? outcome(duration_value(ev, us, ret)) : too_large(ev);
}

/* A number as over / under. */
static bool as_ratio(Eval *ev, Value number, Value *ret_over, Value *ret_under) {
    *ret_over = number;
    *ret_under = value_int(1);
    if (number.kind != VALUE_FLOAT) return true;
    int exponent;
    double fraction = frexp(number.real, &exponent);
    if (!isfinite(number.real)) return eval_fail(ev, "a duration cannot be multiplied by what is not finite");
    *ret_over = value_int((int64_t)ldexp(fraction, 53));
    exponent -= 53;
    Value power = integer_shift_left(ev->arena, value_int(1), (size_t)abs(exponent));
    if (exponent < 0) *ret_under = power;
    else *ret_over = integer_multiply(ev->arena, *ret_over, power);
    return true;
}

static Outcome scale(Eval *ev, int64_t us, Value number, bool divide, Value *ret) {
    Value over, under;
    if (!as_ratio(ev, number, &over, &under)) return OUTCOME_FAILED;
    Value factor = divide ? under : over, divisor = divide ? over : under;
    if (!integer_sign(divisor)) {
        eval_fail(ev, "division by zero");
        return OUTCOME_FAILED;
    }
    return divided(ev, integer_multiply(ev->arena, value_int(us), factor), divisor, ret);
}

static Outcome divide_durations(Eval *ev, Operator op, int64_t x, int64_t y, Value *ret) {
    Value quotient, rest;
    if (!y) {
        eval_fail(ev, "division by zero");
        return OUTCOME_FAILED;
    }
    integer_divide(ev->arena, value_int(x), value_int(y), &quotient, &rest);
    if (op == OP_MODULO) return outcome(duration_value(ev, rest.integer, ret));
    *ret = op == OP_DIVIDE ? value_float(integer_ratio(ev->arena, value_int(x), value_int(y))) : quotient;
    return OUTCOME_DONE;
}

static Outcome duration_binary(Eval *ev, Operator op, Value left, Value right, Value *ret) {
    int64_t us;
    bool both = is_duration(left) && is_duration(right);
    if (both && (op == OP_ADD || op == OP_SUBTRACT)) {
        bool over = op == OP_ADD ? __builtin_add_overflow(us_of(left), us_of(right), &us)
                                 : __builtin_sub_overflow(us_of(left), us_of(right), &us);
        return over ? too_large(ev) : outcome(duration_value(ev, us, ret));
    }
    if (both && (op == OP_DIVIDE || op == OP_FLOOR_DIVIDE || op == OP_MODULO))
        return divide_durations(ev, op, us_of(left), us_of(right), ret);
    Value d = is_duration(left) ? left : right, number = is_duration(left) ? right : left;
    bool plain = integer_is(number) || number.kind == VALUE_FLOAT;
    if (!is_duration(d) || !plain) return OUTCOME_FOREIGN;
    if (op == OP_MULTIPLY) return scale(ev, us_of(d), number, false, ret);
    if (op == OP_DIVIDE && is_duration(left)) return scale(ev, us_of(d), number, true, ret);
    if (op != OP_FLOOR_DIVIDE || !is_duration(left) || !integer_is(number)) return OUTCOME_FOREIGN;
    Value quotient, rest;
    if (!integer_sign(number)) return scale(ev, 0, number, true, ret);
    integer_divide(ev->arena, value_int(us_of(d)), number, &quotient, &rest);
    return integer_to_i64(quotient, &us) ? outcome(duration_value(ev, us, ret)) : too_large(ev);
}

static Outcome duration_unary(Eval *ev, Operator op, const Object *o, Value *ret) {
    int64_t us = ((const Duration *)o)->us;
    if (op != OP_NEGATE && op != OP_PLUS) return OUTCOME_FOREIGN;
    if (us == INT64_MIN) return too_large(ev);
    return outcome(duration_value(ev, op == OP_NEGATE ? -us : us, ret));
}

/* ---- text ---- */

/* Days rounded down, the rest of a day in seconds and microseconds. */
static void duration_parts(const Duration *d, int64_t *ret_days, int64_t *ret_seconds, int64_t *ret_us) {
    *ret_days = d->us / US_PER_DAY - (d->us % US_PER_DAY < 0);
    int64_t rest = (d->us % US_PER_DAY + US_PER_DAY) % US_PER_DAY;
    *ret_seconds = rest / US_PER_SECOND;
    *ret_us = rest % US_PER_SECOND;
}

static void write_duration(Buf *out, const Object *o, bool quoted) {
    int64_t days, seconds, us;
    duration_parts((const Duration *)o, &days, &seconds, &us);
    if (!quoted) {
        if (days) buf_printf(out, "%lld day%s, ", (long long)days, days == 1 || days == -1 ? "" : "s");
        buf_printf(out, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
        if (us) buf_printf(out, ".%06d", (int)us);
        return;
    }
    const char *between = "";
    buf_append_c(out, "datetime.timedelta(");
    if (days) buf_printf(out, "days=%lld", (long long)days);
    if (days) between = ", ";
    if (seconds) buf_printf(out, "%sseconds=%lld", between, (long long)seconds);
    if (seconds) between = ", ";
    if (us) buf_printf(out, "%smicroseconds=%lld", between, (long long)us);
    if (!days && !seconds && !us) buf_put(out, '0');
    buf_put(out, ')');
}

static void write_zone(Buf *out, const Object *o, bool quoted) {
    const Zone *z = (const Zone *)o;
    if (!quoted) {
        zone_write_name(out, z);
        return;
    }
    if (!z->offset && !z->name.len) {
        buf_append_c(out, "datetime.timezone.utc");
        return;
    }
    Duration offset = {{&duration_type}, z->offset};
    buf_append_c(out, "datetime.timezone(");
    write_duration(out, &offset.head, true);
    if (z->name.len) buf_printf(out, ", '" STR_FMT "'", STR_ARG(z->name));
    buf_put(out, ')');
}

static void write_moment(Buf *out, const Object *o, bool quoted) {
    const Moment *m = (const Moment *)o;
    if (!quoted) {
        moment_write_iso(out, m, ' ', STR("auto"));
        return;
    }
    buf_printf(out, "%s(", o->type->name);
    if (moment_has_date(m)) buf_printf(out, "%d, %d, %d", (int)m->year, (int)m->month, (int)m->day);
    if (moment_has_date(m) && moment_has_time(m)) buf_append_c(out, ", ");
    if (moment_has_time(m)) {
        buf_printf(out, "%d, %d", (int)m->hour, (int)m->minute);
        if (m->second || m->us) buf_printf(out, ", %d", (int)m->second);
        if (m->us) buf_printf(out, ", %d", (int)m->us);
        if (m->fold) buf_append_c(out, ", fold=1");
        if (m->zone) {
            buf_append_c(out, ", tzinfo=");
            write_zone(out, &m->zone->head, true);
        }
    }
    buf_put(out, ')');
}

static void write_moment_document(Buf *out, const Object *o) {
    moment_write_iso(out, (const Moment *)o, 'T', STR("auto"));
}

static bool format_moment(Eval *ev, Buf *out, const Object *o, Str spec) {
    return moment_format(ev, out, (const Moment *)o, spec);
}

/* ---- attributes ---- */

/* A zone as a value: it is never changed. */
static Value zone_or_none(const Moment *m) {
    union {
        const Object *in;
        Object *out;
    } same = {.in = m->zone ? &m->zone->head : NULL};
    return m->zone ? value_object(same.out) : value_none();
}

static bool moment_attribute(Eval *ev, const Object *o, Str name, Value *ret) {
    (void)ev;
    const Moment *m = (const Moment *)o;
    const struct {
        const char *name;
        int64_t value;
        bool of_date;
    } fields[] = {{"year", m->year, true},       {"month", m->month, true},    {"day", m->day, true},
                  {"hour", m->hour, false},      {"minute", m->minute, false}, {"second", m->second, false},
                  {"microsecond", m->us, false}, {"fold", m->fold, false}};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        bool has = fields[i].of_date ? moment_has_date(m) : moment_has_time(m);
        if (!has || !str_is(name, fields[i].name)) continue;
        *ret = value_int(fields[i].value);
        return true;
    }
    if (!moment_has_time(m) || !str_is(name, "tzinfo")) return false;
    *ret = zone_or_none(m);
    return true;
}

static bool duration_attribute(Eval *ev, const Object *o, Str name, Value *ret) {
    (void)ev;
    int64_t days, seconds, us;
    duration_parts((const Duration *)o, &days, &seconds, &us);
    if (str_is(name, "days")) *ret = value_int(days);
    else if (str_is(name, "seconds")) *ret = value_int(seconds);
    else if (str_is(name, "microseconds")) *ret = value_int(us);
    else return false;
    return true;
}

/* ---- methods ---- */

static const Moment *self(const Call *c) {
    return moment_of(c->self);
}

static bool call_isoformat(Call *c, Value *ret) {
    Str separator = STR("T"), timespec = STR("auto");
    AUTO(Buf) out = eval_buf();
    bool both = c->self.object->type == &datetime_type;
    size_t last = both ? 1 : 0;
    if (both && call_has(c, 0) && !call_str(c, 0, &separator)) return false;
    if (moment_has_time(self(c)) && call_has(c, last) && !call_str(c, last, &timespec)) return false;
    if (separator.len != 1) return eval_fail(c->ev, "isoformat(): the separator must be one character");
    if (!moment_write_iso(&out, self(c), separator.at[0], timespec))
        return eval_fail(c->ev, "isoformat(): unknown timespec \"" STR_FMT "\"", STR_ARG(timespec));
    return eval_text(c->ev, &out, ret);
}

static bool call_strftime(Call *c, Value *ret) {
    Str format;
    AUTO(Buf) out = eval_buf();
    return call_str(c, 0, &format) && moment_format(c->ev, &out, self(c), format) && eval_text(c->ev, &out, ret);
}

static bool call_ctime(Call *c, Value *ret) {
    AUTO(Buf) out = eval_buf();
    return moment_format(c->ev, &out, self(c), STR("%a %b %e %H:%M:%S %Y")) && eval_text(c->ev, &out, ret);
}

static bool call_weekday(Call *c, Value *ret) {
    *ret = value_int(weekday_of(self(c)));
    return true;
}

static bool call_isoweekday(Call *c, Value *ret) {
    *ret = value_int(weekday_of(self(c)) + 1);
    return true;
}

/* A plain tuple: year, week, weekday. */
static bool call_isocalendar(Call *c, Value *ret) {
    int64_t year, week;
    iso_week_of(self(c), &year, &week);
    Value parts[3] = {value_int(year), value_int(week), value_int(weekday_of(self(c)) + 1)};
    *ret = value_tuple(c->ev->arena, parts, 3);
    return true;
}

static bool call_toordinal(Call *c, Value *ret) {
    int64_t us = moment_local_us(self(c)), days = us / US_PER_DAY - (us % US_PER_DAY < 0);
    *ret = value_int(days - days_from_civil(1, 1, 1) + 1);
    return true;
}

static bool part(Call *c, const ObjectType *type, bool zoned, Value *ret) {
    Moment m = *self(c);
    m.head.type = type;
    if (!zoned) m.zone = NULL;
    return moment_value(c->ev, &m, ret);
}

static bool call_date(Call *c, Value *ret) {
    return part(c, &date_type, false, ret);
}

static bool call_time(Call *c, Value *ret) {
    return part(c, &time_type, false, ret);
}

static bool call_timetz(Call *c, Value *ret) {
    return part(c, &time_type, true, ret);
}

static bool call_timestamp(Call *c, Value *ret) {
    *ret = value_float(integer_ratio(c->ev->arena, value_int(moment_utc_us(self(c))), value_int(US_PER_SECOND)));
    return true;
}

static bool call_utcoffset(Call *c, Value *ret) {
    *ret = value_none();
    return !self(c)->zone || duration_value(c->ev, self(c)->zone->offset, ret);
}

static bool call_tzname(Call *c, Value *ret) {
    AUTO(Buf) out = eval_buf();
    *ret = value_none();
    if (!self(c)->zone) return true;
    zone_write_name(&out, self(c)->zone);
    return eval_text(c->ev, &out, ret);
}

static bool call_dst(Call *c, Value *ret) {
    (void)c;
    *ret = value_none();
    return true;
}

static bool read_zone(Call *c, size_t i, const Zone **ret) {
    if (c->args[i].kind != VALUE_NONE && !value_is_a(c->args[i], &zone_type))
        return call_fail(c, i, "a timezone or None");
    *ret = c->args[i].kind == VALUE_NONE ? NULL : (const Zone *)c->args[i].object;
    return true;
}

static bool call_replace(Call *c, Value *ret) {
    Moment m = *self(c);
    int64_t *date[] = {&m.year, &m.month, &m.day}, *time[] = {&m.hour, &m.minute, &m.second, &m.us};
    size_t at = 0;
    for (size_t i = 0; moment_has_date(&m) && i < ARRAY_LEN(date); i++, at++)
        if (!call_index(c, at, date[i])) return false;
    for (size_t i = 0; moment_has_time(&m) && i < ARRAY_LEN(time); i++, at++)
        if (!call_index(c, at, time[i])) return false;
    if (moment_has_time(&m) && call_has(c, at) && !read_zone(c, at, &m.zone)) return false;
    if (moment_has_time(&m) && !call_index(c, at + 1, &m.fold)) return false;
    return moment_value(c->ev, &m, ret);
}

static bool call_astimezone(Call *c, Value *ret) {
    static const Zone local = {.head = {&zone_type}, .name = {"UTC", 3}};
    const Zone *zone = &local;
    if (call_has_value(c, 0) && !read_zone(c, 0, &zone)) return false;
    Moment m = *self(c);
    moment_set_us(&m, moment_utc_us(self(c)) + zone->offset);
    m.zone = zone;
    m.fold = 0;
    return moment_value(c->ev, &m, ret);
}

static bool call_total_seconds(Call *c, Value *ret) {
    *ret = value_float(integer_ratio(c->ev->arena, value_int(us_of(c->self)), value_int(US_PER_SECOND)));
    return true;
}

static bool call_zone_offset(Call *c, Value *ret) {
    return duration_value(c->ev, ((const Zone *)c->self.object)->offset, ret);
}

static bool call_zone_name(Call *c, Value *ret) {
    AUTO(Buf) out = eval_buf();
    zone_write_name(&out, (const Zone *)c->self.object);
    return eval_text(c->ev, &out, ret);
}

#define DATE_METHODS                                                                                                   \
    {"strftime", call_strftime, 1, 1, "format", NULL}, {"weekday", call_weekday, 0, 0, NULL, NULL},                    \
        {"isoweekday", call_isoweekday, 0, 0, NULL, NULL}, {"isocalendar", call_isocalendar, 0, 0, NULL, NULL},        \
        {"toordinal", call_toordinal, 0, 0, NULL, NULL}, {                                                             \
        "ctime", call_ctime, 0, 0, NULL, NULL                                                                          \
    }
#define ZONE_METHODS                                                                                                   \
    {"utcoffset", call_utcoffset, 0, 0, NULL, NULL}, {"tzname", call_tzname, 0, 0, NULL, NULL}, {                      \
        "dst", call_dst, 0, 0, NULL, NULL                                                                              \
    }

static const Builtin date_table[] = {
    DATE_METHODS,
    {"isoformat", call_isoformat, 0, 0, NULL, NULL},
    {"replace", call_replace, 0, 3, "year month day", NULL},
};

static const Builtin datetime_table[] = {
    DATE_METHODS,
    ZONE_METHODS,
    {"isoformat", call_isoformat, 0, 2, "sep timespec", NULL},
    {"date", call_date, 0, 0, NULL, NULL},
    {"time", call_time, 0, 0, NULL, NULL},
    {"timetz", call_timetz, 0, 0, NULL, NULL},
    {"timestamp", call_timestamp, 0, 0, NULL, NULL},
    {"replace", call_replace, 0, 8, "year month day hour minute second microsecond tzinfo fold", NULL},
    {"astimezone", call_astimezone, 0, 1, "tz", NULL},
};

static const Builtin time_table[] = {
    ZONE_METHODS,
    {"strftime", call_strftime, 1, 1, "format", NULL},
    {"isoformat", call_isoformat, 0, 1, "timespec", NULL},
    {"replace", call_replace, 0, 5, "hour minute second microsecond tzinfo fold", NULL},
};

static const Builtin duration_table[] = {{"total_seconds", call_total_seconds, 0, 0, NULL, NULL}};
static const Builtin zone_table[] = {{"utcoffset", call_zone_offset, 1, 1, "dt", NULL},
                                     {"tzname", call_zone_name, 1, 1, "dt", NULL}};

static const Builtins date_methods = BUILTINS(date_table);
static const Builtins datetime_methods = BUILTINS(datetime_table);
static const Builtins time_methods = BUILTINS(time_table);
static const Builtins duration_methods = BUILTINS(duration_table);
static const Builtins zone_methods = BUILTINS(zone_table);

/* ---- types ---- */

#define MOMENT_SLOTS                                                                                                   \
    .equal = moment_equal, .hash = moment_hash, .compare = moment_order, .binary = moment_binary,                      \
    .write = write_moment, .write_document = write_moment_document, .format = format_moment,                           \
    .attribute = moment_attribute

const ObjectType date_type = {.name = "datetime.date", MOMENT_SLOTS, .methods = &date_methods};
const ObjectType time_type = {.name = "datetime.time", MOMENT_SLOTS, .methods = &time_methods};
const ObjectType datetime_type = {.name = "datetime.datetime", MOMENT_SLOTS, .methods = &datetime_methods};
const ObjectType duration_type = {
    .name = "datetime.timedelta",
    .truth = duration_truth,
    .equal = duration_equal,
    .hash = duration_hash,
    .compare = duration_order,
    .binary = duration_binary,
    .unary = duration_unary,
    .write = write_duration,
    .attribute = duration_attribute,
    .methods = &duration_methods,
};
const ObjectType zone_type = {
    .name = "datetime.timezone",
    .equal = zone_equal,
    .hash = zone_hash,
    .write = write_zone,
    .methods = &zone_methods,
};
