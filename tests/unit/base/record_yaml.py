"""Records what ruamel.yaml (as Meltano uses it) and PyYAML read, for test_yaml.c.

    python -m venv V && V/bin/pip install ruamel.yaml==0.19.1 PyYAML==6.0.3
    V/bin/python tests/unit/base/record_yaml.py

yaml_scalars.tsv: plain scalar, ruamel's value, PyYAML's value, as JSON; "!" where the program fails.
yaml_documents.jsonl: {"text", "ruamel", "pyyaml"}; a value is missing where the program fails.
--check-edits: records nothing, says whether the results in yaml_edits.txt mean to ruamel.yaml what they should.
"""

import datetime
import json
import random
import sys
import warnings
from pathlib import Path

import ruamel.yaml
import yaml

HERE = Path(__file__).parent

SCALARS = """
2020-01-01 2020-1-01 2020-01-01T00:00:00Z 2020-01-01t1:02:03.5 2001-12-14t21:59:43.10-05:30 2020-13-01 0000-01-01
2020-01-01T25:00:00 0x10 1_000 .5 +1 010 0o10 0b11 -0x1F 1e3 1.5e3 1. 12e03 -.5 +.5 _1 1__0_ ._1 0_1 00 -0 +0 08 -08 1:30
1:30.5 190:20:30 190:20:30.15 01:30 01:30.5 1:60 1:5 .inf -.INF .NaN +.inf -.nan yes True TRUE tRUE on y n No OFF ~ null Null
NULL nULL none 1.0 1.10 123456789012345678901234567890 0o 0x 0b 1_.5_e3 1e5 1E+5 .5e3 .5e+3 0.1e-400 0x_1F +0b1_0 01.5 1._5
0x1234567890abcdef1234567890ABCDEF -0b0 -0o0 -0.0 +0.0 1e 1e+ 1.2.3 1-2 1+2 + - . .. ... 0. .0 1.e5 1.e+5 a:b a#b ${X} $X
4.4.1 3.10 v1 1d 1w 10min 0777 0o777 0O7 0X1 0B1 007 0_7 -_ ._ 0b_ 12:30:45 1_2:30 2020-01-01T00:00:00.1234563 1:2:3
"""

DOCUMENTS = [
    "b: &b {x: 1, y: 2}\na:\n  y: 3\n  <<: *b\n  z: 4\n",
    "b: &b {x: 1, y: 2}\nc: &c {x: 5, w: 6}\na:\n  <<: [*b, *c]\n  z: 4\n",
    "a: {<<: {q: 1}, q: 2}",
    "2: a\n'b': b\nnull: c\n1.5: d\n0x10: e\n",
    "? a\n: 1\n? b\n",
    "? [a, b]\n: 1",
    "a: 1\na: 2",
    "c: !!int '5'\nd: !!str 5\ne: !!float 5.5\nb: !!bool 'true'\nf: !!null ''\ng: !!bool yes",
    "a: 1\n---\nb: 2",
    "---\na: 1\n...\n",
    "# nothing\n",
    "",
    "text",
    "%YAML 1.1\n---\na: yes\nb: 010",
    "a: &x 1\nb: *x\nc: &y [*x, 2]\nd: [*y, *y]",
    "- a\n- b: 1\n  c\n",
    "a: 'x\n\n  y'\nb: \"x\\\n  y\\u00e9\\x41\\n\"\n",
    "a: |+\n  x\n\n\nb: |-\n  y\nc: >\n  one\n  two\n\n  three\nd: |2\n   z\n",
    "&a a: *a",
    "*a : b",
    "a: !!int foo",
    "<<: 5",
    "'<<': {a: 1}",
    "a:\n  - <<: {a: 1}\n    b: 2",
    "a: [1, [2, {b: c}], ]\nb: {}\nc: []\nd: {a, b: 1}\n",
    "a:\n- 1\n-\n  - 2\n- - 3\n  - 4\n-\n",
    "é: ü\n日本: '語 # no comment' # comment\n",
    "a: x: y",
    "a: b\n c: d",
    "a: *missing",
    "a: @x",
    "a: `x",
    "a: %x",
    "a: b #c\nd: e#f\n",
    "a: multi\n  line\n  plain\nb: 1",
    "a: -\nb: - 1",
    "a: 'it''s'\nb: \"q\\\"q\"",
    "\ufeffa: 1",
    "a: 1\r\nb:\r\n  - x\r\n  - y\r\n",
    "plugins:\n  extractors:\n  - name: tap-x # the tap\n    config: {a: $B, port: 5432}\n    select: ['!*.*', a.*]\n",
]


