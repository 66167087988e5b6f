"""`pond run`: rows and bookmark commit together, and every run goes on where the last one ended."""

import json
import sys

import pytest
from program import encode

from singer import record, schema

STATE_ID = "dev:tap-script-to-target-duckdb"


def stream(rows: int, **more) -> dict:
    return {"name": "orders", "rows": rows, "key": ["id"], **more}


def test_the_second_run_loads_only_what_is_new(project, warehouse):
    project.script([stream(100)])
    project.run().ok()
    assert project.state()["bookmarks"]["orders"] == {"id": 100}
    project.script([stream(130, tag="second")])
    project.run().ok()
    assert warehouse.rows("select tag, count(*) from orders group by tag order by tag") == [("", 100), ("second", 30)]
    assert project.state()["bookmarks"]["orders"] == {"id": 130}


def test_the_bookmark_is_in_the_warehouse(project, warehouse):
    project.script([stream(10)])
    project.run().ok()
    assert '"id": 10' in str(warehouse.rows("select columns(*)::varchar from _pond.state")).replace(
        '"id":10', '"id": 10'
    )


def test_a_run_without_news_changes_nothing(project, warehouse):
    project.script([stream(10)])
    project.run().ok()
    before = warehouse.dump("main.orders")
    project.run().ok()
    assert warehouse.dump("main.orders") == before


@pytest.mark.parametrize("key", [["id"], []], ids=["keyed", "append"])
@pytest.mark.parametrize("style", ["often", "end"])
def test_a_tap_that_dies_leaves_rows_and_bookmark_together(project, warehouse, key, style):
    project.script([stream(5000, key=key, state=style)], at={"row": 4001, "do": "die"})
    project.run().failed("tap-script", "exit code 3")
    project.script([stream(5000, key=key, state=style)])
    project.run().ok()
    assert warehouse.rows("select count(*), count(distinct id), max(id) from orders") == [(5000, 5000, 5000)]


def test_bad_input_names_the_program_that_wrote_it(project):
    project.script([stream(10)], at={"row": 5, "do": "garbage"})
    project.run().failed("error: tap-script: line 6: not valid JSON", "hint: a tap must print nothing but messages")
    project.script([stream(10)])
    mapper = project.shell("mapper", 'head -n 1; echo "{oops"; cat >/dev/null')
    project.mappers["map"] = {"namespace": "map", "executable": str(mapper), "mappings": [{"name": "hide"}]}
    project.write()
    done = project("run", "tap-script", "hide", "target-duckdb")
    done.failed("error: hide: line 2: not valid JSON: {oops", "hint: JSON: expected a key in quotes at column 2")


def test_a_tap_that_dies_is_reported_with_its_last_words(project):
    project.script([stream(10)], at={"row": 5, "do": "die"})
    project.run().failed("the source is on fire")


def test_the_exception_of_a_python_tap_is_its_last_word(project):
    script = """
import warnings
warnings.warn("left open")
try:
    raise KeyError("first")
except KeyError:
    raise ValueError("no header row in empty.csv\\nor so")
"""
    (project.folder / "tap.py").write_text(script)
    project.tap("tap-python", project.shell("tap-python", f"exec {sys.executable} tap.py"), {}, capabilities=[])
    done = project.run("tap-python")
    done.failed("extractor tap-python failed: exit code 1\n    ValueError: no header row in empty.csv\n    or so\nhint")
    assert "pond logs show 1 has all" in done.err and "Traceback" in project("logs", "show", "1").ok().out


def test_last_words_begin_at_a_line(project):
    script = 'for n in 1 2 3 4 5 6 7 8 9; do echo "line $n $(printf %90s)."; done >&2; exit 3'
    project.tap("tap-loud", project.shell("tap-loud", script), {}, capabilities=[])
    said = project.run("tap-loud").err.partition("exit code 3\n")[2].splitlines()
    assert said[0].startswith("    line") and said[-2].startswith("    line 9 ")


def test_only_runs_leave_logs(project):
    project.script([stream(5)])
    project.run().ok()
    project("invoke", "tap-script", "--discover").ok()
    project("select", "tap-script", "--list").ok()
    project("config", "test", "tap-script").ok()
    project("run", "tap-script", "nonsense").failed("nonsense")
    assert len(list((project.folder / ".pond" / "logs").iterdir())) == 1


def test_a_failed_discovery_outside_of_a_run_says_how_to_see_more(project):
    project.tap("tap-broken", project.shell("tap-broken", "echo no source >&2; exit 3"), {})
    project("select", "tap-broken", "--list").failed("no source", "pond invoke tap-broken --discover shows all")
    project.run("tap-broken").failed("no source", "pond logs show 1")


