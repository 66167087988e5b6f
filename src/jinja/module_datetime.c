/* The module `datetime`: its classes, as far as they make values. */
#include <math.h>

#include "jinja/moment.h"
#include "jinja/number.h"

/* ---- the classes as values ---- */

typedef struct ModuleClass {
    Object head;
    const ObjectType *instances; /* datetime.datetime.isoformat(x) finds its method there */
} ModuleClass;

static const ObjectType date_class, time_class, datetime_class, duration_class, zone_class;
static ModuleClass class_date = {{&date_class}, &date_type}, class_time = {{&time_class}, &time_type},
                   class_datetime = {{&datetime_class}, &datetime_type},
                   class_duration = {{&duration_class}, &duration_type}, class_zone = {{&zone_class}, &zone_type};

/* Static objects are never changed, but values are not const. */
static Value class_value(ModuleClass *class) {
    return value_object(&class->head);
}

/* ---- constructors ---- */

static bool read_zone(Call *c, size_t i, const Zone **ret) {
    if (!call_has_value(c, i)) return true;
    if (!value_is_a(c->args[i], &zone_type)) return call_fail(c, i, "a timezone or None");
    *ret = (const Zone *)c->args[i].object;
    return true;
}

static bool read_fields(Call *c, size_t from, int64_t *const *fields, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!call_index(c, from + i, fields[i])) return false;
    return true;
}

static bool call_date(Call *c, Value *ret) {
    Moment m = {.head.type = &date_type};
    int64_t *const fields[] = {&m.year, &m.month, &m.day};
    return read_fields(c, 0, fields, 3) && moment_value(c->ev, &m, ret);
}

static bool call_time(Call *c, Value *ret) {
    Moment m = {.head.type = &time_type};
    int64_t *const fields[] = {&m.hour, &m.minute, &m.second, &m.us};
    if (!read_fields(c, 0, fields, 4) || !read_zone(c, 4, &m.zone)) return false;
    return call_index(c, 5, &m.fold) && moment_value(c->ev, &m, ret);
}

static bool call_datetime(Call *c, Value *ret) {
    Moment m = {.head.type = &datetime_type};
    int64_t *const fields[] = {&m.year, &m.month, &m.day, &m.hour, &m.minute, &m.second, &m.us};
    if (!read_fields(c, 0, fields, 7) || !read_zone(c, 7, &m.zone)) return false;
    return call_index(c, 8, &m.fold) && moment_value(c->ev, &m, ret);
}

/* Adds amount * unit us: the whole part to *us, the fraction to *rest. */
static bool add_units(Call *c, size_t i, int64_t unit, int64_t *us, double *rest) {
    Value v = c->args[i];
    int64_t whole = 0, product;
    if (!call_has(c, i)) return true;
    if (v.kind == VALUE_FLOAT) {
        double fraction, units;
        if (!isfinite(v.real) || fabs(v.real) > 0x1p62) return eval_fail(c->ev, "timedelta(): the number is too large");
        fraction = modf(v.real, &units) * (double)unit;
        whole = (int64_t)units;
        *rest += modf(fraction, &units);
        *us += (int64_t)units;
    } else if (!integer_is(v)) {
        return call_fail(c, i, "a number");
    } else if (!integer_to_i64(v, &whole)) {
        return eval_fail(c->ev, "timedelta(): the number is too large");
    }
    bool over = __builtin_mul_overflow(whole, unit, &product) || __builtin_add_overflow(*us, product, us);
    return !over || eval_fail(c->ev, "timedelta(): the number is too large");
}

static bool call_timedelta(Call *c, Value *ret) {
    static const int64_t units[] = {US_PER_DAY,           US_PER_SECOND, 1, 1000, 60 * US_PER_SECOND,
                                    3600 * US_PER_SECOND, 7 * US_PER_DAY};
    int64_t us = 0;
    double rest = 0;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (!add_units(c, i, units[i], &us, &rest)) return false;
    /* Half to even, of the sum. */
    double whole = rint(rest);
    if (fabs(rest - trunc(rest)) == 0.5) whole = us % 2 == 0 ? rint(rest) : rint(rest + 1) - 1;
    if (__builtin_add_overflow(us, (int64_t)whole, &us))
        return eval_fail(c->ev, "timedelta(): the number is too large");
    return duration_value(c->ev, us, ret);
}

static bool call_timezone(Call *c, Value *ret) {
    Str name = {0};
    if (!value_is_a(c->args[0], &duration_type)) return call_fail(c, 0, "a timedelta");
    if (call_has(c, 1) && !call_str(c, 1, &name)) return false;
    return zone_value(c->ev, ((const Duration *)c->args[0].object)->us, name, ret);
}

