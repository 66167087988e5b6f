"""The commands around a project: init add install config select invoke state sql doctor version, and help for wrong words."""

import json
import re
import subprocess

import pytest
from venvs import venv

COMMANDS = "init add install config select invoke run el state sql target doctor version logs".split()


def test_version(pond):
    assert any(letter.isdigit() for letter in pond.run("version").ok().out)
    assert pond.run("--version").ok().out


def test_help_of_every_command(pond):
    overview = pond.run("--help").ok().out
    for command in COMMANDS:
        assert command in overview
        assert command in pond.run(command, "--help").ok().out


@pytest.mark.parametrize(
    "wrong, right", [("instal", "install"), ("slect", "select"), ("versoin", "version"), ("targt", "target")]
)
def test_a_wrong_word_is_answered_with_the_nearest(pond, wrong, right):
    pond.run(wrong).failed(f"{right}", code=2)


def test_a_wrong_flag_is_answered_with_the_nearest(project):
    project.script([{"name": "t", "rows": 1}])
    project("run", "--full-refesh", "tap-script", "target-duckdb").failed("--full-refresh", code=2)


def test_a_wrong_plugin_is_answered_with_the_nearest(project):
    project.script([{"name": "t", "rows": 1}])
    project.run("tap-scrip").failed("tap-script")
    project("config", "print", "target-duckbd").failed("target-duckdb")


KNOWN_KEYS = {
    "version": 1,
    "x-common": {},
    "project_id": "p",
    "send_anonymous_usage_stats": False,
    "requires_meltano": ">=3",
    "env": {"A": "b"},
    "annotations": {},
    "jobs": [],
    "schedules": [],
    "state_backend": {"uri": "systemdb"},
    "cli.log_level": "info",
    "venv.backend": "uv",
    "ff.something_new": True,
    "pond": {"warehouse": {"threads": 1}},
}


def test_an_unknown_key_of_ponds_own_is_warned_of(project):
    project.extra = {"pond": {"listen": {"tsl": "auto", "tls": "off"}, "limitz": {"x": 1}, "_x": 1}, "pond.limits.session": 3}
    project.write()
    said = project("config", "list", "pond").err.splitlines()
    lines = project.file.read_text().splitlines()
    at = {key: next(n for n, line in enumerate(lines, 1) if key in line) for key in ("tsl", "limitz", "limits.session")}
    assert [line for line in said if "unknown key" in line] == [
        f'warning: meltano.yml:{at["tsl"]}: unknown key "pond.listen.tsl"; did you mean pond.listen.tls?',
        f'warning: meltano.yml:{at["limitz"]}: unknown key "pond.limitz"',
        f'warning: meltano.yml:{at["limits.session"]}: unknown key "pond.limits.session"; did you mean pond.limits.sessions?',
    ]


@pytest.mark.parametrize("words", [["up"], ["sql", "select 1"], ["run", "tap-script", "target-duckdb"], ["config", "list", "target-duckdb"]])
def test_a_setting_of_ponds_own_that_is_wrong_is_not_the_loaders(project, words):
    project.script([{"name": "t", "rows": 1}])
    project.extra = {"pond": {"listen": {"postgres": "off", "tls": "maybe"}}}
    project.write()
    line = next(n for n, line in enumerate(project.file.read_text().splitlines(), 1) if "maybe" in line)
    said = project(*words).failed().err
    assert f'error: meltano.yml:{line}: "maybe" is no valid choice, as setting "pond.listen.tls" must be' in said
    assert "one of: auto, off, required" in said


@pytest.mark.parametrize("words", [["config", "list", "meltano"], ["doctor"], ["install"], ["run", "a", "b"]])
def test_an_unknown_key_of_the_project_is_warned_of_once(project, words):
    project.extra = {**KNOWN_KEYS, "pluginz": {"extractors": []}, "something_else": None}
    project.write()
    lines = project.file.read_text().splitlines()
    typo, other = (next(n for n, line in enumerate(lines, 1) if key in line) for key in ("pluginz", "something_else"))
    said = [line for line in project(*words).err.splitlines() if "unknown key" in line]
    assert said == [
        f'warning: meltano.yml:{typo}: unknown key "pluginz"; did you mean plugins?',
        f'warning: meltano.yml:{other}: unknown key "something_else"',
    ]


