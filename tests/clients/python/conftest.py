"""For the checks of Python's clients: which server is asked, and how it is reached. test_python.py starts this pytest in the client's own venv."""

import itertools
import os
from urllib.parse import quote

import pytest

POND = os.environ["SERVER"] == "pond"
names = itertools.count()


def differs(reason: str):
    """The check holds for PostgreSQL; Pond is known to do otherwise, and must be seen to."""
    return pytest.mark.xfail(POND, reason=reason, strict=True)


@pytest.fixture(scope="session")
def pond() -> bool:
    return POND


@pytest.fixture(scope="session")
def given() -> dict:
    """What every client is told, in the words of libpq."""
    env = os.environ
    return {
        "host": env["PGHOST"],
        "port": int(env["PGPORT"]),
        "user": env["PGUSER"],
        "password": env["PGPASSWORD"],
        "dbname": env["PGDATABASE"],
    }


@pytest.fixture(scope="session")
def address(given) -> str:
    """As a URL, behind its scheme."""
    return f"{given['user']}:{quote(given['password'], safe='')}@{given['host']}:{given['port']}/{given['dbname']}"


@pytest.fixture
def name() -> str:
    """Of a table that nobody else has."""
    return f"t{os.getpid()}_{next(names)}"
