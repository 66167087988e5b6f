"""Edges of the loader: what a failed load leaves is what its bookmark says, whatever the mixture of streams, STATEs and versions.

A load ends by a bad line: what lies under the last STATE that can be stored stays, with that STATE, and nothing else.
"""

import json
import random
import time

import pytest

from singer import activate, batch, message, record, schema, state

PROPERTIES = {"id": "integer", "pad": "string"}
BAD = "garbage"
SMALL = "100kB"  # of a buffer: rows must be loaded before a STATE comes


def load(pond, messages, **config):
    return pond.run(*pond.target_words(config), "--state-id", "s", stdin=messages)


def rows(stream: str, first: int, last: int, version: int | None = None, pad: int = 0) -> list:
    keys = {} if version is None else {"version": version}
    return [message(record(stream, id=i, pad="x" * pad), **keys) for i in range(first, last + 1)]


def ids(warehouse, table: str, where: str = "true") -> list:
    if f"main.{table}" not in warehouse.tables():
        return []
    return [row[0] for row in warehouse.rows(f"select id from {table} where {where} order by id")]


def upto(count: int) -> list:
    return list(range(1, count + 1))


def bookmark(warehouse) -> dict:
    stored = warehouse.rows("select value from _pond.state where state_id = 's'")
    return json.loads(stored[0][0]) if stored else {}


def positions_hold(warehouse, *streams: str) -> None:
    stored = bookmark(warehouse)
    assert {s: len(ids(warehouse, s)) for s in streams} == {s: stored.get(s, 0) for s in streams}


# Rows and their STATE


def test_rows_before_a_version_that_is_not_complete(pond, warehouse):
    """Their STATE claims rows of the version, too: it cannot be stored, so they cannot stay."""
    load(
        pond,
        [schema("a", PROPERTIES), *rows("a", 1, 10), schema("b", PROPERTIES), *rows("b", 1, 9, 5), state({"a": 10}), BAD],
    ).failed()
    positions_hold(warehouse, "a", "b")


def test_a_state_before_and_one_behind_rows_of_a_version(pond, warehouse):
    load(
        pond,
        [schema("a", PROPERTIES), *rows("a", 1, 10), state({"a": 10}), schema("b", PROPERTIES), *rows("b", 1, 9, 5)]
        + [state({"a": 10, "b": 9}), BAD],
    ).failed()
    positions_hold(warehouse, "a")
    assert ids(warehouse, "b") == []


def test_a_long_insert_ends_before_a_version_begins(pond, warehouse):
    messages = [schema("a", PROPERTIES), schema("b", PROPERTIES)]
    for first in range(1, 8000, 100):
        messages += [*rows("a", first, first + 99, pad=100), state({"a": first + 99})]
    for first in range(1, 2000, 100):
        messages += [*rows("b", first, first + 99, 5, pad=100), state({"a": 8000, "b": first + 99})]
    load(pond, [*messages, BAD], buffer_size="200kB").failed()
    positions_hold(warehouse, "a")
    assert ids(warehouse, "b") == []


def test_a_version_is_not_activated_without_its_state(pond, warehouse):
    first = [schema("b", PROPERTIES), schema("c", PROPERTIES), *rows("b", 1, 10, 5), activate("b", 5)]
    first += [*rows("c", 1, 10, 7), state({"x": 1})]
    load(pond, [*first, BAD]).failed()
    load(pond, [*first, activate("c", 7)]).ok()
    assert ids(warehouse, "b") == ids(warehouse, "c") == upto(10)


def test_pending_rows_on_both_sides_of_a_state(pond, warehouse):
    messages = [schema("a", PROPERTIES), schema("b", PROPERTIES), *rows("a", 1, 10), state({"a": 10})]
    messages += [*rows("a", 11, 20), *rows("b", 1, 4000, pad=100)]
    load(pond, [*messages, BAD], buffer_size="200kB").failed()
    positions_hold(warehouse, "a", "b")


@pytest.mark.parametrize("count", [100, 150, 300])
def test_pending_rows_of_a_block_that_a_state_divides(pond, warehouse, count):
    messages = [schema("a", PROPERTIES), *rows("a", 1, 4000, pad=100), state({"a": 4000})]
    messages += [*rows("a", 4001, 4010), state({"a": 4010}), *rows("a", 4011, 4010 + count, pad=100)]
    messages += [state({"a": 4010 + count}), *rows("a", 4011 + count, 4010 + 2 * count, pad=100)]
    load(pond, [*messages, BAD], buffer_size=SMALL).failed()
    positions_hold(warehouse, "a")


