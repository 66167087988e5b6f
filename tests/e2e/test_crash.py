"""kill -9 at named points: the next run's result equals that of runs that nobody disturbed, row for row.

A case is three runs: one undisturbed, one killed at a point (POND_CRASH_AT=<point>:<passage>), one undisturbed again. The reference
is the same without the killed one. Between kill and third run a reader must never see half of anything.
"""

import itertools

import pytest
from program import PRESET, Pond, Warehouse, wait_for

from project import Project

POINTS = [
    "parsed:1",
    "parsed:3",
    "before_commit:1",
    "before_commit:3",
    "after_commit:1",
    "after_commit:3",
    "schema_change:1",
    "merge:1",
    "swap:1",
    "pending:1",
]
KINDS = ["append", "upsert", "overwrite", "versioned"]
STYLES = ["often", "end", "never"]
FIRST, SECOND = 2000, 5000  # rows at the source in the first run, and later

pytestmark = pytest.mark.skipif(PRESET == "release", reason="a release build has no crash points")


def arrange(project: Project, kind: str, style: str, rows: int, tag: str, version: int = 0) -> None:
    """The source as it is now. Later versions of it have a further column, announced in the middle. A tap that sends the whole
    table again gives its rows a new version, unless it was cut off (version)."""
    stream = {"name": "t", "rows": rows, "tag": tag, "state": style, "every": 200}
    settings = {"batch_size_rows": 500, "buffer_size": "200kB"}
    if rows == SECOND:
        stream["column_at"] = 3500
    if kind == "upsert":
        stream["key"] = ["id"]
    elif kind == "overwrite":
        stream["full"] = True
        settings["load_method"] = "overwrite"
    elif kind == "versioned":
        stream["version"] = version or (1 if rows == FIRST else 2)
        settings |= {"add_record_metadata": True, "hard_delete": True}
    project.loader(**settings)
    project.script([stream])


def result(pond: Pond, project: Project) -> tuple:
    """The table without the columns that tell the time of the load, and the bookmark."""
    state = project("state", "list").ok().out.split()
    return Warehouse(pond.database).dump("main.t", without="_sdc_"), project.state() if state else None


REFERENCES = {}


def reference(kind: str, style: str, tmp_path, runs: int, version: int = 2) -> tuple:
    """What undisturbed runs give: the first source once, then the second `runs` times."""
    asked = (kind, style, runs, version)
    if asked not in REFERENCES:
        folder = tmp_path / f"reference-{runs}-{version}"
        folder.mkdir()
        pond = Pond(folder)
        project = Project(pond)
        arrange(project, kind, style, FIRST, "first")
        project.run().ok()
        for _ in range(runs):
            arrange(project, kind, style, SECOND, "second", version)
            project.run().ok()
        REFERENCES[asked] = result(pond, project)
    return REFERENCES[asked]


@pytest.mark.parametrize("kind, style, point", itertools.product(KINDS, STYLES, POINTS), ids=lambda value: str(value))
def test_killed(pond, project, warehouse, tmp_path, kind, style, point):
    arrange(project, kind, style, FIRST, "first")
    project.run().ok()
    before = warehouse.dump("main.t", without="_sdc_")
    arrange(project, kind, style, SECOND, "second")
    killed = project.run(env={"POND_CRASH_AT": point})
    assert killed.code in (0, -9), killed.said
    pond.gone()

    after = warehouse.dump("main.t", without="_sdc_")
    once = reference(kind, style, tmp_path, 1)
    if kind in ("overwrite", "versioned"):
        assert after in (before, once[0]), "a reader sees half of a swap"
    done = after == once[0]  # the kill came behind the last commit: for a tap without bookmarks that run is over
    version = 3 if done else 2
    arrange(project, kind, style, SECOND, "second", version)
    project.run().ok()
    runs = 2 if done and kind == "append" and style == "never" else 1
    assert result(pond, project) == reference(kind, style, tmp_path, runs, version)
    leftovers = (
        "select table_name from information_schema.tables where table_schema = '_pond' and table_name like 'pending%'"
    )
    assert warehouse.rows(leftovers) == []
    assert warehouse.tables() == ["main.t"]


@pytest.mark.parametrize(
    "kind, style, point",
    [
        ("append", "often", "parsed"),
        ("append", "often", "before_commit"),
        ("append", "often", "after_commit"),
        ("append", "end", "schema_change"),
        ("append", "end", "pending"),
        ("upsert", "often", "merge"),
        ("overwrite", "end", "swap"),
        ("versioned", "end", "swap"),
    ],
    ids="-".join,
)
def test_the_points_are_really_passed(project, kind, style, point):
    """Otherwise the cases above would prove nothing."""
    arrange(project, kind, style, FIRST, "first")
    project.run().ok()
    arrange(project, kind, style, SECOND, "second")
    assert project.run(env={"POND_CRASH_AT": point}).code == -9


@pytest.mark.parametrize("kind, style", itertools.product(KINDS, STYLES), ids=lambda value: str(value))
def test_killed_again_and_again(pond, project, tmp_path, kind, style):
    """Every run is killed one passage later than the last one, until one gets through."""
    arrange(project, kind, style, FIRST, "first")
    project.run().ok()
    version = 2
    for passage in range(1, 40):
        arrange(project, kind, style, SECOND, "second", version)
        if project.run(env={"POND_CRASH_AT": f"before_commit:{passage}"}).code == 0:
            break
        bookmark = result(pond, project)[1] or {"bookmarks": {}}
        version += bookmark["bookmarks"].get("t", {}).get("version") == version
    else:
        raise AssertionError("a run that is killed at its 40th commit gets nowhere")
    assert result(pond, project) == reference(kind, style, tmp_path, 1, version)


def test_a_killed_first_run_leaves_nothing_that_a_second_trips_over(project, warehouse):
    for point in ("parsed", "schema_change", "before_commit", "after_commit"):
        arrange(project, "upsert", "end", SECOND, "x")
        project.run(env={"POND_CRASH_AT": point})
    project.run().ok()
    assert warehouse.rows("select count(*), count(distinct id) from t") == [(SECOND, SECOND)]


def test_a_plain_kill_at_any_moment(pond, project, warehouse):
    """Without named points: SIGKILL when so many bytes are in the file or its log."""
    arrange(project, "append", "often", SECOND, "x")
    for least in (1, 50_000, 400_000):
        kill_when_larger(pond, project, least)
    project.run().ok()
    assert warehouse.rows("select count(*), count(distinct id) from t") == [(SECOND, SECOND)]


def kill_when_larger(pond: Pond, project: Project, least: int) -> None:
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(lambda: not running.alive() or size(pond) > least, "the file grows", 30)
    running.kill()
    pond.gone()


def size(pond: Pond) -> int:
    return sum(path.stat().st_size for path in pond.folder.glob("warehouse.duckdb*"))
