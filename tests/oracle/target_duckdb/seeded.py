"""Random streams: seeded, so the same number always makes the same stream; a change here raises no version, it makes new
inputs, and inputs are what records are keyed by."""

import random
import string

from oracle.messages import kind, record, schema, state
from oracle.target_duckdb.chosen import case

LETTERS = string.ascii_letters + string.digits + " _-,.;:'\"/\\éßø日🦆"
CONFIGS = [{}, {}, {"batch_size_rows": 3}, {"batch_size_rows": 7}, {"batch_size_rows": 20, "flush_all_streams": True}, {"add_metadata_columns": True}, {"hard_delete": True}]


def text(r: random.Random) -> str:
    return "".join(r.choice(LETTERS) for _ in range(r.randrange(0, 15)))


def moment(r: random.Random) -> str:
    zone = r.choice(["Z", "Z", "+00:00", "", "+05:30", "-08:00"])
    part = r.choice(["", ".5", ".123456"])
    return f"{r.randrange(1900, 2100)}-{r.randrange(1, 13):02d}-{r.randrange(1, 29):02d}T{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}{part}{zone}"


def document(r: random.Random, depth: int = 0) -> object:
    made = r.randrange(7 if depth < 3 else 5)
    if made == 5:
        return [document(r, depth + 1) for _ in range(r.randrange(4))]
    if made == 6:
        return {text(r) or "k": document(r, depth + 1) for _ in range(r.randrange(4))}
    return [None, True, r.randrange(-1000, 1000), r.randrange(1000) / 8, text(r)][made]


KINDS = {
    "string": (kind("string"), text),
    "integer": (kind("integer"), lambda r: r.choice([r.randrange(-10, 10), r.randrange(-(2**63), 2**63)])),
    "small": (kind("integer", minimum=0, maximum=200), lambda r: r.randrange(201)),
    "big": (kind("integer", maximum=2**62), lambda r: r.randrange(-(2**40), 2**40)),
    "number": (kind("number"), lambda r: r.choice([r.random(), r.randrange(-9999, 9999) / 64, r.randrange(1000), r.uniform(-1e20, 1e20)])),
    "boolean": (kind("boolean"), lambda r: r.random() < 0.5),
    "date-time": (kind("string", format="date-time"), moment),
    "date": (kind("string", format="date"), lambda r: moment(r)[:10]),
    "time": (kind("string", format="time"), lambda r: moment(r)[11:19]),
    "object": (kind("object"), lambda r: {text(r) or "k": document(r) for _ in range(r.randrange(4))}),
    "array": (kind("array"), lambda r: [document(r) for _ in range(r.randrange(4))]),
    "mixed": (kind("integer", "string"), lambda r: r.choice([r.randrange(100), text(r)])),
}  # fmt: skip
KEY_KINDS = {
    "integer": (kind("!integer"), lambda r, n: r.randrange(n)),
    "string": (kind("!string"), lambda r, n: f"k{r.randrange(n)}"),
    "date-time": (kind("!string", format="date-time"), lambda r, n: f"2024-01-{r.randrange(n) % 28 + 1:02d}T00:00:00Z"),
}


def column_names(r: random.Random, count: int) -> list[str]:
    words = ["a", "b", "c", "value", "Name", "camelCase", "group", "x y", "dash-ed", "é", "_u", "N1", "tail_", "$", "z9"]
    return r.sample(words, count)


def make_stream(r: random.Random, name: str) -> tuple[dict, list[dict]]:
    keys = {f"id{i or ''}": r.choice(list(KEY_KINDS)) for i in range(r.choice([0, 1, 1, 1, 2, 3]))}
    columns = {column: r.choice(list(KINDS)) for column in column_names(r, r.randrange(1, 9))}
    properties = {k: KEY_KINDS[v][0] for k, v in keys.items()} | {c: KINDS[v][0] for c, v in columns.items()}
    shuffled = dict(r.sample(list(properties.items()), len(properties)))
    rows = []
    spread = r.choice([3, 8, 40])
    for _ in range(r.randrange(1, 40)):
        row = {k: KEY_KINDS[v][1](r, spread) for k, v in keys.items()}
        for column, made in columns.items():
            dice = r.random()
            if dice < 0.1:
                continue
            row[column] = None if dice < 0.25 else KINDS[made][1](r)
        if r.random() < 0.05:
            row["not in schema"] = text(r)
        rows.append(dict(r.sample(list(row.items()), len(row))))
    return schema(name, shuffled, list(keys)), rows


def some_deleted(r: random.Random, rows: list[dict]) -> list[dict]:
    return [{**row, "_sdc_deleted_at": "2024-05-05T00:00:00Z"} if r.random() < 0.15 else row for row in rows]


def random_stream(number: int) -> dict:
    r = random.Random(f"stream {number}")
    config = {**r.choice(CONFIGS), "primary_key_required": False}
    streams = [make_stream(r, f"s{i}") for i in range(r.choice([1, 1, 1, 2, 3]))]
    runs = []
    for _ in range(r.choice([1, 1, 2])):
        lines = [head for head, _ in streams]
        pool = [(head["stream"], row) for head, rows in streams for row in (some_deleted(r, rows) if "hard_delete" in config else rows)]
        r.shuffle(pool)
        for i, (name, row) in enumerate(pool[: r.randrange(len(pool) + 1) if runs else len(pool)], 1):
            lines.append(record(name, row, time_extracted=f"2024-06-01T00:{i % 60:02d}:00Z"))
            if r.random() < 0.1:
                lines.append(state({"bookmarks": {head["stream"]: {"at": i} for head, _ in streams}}))
        runs.append(lines)
    return case(f"random {number}", *runs, **config)


def random_streams(count: int) -> list[dict]:
    return [random_stream(number) for number in range(1, count + 1)]


def random_change(number: int) -> dict:
    """One keyed stream whose schema gains, loses and retypes columns, within a run or between two."""
    r = random.Random(f"change {number}")
    columns = {column: r.choice(list(KINDS)) for column in ("a", "b", "c", "d")}
    lines: list = []
    for phase in range(r.choice([2, 3])):
        if phase:
            dice = r.random()
            column = r.choice(list(columns))
            if dice < 0.5:
                columns[f"new{phase}"] = r.choice(list(KINDS))
            elif dice < 0.7:
                del columns[column]
            else:
                columns[column] = r.choice(list(KINDS))
        lines.append(schema("t", {"id": kind("!integer")} | {c: KINDS[v][0] for c, v in columns.items()}, ["id"]))
        for _ in range(r.randrange(1, 12)):
            row = {"id": r.randrange(10)} | {c: (None if r.random() < 0.2 else KINDS[v][1](r)) for c, v in columns.items()}
            lines.append(record("t", row))
    return case(f"change {number}", lines, **r.choice([{}, {"batch_size_rows": 4}]))


def random_schema_changes(count: int) -> list[dict]:
    return [random_change(number) for number in range(1, count + 1)]