static const Builtin constructors[] = {
    {"datetime", call_datetime, 3, 8, "year month day hour minute second microsecond tzinfo fold", NULL},
    {"date", call_date, 3, 3, "year month day", NULL},
    {"time", call_time, 0, 5, "hour minute second microsecond tzinfo fold", NULL},
    {"timedelta", call_timedelta, 0, 7, "days seconds microseconds milliseconds minutes hours weeks", NULL},
    {"timezone", call_timezone, 1, 2, "offset name", NULL},
};

/* ---- class methods: from the clock and from numbers ---- */

static bool at_instant(Call *c, const ObjectType *type, int64_t us, const Zone *zone, Value *ret) {
    Moment m = {.head.type = type, .zone = zone};
    if (us < days_from_civil(1, 1, 1) * US_PER_DAY || us >= days_from_civil(MAX_YEAR + 1, 1, 1) * US_PER_DAY)
        return eval_fail(c->ev, "%s(): the year is out of range", c->builtin->name);
    moment_set_us(&m, us + (zone ? zone->offset : 0));
    return moment_value(c->ev, &m, ret);
}

static bool call_now(Call *c, Value *ret) {
    const Zone *zone = NULL;
    return read_zone(c, 0, &zone) && at_instant(c, &datetime_type, time_now_us(), zone, ret);
}

static bool call_utcnow(Call *c, Value *ret) {
    return at_instant(c, &datetime_type, time_now_us(), NULL, ret);
}

static const ObjectType *type_of_class(const Call *c) {
    return ((const ModuleClass *)c->self.object)->instances;
}

static bool call_today(Call *c, Value *ret) {
    return at_instant(c, type_of_class(c), time_now_us(), NULL, ret);
}

/* Seconds since 1970 to the nearest microsecond, half to even. */
static bool call_fromtimestamp(Call *c, Value *ret) {
    Value v = c->args[0];
    const Zone *zone = NULL;
    if (!integer_is(v) && v.kind != VALUE_FLOAT) return call_fail(c, 0, "an int or float");
    if (type_of_class(c) == &datetime_type && !read_zone(c, 1, &zone)) return false;
    double seconds, fraction = modf(number_to_double(v), &seconds);
    if (!(fabs(seconds) < 1e12)) return eval_fail(c->ev, "fromtimestamp(): the year is out of range");
    return at_instant(c, type_of_class(c), (int64_t)seconds * US_PER_SECOND + (int64_t)rint(fraction * US_PER_SECOND),
                      zone, ret);
}

static bool call_fromordinal(Call *c, Value *ret) {
    int64_t ordinal = 0;
    if (!call_index(c, 0, &ordinal)) return false;
    if (ordinal < 1 || ordinal > 4000000) return eval_fail(c->ev, "fromordinal(): the day is out of range");
    return at_instant(c, type_of_class(c), (ordinal - 1 + days_from_civil(1, 1, 1)) * US_PER_DAY, NULL, ret);
}

static bool call_combine(Call *c, Value *ret) {
    bool date = value_is_a(c->args[0], &date_type) || value_is_a(c->args[0], &datetime_type);
    if (!date) return call_fail(c, 0, "a date");
    if (!value_is_a(c->args[1], &time_type)) return call_fail(c, 1, "a time");
    Moment m = *moment_of(c->args[1]);
    const Moment *day = moment_of(c->args[0]);
    m.head.type = &datetime_type;
    m.year = day->year;
    m.month = day->month;
    m.day = day->day;
    if (call_has(c, 2)) m.zone = NULL;
    return read_zone(c, 2, &m.zone) && moment_value(c->ev, &m, ret);
}

/* ---- class methods: from text ---- */

static bool not_iso(Call *c, Str text) {
    return eval_fail(c->ev, "fromisoformat(): \"" STR_FMT "\" is no ISO 8601 text", STR_ARG(str_slice(text, 0, 80)));
}

/* Where the date ends: YYYY-MM-DD and YYYYMMDD, or a week date of 7, 8 or 10. */
static size_t date_length(Str text) {
    bool dashes = text.len > 4 && text.at[4] == '-';
    size_t week = dashes ? 5 : 4;
    if (text.len <= week || text.at[week] != 'W') return dashes ? 10 : 8;
    size_t end = week + 3;
    if (dashes && end + 1 < text.len && text.at[end] == '-') return end + 2;
    if (!dashes && end < text.len && text.at[end] >= '0' && text.at[end] <= '9') {
        size_t digits = end;
        while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9') digits++;
        return digits % 2 == 0 ? end + 1 : end;
    }
    return end;
}

