#include "pgwire/zone.h"

#include "base/time.h"
#include "base/vec.h"
#include "os/thread.h"
#include "warehouse/result.h"

typedef struct Change {
    int64_t from; /* seconds since 1970 */
    int32_t offset;
} Change;

struct Zone {
    Zone *next;
    Str name;
    VEC(Change) changes; /* at least one, which goes back to the beginning */
};

/* Zones are never forgotten: there are some hundred. */
static Mutex lock = {PTHREAD_MUTEX_INITIALIZER};
static Arena arena;
static Zone *zones;

/* The years that are asked: before the first no zone had laws, behind the last all have the rules of the last. */
#define FIRST_SAMPLE "-5364662400" /* 1800-01-01 */
#define SAMPLES "15653"            /* weeks up to 2100 */

/* Weeks at whose ends the offset differs, then halved until a second is left. */
#define QUESTION                                                                                                       \
    "WITH RECURSIVE sample AS (SELECT " FIRST_SAMPLE " + i * 604800 AS e FROM range(0, " SAMPLES ") r(i)), "           \
    "week AS (SELECT e, date_part('timezone', make_timestamptz(e * 1000000)) AS x, lag(e) OVER w AS lo, "              \
    "lag(date_part('timezone', make_timestamptz(e * 1000000))) OVER w AS o FROM sample WINDOW w AS (ORDER BY e)), "    \
    "half(lo, hi, o) AS (SELECT lo, e, o FROM week WHERE o <> x UNION ALL "                                            \
    "SELECT CASE WHEN x = o THEN m ELSE lo END, CASE WHEN x = o THEN hi ELSE m END, o FROM (SELECT lo, hi, o, m, "     \
    "date_part('timezone', make_timestamptz(m * 1000000)) AS x FROM (SELECT *, (lo + hi) // 2 AS m FROM half WHERE "   \
    "hi - lo > 1))) "                                                                                                  \
    "SELECT hi, date_part('timezone', make_timestamptz(hi * 1000000)) FROM (SELECT hi FROM half WHERE hi - lo = 1 "    \
    "UNION ALL "                                                                                                       \
    "SELECT " FIRST_SAMPLE ") ORDER BY hi"

static Zone *find(Str name) {
    Zone *z = zones;
    while (z && !str_equal_nocase(z->name, name)) z = z->next;
    return z;
}

/* The lock is held. */
static Zone *keep(Str name, const Change *changes, size_t count) {
    Zone *z = arena_new(&arena, Zone);
    z->name = arena_str(&arena, name);
    for (size_t i = 0; i < count; i++) vec_push(&z->changes, changes[i]);
    z->next = zones;
    return zones = z;
}

const Zone *zone_get(Session *db, Str name) {
    static const char *const utc[] = {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z", "Zulu", "Universal"};
    for (size_t i = 0; i < ARRAY_LEN(utc); i++)
        if (str_equal_nocase(name, str_of(utc[i]))) return NULL;
    mutex_lock(&lock);
    Zone *z = find(name);
    mutex_unlock(&lock);
    if (z) return z;
    Err unknown = {0};
    VEC(Change) changes = {0};
    AUTO_PTR(Result) rows = session_query(db, STR(QUESTION), &unknown);
    while (rows && result_next(rows)) {
        Change change = {result_i64(rows, 0), (int32_t)result_i64(rows, 1)};
        vec_push(&changes, change);
    }
    mutex_lock(&lock);
    z = find(name);
    if (!z && changes.len) z = keep(name, changes.at, changes.len);
    mutex_unlock(&lock);
    vec_release(&changes);
    return z;
}

const Zone *zone_fixed(int32_t offset) {
    char name[16];
    snprintf(name, sizeof name, "%d", (int)offset);
    mutex_lock(&lock);
    Zone *z = find(str_of(name));
    if (!z) z = keep(str_of(name), &(Change){INT64_MIN, offset}, 1);
    mutex_unlock(&lock);
    return z;
}

enum { DAY = 86400, CYCLE = 28, LAST_YEAR = 2099 };

static bool is_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1970-01-01 to the first of January of a year from 1970 on. */
static int64_t new_year(int64_t year) {
    int64_t before = year - 1;
    return 365 * (year - 1970) + (before / 4 - before / 100 + before / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

/* The same moment of a year up to 2099 with the same calendar: rules go by month and weekday. */
static int64_t in_known_year(int64_t seconds) {
    int64_t year = 1970 + seconds / DAY * 400 / 146097;
    while (new_year(year + 1) * DAY <= seconds) year++;
    while (new_year(year) * DAY > seconds) year--;
    if (year <= LAST_YEAR) return seconds;
    for (int64_t same = LAST_YEAR - CYCLE + 1; same <= LAST_YEAR; same++) {
        int64_t days = new_year(year) - new_year(same);
        if (days % 7 == 0 && is_leap(year) == is_leap(same)) return seconds - days * DAY;
    }
    return seconds;
}

int32_t zone_offset(const Zone *zone, int64_t us) {
    if (!zone) return 0;
    int64_t seconds = us / (int64_t)US_PER_SECOND - (us % (int64_t)US_PER_SECOND < 0);
    if (seconds > 0) seconds = in_known_year(seconds);
    size_t low = 0, high = zone->changes.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->changes.at[middle].from <= seconds) low = middle;
        else high = middle;
    }
    return zone->changes.at[low].offset;
}
