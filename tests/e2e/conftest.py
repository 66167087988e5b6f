"""Fixtures of the end-to-end tests. What they hand out is in program.py, project.py and services.py."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.append(str(HERE.parent / "oracle"))

import program
from program import Pond, Warehouse
from services import MariaDB, Postgres

from project import Project
from server import Server


def pytest_sessionstart(session):
    """Without a program there is one line to say, not one for each test."""
    try:
        program.binary()
    except RuntimeError as error:
        pytest.exit(str(error), returncode=2)


@pytest.fixture
def pond(tmp_path):
    """The program, with a home of its own. Whatever a failed test left running ends with the test."""
    under_test = Pond(tmp_path)
    yield under_test
    under_test.cleanup()


@pytest.fixture
def warehouse(pond):
    """The file that pond.target and a project's loader write."""
    return Warehouse(pond.database)


@pytest.fixture
def project(pond):
    """A project folder that is also where pond runs; plugins are added in the test."""
    return Project(pond)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 24 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    with Postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="module")
def postgres(request, postgres_server):
    """With a database that no other module sees."""
    return postgres_server.own(request.module.__name__)


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory):
    with MariaDB(tmp_path_factory.mktemp("mariadb")) as server:
        yield server


@pytest.fixture(scope="module")
def server(request, tmp_path_factory):
    """`pond up` for modules that ask Pond and PostgreSQL the same: with the table of the module's TABLE, called `numbers`."""
    under_test = Server(Pond(tmp_path_factory.mktemp("side"))).up()
    assert under_test.psql("-c", request.module.TABLE).returncode == 0
    yield under_test
    assert under_test.status()["restarts"] == 0, under_test.running.said()
    under_test.down()
    assert "Sanitizer" not in under_test.running.err, under_test.running.err[-6000:]
    under_test.pond.cleanup()


@pytest.fixture(scope="module")
def real(request, postgres):
    """PostgreSQL with the same table."""
    with psycopg.connect(**postgres.connection, autocommit=True) as c:
        c.execute(request.module.TABLE)
    return postgres


@pytest.fixture
def c(server):
    """A session of the former."""
    with server.connect() as connection:
        yield connection
