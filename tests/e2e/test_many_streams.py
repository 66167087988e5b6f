"""Many small streams, dealt out record by record: their rows wait on disk when memory is short, and none is lost or doubled."""

import pytest

STREAMS, ROWS = 30, 400
SETTINGS = {"buffer_size": "200kB"}  # a tenth of the rows


def streams(style: str, rows: int = ROWS, tag: str = "") -> list[dict]:
    """Every second one has a key; every third one sends its STATE often, the others as `style` says."""
    return [
        {
            "name": f"s{number}",
            "rows": rows,
            "key": ["id"] if number % 2 else [],
            "state": "often" if number % 3 == 0 else style,
            "every": 70,
            "tag": tag,
            "interleave": True,
        }
        for number in range(STREAMS)
    ]


def counts(warehouse) -> set:
    return {warehouse.rows(f"select count(*), count(distinct id), max(id) from s{n}")[0] for n in range(STREAMS)}


@pytest.mark.parametrize("style", ["often", "end", "never"])
def test_every_row_arrives_once(project, warehouse, style):
    project.loader(**SETTINGS)
    project.script(streams(style))
    project.run().ok()
    assert counts(warehouse) == {(ROWS, ROWS, ROWS)}


@pytest.mark.parametrize("style", ["often", "end"])
def test_a_tap_that_dies_goes_on_where_its_state_was(project, warehouse, style):
    project.loader(**SETTINGS)
    project.script(streams(style), at={"stream": "s17", "row": 333, "do": "die"})
    project.run().failed("exit code 3")
    project.script(streams(style))
    project.run().ok()
    assert counts(warehouse) == {(ROWS, ROWS, ROWS)}


def test_a_target_alone_loads_them_too(pond, warehouse):
    lines = [
        {"type": "SCHEMA", "stream": f"s{n}", "schema": {"properties": {"id": {"type": "integer"}}}, "key_properties": []}
        for n in range(STREAMS)
    ]
    for number in range(1, ROWS + 1):
        lines += [{"type": "RECORD", "stream": f"s{n}", "record": {"id": number}} for n in range(STREAMS)]
    pond.target(lines, buffer_size="50kB").ok()
    assert counts(warehouse) == {(ROWS, ROWS, ROWS)}
    assert not list(pond.database.parent.glob("*.pond*")), "a temporary file with a name"
