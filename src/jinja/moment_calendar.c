/* Days, weeks and instants of moments. */
#include "jinja/moment.h"

static int64_t days_of(const Moment *m) {
    return days_from_civil(m->year, (int)m->month, (int)m->day);
}

static int64_t weekday_of_days(int64_t days) {
    return ((days + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

int64_t weekday_of(const Moment *m) {
    return weekday_of_days(days_of(m));
}

int64_t day_of_year(const Moment *m) {
    return days_of(m) - days_from_civil(m->year, 1, 1) + 1;
}

int64_t iso_year_begin(int64_t year) {
    int64_t fourth = days_from_civil(year, 1, 4);
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
    return days * US_PER_DAY + seconds * US_PER_SECOND + m->us;
}

int64_t moment_utc_us(const Moment *m) {
    return moment_local_us(m) - (m->zone ? m->zone->offset : 0);
}

void moment_set_days(Moment *m, int64_t days) {
    Civil date = civil_from_days(days);
    m->year = date.year;
    m->month = date.month;
    m->day = date.day;
}

void moment_set_us(Moment *m, int64_t us) {
    int64_t days = us / US_PER_DAY - (us % US_PER_DAY < 0), rest = us - days * US_PER_DAY;
    moment_set_days(m, days);
    m->us = rest % US_PER_SECOND;
    m->second = rest / US_PER_SECOND % 60;
    m->minute = rest / US_PER_SECOND / 60 % 60;
    m->hour = rest / US_PER_SECOND / 3600;
}