@pytest.mark.parametrize("seed", [22, 23, 47, 1, 2, 3, 4, 5])
def test_any_mixture(pond, warehouse, seed):
    chance = random.Random(seed)
    kinds = {f"p{i}": chance.choice(["append", "append", "version", "keyed"]) for i in range(chance.randint(1, 4))}
    most = chance.choice([1, 5, 50, 300])
    fails = chance.random() < 0.7
    position = dict.fromkeys(kinds, 0)
    messages = [schema(s, PROPERTIES, ["id"] if kind == "keyed" else []) for s, kind in kinds.items()]
    ended = set()
    in_turn = chance.random() < 0.5
    for _ in range(chance.randint(5, 60)):
        open_streams = [s for s in kinds if s not in ended]
        if not open_streams:
            break
        s = open_streams[0] if in_turn else chance.choice(open_streams)
        version = 5 if kinds[s] == "version" else None
        count = chance.randint(1, most)
        messages += rows(s, position[s] + 1, position[s] + count, version, chance.choice([0, 100, 100, 400]))
        position[s] += count
        if chance.random() < 0.15:
            if version:
                messages.append(activate(s, version))
            ended.add(s)
        if chance.random() < 0.4:
            messages.append(state(dict(position)))
    if fails:
        messages.append(BAD)
    else:
        messages += [activate(s, 5) for s, kind in kinds.items() if kind == "version"] + [state(position)]
    done = load(pond, messages, buffer_size=chance.choice([1, 30000, 100000, 300000]), batch_size_rows=100)
    assert (done.code != 0) == fails, done.err
    stored = bookmark(warehouse)
    for s, kind in kinds.items():
        here = ids(warehouse, s)
        least = stored.get(s, 0)
        assert here == upto(len(here)) and len(here) >= least, s
        assert kind == "keyed" or len(here) == least, s


@pytest.mark.parametrize(
    "head, key, version",
    [(rows("a", 1, 10), ["id"], None), ([*rows("a", 1, 10, 5), activate("a", 5)], [], 6)],
    ids=["keyless", "activation"],
)
def test_what_waits_for_a_state_before_much_that_does_not(pond, warehouse, head, key, version):
    messages = [schema("a", PROPERTIES), *head, schema("a", PROPERTIES, key), *rows("a", 11, 4000, version, pad=100)]
    load(pond, [*messages, state({"a": 4000})], buffer_size=SMALL).ok()
    assert ids(warehouse, "a") == upto(4000)


def as_keys_come_and_go(seed: int) -> list:
    """One stream that has keys in some SCHEMAs and none in others, with a STATE at its end."""
    chance = random.Random(seed)
    messages = []
    for part in range(chance.randint(2, 6)):
        first, columns = chance.randint(1, 600), {**PROPERTIES, **({"n": "integer"} if chance.random() < 0.5 else {})}
        messages.append(schema("a", columns, chance.choice([[], ["id"]])))
        for i in range(first, first + chance.randint(1, 800)):
            extra = {"n": part} if "n" in columns else {}
            messages.append(record("a", id=i, pad="x" * chance.choice([0, 100, 400]), **extra))
    return [*messages, state({})]


