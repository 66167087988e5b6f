"""target-duckdb 0.8.0 with its known defects put right, one named mend each, so that what is left can be compared exactly.

The real program's code runs in both forms. A record keeps the real answer, the mended one where it differs, and the names
of the mends that matter for it: those without which the mended answer would be another.
"""

import contextlib
import datetime
from collections.abc import Iterator
from unittest import mock

from target_duckdb import db_sync

REAL = db_sync.DbSync

MENDS = {
    "header": "COPY sniffs a header in a headerless CSV: the first row of a batch is lost when it looks unlike the rest",
    "empty": "an empty string becomes NULL in the CSV file",
    "offset": "the UTC offset of a date-time is dropped: 05:00+05:30 is stored as 05:00",
    "all_keys": "a table whose columns are all keys (or a schema cut down to them) fails: execute(None)",
}


@contextlib.contextmanager
def mended(names: set[str]) -> Iterator[None]:
    """The real module with these mends applied."""

    class DbSync(REAL):
        def record_to_flattened(self, record: dict) -> list:
            flat = db_sync.flatten_record(record, self.flatten_schema, max_level=self.data_flattening_max_level)
            values = super().record_to_flattened(record)
            for i, (name, column) in enumerate(self.flatten_schema.items()):
                kind = db_sync.column_type(column)
                if "empty" in names and kind == "varchar" and flat.get(name) == "":
                    values[i] = ""
                if "offset" in names and kind == "timestamp" and isinstance(values[i], str):
                    values[i] = in_utc(values[i])
            return values

        def update_from_temp_table(self, temp_table: str) -> str | None:
            return super().update_from_temp_table(temp_table) or ("SELECT 1" if "all_keys" in names else None)

        def create_table_query(self, table_name: str | None = None, is_temporary: bool = False) -> str:
            self.copied = table_name
            return super().create_table_query(table_name, is_temporary)

        def load_rows(self, records, count: int, temp_dir: str) -> None:
            if names & {"header", "empty"}:
                options = "new_line '\\r\\n', FORMAT csv, PARALLEL false, NULLSTR '', ALLOW_QUOTED_NULLS false"
                options += ", AUTO_DETECT false, HEADER false, DELIMITER ',', QUOTE '\"', ESCAPE '\"'" if "header" in names else ""
                self.conn, kept = CopyWith(self.conn, options), self.conn
                try:
                    with mock.patch.object(db_sync.csv, "writer", CsvWriter):
                        super().load_rows(records, count, temp_dir)
                finally:
                    self.conn = kept
            else:
                super().load_rows(records, count, temp_dir)

    import target_duckdb

    with mock.patch.object(target_duckdb, "DbSync", DbSync):
        yield


class CopyWith:
    """A connection whose COPY statements get other options."""

    def __init__(self, connection, options: str):
        self.connection, self.options = connection, options

    def execute(self, query: str, *more):
        if query and query.startswith("COPY "):
            query = query[: query.index(" WITH (")] + f" WITH ({self.options})"
        return self.connection.execute(query, *more)


class CsvWriter:
    """NULL is nothing, everything else is quoted: an empty string can be told from NULL."""

    def __init__(self, file, **_: object):
        self.file = file

    def writerow(self, values: list) -> None:
        self.file.write(",".join("" if v is None else '"' + str(v).replace('"', '""') + '"' for v in values) + "\r\n")


def in_utc(text: str) -> str:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.utcoffset():
        with contextlib.suppress(OverflowError):
            return moment.astimezone(datetime.UTC).replace(tzinfo=None).isoformat()
    return text
