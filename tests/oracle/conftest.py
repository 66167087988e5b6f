"""Makes the folder importable as the package `oracle`, and skips replays when there is no program to replay against."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oracle import program


@pytest.fixture(scope="module")
def replay(request):
    """The module's REPLAY, run over the records whose tests were collected."""
    if program.binary() is None:
        pytest.skip("POND is not set: the path of the pond binary to replay against")
    request.module.REPLAY.run([item for item in request.session.items if item.module is request.module])
    return request.module.REPLAY