@pytest.mark.parametrize("seed", range(6))
def test_keys_that_come_and_go(pond, warehouse, seed):
    """Rows without keys wait for a STATE where memory is short: keyed ones behind them replace them all the same, also when
    both come again after a load that was cut off."""
    messages, found = as_keys_come_and_go(seed), []
    for size, cut in [("48MB", 0), ("50kB", 0), (1, 0), ("50kB", len(messages) * 2 // 3)]:
        warehouse.path.unlink(missing_ok=True)
        if cut:
            load(pond, [*messages[:cut], BAD], buffer_size=size).failed()
        load(pond, messages, buffer_size=size).ok()
        found.append(warehouse.dump("main.a"))
    assert [rows == found[0] for rows in found] == [True] * 4


def test_keys_that_widen_behind_rows_without(pond, warehouse):
    messages = [schema("a", {**PROPERTIES, "old": "string"})]
    messages += [record("a", id=i, pad="x" * 400, old="o") for i in range(1, 1001)]
    messages += [schema("a", {"id": "string", "pad": "string"}, ["id"])]
    messages += [record("a", id=str(i), pad="x" * 400) for i in range(501, 1501)]
    load(pond, [*messages, state({})], buffer_size="50kB").ok()
    assert warehouse.rows("select count(*), count(distinct id), count(old) from a") == [(1500, 1500, 1000)]


# Versions


@pytest.mark.parametrize("hard_delete", [False, True])
def test_rows_behind_their_activation_belong_to_it(pond, warehouse, hard_delete):
    messages = [schema("a", PROPERTIES), *rows("a", 1, 2, 5), activate("a", 5), state({"a": 2})]
    messages += [*rows("a", 3, 4, 5), activate("a", 5), state({"a": 4})]
    load(pond, messages, hard_delete=hard_delete, add_metadata_columns=True).ok()
    assert ids(warehouse, "a", "_sdc_deleted_at is null") == upto(4)


@pytest.mark.parametrize("hard_delete", [False, True])
def test_rows_behind_an_activation_that_waits(pond, warehouse, hard_delete):
    messages = [schema("a", PROPERTIES), schema("b", PROPERTIES), *rows("a", 1, 100, 5), activate("a", 5)]
    messages += [*rows("b", 1, 4000, pad=100), *rows("a", 101, 110, 5)]
    load(pond, messages, hard_delete=hard_delete, add_metadata_columns=True, buffer_size=SMALL).ok()
    assert ids(warehouse, "a", "_sdc_deleted_at is null") == upto(110)


def test_a_version_behind_a_batch(pond, warehouse, tmp_path):
    (tmp_path / "b.jsonl").write_text('{"id": 1}\n{"id": 2}\n')
    messages = [schema("a", PROPERTIES), batch("a", [tmp_path / "b.jsonl"], compression=""), *rows("a", 3, 4, 5)]
    load(pond, [*messages, activate("a", 5)], hard_delete=True).ok()
    assert ids(warehouse, "a") == [3, 4]  # records without a version are older than any


# Schemas


@pytest.mark.parametrize("version", [None, 2], ids=["pending", "shadow"])
def test_a_column_that_is_gone_before_its_rows_reach_the_table(pond, warehouse, version):
    if version:
        load(pond, [schema("a", {"id": "integer"}), *rows("a", 0, 0, 1), activate("a", 1)]).ok()
    keys = {"version": version} if version else {}
    messages = [schema("a", {**PROPERTIES, "old": "string"})]
    messages += [message(record("a", id=i, pad="x" * 100, old="o"), **keys) for i in range(1, 2001)]
    messages += [schema("a", {**PROPERTIES, "new": "string"})]
    messages += [message(record("a", id=i, pad="x" * 100, new="n"), **keys) for i in range(2001, 4001)]
    load(pond, messages + ([activate("a", 2)] if version else []), buffer_size=SMALL).ok()
    assert warehouse.rows("select count(old), count(new), count(*) from a where id > 0") == [(2000, 2000, 4000)]


def test_two_streams_with_one_table(pond, warehouse):
    messages = [schema("A", PROPERTIES), schema("a", PROPERTIES)]
    for i in range(1, 2001):
        messages += [record("A", id=2 * i - 1, pad="x" * 100), record("a", id=2 * i, pad="x" * 100)]
    load(pond, messages, buffer_size=SMALL).ok()
    assert ids(warehouse, "a") == upto(4000)


@pytest.mark.parametrize("method, version, keys", [("overwrite", None, ["id"]), ("auto", 5, [])])
def test_two_streams_that_replace_one_table(pond, warehouse, method, version, keys):
    """One's rows would be lost: nothing is replaced."""
    load(pond, [schema("orders", PROPERTIES, ["id"]), *rows("orders", 1, 3)]).ok()
    messages = [schema("Orders", PROPERTIES, keys), *rows("Orders", 4, 6, version)]
    messages += [schema("orders", PROPERTIES, keys), *rows("orders", 7, 9, version)]
    failed = load(pond, messages, load_method=method).failed('streams "Orders" and "orders"', "main.orders", "__alias__")
    assert ("load_method" in failed.err) == (method == "overwrite")
    assert ids(warehouse, "orders") == upto(3)


@pytest.mark.parametrize("method, size", [("auto", "48MB"), ("auto", SMALL), ("overwrite", "48MB"), ("overwrite", SMALL)])
def test_hard_delete_of_rows_that_were_moved(pond, warehouse, method, size):
    messages = [schema("a", {**PROPERTIES, "_sdc_deleted_at": "date-time"})]
    for i in range(1, 2001):
        mark = {"_sdc_deleted_at": "2024-01-01T00:00:00Z"} if i % 2 else {}
        messages.append(record("a", id=i, pad="x" * 100, **mark))
    load(pond, messages, buffer_size=size, load_method=method, hard_delete=True).ok()
    assert ids(warehouse, "a") == list(range(2, 2001, 2))


# Limits


@pytest.mark.parametrize("size", [0, 1])
def test_a_buffer_without_room(pond, warehouse, size):
    load(pond, [schema("a", PROPERTIES), *rows("a", 1, 100), state({"a": 100})], buffer_size=size).ok()
    assert ids(warehouse, "a") == upto(100)


def test_the_longest_line(pond, warehouse):
    lines = [json.dumps(schema("a", PROPERTIES)), json.dumps(record("a", id=1, pad="x" * 200))]
    pond.target(lines, max_line=len(lines[1])).ok()
    pond.target(lines, max_line=len(lines[1]) - 1).failed("line 2 is longer than max_line")


def test_an_error_does_not_wait_for_input(pond):
    running = pond.start_target(batch_size_rows=1)
    running.send(schema("a", PROPERTIES, ["id"]), record("a", id="x"), state({}))
    begin = time.monotonic()
    running.wait(20).failed("not an integer")
    assert time.monotonic() - begin < 10
