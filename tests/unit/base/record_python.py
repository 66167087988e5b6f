"""Records what Python's standard library answers, for test_time.c, test_str.c and test_json.c.

    python3.11 tests/unit/base/record_python.py

times.tsv: text, microseconds since 1970 by datetime.fromisoformat, has a zone; "!" where it fails.
globs.tsv: pattern, text, fnmatch.fnmatchcase; both JSON strings.
jsons.tsv: a text (as a JSON string), whether json.loads takes it.
"""

import datetime
import fnmatch
import json
import random
from pathlib import Path

HERE = Path(__file__).parent
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def times(rng):
    """Texts that datetime and time_parse should see alike; where they differ on purpose is in test_time.c."""
    for _ in range(600):
        date = f"{rng.choice([1, 4, 99, 1600, 1899, 1900, 1970, 2000, 2012, 2013, 2100, 9998, rng.randint(2, 9998)]):04d}"
        date += f"-{rng.choice([*range(1, 13), 0, 13, 2, 2]):02d}-{rng.choice([*range(1, 32), 0, 32, 28, 29, 30, 31]):02d}"
        if rng.random() < 0.1:
            yield date
            continue
        clock = f"{rng.choice([*range(24), 25, 99]):02d}:{rng.choice([*range(60), 60, 61]):02d}"
        if rng.random() < 0.9:
            clock += f":{rng.choice([*range(60), 61, 99]):02d}"
            if rng.random() < 0.5:
                clock += rng.choice(".,") + "".join(rng.choices("0123456789", k=rng.choice([3, 6, 3, 6, 7, 9])))
        zones = ["", "Z", "+00:00", "-00:00", "+05:30", "-05:30", "+0530", "+05", "-11", "+23:59", "+24:00", "+00:19:32", "+5"]
        yield date + rng.choice("T ") + clock + rng.choice(zones)
    yield from ["", "2013", "2013-01", "2013-01-01T", "2013-01-01 ", " 2013-01-01", "2013-1-1", "2013-01-01T05:00:00Zx",
                "2013-01-01T05:00:00 +", "2013-01-01T05:0:00", "x013-01-01T05:00:00", "2013-01-0xT05:00:00", "2013-01-01T05:00:0x",
                "2013-01-01T05:00:00.", "2013/01/01", "2013-01-01T0x:00:00", "2013x01-01T05:00:00",
                "2013-01-01T05x00:00", "2013-01-01T05:00x00", "2013-01-01T05:00:00+0x"]  # fmt: skip


def record_times(rng):
    for text in times(rng):
        try:
            moment = datetime.datetime.fromisoformat(text)
        except ValueError:
            yield f"{text}\t!\t0"
            continue
        has_zone = moment.tzinfo is not None
        utc = moment if has_zone else moment.replace(tzinfo=datetime.timezone.utc)
        yield f"{text}\t{(utc - EPOCH) // datetime.timedelta(microseconds=1)}\t{int(has_zone)}"


def record_globs(rng):
    def some(letters, most):
        return "".join(rng.choices(letters, k=rng.randint(0, most)))

    for _ in range(3000):
        pattern, text = some("ab*?[]!-ü", 7), some("ab-]!ü", 5)
        if "--" in pattern:
            continue  # Python warns: meant to change
        yield f"{json.dumps(pattern)}\t{json.dumps(text)}\t{int(fnmatch.fnmatchcase(text, pattern))}"


def record_jsons(rng):
    whole = '{"a": [1, -2.5e+3, "x\\u00e4\\n\\"", {"b": null, "c": true}], "d": -Infinity, "e": [NaN, false, 0.1], "ü": ""}'
    for _ in range(3000):
        text = list(rng.choice([whole, whole[:40], "[1,2]", '"abc"', "-12.5e3", '{"a":{}}']))
        for _ in range(rng.randint(0, 2)):
            at = rng.randrange(len(text))
            edit = rng.choice(["drop", "put", "put", "swap"])
            new = rng.choice(list('{}[]",:\\\n\t eE+-.0195nutrfabN\x00\x1f'))
            text[at : at + (edit != "put")] = [] if edit == "drop" and len(text) > 1 else [new]
        text = "".join(text)
        try:
            json.loads(text)
            good = 1
        except ValueError:
            good = 0
        yield f"{json.dumps(text)}\t{good}"


def main():
    for name, lines in (("times", record_times), ("globs", record_globs), ("jsons", record_jsons)):
        rows = dict.fromkeys(lines(random.Random(name)))
        (HERE / f"{name}.tsv").write_text("".join(f"{row}\n" for row in rows))


if __name__ == "__main__":
    main()
