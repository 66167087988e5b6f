"""Pond's commands answer as Meltano's in the same project: exit codes, JSON, lists, edited files, what plugins are given."""

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


def compare(record: dict, folder: Path, reader: program.TableReader) -> Iterator[Mismatch]:
    case, answer = record["input"], record["answer"]
    write_files(folder, case["files"])
    for i, (words, real) in enumerate(zip(case["commands"], answer["results"], strict=True)):
        done = program.run(words, folder, env=FIXED | case.get("env", {}))
        yield from command(record, f"{i}: {' '.join(words)}", real, done, folder)
    for name in case.get("show", []):
        yield from file(record, name, answer.get("files", {}).get(name), folder)


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
    elif out.rstrip() != real["out"].rstrip():
        yield Mismatch(record, "out", where, real["out"], out)


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


def file(record: dict, name: str, real: str | None, folder: Path) -> Iterator[Mismatch]:
    path = folder / name
    ours = cleaned(path.read_text(), folder) if path.exists() else None
    if plain(real) != plain(ours):
        yield Mismatch(record, "file", name, real, ours)


def plain(text: str | None) -> object:
    """Files with JSON in them are the same when their values are."""
    try:
        return canonical(json.loads(text)) if text is not None else None
    except ValueError:
        return text


def cleaned(text: str, folder: Path) -> str:
    text = text.replace(str(folder.resolve()), "<project>")
    return re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uuid>", text)


REPLAY = Replay("meltano", compare)


@pytest.mark.parametrize("record", REPLAY.records, ids=name_of)
def test_record(record, replay):
    replay.check(record)


def test_every_difference_is_seen(replay):
    replay.check_differences()


def test_the_real_tool_still_answers_so():
    REPLAY.check_live()
