"""Instants as text, in the session's time zone: the same characters on both servers."""

import pytest

ZONES = [
    *["UTC", "GMT", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"],
    *["America/St_Johns", "Africa/Casablanca", "Europe/Dublin", "Africa/Monrovia", "Etc/GMT+5", "America/Sao_Paulo", "Asia/Tehran"],
]
INSTANTS = [
    *["1800-01-01 00:00:00+00", "1883-11-18 16:59:59+00", "1883-11-18 17:00:00+00", "1900-06-01 12:00:00+00", "1945-07-01 00:00:00+00"],
    *["1969-12-31 23:59:59.999999+00", "1970-01-01 00:00:00+00", "1972-01-07 00:44:29+00", "1972-01-07 00:44:30+00", "2011-12-30 09:59:59+00"],
    *["2011-12-30 10:00:00+00", "2024-03-10 06:59:59.5+00", "2024-03-10 07:00:00+00", "2024-03-31 00:59:59+00", "2024-03-31 01:00:00+00"],
    *["2024-11-03 05:59:59+00", "2024-11-03 06:00:00+00", "2024-10-05 15:29:59+00", "2024-10-05 15:30:00+00", "2024-10-27 01:00:00+00"],
    *["2037-07-01 00:00:00+00", "2099-12-31 23:59:59+00", "2100-07-01 00:00:00+00", "2412-03-13 06:59:59+00", "2412-03-13 07:00:00+00"],
    *["9999-07-01 00:00:00+00", "0001-06-01 00:00:00+00", "infinity", "-infinity"],
]


def texts(c, sql: str) -> list:
    result = c.pgconn.exec_(sql.encode())
    assert result.error_message == b"", result.error_message
    return [result.get_value(row, 0).decode() for row in range(result.ntuples)]


def sql(instants) -> str:
    return "select v from (values " + ", ".join(f"({n}, timestamptz '{v}')" for n, v in enumerate(instants)) + ") t(n, v) order by n"


@pytest.fixture
def both(postgres_target, pond_target):
    with postgres_target.connect() as theirs, pond_target.connect() as ours:
        yield theirs, ours


@pytest.mark.parametrize("zone", ZONES)
def test_instants(both, zone):
    theirs, ours = both
    for c in both:
        c.execute(f"set timezone = '{zone}'")
    assert dict(zip(INSTANTS, texts(ours, sql(INSTANTS)), strict=True)) == dict(zip(INSTANTS, texts(theirs, sql(INSTANTS)), strict=True))


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
def test_every_hour_of_a_year(both, zone):
    hours = "select g.i from generate_series(timestamptz '2023-01-01 00:00:00+00', timestamptz '2024-01-02 00:00:00+00', interval '1 hour') g(i)"
    answers = []
    for c in both:
        c.execute(f"set timezone = '{zone}'")
        answers.append(texts(c, hours))
    assert len(answers[0]) > 8760 and answers[0] == answers[1]


def test_offsets_in_hours(both):
    for c in both:
        c.execute("set timezone = -5")
    assert texts(both[0], sql(INSTANTS[10:20])) == texts(both[1], sql(INSTANTS[10:20]))


def test_a_zone_is_that_of_the_moment(target):
    one = "select timestamptz '2024-07-01 12:00:00+00'"
    with target.connect() as c:
        assert texts(c, "set timezone = 'Europe/Berlin'") == [] and texts(c, one) == ["2024-07-01 14:00:00+02"]
        texts(c, "begin")
        texts(c, "set local timezone = 'America/New_York'")
        assert texts(c, one) == ["2024-07-01 08:00:00-04"]
        texts(c, "rollback")
        assert texts(c, one) == ["2024-07-01 14:00:00+02"]
        texts(c, "select set_config('timezone', 'Asia/Kolkata', false)")
        assert texts(c, one) == ["2024-07-01 17:30:00+05:30"]
        assert texts(c, "select array[timestamptz '2024-07-01 12:00:00+00']") == ['{"2024-07-01 17:30:00+05:30"}']
        texts(c, "reset timezone")
        texts(c, "set timezone = 'UTC'")
        assert texts(c, one) == ["2024-07-01 12:00:00+00"]


def test_at_start_up_and_in_copy(target):
    with target.connect(options="-c timezone=America/New_York") as c:
        with c.cursor().copy("copy (select timestamptz '2024-07-01 12:00:00+00') to stdout") as copy:
            assert b"".join(copy) == b"2024-07-01 08:00:00-04\n"
        assert c.execute("select extract(hour from %s::timestamptz)", ["2024-07-01 08:00:00-04"]).fetchone()[0] == 8
