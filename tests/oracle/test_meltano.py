"""Pond's commands answer as Meltano's in the same project: exit codes, JSON, lists, edited files, what plugins are given."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle import program
from oracle.harness import Mismatch
from oracle.replay import Replay, name_of

pytestmark = pytest.mark.timeout(1500)
FIXED = {"MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1", "MELTANO_CLI_LOG_LEVEL": "warning", "COLUMNS": "1000"}


def compare(record: dict, folder: Path, reader: program.YamlReader) -> Iterator[Mismatch]:
    case, answer = record["input"], record["answer"]
    write_files(folder, case["files"])
    for i, (words, real) in enumerate(zip(case["commands"], answer["results"], strict=True)):
        done = program.run(words, folder, env=FIXED | case.get("env", {}))
        yield from command(record, f"{i}: {' '.join(words)}", real, done, folder)
    for name in case.get("show", []):
        yield from file(record, name, answer.get("files", {}).get(name), folder, reader)


def write_files(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if text.startswith("#!"):
            path.chmod(0o755)


def command(record: dict, where: str, real: dict, done: program.Done, folder: Path) -> Iterator[Mismatch]:
    if (real["exit"] == 0) != (done.code == 0) or (record["name"].startswith("invoke") and real["exit"] != done.code):
        yield Mismatch(record, "exit", where, f"exit {real['exit']}: {real.get('error', '')}", done.problem or "exit 0")
        return
    if real["exit"]:
        return  # Pond's words for an error are its own
    out = cleaned(done.out, folder)
    if "json" in real:
        try:
            ours = json.loads(out)
        except ValueError:
            yield Mismatch(record, "out", where, real["json"], out)
            return
        if canonical(ours) != canonical(real["json"]):
            yield from json_differs(record, where, real["json"], ours)
    elif "config list" in where:
        yield from settings_list(record, where, real["out"], out)
    elif "--list" in where and "select" in where:
        if marks(real["out"]) != marks(out):
            yield Mismatch(record, "out", where, marks(real["out"]), marks(out))
    elif has_text(where) and out.rstrip() != real["out"].rstrip():
        yield Mismatch(record, "out", where, real["out"], out)


SETTING = re.compile(r"^(?P<name>\S.*?)(?: \([^)]*\))? \[env: (?P<variables>[^\]]*)\].* current value: (?P<value>.*) \((?P<source>[^()]*)\)$")


def settings_list(record: dict, where: str, real: str, ours: str) -> Iterator[Mismatch]:
    """Meltano prints sentences, Pond a table: the same settings with their first variable and value must be there."""
    for line in real.splitlines():
        if not (found := SETTING.match(line)):
            continue
        value = "*****" if found["value"] == "(redacted)" else literal(found["value"])
        rows = [row for row in ours.splitlines() if row.startswith(found["name"] + " ")]
        if not any(found["variables"].split(", ")[0] in row and value in row for row in rows):
            yield Mismatch(record, "list", where, line, "\n".join(rows))


def literal(text: str) -> str:
    """The beginning of a value as Pond's table shows it: Python's quotes taken off, nothing for None."""
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return ""
    return value.splitlines()[0] if isinstance(value, str) and value else ""


def marks(text: str) -> list[str]:
    """The lines "[selected   ] stream.property", without the legend and patterns around them."""
    return [line.strip() for line in text.splitlines() if re.match(r"\s*\[\w+ *\] ", line)]


TEXTS = ["config print", "state list", "invoke", "environment list"]


def has_text(where: str) -> bool:
    """Commands whose printed text is their answer; of the others it says what was done, in Pond's own words."""
    return any(words in where for words in TEXTS)


def json_differs(record: dict, where: str, real: object, ours: object) -> Iterator[Mismatch]:
    """The smallest parts that differ."""
    if isinstance(real, dict) and isinstance(ours, dict):
        for key in sorted(real.keys() | ours.keys()):
            if key not in ours or key not in real:
                yield Mismatch(record, "json", f"{where} .{key}", real.get(key, "<absent>"), ours.get(key, "<absent>"))
            else:
                yield from json_differs(record, f"{where} .{key}", real[key], ours[key])
    elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
        for i, (one, other) in enumerate(zip(real, ours, strict=True)):
            yield from json_differs(record, f"{where}[{i}]", one, other)
    elif canonical(real) != canonical(ours):
        yield Mismatch(record, "json", where, real, ours)


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def file(record: dict, name: str, real: str | None, folder: Path, reader: program.YamlReader) -> Iterator[Mismatch]:
    path = folder / name
    ours = cleaned(path.read_text(), folder) if path.exists() else None
    if name.endswith(".yml") and ours is not None:
        yield from project_file(record, name, real, ours, folder, reader)
    elif plain(real) != plain(ours):
        yield Mismatch(record, "file", name, real, ours)


def project_file(record: dict, name: str, real: str, ours: str, folder: Path, reader: program.YamlReader) -> Iterator[Mismatch]:
    """Meltano writes the whole file anew, Pond patches it: the values must be the same, and Pond's must keep each comment."""
    (folder / "real.yml").write_text(real)
    theirs, mine = (project_values(reader.read(folder / file)["yaml"]) for file in ("real.yml", name))
    yield from json_differs(record, name, theirs, mine)
    for comment in re.findall(r"(?m)(?:^|\s)#.*$", record["input"]["files"][name]):
        if comment.strip() not in ours:
            yield Mismatch(record, "comment", name, comment.strip(), ours)


def project_values(project: dict) -> dict:
    """Without what Meltano adds or drops when it writes: `sensitive` of passwords, environments' empty config."""
    for plugins in (project.get("plugins") or {}).values():
        for plugin in plugins:
            for setting in plugin.get("settings", []):
                setting.pop("sensitive", None)
    for environment in project.get("environments", []):
        if environment.get("config") == {"plugins": {}}:
            del environment["config"]
    return project


def plain(text: str | None) -> object:
    """Files with JSON in them are the same when their values are."""
    try:
        return canonical(json.loads(text)) if text is not None else None
    except ValueError:
        return text


def cleaned(text: str, folder: Path) -> str:
    text = text.replace(str(folder.resolve()), "<project>")
    return re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uuid>", text)


REPLAY = Replay("meltano", compare, program.YamlReader)


@pytest.mark.parametrize("record", REPLAY.records, ids=name_of)
def test_record(record, replay):
    replay.check(record)


def test_every_difference_is_seen(replay):
    replay.check_differences()


def test_the_real_tool_still_answers_so():
    REPLAY.check_live()