def test_a_command_outside_a_project_says_so(pond):
    pond.run("run", "a", "b").failed("pond init")


def test_version_and_config_need_no_library(pond, project):
    """libduckdb is opened at first use only."""
    project.script([{"name": "t", "rows": 1}])
    nowhere = {"POND_LIBDUCKDB": str(pond.folder / "nowhere.so")}
    project("version", env=nowhere).ok()
    project("config", "list", "tap-script", env=nowhere).ok()
    project.run(env=nowhere).failed("nowhere.so")


def test_init(pond):
    pond.run("init", "new").ok()
    folder = pond.folder / "new"
    assert (folder / "pond.yml").exists() or (folder / "meltano.yml").exists()
    assert ".pond" in (folder / ".gitignore").read_text() and ".env" in (folder / ".gitignore").read_text()
    pond.run("init", "new").failed("new")
    pond.run("add", "target-duckdb", cwd=folder).ok()


def test_init_here_keeps_what_is_there(pond):
    (pond.folder / "note.txt").write_text("mine")
    pond.run("init", ".").ok()
    assert (pond.folder / "note.txt").read_text() == "mine"


def test_from_nothing_to_rows(pond, warehouse):
    """The whole way, by commands alone, with a real tap from the package registry."""
    pond.run("init", "shop").ok()
    folder = pond.folder / "shop"
    (folder / "people.csv").write_text("id,name\n1,Ann\n2,Bob\n")

    def do(*words, **options):
        return pond.run(*words, cwd=folder, seconds=300, **options).ok()

    do("add", "tap-spreadsheets")
    do("add", "target-duckdb")
    do("install")
    files = [{"path": "people.csv", "format": "csv", "table_name": "people", "primary_keys": ["id"]}]
    do("config", "set", "tap-spreadsheets", "files", json.dumps(files))
    do("config", "set", "target-duckdb", "path", str(pond.database))
    do("run", "tap-spreadsheets", "target-duckdb")
    assert "Ann" in do("sql", "select name from people order by id").out
    do("doctor")


PROJECT = """\
# our loading project
version: 1
default_environment: dev
project_id: 5c8a   # do not change
environments:
- name: dev
  config:
    plugins:
      extractors:
      - name: tap-shop
        config:
          host: dev.example   # overrides the plugin's
- name: prod
plugins:
  extractors:
  - name: tap-shop
    namespace: tap_shop
    executable: ./tap_shop
    capabilities: [catalog, discover, state]
    settings:
    - name: host
    - name: port
      kind: integer
      value: 5432
    - name: password
      sensitive: true
    - name: nested.deep
      kind: boolean
    config:
      host: plugin.example
      port: $SHOP_PORT
unknown_key: {kept: true}
"""


@pytest.fixture
def shop(pond):
    folder = pond.folder / "shop"
    folder.mkdir()
    (folder / "meltano.yml").write_text(PROJECT)

    def do(*words, **options):
        return pond.run(*words, cwd=folder, **options)

    do.folder = folder
    return do


def test_config_layers(shop):
    def printed(*before, **options):
        return json.loads(shop(*before, "config", "print", "tap-shop", "--format", "json", **options).ok().out)

    assert printed()["host"] == "plugin.example"  # config ignores the default environment, as Meltano
    assert "port" not in printed()  # $SHOP_PORT is not set: the value is null, and null values are left out
    assert printed("--environment", "dev")["host"] == "dev.example"
    assert printed(env={"SHOP_PORT": "99"})["port"] == 99
    assert printed(env={"TAP_SHOP_HOST": "shell.example"})["host"] == "shell.example"
    (shop.folder / ".env").write_text("TAP_SHOP_HOST=dotenv.example\n")
    assert printed()["host"] == "dotenv.example"
    assert printed(env={"TAP_SHOP_HOST": "shell.example"})["host"] == "shell.example"


