#!/usr/bin/env python3
"""What real clients ask of PostgreSQL's catalog: runs them against a private PostgreSQL and writes the statements as it logged them.

    harvest.py [CLIENT...] > cases.sql      from the venv of the tests

The tables are those of statements/clients.sql. Parameters are bound as literals and the numbers of our own relations written as
regclass, so that the text means the same in another server. What is worth keeping goes into statements/clients*.sql by hand.
"""

import json
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ORACLE = HERE.parents[1]
sys.path[:0] = [str(HERE.parent), str(ORACLE.parent / "e2e"), str(ORACLE)]

import cases  # noqa: E402
from services import Postgres  # noqa: E402
from venvs import cache_root, python  # noqa: E402

ASKS = re.compile(r"\b(pg_\w+|information_schema)\b", re.I)
OWN_OID = re.compile(r"'(\d{5,})'(?:::(?:pg_catalog\.)?reg\w+)?|(?<![\w.'])(\d{5,})(?![\w.'])")
NAMED = re.compile(r"shop\.\w+|'\d+'")
PSQL = (HERE / "psql.txt").read_text().splitlines()


def jdbc(environment: dict) -> None:
    folder = cache_root() / "harvest-jdbc"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pom.xml").write_text((ORACLE.parent / "clients" / "jdbc" / "pom.xml").read_text())
    (folder / "Harvest.java").write_text((HERE / "Harvest.java").read_text())
    run("mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib", environment, folder)
    run("java -cp lib/* Harvest.java", environment, folder)


def psql(environment: dict) -> None:
    for line in PSQL:
        done = subprocess.run(["psql", "-X", "-c", line], env=environment, capture_output=True, text=True)
        if "ERROR" in done.stderr:
            print(f"psql {line}: {done.stderr}", file=sys.stderr)


def of_python(venv: str, file: str, *words: str):
    return lambda environment: run(shlex.join([str(python(venv)), str(HERE / file), *words]), environment, Path("/tmp"))


CLIENTS = {
    "psql": psql,
    "jdbc": jdbc,
    "sqlalchemy": of_python("clients", "python_clients.py", "sqlalchemy"),
    "sqlalchemy14": of_python("clients-sqlalchemy-1.4", "python_clients.py", "sqlalchemy"),
    "asyncpg": of_python("clients", "python_clients.py", "asyncpg"),
    "psycopg": of_python("clients", "python_clients.py", "psycopg"),
    "adbc": of_python("clients", "python_clients.py", "adbc"),
    "django": of_python("clients", "python_clients.py", "django"),
    "odbc": of_python("odbc", "python_clients.py", "odbc"),
    "duckdb": of_python("duckdb-postgres", "python_clients.py", "duckdb"),
    "dbt": of_python("dbt-postgres", "python_clients.py", "dbt"),
    "fdw": None,
}


def run(words: str, environment: dict, folder: Path) -> None:
    done = subprocess.run(shlex.split(words), env=environment, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        print(f"{words}: {done.stdout[-1500:]}\n{done.stderr[-1500:]}", file=sys.stderr)


class Logged(Postgres):
    place = "harvest"

    def command(self, data: Path) -> list:
        settings = {"log_destination": "jsonlog", "logging_collector": "on", "log_directory": "said", "log_filename": "x.log"}
        return [*super().command(data), *[word for pair in settings.items() for word in ("-c", "=".join(pair))]]

    def heard(self) -> list[dict]:
        lines = (self.folder / "data" / "said" / "x.json").read_text().splitlines()
        return [json.loads(line) for line in lines]


def bound(entry: dict) -> str | None:
    """The statement of a line of the log; a cursor's is that of its query."""
    found = re.match(r"(?:statement|execute [^:]*): (.*)", entry.get("message", ""), re.S)
    if not found:
        return None
    sql = found[1]
    for name, value in parameters(entry.get("detail", "")):
        literal = value.replace("\\", "\\\\")
        sql = re.sub(rf"\${name}\b", literal, sql)
    sql = re.sub(r"^\s*(declare\s+\S+\s+.*?cursor\s.*?for)\s", "", sql, flags=re.I | re.S)
    return "\n".join(line.rstrip() for line in sql.strip().rstrip(";").splitlines() if line.strip())


def parameters(detail: str) -> list[tuple[str, str]]:
    if not detail.startswith("parameters: "):
        return []
    return re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", detail)[::-1]


def with_names(server: Postgres, sql: str) -> str:
    def name(match: re.Match) -> str:
        number = match[1] or match[2]
        found = relations.get(number)
        return f"'{found}'::regclass" if found else match[0]

    rows = server.client("\\c warehouse\nselect oid, oid::regclass from pg_class where oid >= 16384").stdout.splitlines()
    relations = dict(line.split("|", 1) for line in rows if "|" in line)
    return OWN_OID.sub(name, sql)


def main() -> None:
    wanted = sys.argv[1:] or list(CLIENTS)
    group = cases.read(cases.FOLDER / "clients.sql")
    with tempfile.TemporaryDirectory() as folder, Logged(Path(folder)) as server:
        server.sql("create role me superuser login; create database warehouse owner me;")
        server.sql("\\c warehouse me\n" + ";\n".join(group.setup) + ";")
        server.sql("alter role me set log_statement = 'all'")
        environment = {"PATH": "/usr/lib/jvm/default-java/bin:/usr/bin:/bin", "HOME": str(Path.home()), "PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "me", "PGDATABASE": "warehouse", "PGPASSWORD": "none"}
        known = {" ".join(sql.split()) for case in group.cases for sql in case["input"]["sql"]}
        for client in wanted:
            before = len(server.heard())
            (CLIENTS[client] or (lambda _: import_schema(server)))(environment)
            print(f"-- file: {client}\n")
            for entry in server.heard()[before:]:
                sql = bound(entry)
                if entry.get("user") != "me" or not sql or not ASKS.search(sql):
                    continue
                sql = with_names(server, sql)
                key = " ".join(sql.split())
                if key not in known:
                    known.add(key)
                    print(sql + "\n")


def import_schema(server: Postgres) -> None:
    server.sql(
        "create extension postgres_fdw; create schema ware;"
        f"create server ware foreign data wrapper postgres_fdw options (host '127.0.0.1', port '{server.port}', dbname 'warehouse');"
        "create user mapping for postgres server ware options (user 'me');"
        "import foreign schema shop from server ware into ware; drop schema ware cascade; create schema ware;"
        "import foreign schema shop limit to (orders) from server ware into ware;"
    )


if __name__ == "__main__":
    main()
