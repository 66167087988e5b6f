"""Pond answers over the wire as PostgreSQL 15 does: columns, types, values in text and binary, tags, SQLSTATEs, notices."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle.harness import Mismatch
from oracle.postgres.served import Served
from oracle.replay import Replay, name_of

pytestmark = pytest.mark.timeout(1500)


def compare(record: dict, folder: Path, server: Served) -> Iterator[Mismatch]:
    found = list(differences(record, server.answer(record["input"])))
    listed = server.groups[record["group"]].differs.get(record["name"], [])
    for mismatch in found:
        mismatch.context["listed"] = listed
    yield from found
    if listed and not found:
        yield Mismatch(record, "listed", "the case", listed, "answers as PostgreSQL: take its `-- differs:` away")


def differences(record: dict, pond: list) -> Iterator[Mismatch]:
    for i, (theirs, ours) in enumerate(zip(record["answer"], pond, strict=True)):
        at = f"of {record['input']['sql'][i]!r}"
        if len(theirs) != len(ours):
            yield Mismatch(record, "results", at, theirs, ours)
        for real, answer in zip(theirs, ours, strict=False):
            yield from result(record, at, real, answer)


def result(record: dict, at: str, real: dict, pond: dict) -> Iterator[Mismatch]:
    if real.get("error") != pond.get("error"):
        yield Mismatch(record, "error", at, brief(real), brief(pond))
        return
    if "error" in real:
        if pond["position"] and real["position"] != pond["position"]:
            yield Mismatch(record, "position", at, real["position"], pond["position"], {"state": real["error"]})
        return
    if real.get("tag") != pond.get("tag"):
        yield Mismatch(record, "tag", at, real.get("tag"), pond.get("tag"))
    if [n[:2] for n in real.get("notices", [])] != [n[:2] for n in pond.get("notices", [])]:
        yield Mismatch(record, "notice", at, real.get("notices", []), pond.get("notices", []))
    theirs, ours = real.get("columns", []), pond.get("columns", [])
    if len(theirs) != len(ours):
        yield Mismatch(record, "columns", at, theirs, ours)
        return
    for what, k in (("name", 0), ("type", 1), ("modifier", 2)):
        for a, b in zip(theirs, ours, strict=True):
            if a[k] != b[k] and (k < 2 or a[1] == b[1]):
                yield Mismatch(record, what, f"of {a[0]} {at}", a[k], b[k], {"column": a[0]})
    yield from values(record, at, real, pond)


def values(record: dict, at: str, real: dict, pond: dict) -> Iterator[Mismatch]:
    theirs, ours = real.get("rows", []), pond.get("rows", [])
    types = [(a[1], b[1]) for a, b in zip(real.get("columns", []), pond.get("columns", []), strict=True)]
    if len(theirs) != len(ours):
        yield Mismatch(record, "rows", at, theirs, ours)
        return
    same = True
    for i, pair in enumerate(types):
        a, b = [row[i] for row in theirs], [row[i] for row in ours]
        if a != b:
            same = False
            yield Mismatch(record, "value", f"of {real['columns'][i][0]} {at}", a, b, {"types": pair})
    if same and real.get("binary") != pond.get("binary") and all(a == b for a, b in types):
        yield Mismatch(record, "binary", at, real.get("binary"), pond.get("binary"))


def brief(answer: dict) -> object:
    return f"{answer['error']} {answer['text']}" if "error" in answer else answer.get("rows", answer.get("tag"))


REPLAY = Replay("postgres", compare, Served)


@pytest.mark.parametrize("record", REPLAY.records, ids=name_of)
def test_record(record, replay):
    replay.check(record)


def test_every_difference_is_seen(replay):
    replay.check_differences()


def test_the_real_tool_still_answers_so():
    REPLAY.check_live()


def test_there_are_a_thousand():
    assert len(REPLAY.records) >= 1000