def test_config_set_keeps_comments_order_and_unknown_keys(shop):
    shop("config", "set", "tap-shop", "port", "15432").ok()
    text = (shop.folder / "meltano.yml").read_text()
    assert text == PROJECT.replace("port: $SHOP_PORT", "port: 15432")
    shop("config", "set", "tap-shop", "nested", "deep", "true").ok()
    assert json.loads(shop("config", "print", "tap-shop", "--format", "json").ok().out)["nested"] == {"deep": True}
    shop("config", "unset", "tap-shop", "nested", "deep").ok()
    shop("config", "set", "tap-shop", "host", "x", "--store", "dotenv").ok()
    assert "x" in (shop.folder / ".env").read_text()


def test_a_sensitive_setting_goes_to_dotenv_and_is_not_shown(shop):
    shop("config", "set", "tap-shop", "password", "hunter2").ok()
    assert "hunter2" not in (shop.folder / "meltano.yml").read_text()
    assert "hunter2" in (shop.folder / ".env").read_text()
    assert "hunter2" not in shop("config", "list", "tap-shop").ok().said
    assert "hunter2" not in shop("config", "print", "tap-shop").ok().said
    assert "hunter2" in shop("config", "print", "tap-shop", "--unsafe").ok().out


def test_config_of_the_project_itself(shop):
    shop("config", "set", "meltano", "default_environment", "nope").failed("'nope'", "there are: dev")
    assert "nope" not in shop("config", "list", "meltano").ok().out
    shop("config", "set", "meltano", "default_environment", "dev").ok()
    assert 'meltano defines no setting "frob"' in shop("config", "set", "meltano", "frob", "1").ok().err


def test_config_the_old_way_round(shop):
    """Meltano 3 had PLUGIN before the verb."""
    shop("config", "tap-shop", "set", "port", "1").ok()
    assert "port: 1" in (shop.folder / "meltano.yml").read_text()


def test_config_list_says_where_a_value_comes_from(shop):
    said = shop("config", "list", "tap-shop").ok().out
    assert "host" in said and "meltano.yml" in said and "TAP_SHOP_HOST" in said


def test_a_broken_project_file_names_the_place(shop):
    (shop.folder / "meltano.yml").write_text(PROJECT.replace("plugins:\n  extractors", "plugins: [\n  extractors"))
    shop("config", "list", "tap-shop").failed("meltano.yml")


def test_help_says_where_the_options_of_invoke_stand(pond):
    assert "Options, before PLUGIN" in pond.run("invoke", "--help").ok().out
    assert "(of invoke: before PLUGIN)" in pond.run("--help").ok().out


def test_a_broken_line_of_dotenv_is_not_shown(shop):
    (shop.folder / ".env").write_text("TAP_SHOP_PORT=1\npassword: hunter2\n")
    done = shop("config", "print", "tap-shop").ok()
    assert ".env:2: skipped, it is no NAME=value" in done.err and "hunter2" not in done.said


def test_values_of_dotenv_that_double_with_each_line_end(shop):
    (shop.folder / ".env").write_text("A=0123456789abcdef\n" + "A=${A}${A}\n" * 40 + "TAP_SHOP_PORT=1\n")
    done = shop("config", "list", "tap-shop").ok()
    assert ".env:15: skipped, with its ${...} the value is longer than 128 KiB" in done.err
    assert ".env:14:" not in done.err and "TAP_SHOP_PORT" in done.out


def test_invoke_runs_the_plugin_and_passes_its_exit_code(project):
    project.script([{"name": "t", "rows": 2}])
    discovered = json.loads(project("invoke", "tap-script", "--discover").ok().out)
    assert discovered["streams"][0]["tap_stream_id"] == "t"
    project.script([{"name": "t", "rows": 2}], at={"row": 1, "do": "die"})
    assert project("invoke", "tap-script").code == 3