static bool call_fromisoformat(Call *c, Value *ret) {
    const ObjectType *type = type_of_class(c);
    Moment m = {.head.type = type};
    Str text;
    if (!call_str(c, 0, &text)) return false;
    size_t end = type == &datetime_type ? MIN(date_length(text), text.len) : type == &date_type ? text.len : 0;
    if (type != &time_type && !date_parse_iso(str_slice(text, 0, end), &m)) return not_iso(c, text);
    Str rest = str_slice(text, end, text.len);
    if (type == &datetime_type && rest.len) {
        size_t at = 0;
        while (at == 0 || (at < rest.len && ((unsigned char)rest.at[at] & 0xC0) == 0x80)) at++; /* any one character */
        rest = str_slice(rest, at, rest.len);
        if (!rest.len) return not_iso(c, text);
    } else if (type == &time_type && str_starts(rest, STR("T"))) {
        rest = str_slice(rest, 1, rest.len);
    }
    bool clock = type == &time_type || rest.len;
    if (clock && !time_parse_iso(c->ev, rest, &m)) return not_iso(c, text);
    return moment_value(c->ev, &m, ret);
}

static bool call_strptime(Call *c, Value *ret) {
    Str text, format;
    return call_str(c, 0, &text) && call_str(c, 1, &format) && moment_parse(c->ev, text, format, ret);
}

static const Builtin datetime_table[] = {
    {"now", call_now, 0, 1, "tz", NULL},
    {"utcnow", call_utcnow, 0, 0, NULL, NULL},
    {"today", call_today, 0, 0, NULL, NULL},
    {"fromtimestamp", call_fromtimestamp, 1, 2, "timestamp tz", NULL},
    {"utcfromtimestamp", call_fromtimestamp, 1, 1, NULL, NULL},
    {"fromisoformat", call_fromisoformat, 1, 1, NULL, NULL},
    {"fromordinal", call_fromordinal, 1, 1, NULL, NULL},
    {"strptime", call_strptime, 2, 2, NULL, NULL},
    {"combine", call_combine, 2, 3, "date time tzinfo", NULL},
};

static const Builtin date_table[] = {
    {"today", call_today, 0, 0, NULL, NULL},
    {"fromtimestamp", call_fromtimestamp, 1, 1, NULL, NULL},
    {"fromisoformat", call_fromisoformat, 1, 1, NULL, NULL},
    {"fromordinal", call_fromordinal, 1, 1, NULL, NULL},
};

static const Builtin time_table[] = {
    {"fromisoformat", call_fromisoformat, 1, 1, NULL, NULL},
};

static const Builtins module_functions = BUILTINS(constructors);
static const Builtins datetime_functions = BUILTINS(datetime_table);
static const Builtins date_functions = BUILTINS(date_table);
static const Builtins time_functions = BUILTINS(time_table);

/* ---- attributes of the module and its classes ---- */

static Value utc(void) {
    static Zone zone = {.head = {&zone_type}};
    return value_object(&zone.head);
}

static bool zone_attribute(Eval *ev, const Object *o, Str name, Value *ret) {
    (void)ev;
    (void)o;
    if (!str_is(name, "utc")) return false;
    *ret = utc();
    return true;
}

/* The first and the last of its kind. */
static bool range_attribute(Eval *ev, const Object *o, Str name, Value *ret) {
    bool last = str_is(name, "max");
    Moment m = {.head.type = ((const ModuleClass *)o)->instances, .year = 1, .month = 1, .day = 1};
    if (last) m = (Moment){m.head, MAX_YEAR, 12, 31, 23, 59, 59, US_PER_SECOND - 1, 0, NULL};
    return (last || str_is(name, "min")) && moment_value(ev, &m, ret);
}

static bool module_attribute(Eval *ev, const Object *o, Str name, Value *ret) {
    (void)ev;
    (void)o;
    if (str_is(name, "datetime")) *ret = class_value(&class_datetime);
    else if (str_is(name, "date")) *ret = class_value(&class_date);
    else if (str_is(name, "time")) *ret = class_value(&class_time);
    else if (str_is(name, "timedelta")) *ret = class_value(&class_duration);
    else if (str_is(name, "timezone")) *ret = class_value(&class_zone);
    else if (str_is(name, "UTC")) *ret = utc();
    else if (str_is(name, "MINYEAR")) *ret = value_int(1);
    else if (str_is(name, "MAXYEAR")) *ret = value_int(MAX_YEAR);
    else return false;
    return true;
}

static const ObjectType date_class = {.name = "type", .attribute = range_attribute, .methods = &date_functions};
static const ObjectType time_class = {.name = "type", .attribute = range_attribute, .methods = &time_functions};
static const ObjectType datetime_class = {.name = "type", .attribute = range_attribute, .methods = &datetime_functions};
static const ObjectType duration_class = {.name = "type"};
static const ObjectType zone_class = {.name = "type", .attribute = zone_attribute};
static const ObjectType module_type = {.name = "module", .attribute = module_attribute, .methods = &module_functions};

Object module_datetime = {&module_type};