def plain(value):
    """Values as JSON, dates as Meltano's encoder writes them."""
    if isinstance(value, ruamel.yaml.comments.TaggedScalar):  # !!str 5; Meltano cannot write it as JSON
        return value.value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, dict):
        return {key(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    raise TypeError(type(value).__name__)


def key(k):
    if isinstance(k, (list, tuple, dict)):
        raise TypeError("no key of JSON")
    k = plain(k)
    return k if isinstance(k, str) else json.dumps(k)


def read(load, text):
    """(True, value) or (False, None)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return True, plain(load(text))
    except Exception:
        return False, None


def ruamel_load(text):
    return ruamel.yaml.YAML().load(text)


def scalar(load, text):
    ok, value = read(load, "a: " + text)
    return json.dumps(value["a"]) if ok and isinstance(value, dict) and list(value) == ["a"] else "!"


def random_scalars(count):
    """Texts near to numbers and dates of which some program makes more than a string."""
    r = random.Random(1)
    pieces = list("0123456789") + ["-", "+", ".", "_", ":", "e", "E", "0x", "0o", "0b", "00", "5", "-01", "T", "Z", "f", " "]
    seen = set()
    while len(seen) < count:
        text = "".join(r.choice(pieces) for _ in range(r.randint(1, 7))).strip()
        if text in seen or not text:
            continue
        rows = scalar(ruamel_load, text), scalar(yaml.safe_load, text)
        if any("Infinity" in row for row in rows):  # a finite number too large for a float: we keep its text
            continue
        if any(row != "!" and not row.startswith('"') for row in rows) or (len(seen) % 4 == 0 and "!" not in rows):
            seen.add(text)
    return sorted(seen)


def edited(data, operation, path, value):
    """What the edit means: data is changed and returned."""
    if not path:
        return value
    at, rest = data, path[:-1]
    for part in rest:
        if isinstance(at, list):
            at = at[int(part)]
            continue
        if at.get(part) is None:
            at[part] = {}
        at = at[part]
    last = int(path[-1]) if isinstance(at, list) else path[-1]
    if operation == "remove":
        del at[last]
    elif operation == "set":
        at[last] = value
    else:
        at[last] = (at.get(last) if isinstance(at, dict) else at[last]) or []
        at[last].append(value)
    return data


def check_edits():
    blocks = (HERE / "yaml_edits.txt").read_text().split("\n=== ")[1:]
    for block in blocks:
        head, texts = block.split("\n", 1)
        before, after = (texts + "\n").split("--->\n")
        operation, rest = head.split(" ", 1)
        path, end = json.JSONDecoder().raw_decode(rest)
        if after.startswith("error: "):
            continue
        value = json.loads(rest[end:]) if rest[end:].strip() else None
        want = edited(plain(ruamel_load(before)) or {}, operation, path, value)
        got = plain(ruamel_load(after))
        if "*" not in before and got != want:
            sys.exit(f"{head}\n{before}gave\n{after}which is {got}, not {want}")
    print(len(blocks), "edits")


def main():
    with open(HERE / "yaml_scalars.tsv", "w") as out:
        for text in SCALARS.split() + random_scalars(600):
            print(text, scalar(ruamel_load, text), scalar(yaml.safe_load, text), sep="\t", file=out)
    with open(HERE / "yaml_documents.jsonl", "w") as out:
        for text in DOCUMENTS:
            row = {"text": text}
            for name, load in (("ruamel", ruamel_load), ("pyyaml", yaml.safe_load)):
                ok, value = read(load, text)
                if ok:
                    row[name] = value
            print(json.dumps(row), file=out)


check_edits() if "--check-edits" in sys.argv else main()