def test_select(project):
    project.script([{"name": "orders", "rows": 2, "key": ["id"]}, {"name": "users", "rows": 2}])
    project("select", "tap-script", "orders", "id").ok()
    project("select", "tap-script", "orders", "name").ok()
    project("select", "--exclude", "tap-script", "orders", "tag").ok()
    text = project.file.read_text()
    assert "orders.id" in text and "orders.name" in text and "!orders.tag" in text
    listed = project("select", "tap-script", "--list", "--all").ok().out
    compact = {" ".join(line.split()).replace("[ ", "[").replace(" ]", "]") for line in listed.splitlines()}
    assert any(
        "[automatic]" in line and "orders.id" in line or "[selected]" in line and "orders.id" in line
        for line in compact
    ), listed
    assert any("[excluded]" in line and "orders.tag" in line for line in compact), listed
    project("select", "--rm", "tap-script", "orders", "name").ok()
    assert "orders.name" not in project.file.read_text()


def test_sql(project):
    project.script([{"name": "t", "rows": 3}])
    project.run().ok()
    assert "row 1" in project("sql", "select * from t order by id").ok().out
    rows = project("sql", "select id, name from t order by id", "--format", "json").ok().json()
    assert rows[0] == {"id": 1, "name": "row 1"}
    assert project("sql", "select id, name from t order by id", "--format", "csv").ok().out.splitlines()[:2] == [
        "id,name",
        "1,row 1",
    ]
    assert "3" in project("sql", stdin=["select count(*) from t;"]).ok().out
    project("sql", "select nothing from nowhere").failed("nowhere")


def test_sql_shows_the_rows_of_every_statement(project, pond):
    def sql(text, *options):
        return project("sql", "-d", "x.duckdb", text, *options).ok()

    done = sql("create table t (i integer); insert into t values (41), (42); from t; select count(*) as n from t")
    assert [line.strip() for line in done.out.splitlines() if line.strip().isdigit()] == ["41", "42", "2"]
    assert done.err == "2 rows changed\n"
    two = "select 1 as a; select 'x' as b"
    assert sql(two, "--format", "csv").out == "a\n1\nb\nx\n"
    assert sql(two, "--format", "jsonl").out == '{"a": 1}\n{"b": "x"}\n'
    assert sql(two, "--format", "json").out == '[\n  {"a": 1}\n]\n[\n  {"b": "x"}\n]\n'
    failed = project("sql", "-d", "x.duckdb", "select 'first' as a; select * from nowhere").failed("nowhere")
    assert "first" in failed.out
    assert "first" not in project("sql", "-d", "x.duckdb", "select 'first' as a; selec 2").failed("selec").out


def test_sql_of_a_warehouse_that_is_not_there(project):
    project.script([{"name": "t", "rows": 3}])
    done = project("sql", "select 1")
    assert done.code != 0 or "1" in done.out


def test_doctor_names_the_mending_command(project):
    project.script([{"name": "t", "rows": 1}])
    project("doctor").ok()
    assert "warehouse.duckdb" in project("doctor").said
    project.extractors["tap-gone"] = {"namespace": "tap_gone", "pip_url": "tap-gone", "executable": "tap-gone"}
    project.write()
    done = project("doctor")
    assert "tap-gone" in done.said and "pond install" in done.said


def test_doctor_says_each_name_once(project):
    mapper = {"name": "mm", "namespace": "mm", "executable": str(project.shell("map.sh", "cat"))}
    mapper["mappings"] = [{"name": "hide", "config": {}}]
    gone = {"name": "tap-gone", "namespace": "tap_gone", "executable": "./gone.py"}
    project.extra["plugins"] = {"mappers": [mapper], "extractors": [gone]}
    project.write()
    said = project("doctor").out
    assert said.count("map.sh") == 1
    assert f'extractor   tap-gone: "{project.folder}/gone.py" does not exist' in said


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda path: None, ["does not exist", "from the project's folder"]),
        (lambda path: path.write_text("#!/bin/sh\n"), ["is not executable", "chmod +x"]),
        (lambda path: path.mkdir(), ["is a folder"]),
    ],
    ids=["absent", "mode", "folder"],
)
def test_an_executable_that_is_none(project, make, words):
    make(project.folder / "tap.py")
    project.tap("tap-x", "./tap.py", {})
    project("run", "tap-x", "target-duckdb").failed('error: extractor "tap-x": "', "/tap.py", *words)


