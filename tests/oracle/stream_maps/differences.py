"""Where Pond is meant to map streams otherwise than the Singer SDK."""

from oracle.harness import Difference, Mismatch
from oracle.replay import named


def at(what: str, *globs: str):
    return lambda m: m.what == what and named(*globs)(m)


def accepted(*globs: str):
    return lambda m: m.what == "error" and m.pond is None and named(*globs)(m)


def no_json(m: Mismatch) -> bool:
    """The SDK makes a Python object that no target can store."""
    return m.what == "value" and isinstance(m.real, dict) and len(m.real) == 1 and next(iter(m.real)) in ("!bytes", "!set", "!dict_keys", "!dict_values")


DIFFERENCES = [
    Difference("documents are JSON", "what flattening leaves is a JSON column, not JSON in a text column", lambda m: m.what == "type" and m.pond == "JSON" and named("properties-flattening*")(m)),
    Difference("more functions", "len, abs, round, min, max, sum, sorted, any, range are there, too", accepted(*(f"*-*{name}(*" for name in ("len", "abs", "round", "min", "max", "sum", "sorted", "any", "range")))),
    Difference("blank before an expression", "is no error", accepted("properties-blank before the function")),
    Difference("Python objects", "bytes, sets and views are stored as texts and lists", no_json),
    Difference("streams of one alias", "the record keeps the last stream's schema only; the table has the columns of both, as an SDK target's has", lambda m: m.real is None and at("column", "streams-glob alias")(m)),
]
