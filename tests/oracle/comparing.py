"""Compares tables as tables.py dumps them: columns by name, rows by key where there is one, else as a sorted list."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator

from oracle.harness import Mismatch

Equal = Callable[[object, object, str, str], bool]


def same_value(real: object, pond: object, real_type: str, pond_type: str) -> bool:
    """The same value though the types' names may differ: 5 is 5.0, a JSON number is the text of that number."""
    if real == pond and isinstance(real, bool) == isinstance(pond, bool):
        return True
    if isinstance(real, bool) or isinstance(pond, bool) or real is None or pond is None:
        return False
    if isinstance(real, float) or isinstance(pond, float):
        try:
            return math.isclose(float(real), float(pond), rel_tol=1e-15) or (math.isnan(float(real)) and math.isnan(float(pond)))
        except (TypeError, ValueError):
            return False
    return isinstance(real, (int, str)) and isinstance(pond, (int, str)) and str(real) == str(pond)


def tables(record: dict, real: dict, pond: dict, equal: Equal = same_value) -> Iterator[Mismatch]:
    for name in sorted(real.keys() | pond.keys()):
        if name not in pond or name not in real:
            yield Mismatch(record, "table", name, brief(real.get(name)), brief(pond.get(name)))
        else:
            yield from table(record, name, real[name], pond[name], equal)


def brief(found: dict | None) -> str | None:
    return None if found is None else f"{len(found['rows'])} rows of {', '.join(c[0] for c in found['columns'])}"


def table(record: dict, name: str, real: dict, pond: dict, equal: Equal) -> Iterator[Mismatch]:
    real_types, pond_types = dict(real["columns"]), dict(pond["columns"])
    shared = [column for column in real_types if column in pond_types]
    for column in sorted(real_types.keys() ^ pond_types.keys()):
        yield Mismatch(record, "column", f"{name}.{column}", real_types.get(column), pond_types.get(column))
    if [c for c in pond_types if c in real_types] != shared:
        yield Mismatch(record, "order", name, list(real_types), list(pond_types))
    for column in shared:
        if real_types[column] != pond_types[column]:
            yield Mismatch(record, "type", f"{name}.{column}", real_types[column], pond_types[column])
    ours, theirs = rows_by(shared, real), rows_by(shared, pond)
    for one, other in pair_rows(ours, theirs, shared, real_types, pond_types, equal):
        if one is None or other is None:
            yield Mismatch(record, "row", name, one, other)
            continue
        for column in shared:
            if not equal(one[column], other[column], real_types[column], pond_types[column]):
                yield Mismatch(record, "value", f"{name}.{column}", one[column], other[column], {"real_row": one, "pond_row": other})


def rows_by(columns: list[str], found: dict) -> list[dict]:
    names = [c[0] for c in found["columns"]]
    return [{c: v for c, v in zip(names, row, strict=True) if c in columns} for row in found["rows"]]


def pair_rows(real: list[dict], pond: list[dict], columns: list, real_types: dict, pond_types: dict, equal: Equal) -> Iterator[tuple]:
    """Equal rows are paired first, then what is left by the largest number of equal values: a differing value is then
    reported as that, and not as two differing rows."""

    def score(one: dict, other: dict) -> int:
        return sum(equal(one[c], other[c], real_types[c], pond_types[c]) for c in columns)

    left: dict[str, list[dict]] = {}
    for row in pond:
        left.setdefault(text(row), []).append(row)
    odd = []
    for row in real:
        if left.get(text(row)):
            left[text(row)].pop()
        else:
            odd.append(row)
    rest = [row for rows in left.values() for row in rows]
    for row in odd:
        best = max(rest, key=lambda other: score(row, other), default=None)
        if best is None or (columns and score(row, best) * 2 < len(columns)):
            yield row, None
        else:
            rest.remove(best)
            yield row, best
    for row in rest:
        yield None, row


def text(row: dict) -> str:
    return json.dumps(row, sort_keys=True)
