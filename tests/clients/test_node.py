"""node-postgres with pg-cursor, pg-query-stream and pg-copy-streams."""

import pytest
from programs import built, check


@pytest.fixture(scope="module")
def program():
    return built("node", ["npm", "ci", "--no-fund", "--no-audit"])


def test_node(program, target):
    check(target, ["node", "--no-deprecation", f"{program}/main.js"])