def test_an_error_of_the_loader_names_it_once(project):
    project.script([{"name": "t", "rows": 1}])
    project.loader(load_method="upset")
    project.run().failed('error: loader "target-duckdb": setting "load_method": "upset"')


def test_install_makes_a_venv_and_says_what_is_built_in(project):
    project.extractors["tap-spreadsheets"] = {
        "namespace": "tap_spreadsheets",
        "pip_url": "tap-spreadsheets==1.1.2",
        "executable": "tap-spreadsheets",
        "capabilities": ["catalog", "discover", "state"],
    }
    project.loaders["target-duckdb"]["pip_url"] = "target-duckdb"
    project.write()
    done = project("install", seconds=300).ok()
    assert "tap-spreadsheets" in done.said and "built" in done.said
    assert list(project.folder.glob(".pond/venvs/**/bin/tap-spreadsheets"))
    again = project("install", seconds=300).ok()
    assert "tap-spreadsheets" in again.said


def test_a_failed_install_shows_why(project):
    project.extractors["tap-bad"] = {"namespace": "tap_bad", "pip_url": "./no-such-folder", "executable": "tap-bad"}
    project.write()
    project("install", seconds=120).failed("tap-bad")


def test_a_failed_add_says_what_to_do(project):
    done = project("add", "tap-bad", "--pip-url", "./no-such-folder", seconds=120)
    done.failed("hint: it stays in meltano.yml; pond install tap-bad tries again")
    assert "tap-bad" in project.file.read_text()


FAKE_UV = """\
echo "$*" >> {calls}
for last; do :; done
case $1 in
venv) mkdir -p "$last/bin"; cp /bin/true "$last/bin/python" ;;
pip) case $last in bad*) echo "no such package: $last" >&2; exit 3 ;; esac
  cp {tap} "$(dirname "$4")/tap-script" ;;
esac"""


@pytest.fixture
def installing(project):
    """A project whose tap is installed by a made-up uv. Returns a function that runs pond with it."""
    project.script([{"name": "t", "rows": 5, "key": ["id"]}])
    calls = project.folder / "calls"
    (project.folder / "bin").mkdir()
    project.shell("bin/uv", FAKE_UV.format(calls=calls, tap=project.folder / "tap_script"))
    path = f"{project.folder / 'bin'}:/usr/bin:/bin"

    def do(*words, pip_url: str = "tap-script"):
        project.extractors["tap-script"] |= {"executable": "tap-script", "pip_url": pip_url}
        project.write()
        return project(*words, env={"PATH": path})

    do.calls = lambda: len(calls.read_text().splitlines()) if calls.exists() else 0
    return do


def test_a_run_installs_what_is_missing(installing, warehouse):
    installing("run", "--no-install", "tap-script", "target-duckdb").failed("pond install tap-script")
    assert installing.calls() == 0
    assert "installed in" in installing("run", "tap-script", "target-duckdb").ok().err
    assert warehouse.count("t") == 5 and installing.calls() == 2
    assert "install" not in installing("run", "tap-script", "target-duckdb").ok().said
    installing("run", "--only-install", "tap-script", "target-duckdb", pip_url="tap-script==2").ok()
    assert installing.calls() == 4
    listed = installing("select", "tap-script", "--list", pip_url="tap-script==3").ok()
    assert "t.id" in listed.out and "installed in" in listed.err and installing.calls() == 6


