"""SQLAlchemy 2 at Pond and at PostgreSQL: what it reflects, and a round trip of its ORM. More of it: tests/clients."""

import json
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from program import SLOW
from venvs import python

from server import PASSWORD

TABLE = "create table numbers (n integer)"


def told(url: str) -> dict:
    words = [python("sqlalchemy"), Path(__file__).with_name("orm.py"), f"postgresql+psycopg://{url}"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=100 * SLOW)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def lines(answer) -> list[str]:
    return json.dumps(answer, indent=1, sort_keys=True).splitlines()


@pytest.fixture(scope="module")
def both(server, real):
    at = real.connection
    theirs = f"{at['user']}@{at['host']}:{at['port']}/{at['dbname']}"
    return told(f"me:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}/warehouse"), told(theirs)


@pytest.mark.parametrize("what", ["reflected", "written", "asked", "changed", "left"])
def test_sqlalchemy_as_at_postgresql(both, what):
    ours, theirs = both
    assert theirs[what] or what == "left"
    pairs = zip(lines(ours[what]), lines(theirs[what]), strict=True)
    different = [(mine, real) for mine, real in pairs if mine != real]
    assert not different, different
