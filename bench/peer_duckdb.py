"""The peer: DuckDB itself reads the same messages with its typed read_ndjson. Runs in the venv that has duckdb, prints seconds.

    python peer_duckdb.py load VARIANT INPUT DATABASE      (INPUT "-" is stdin)
    python peer_duckdb.py deal INPUT DATABASE              the records of each stream into a table of its own, prints seconds
    python peer_duckdb.py long INPUT DATABASE              rows of one long text: what DuckDB itself needs for them
    python peer_duckdb.py count DATABASE TABLE
    python peer_duckdb.py clone DATABASE INPUT             fill the table `flights`, made by another program, from messages

The time runs from opening the database to having closed it (checkpoint done), without Python's own start: that is in DuckDB's favour.
"""

import sys
import time

import duckdb

RECORD = (
    "STRUCT(year BIGINT, month BIGINT, day BIGINT, dep_time BIGINT, dep_delay BIGINT, arr_time BIGINT, arr_delay BIGINT, carrier VARCHAR, "
    "flight BIGINT, tailnum VARCHAR, origin VARCHAR, dest VARCHAR, air_time BIGINT, distance BIGINT, time_hour TIMESTAMPTZ)"
)
ONLY_RECORD = f"read_ndjson('{{0}}', columns={{{{record: '{RECORD}'}}}})"
ENVELOPE = f"read_ndjson('{{0}}', columns={{{{type: 'VARCHAR', stream: 'VARCHAR', record: '{RECORD}', time_extracted: 'VARCHAR'}}}})"

# Each variant is a complete, typed load; the benchmark takes whichever is fastest on this machine.
VARIANTS = {
    "record": f"create table flights as select unnest(record) from {ONLY_RECORD} where record is not null",
    "envelope": f"create table flights as select unnest(record) from {ENVELOPE} where type = 'RECORD'",
    "columns": "create table flights as select "
    + ", ".join(f"record.{part.split()[0]}" for part in RECORD[7:-1].split(", "))
    + f" from {ONLY_RECORD} where record is not null",
}


def load(variant: str, source: str, database: str) -> None:
    begin = time.perf_counter()
    connection = duckdb.connect(database, config={"threads": 2, "preserve_insertion_order": "false"})
    connection.execute(VARIANTS[variant].format("/dev/stdin" if source == "-" else source))
    connection.close()
    print(time.perf_counter() - begin)


def deal(source: str, database: str) -> None:
    begin = time.perf_counter()
    connection = duckdb.connect(database, config={"threads": 2, "preserve_insertion_order": "false"})
    connection.execute(f"create temp table messages as select stream, record from {ENVELOPE.format(source)} where type = 'RECORD'")
    streams = [name for (name,) in connection.execute("select distinct stream from messages").fetchall()]
    connection.execute("begin")
    for name in streams:
        connection.execute(f"create table {name} as select unnest(record) from messages where stream = '{name}'")
    connection.execute("commit")
    connection.close()
    print(time.perf_counter() - begin)


def long(source: str, database: str) -> None:
    connection = duckdb.connect(database, config={"threads": 2, "preserve_insertion_order": "false"})
    columns = "{record: 'STRUCT(id BIGINT, body VARCHAR)'}"
    connection.execute(
        f"create table long as select unnest(record) from read_ndjson('{source}', columns={columns}, "
        "maximum_object_size=200000000) where record is not null"
    )
    connection.close()


def count(database: str, table: str) -> None:
    print(duckdb.connect(database, read_only=True).execute(f"select count(*) from {table}").fetchone()[0])


def clone(database: str, source: str) -> None:
    """target-duckdb would need minutes for its own two million rows; what is measured is the upsert into them."""
    connection = duckdb.connect(database)
    connection.execute("delete from flights")
    connection.execute(
        f"insert into flights by name select unnest(record) from {ONLY_RECORD.format(source)} where record is not null"
    )
    connection.close()


if __name__ == "__main__":
    {"load": load, "deal": deal, "long": long, "count": count, "clone": clone}[sys.argv[1]](*sys.argv[2:])