def test_a_failed_install_keeps_the_venv_that_was_there(installing):
    installing("install").ok()
    done = installing("install", pip_url="bad==1").failed("no such package: bad==1", "logs/install", code=1)
    assert "$ " not in done.said
    installing("run", "--no-install", "tap-script", "target-duckdb").ok()
    before = installing.calls()
    installing("install", "--clean").ok()
    assert installing.calls() == before + 2


def test_install_knows_schedules_and_types(installing, project):
    project.extra["schedules"] = [{"name": "daily", "job": "all"}]
    project.extra["jobs"] = [{"name": "all", "tasks": ["tap-script target-duckdb"]}]
    assert "tap-script" in installing("install", "-s", "daily").ok().out
    installing("install", "-s", "dialy").failed("daily")
    assert "tap-script" not in installing("install", "--plugin-type", "loaders").ok().out
    installing("install", "--plugin-type", "loder").failed("loader", code=2)
    installing("install", "tap-scrip").failed("tap-script")


def test_the_catalog_is_cached_until_the_config_changes(project):
    project.script([{"name": "t", "rows": 1}])
    count = project.folder / "discoveries"
    tap = project.folder / "tap_script"
    counting = project.shell("counting-tap", f'case "$*" in *--discover*) echo x >> {count};; esac; exec {tap} "$@"')
    project.extractors["tap-script"] |= {"executable": str(counting), "pip_url": "counting"}
    project.write()
    for _ in range(3):
        project.run().ok()
    once = len(count.read_text().split())
    said = project("select", "tap-script", "nostream", "nocolumn").ok().err
    assert 'warning: stream "nostream" is not in the catalog' in said
    assert 'property "nocolumn"' in project("select", "tap-script", "--exclude", "t", "nocolumn").ok().err
    assert "warning" not in project("select", "tap-script", "t", "id").ok().err
    assert len(count.read_text().split()) == once
    project.script([{"name": "t", "rows": 2}])
    project.extractors["tap-script"] |= {"executable": str(counting), "pip_url": "counting"}
    project.write()
    project.run().ok()
    assert len(count.read_text().split()) > once


def test_a_discovery_that_warned_is_asked_again(project):
    """The file is not there yet: the catalog of that moment would leave out its columns for ever."""
    project.script([{"name": "t", "rows": 0}])
    count = project.folder / "discoveries"
    warn = "echo '2026-01-01 | WARNING | no file people.csv' >&2; "
    asked = f'case "$*" in *--discover*) echo x >> {count};; esac; exec {project.folder / "tap_script"} "$@"'
    calm, warning = project.shell("calm-tap", asked), project.shell("warning-tap", warn + asked)
    for tap, times in ((warning, 2), (calm, 3), (calm, 3)):
        project.extractors["tap-script"] |= {"executable": str(tap), "pip_url": "counting"}
        project.write()
        said = project.run().ok().said
        assert ("tap-script said: 2026-01-01 | WARNING | no file people.csv" in said) == (tap == warning)
        if tap == warning:
            project.run().ok()
        assert len(count.read_text().split()) == times


def test_a_run_without_selected_streams_says_so(project):
    project.script([{"name": "t", "rows": 1}])
    project.extractors["tap-script"]["select"] = ["other.*"]
    project.write()
    assert "no stream is selected: pond select tap-script --list" in project.run().ok().said


def test_a_known_plugin_that_is_not_in_the_project(project):
    project("run", "tap-spreadsheets", "target-duckdb").failed("pond add tap-spreadsheets")


def test_config_knows_every_setting_of_the_loader(pond):
    """src/load/settings.c reads them, src/project/shipped.c defines them for the project."""
    about = pond.run("target", "--about", "--format", "json").ok().json()["settings"]["properties"]
    read = {name for name, said in about.items() if not re.search("no effect|not used|same as", said["description"])}
    pond.run("init", "new").ok()
    pond.run("add", "--no-install", "target-duckdb", cwd=pond.folder / "new").ok()
    listed = pond.run("config", "list", "target-duckdb", "--all", cwd=pond.folder / "new").ok().out
    assert [name for name in sorted(read) if not re.search(rf"^{name}\b", listed, re.MULTILINE)] == []