def test_a_finished_version_stays_when_a_later_stream_fails(project, warehouse):
    done = {"name": "done", "rows": 300, "version": 7}
    project.script([done, stream(100)], at={"stream": "orders", "row": 50, "do": "die"})
    project.run().failed("exit code 3")
    assert warehouse.rows("select count(*) from done") == [(300,)]
    assert project.state()["bookmarks"]["done"] == {"version": 7}


def test_rows_before_a_version_that_fails_keep_their_bookmark(project, warehouse):
    first = {"name": "plain", "rows": 100, "state": "end"}
    second = {"name": "whole", "rows": 1000, "version": 1, "state": "end"}
    project.loader(add_record_metadata=True)
    project.script([first, second], at={"stream": "whole", "row": 500, "do": "die"})
    project.run().failed("the source is on fire")
    project.script([first, second])
    project.run().ok()
    assert warehouse.rows("select count(*), count(distinct id) from plain") == [(100, 100)]


def test_full_refresh_gives_the_tap_no_state(project, warehouse):
    project.script([stream(50)])
    project.run().ok()
    project.script([stream(50, tag="refreshed")])
    project.run("tap-script", "target-duckdb", "--full-refresh").ok()
    assert warehouse.rows("select tag, count(*) from orders group by tag") == [("refreshed", 50)]


def test_full_refresh_keeps_the_bookmarks_of_other_streams(project):
    project.script([stream(50), stream(20) | {"name": "users"}])
    project.run().ok()
    project.extractors["tap-script"]["select"] = ["orders.*"]
    project.write()
    project.run("tap-script", "target-duckdb", "--full-refresh").ok()
    assert project.state()["bookmarks"]["users"] == {"id": 20}


def test_no_state_update(project, warehouse):
    project.script([stream(10)])
    project.run("tap-script", "target-duckdb", "--no-state-update").ok()
    project.script([stream(10, tag="again")])
    project.run().ok()
    assert warehouse.rows("select tag, count(*) from orders group by tag") == [("again", 10)]


def test_a_suffix_keeps_a_bookmark_of_its_own(project):
    project.script([stream(10)])
    project.run("tap-script", "target-duckdb", "--state-id-suffix", "test").ok()
    assert project("state", "list").ok().out.split() == [f"{STATE_ID}:test"]


def test_el_with_and_without_a_state_id(project, warehouse):
    project.script([stream(10, key=[])])
    for _ in range(2):
        project("el", "tap-script", "target-duckdb", "--state-id", "mine").ok()
    assert warehouse.count("orders") == 10
    project("el", "tap-script", "target-duckdb").ok()
    assert warehouse.count("orders") == 20


@pytest.mark.parametrize("option", ["state", "catalog"])
def test_files_of_el_are_read_before_anything_starts(project, option):
    started = project.folder / "started"
    project.tap("tap-slow", project.shell("tap-slow", f"touch {started}; exit 3"), {})
    (project.folder / "x.json").write_text("{")
    el = ("el", "tap-slow", "target-duckdb", f"--{option}")
    project(*el, "x.json").failed(f"error: --{option} x.json: JSON: list or map without end at column 2")
    project(*el, "none.json").failed(f"error: --{option} none.json: cannot read", "none.json", "No such file")
    assert not started.exists()


def test_environments_have_bookmarks_of_their_own(project):
    project.script([stream(10)])
    project.extra["environments"] = [{"name": "dev"}, {"name": "prod"}]
    project.write()
    project.run().ok()
    project("--environment", "prod", "run", "tap-script", "target-duckdb").ok()
    assert sorted(project("state", "list").ok().out.split()) == [STATE_ID, STATE_ID.replace("dev:", "prod:")]


def test_state_commands(project):
    project.script([stream(10)])
    project.run().ok()
    assert project("state", "list").ok().out.split() == [STATE_ID]
    assert project.state()["bookmarks"]["orders"] == {"id": 10}
    project("state", "copy", STATE_ID, "copied", "--force").ok()
    project(
        "state", "set", STATE_ID, json.dumps({"singer_state": {"bookmarks": {"orders": {"id": 5}}}}), "--force"
    ).ok()
    assert project.state()["bookmarks"]["orders"] == {"id": 5}
    assert project.state("copied")["bookmarks"]["orders"] == {"id": 10}
    project(
        "state", "merge", STATE_ID, json.dumps({"singer_state": {"bookmarks": {"users": {"id": 1}}}}), "--force"
    ).ok()
    assert project.state()["bookmarks"] == {"orders": {"id": 5}, "users": {"id": 1}}
    project("state", "move", "copied", "moved", "--force").ok()
    assert sorted(project("state", "list").ok().out.split()) == sorted([STATE_ID, "moved"])
    assert project("state", "list", "--pattern", "mov*").ok().out.split() == ["moved"]
    project("state", "clear", STATE_ID, "--force").ok()
    assert project("state", "list").ok().out.split() == ["moved"]


