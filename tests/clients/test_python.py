"""Clients of Python, each in a venv of its own: python/check_*.py are its tests, for PostgreSQL and for Pond.

A check that PostgreSQL does not pass proves nothing, so all of them run against both. What Pond does otherwise is marked there with its
reason, by `differs`, and fails here when it no longer does so.
"""

from pathlib import Path

import pytest
from program import SLOW
from venvs import python

CHECKS = Path(__file__).resolve().parent / "python"

# file of checks -> venv
CLIENTS = {
    "asyncpg": "clients",
    "psycopg2": "clients",
    "sqlalchemy": "clients",
    "sqlalchemy-1.4": "clients-sqlalchemy-1.4",
    "frames": "clients",
    "psycopg3": "clients",
    "alembic": "clients",
    "django": "clients",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_client(target, client, tmp_path):
    words = [
        *[python(CLIENTS[client]), "-m", "pytest", CHECKS / f"check_{client.partition('-')[0]}.py", "-q", "-rfE", "--tb=short"],
        *["--rootdir", CHECKS, "--confcutdir", CHECKS, "--basetemp", tmp_path / "checks", "-p", "no:cacheprovider"],
        *["-o", "python_files=check_*.py", "-o", "python_functions=check_*", "--timeout", str(int(100 * SLOW))],
    ]
    done = target.run([str(word) for word in words], 280, cwd=tmp_path)
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout[-20000:] + done.stderr[-2000:]
