"""pgx 5, in each of its five ways to send a query. Of its versions that which Go 1.19 builds, Debian 12's."""

import pytest
from programs import built, check


@pytest.fixture(scope="module")
def program():
    return built("pgx", ["go", "build", "-o", "client", "."])


def test_pgx(program, target):
    check(target, [program / "client"])