def test_a_set_state_is_where_the_next_run_begins(project, warehouse):
    project.script([stream(10)])
    project(
        "state", "set", STATE_ID, json.dumps({"singer_state": {"bookmarks": {"orders": {"id": 7}}}}), "--force"
    ).ok()
    project.run().ok()
    assert warehouse.rows("select min(id), max(id) from orders") == [(8, 10)]


def test_bad_state_is_refused(project):
    project.script([stream(10)])
    project("state", "set", STATE_ID, "{not json", "--force").failed("json")
    project("state", "set", STATE_ID, '{"bookmarks": {}}', "--force").failed("singer_state")


def test_a_run_without_environment_is_stateless(project, warehouse):
    project.script([stream(10, key=[])])
    for _ in range(2):
        project("--no-environment", "run", "tap-script", "target-duckdb").ok()
    assert warehouse.count("orders") == 20


def test_only_selected_streams_and_columns(project, warehouse):
    project.script([stream(10), stream(10) | {"name": "users"}], select=["orders.id", "orders.name"])
    project.extractors["tap-script"]["select"] = project.extractors["tap-script"]["config"].pop("select")
    project.write()
    project.run().ok()
    assert warehouse.tables() == ["main.orders"]
    assert list(warehouse.columns("orders")) == ["id", "name"]


def test_deselected_properties_that_come_anyway_are_no_surprise(project, warehouse):
    """Airbyte sources and some taps send whole records whatever was selected."""
    names = ("id", "secret")
    metadata = [{"breadcrumb": ["properties", name], "metadata": {"inclusion": "available"}} for name in names]
    entry = {
        "tap_stream_id": "t",
        "schema": {"type": "object", "properties": {name: {"type": "integer"} for name in names}},
        "metadata": [{"breadcrumb": [], "metadata": {"inclusion": "available"}}, *metadata],
    }
    (project.folder / "catalog.json").write_text(json.dumps({"streams": [entry]}))
    lines = [schema("t", {"id": "integer"}), record("t", id=1, secret=2, surprise=3)]
    (project.folder / "messages").write_bytes(encode(lines))
    script = 'case "$*" in *--discover*) cat catalog.json;; *) cat messages;; esac'
    project.tap("tap-whole", project.shell("tap-whole", script), {}, select=["t.id"])
    done = project.run("tap-whole").ok()
    assert "surprise" in done.err and "secret" not in done.err
    assert list(warehouse.columns("t")) == ["id"]


def test_the_run_table_says_what_was_loaded(project):
    project.script([stream(1234), stream(77) | {"name": "users"}])
    done = project.run().ok()
    said = done.said.replace(",", "").replace(" ", " ")
    assert "orders" in said and "1234" in said and "users" in said and "77" in said


def test_the_same_figures_as_json(project):
    project.script([stream(1234)])
    done = project("run", "tap-script", "target-duckdb", "--format", "json").ok()
    document = json.loads(done.out.splitlines()[-1] if done.out.count("\n{") else done.out)
    assert '"orders"' in json.dumps(document) and "1234" in json.dumps(document)


def test_logs_of_a_run(project):
    project.script([stream(5)], at={"row": 3, "do": "die"})
    project.run().failed()
    listed = project("logs", "list").ok().out
    assert STATE_ID.split(":")[1] in listed
    assert "on fire" in project("logs", "show", listed_id(project)).ok().out


def listed_id(project) -> str:
    """The newest run's id, wherever the JSON has it."""
    document = json.loads(project("logs", "list", "--format", "json").ok().out)
    runs = (
        document
        if isinstance(document, list)
        else next(value for value in document.values() if isinstance(value, list))
    )
    run = runs[0]
    return str(run.get("run_id") or run.get("id") or run["log_id"])


def test_pond_yml_is_a_project_file_too(project, warehouse):
    project.script([stream(10)])
    project.only_pond()
    project.run().ok()
    assert warehouse.count("orders") == 10


def test_a_warehouse_named_by_its_extractor_keeps_its_state(project, pond):
    project.loader(path=str(pond.folder / "$MELTANO_EXTRACTOR_NAME.duckdb"))
    project.script([stream(10)])
    project.run().ok()
    assert (pond.folder / "tap-script.duckdb").exists()
    assert project.state()["bookmarks"]["orders"] == {"id": 10}
    assert STATE_ID in project("state", "list").ok().out
