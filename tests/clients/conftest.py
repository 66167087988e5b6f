"""Fixtures of the client tests: the two servers that each client talks to."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.append(str(HERE.parent / "e2e"))
sys.path.append(str(HERE.parent / "oracle"))

from program import Pond
from programs import Target
from services import Postgres

from server import PASSWORD, Server

collect_ignore = ["python"]  # what is there runs in the clients' own venvs: test_python.py


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """PostgreSQL itself, where passwords are asked as in Pond."""
    with Postgres(tmp_path_factory.mktemp("postgres")) as server:
        server.sql(f"create role me superuser login password '{PASSWORD.replace(chr(39), chr(39) * 2)}'")
        server.sql("create database warehouse owner me")
        hba = server.folder / "data" / "pg_hba.conf"
        hba.write_text("host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        server.sql("select pg_reload_conf()")
        yield server


@pytest.fixture(scope="session")
def postgres_target(postgres):
    return Target("postgres", postgres.port, "me", PASSWORD, "warehouse")


@pytest.fixture(scope="module")
def pond_target(tmp_path_factory):
    """`pond up`, with a warehouse of the module's own. It must not have died on the way."""
    server = Server(Pond(tmp_path_factory.mktemp("clients"))).up()
    yield Target("pond", server.port, "me", PASSWORD, "warehouse")
    assert server.status()["restarts"] == 0, server.running.said()
    server.down()
    server.pond.cleanup()


@pytest.fixture(params=["postgres", "pond"])
def target(request):
    """Both: what PostgreSQL does not pass is no check."""
    return request.getfixturevalue(f"{request.param}_target")