def test_dry_run_loads_nothing(project, pond):
    project.script([{"name": "t", "rows": 1}])
    done = project("run", "--dry-run", "tap-script", "target-duckdb").ok()
    assert "tap-script target-duckdb" in done.out and "dev:tap-script-to-target-duckdb" in done.out
    assert not pond.database.exists()


def test_a_command_in_a_chain_is_pointed_out(project, warehouse):
    project.script([{"name": "t", "rows": 1}])
    said = project.run("tap-script:sync").ok().err
    assert "tap-script:sync: a chain has no commands; pond invoke tap-script:sync" in said and warehouse.count("t") == 1
    assert "commands" not in project.run().ok().err


def test_jobs(project, warehouse):
    project.script([{"name": "t", "rows": 5}])
    project.extra["jobs"] = [{"name": "all", "tasks": ["tap-script target-duckdb"]}]
    project.write()
    project("run", "all").ok()
    assert warehouse.count("t") == 5


@pytest.mark.parametrize(
    "words", [["run", "tap-script"], ["run", "target-duckdb", "tap-script"], ["run"], ["el", "tap-script"]]
)
def test_incomplete_runs_are_refused(project, words):
    project.script([{"name": "t", "rows": 1}])
    project(*words).failed()


def test_a_meltano_project_runs_unedited(project, pond, warehouse):
    """Made by Meltano's own `init`, plugins as a user of Meltano wrote them."""
    folder = pond.folder / "made"
    program = venv("meltano") / "bin" / "meltano"
    environment = pond.environment(MELTANO_SEND_ANONYMOUS_USAGE_STATS="false")
    subprocess.run(
        [program, "init", "made", "--no-usage-stats"], cwd=pond.folder, env=environment, check=True, capture_output=True
    )
    tap = project.launcher("tap_script.py")
    with open(folder / "meltano.yml", "a") as file:
        file.write(
            f"""
plugins:
  extractors:
  - name: tap-script
    namespace: tap_script
    executable: {tap}
    capabilities:
    - catalog
    - discover
    - state
    config:
      streams:
      - name: orders
        rows: 42
        key: [id]
  loaders:
  - name: target-duckdb
    variant: jwills
    pip_url: target-duckdb~=0.8
    config:
      filepath: {pond.database}
      default_target_schema: $MELTANO_EXTRACT__LOAD_SCHEMA
      add_metadata_columns: true
"""
        )
    pond.run("run", "tap-script", "target-duckdb", cwd=folder).ok()
    tables = [name for name in warehouse.tables() if name.endswith(".orders")]
    assert len(tables) == 1 and warehouse.count(tables[0]) == 42


def test_a_project_for_another_meltano_is_refused(project):
    """As Meltano does, with its exit code; it knows no other way to say so."""
    project.script([{"name": "t", "rows": 1}])
    for required, code in [(">=9", 3), ("~=4.4", 0), ("==4.*,<4.4.1", 3), ("4.4", 1)]:
        project.extra["requires_meltano"] = required
        project.write()
        for words in [("run", "tap-script", "target-duckdb"), ("config", "list", "tap-script")]:
            done = project(*words)
            assert done.code == code, done.said
            assert not code or (required in done.err and "meltano.yml:" in done.err)


@pytest.mark.parametrize("by", ["option", "variable", "environment"])
def test_a_state_id_suffix_with_a_colon_is_refused(project, by):
    project.script([{"name": "t", "rows": 1}])
    words, options = ["run", "tap-script", "target-duckdb"], {}
    if by == "option":
        words += ["--state-id-suffix", "a:b"]
    elif by == "variable":
        options["env"] = {"MELTANO_RUN_STATE_ID_SUFFIX": "a:b"}
    else:
        project.extra["environments"] = [{"name": "dev", "state_id_suffix": "a:b"}]
        project.write()
    project(*words, **options).failed('"a:b" holds a colon', code=1)
    assert project("state", "list").ok().out == ""
