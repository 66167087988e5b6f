"""Fixtures of the end-to-end tests. What they hand out is in program.py, project.py and services.py."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.append(str(HERE.parent / "oracle"))

import program
from program import Pond, Warehouse
from services import MariaDB, Postgres

from project import Project


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


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with Postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory):
    with MariaDB(tmp_path_factory.mktemp("mariadb")) as server:
        yield server
