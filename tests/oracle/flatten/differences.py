"""Where Pond is meant to flatten otherwise than the Singer SDK."""

from oracle.harness import Difference, Mismatch
from oracle.replay import named


def text_as_json(m: Mismatch) -> bool:
    return m.what == "type" and m.pond == "JSON" and "string" in m.real.get("type", [])


def at(what: str, *globs: str):
    return lambda m: m.what == what and named(*globs)(m)


DIFFERENCES = [
    Difference("documents are JSON", "what is not flattened is a JSON column, not JSON in a text column: same text, but it can be asked into", text_as_json),
    Difference("no column is lost", "a property described by anyOf [null or integer, ...] keeps its column; the SDK silently drops it", at("column", "chosen-anyOf * null, depth 1", "chosen-anyOf null object, depth 1")),
    Difference("empty separator", 'a setting of "" is as absent: the separator is "__"', at("column", "chosen-separator ''")),
    Difference("enum without a type", "is text; the SDK crashes", at("error", "chosen-enum only, depth 1")),
    Difference("no value is lost", "a text where the schema has an object is an error; the SDK drops it without a word", at("error", "chosen-values that are no objects", "chosen-strings that hold JSON")),
    Difference("oneOf", "is read as anyOf; the SDK takes it for text", lambda m: at("type", "chosen-oneOf date-time, depth 0")(m)),
]
