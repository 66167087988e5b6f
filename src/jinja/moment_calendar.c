/* The proleptic Gregorian calendar. */
#include <time.h>

#include "jinja/moment.h"

int64_t days_of_date(int64_t year, int64_t month, int64_t day) {
    int64_t y = month <= 2 ? year - 1 : year; /* years begin in March: the leap day is the last */
    int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_of_days(int64_t days, int64_t *ret_year, int64_t *ret_month, int64_t *ret_day) {
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *ret_day = of_year - (153 * m + 2) / 5 + 1;
    *ret_month = m < 10 ? m + 3 : m - 9;
    *ret_year = y + era * 400 + (*ret_month <= 2);
}

int64_t days_in_month(int64_t year, int64_t month) {
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (month == 2) return leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static int64_t days_of(const Moment *m) {
    return days_of_date(m->year, m->month, m->day);
}

static int64_t weekday_of_days(int64_t days) {
    return ((days + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

int64_t weekday_of(const Moment *m) {
    return weekday_of_days(days_of(m));
}

int64_t day_of_year(const Moment *m) {
    return days_of(m) - days_of_date(m->year, 1, 1) + 1;
}

int64_t iso_year_begin(int64_t year) {
    int64_t fourth = days_of_date(year, 1, 4);
    return fourth - weekday_of_days(fourth);
}

void iso_week_of(const Moment *m, int64_t *ret_year, int64_t *ret_week) {
    int64_t days = days_of(m);
    *ret_year = m->year + 1;
    while (days < iso_year_begin(*ret_year)) --*ret_year;
    *ret_week = (days - iso_year_begin(*ret_year)) / 7 + 1;
}

int64_t moment_local_us(const Moment *m) {
    int64_t seconds = (m->hour * 60 + m->minute) * 60 + m->second;
    int64_t days = moment_has_date(m) ? days_of(m) : 0;
    return (days * DAY_SECONDS + seconds) * US_SECOND + m->us;
}

int64_t moment_utc_us(const Moment *m) {
    return moment_local_us(m) - (m->zone ? m->zone->offset : 0);
}

void moment_set_us(Moment *m, int64_t us) {
    int64_t days = us / US_DAY - (us % US_DAY < 0), rest = us - days * US_DAY;
    date_of_days(days, &m->year, &m->month, &m->day);
    m->us = rest % US_SECOND;
    m->second = rest / US_SECOND % 60;
    m->minute = rest / US_SECOND / 60 % 60;
    m->hour = rest / US_SECOND / 3600;
}

int64_t clock_utc_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * US_SECOND + now.tv_nsec / 1000;
}
