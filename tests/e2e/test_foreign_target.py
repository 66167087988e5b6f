"""Programs that are not ours around the pipe: a target from PyPI as loader, and pond as loader of a real Meltano."""

import json
import subprocess

import pytest
import venvs
from program import wait_for

venvs.REQUIREMENTS.setdefault("target-jsonl", ["target-jsonl==0.1.4"])


def stream(rows: int, **more) -> dict:
    return {"name": "orders", "rows": rows, "key": ["id"], **more}


@pytest.fixture
def jsonl(project):
    executable = venvs.venv("target-jsonl") / "bin" / "target-jsonl"
    config = {"destination_path": "output", "do_timestamp_file": False}
    (project.folder / "output").mkdir()
    project.loader("target-jsonl", {"executable": str(executable)}, **config)
    return project


def lines_of(project) -> list:
    return [json.loads(line) for line in (project.folder / "output" / "orders.jsonl").read_text().splitlines()]


def test_target_jsonl(jsonl):
    jsonl.script([stream(100)])
    done = jsonl.run("tap-script", "target-jsonl").ok()
    assert len(lines_of(jsonl)) == 100
    assert "at least once" in done.said
    assert jsonl.state("dev:tap-script-to-target-jsonl")["bookmarks"]["orders"] == {"id": 100}


def test_its_state_is_where_the_next_run_begins(jsonl):
    jsonl.script([stream(100)])
    jsonl.run("tap-script", "target-jsonl").ok()
    jsonl.script([stream(130)])
    jsonl.run("tap-script", "target-jsonl").ok()
    assert [row["id"] for row in lines_of(jsonl)] == list(range(1, 131))


def test_a_target_that_dies_stops_the_tap(project, pond):
    broken = project.shell("broken-target", 'head -n 3 >/dev/null; echo "disk on fire" >&2; exit 9')
    project.loader("target-broken", {"executable": str(broken)})
    project.script([stream(1_000_000)])
    project.run("tap-script", "target-broken").failed("loader", "disk on fire")
    pond.gone()


def test_a_target_that_never_ends_is_stopped_by_ctrl_c(project, pond):
    stuck = project.shell("stuck-target", "cat >/dev/null; touch drained; sleep 1000")
    project.loader("target-stuck", {"executable": str(stuck)})
    project.script([stream(10)])
    running = project.start("run", "tap-script", "target-stuck")
    wait_for(lambda: (project.folder / "drained").exists(), "the target has read everything")
    running.signal(2)
    assert running.wait(15).code != 0
    pond.gone()


def test_the_real_target_duckdb_when_the_project_says_so(project, warehouse):
    executable = venvs.venv("target-duckdb") / "bin" / "target-duckdb"
    config = {"path": str(project.pond.database), "default_target_schema": "main"}
    project.loader("target-duckdb", {"executable": str(executable), "pond": "foreign"}, **config)
    project.script([stream(100)])
    project.run().ok()
    assert warehouse.columns("orders")["id"] == "HUGEINT"
    assert warehouse.count("orders") >= 99  # it may lose a batch's first row; that is why we are here


def test_pond_as_the_loader_of_a_real_meltano(project, pond, warehouse):
    """The same project file under Meltano 4, with `pond target` as the loader's program."""
    wrapper = project.shell("pond-target", f'exec {pond.binary} target "$@"')
    config = {"path": str(pond.database), "default_target_schema": "main"}
    project.loader("target-duckdb", {"executable": str(wrapper)}, **config)
    project.loaders["target-duckdb"]["settings"] = [{"name": "path"}, {"name": "default_target_schema"}]
    project.script([stream(500, state="often")])
    project.extractors["tap-script"]["settings"] = [{"name": "streams", "kind": "array"}]
    project.extra["send_anonymous_usage_stats"] = False
    project.write()

    def meltano():
        program = venvs.venv("meltano") / "bin" / "meltano"
        environment = pond.environment(MELTANO_DISABLE_USER_YAML_CONFIG="1")
        words = [program, "run", "tap-script", "target-duckdb"]
        done = subprocess.run(words, cwd=project.folder, env=environment, capture_output=True, text=True, timeout=200)
        assert done.returncode == 0, done.stderr[-4000:]

    meltano()
    assert warehouse.count("orders") == 500
    project.extractors["tap-script"]["config"]["streams"] = [stream(700, tag="later", state="often")]
    project.write()
    meltano()
    assert warehouse.rows("select tag, count(*) from orders group by tag order by tag") == [("", 500), ("later", 200)]


def test_called_by_the_name_of_target_duckdb(pond, warehouse):
    """A link named target-duckdb acts as that program."""
    link = pond.folder / "target-duckdb"
    link.symlink_to(pond.binary)
    config = pond.folder / "config.json"
    config.write_text(json.dumps({"path": str(pond.database), "default_target_schema": "main"}))
    lines = [
        {"type": "SCHEMA", "stream": "t", "schema": {"properties": {"id": {"type": "integer"}}}, "key_properties": []},
        {"type": "RECORD", "stream": "t", "record": {"id": 1}},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(
        [link, "--config", config], input=text, env=pond.environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert warehouse.count("t") == 1
