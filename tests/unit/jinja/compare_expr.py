#!/usr/bin/env python3
"""What real Python answers to thousands of seeded expressions, as the Singer SDK's mapper evaluates them.

    python -m venv V && V/bin/pip install 'singer-sdk==0.54.9'
    V/bin/python tests/unit/jinja/compare_expr.py                       rewrites expressions.jsonl, which test_recorded.c replays
    V/bin/python tests/unit/jinja/compare_expr.py 20000 SEED > more.jsonl
    POND_EXPRESSIONS=more.jsonl build/dev/bin/unit_jinja recorded       compares as many as wanted

A line: {"expr", "value"} with the value's repr, or {"expr", "error"} with the name of the exception. The first line holds
the names that expressions see. Python's builtins that the SDK leaves out (len, sorted, ...) are there too, those that give
iterators as lists; sets are written sorted, because their order means nothing.
"""

import ast
import builtins
import datetime
import decimal
import json
import random
import sys
import unicodedata
import warnings
from pathlib import Path

import simpleeval
from singer_sdk.mapper import _MapperEval, md5, sha256

RECORDED = 4000
UNKNOWN = ("Decimal('Infinity')", "Decimal('-Infinity')", "Decimal('NaN')", "j)", "days=123456789", "<function>")  # ours have no such numbers

NAMES = {
    "n": 7, "m": -3, "zero": 0, "big": 12345678901234567890123, "x": 2.5, "y": -0.1, "cents": 1.10, "tiny": 1e-7, "huge": 1e25,
    "s": "Hello World", "t": " tab\tand\nline ", "u": "Straße Ünï ÇÉ ΌΣΟΣ ǆ ﬁ ١٢ 日本 🎉", "e": "", "mail": "Ann.Bo@Example.COM", "num": "42",
    "yes": True, "no": False, "none": None, "l": [3, 1, 2], "words": ["b", "a", "C"], "mixed": [1, "a", None, 2.5, [1]], "el": [],
    "d": {"a": 1, "b": [1, 2], "c": {"k": "v"}}, "ed": {}, "day": "2024-02-29", "at": "2023-11-05T01:02:03.456789+02:00",
    "config": {"salt": "pepper", "rate": 0.25},
}  # fmt: skip

FUNCTIONS = {
    **simpleeval.DEFAULT_FUNCTIONS, "md5": md5, "sha256": sha256, "bool": bool,
    "datetime": simpleeval.ModuleWrapper(datetime), "json": simpleeval.ModuleWrapper(json),
    **{name: getattr(builtins, name) for name in ("len", "min", "max", "sum", "abs", "round", "sorted", "any", "all")},
    "range": lambda *a: list(range(*a)), "enumerate": lambda *a, **k: list(enumerate(*a, **k)), "zip": lambda *a: list(zip(*a)),
}  # fmt: skip


# ---- evaluating ----


def exact(value: object) -> object:
    """A number with a fraction is a decimal, as an SDK target reads its lines."""
    if isinstance(value, dict):
        return {k: exact(v) for k, v in value.items()}
    if isinstance(value, list):
        return [exact(v) for v in value]
    return decimal.Decimal(repr(value)) if isinstance(value, float) else value


def written(value: object) -> str:
    if isinstance(value, (type({}.keys()), type({}.values()), type({}.items()))):
        value = list(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(written, value)) + (",)" if len(value) == 1 else ")")
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(map(written, value))) + "}" if value else "set()"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(k)}: {written(v)}" for k, v in value.items()) + "}"
    return "<function>" if callable(value) or isinstance(value, simpleeval.ModuleWrapper) else repr(value)


def is_statement(text: str) -> bool:
    """Assignments and second statements, which ours refuses and simpleeval passes over."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    return len(body) > 1 or bool(body) and not isinstance(body[0], ast.Expr)


def answer(text: str) -> dict:
    names = {k: (v if k == "config" else exact(v)) for k, v in json.loads(json.dumps(NAMES)).items()}
    try:
        return {"expr": text, "value": written(_MapperEval(functions=dict(FUNCTIONS), names=names).eval(text))}
    except RecursionError:
        raise
    except Exception as problem:
        return {"expr": text, "error": type(problem).__name__}


# ---- generating ----


class Generator:
    """Expressions that mostly make sense: each method gives one of its type, now and then of another."""

    def __init__(self, seed: str):
        self.random = random.Random(seed)
        self.bound: list[str] = []

    def pick(self, *options: object) -> object:
        return self.random.choice(options)

    def of(self, kind: str, depth: int) -> str:
        if self.random.random() < 0.04:
            kind = self.pick("integer", "real", "decimal", "text", "items", "mapping", "truth", "nothing", "moment")
        if depth <= 0:
            return self.leaf(kind)
        return getattr(self, kind)(depth - 1)

    def leaf(self, kind: str) -> str:
        bound = [name for name in self.bound]
        if bound and self.random.random() < 0.5:
            return self.pick(*bound)
        leaves = {
            "integer": ["n", "m", "zero", "big", "1", "2", "3", "10", "0x1F", "1_000", "-5", "255", "yes", "0b101", "2**63", "n"],
            "real": ["1.5", "0.1", "2.0", "-3.7", "1e3", "1e-5", "float(x)", "config['rate']", "0.0", "1e16", "123456.789", "1e22"],
            "decimal": ["x", "y", "cents", "tiny", "huge", "x", "cents"],
            "text": ["s", "t", "u", "e", "mail", "num", "'a'", "'a,b,,c'", '"it\'s"', "'é'", "'  pad '", "'xyz'", "'Ab'", "'-7'", "'3.25'"],
            "items": ["l", "words", "mixed", "el", "[1, 2, 3]", "(1, 2)", "['x']", "[3.0, 1]", "()"],
            "mapping": ["d", "ed", "{'k': 1}", "{'a': 2, 'z': None}", "{1: 'one', 2: 'two'}"],
            "truth": ["yes", "no", "True", "False"],
            "nothing": ["none", "None"],
            "moment": ["datetime.date(2024, 2, 29)", "datetime.datetime(2020, 1, 31, 23, 59, 59, 999999)", "datetime.datetime.fromisoformat(at)",
                       "datetime.date.fromisoformat(day)", "datetime.timedelta(days=1, seconds=3661)", "datetime.time(1, 2, 3)",
                       "datetime.datetime(2000, 12, 31, tzinfo=datetime.timezone.utc)"],
        }  # fmt: skip
        return self.pick(*leaves[kind])

    def number(self, depth: int) -> str:
        return self.of(self.pick("integer", "integer", "real", "decimal"), depth)

    def integer(self, depth: int) -> str:
        a, b = self.of("integer", depth), self.of("integer", depth)
        return self.pick(
            lambda: f"({a} {self.pick('+', '-', '*')} {b})", lambda: f"({a} {self.pick('//', '%')} {b})", lambda: f"({a} {self.pick('&', '|', '^')} {b})",
            lambda: f"({a} {self.pick('<<', '>>')} {self.pick('1', '3', '40', '64')})", lambda: f"{self.pick('-', '+', '~')}{a}", lambda: f"({a}) ** {self.pick(2, 3, 7)}",
            lambda: f"int({self.number(depth)})", lambda: f"int({self.of('text', depth)})", lambda: f"int({self.of('text', depth)}, {self.pick(16, 36, 2, 0)})",
            lambda: f"len({self.of('items', depth)})", lambda: f"len({self.of('text', depth)})", lambda: f"{self.of('text', depth)}.count({self.of('text', 0)})",
            lambda: f"{self.of('text', depth)}.{self.pick('find', 'rfind', 'index')}({self.of('text', 0)})", lambda: f"abs({a})", lambda: f"sum({self.of('items', depth)})",
            lambda: f"{self.of('items', depth)}[{self.pick(0, -1, 1, 5)}]", lambda: f"round({self.number(depth)})", lambda: f"({a} if {self.of('truth', depth)} else {b})",
            lambda: f"{self.pick('min', 'max')}({a}, {b})", lambda: f"{self.pick('min', 'max')}({self.of('items', depth)})", lambda: f"({a}).bit_length()",
        )()  # fmt: skip

    def real(self, depth: int) -> str:
        a, b = self.of(self.pick("real", "integer"), depth), self.of("real", depth)
        return self.pick(
            lambda: f"({a} {self.pick('+', '-', '*', '/', '//', '%')} {b})", lambda: f"({b} {self.pick('+', '-', '*', '/', '//', '%')} {a})", lambda: f"{self.of('integer', depth)} / {self.of('integer', depth)}",
            lambda: f"float({self.number(depth)})", lambda: f"float({self.of('text', depth)})", lambda: f"-{b}", lambda: f"({b}) ** {self.pick(2, -1, 3)}", lambda: f"abs({b}) ** 0.5",
            lambda: f"round({b}, {self.pick(0, 1, 2, -1)})", lambda: f"abs({b})",
        )()  # fmt: skip

    def decimal(self, depth: int) -> str:
        a, b = self.of("decimal", depth), self.of(self.pick("decimal", "integer"), depth)
        return self.pick(
            lambda: f"({a} {self.pick('+', '-', '*', '/', '//', '%')} {b})", lambda: f"({b} {self.pick('+', '-', '*', '/', '//', '%')} {a})", lambda: f"({a}) ** {self.pick(2, 3, 0, -1, -2, 10)}",
            lambda: f"-{a}", lambda: f"+{a}", lambda: f"abs({a})", lambda: f"round({a}, {self.pick(0, 1, 2, -1, 5)})", lambda: f"({a} * {self.of('real', 0)})",
            lambda: f"sum([{a}, {b}])",
        )()  # fmt: skip

    def text(self, depth: int) -> str:
        a, b = self.of("text", depth), self.of("text", depth)
        small = self.pick("'a'", "'l'", "' '", "'o'", "e", "'Ü'", "'xy'")
        return self.pick(
            lambda: f"{a}.{self.pick('upper', 'lower', 'title', 'capitalize', 'swapcase', 'casefold')}()", lambda: f"{a}.{self.pick('strip', 'lstrip', 'rstrip')}({self.pick('', small)})",
            lambda: f"({a} + {b})", lambda: f"({a} * {self.pick(2, 0, -1, 'n')})", lambda: f"{a}.replace({small}, {b}{self.pick('', ', 1', ', -1', ', 0')})",
            lambda: f"{a}[{self.slice()}]", lambda: f"{a}[{self.pick(0, -1, 3)}]", lambda: f"str({self.of(self.kind(), depth)})", lambda: self.joined(depth),
            lambda: f"{small}.join({self.of('items', depth)})", lambda: f"{small}.join([str(i) for i in {self.of('items', depth)}])", lambda: f"{a}.{self.pick('ljust', 'rjust', 'center', 'zfill')}({self.pick(3, 12, 15)})",
            lambda: f"{a}.{self.pick('partition', 'rpartition')}({small})[{self.pick(0, 1, 2)}]", lambda: f"{a}.{self.pick('split', 'rsplit')}({self.pick('', small)})[{self.pick(0, -1)}]",
            lambda: f"md5({a})", lambda: f"json.dumps({self.of(self.kind(), depth)}{self.pick('', ', sort_keys=True', ', default=str', ', indent=1', ', ensure_ascii=False')})",
            lambda: f"({a} {self.pick('and', 'or')} {b})", lambda: f"({a} if {self.of('truth', depth)} else {b})", lambda: f"{a}.{self.pick('removeprefix', 'removesuffix')}({small})",
            lambda: f"{self.of('moment', depth)}.isoformat()", lambda: f"'%s|%r' % ({a}, {self.of(self.kind(), depth)})", lambda: f"{a}.expandtabs({self.pick('', 4)})", lambda: f"{a}.encode().hex()",
        )()  # fmt: skip

    def joined(self, depth: int) -> str:
        inner = self.of(self.kind(), depth)
        return inner if '"""' in inner else f'f"""a{{{inner}}}b"""'

    def slice(self) -> str:
        bounds = [self.pick("", "1", "-1", "2", "-3", "0", "100", "-100", "n", "None") for _ in range(3)]
        return ":".join(bounds[: self.pick(2, 2, 3)])

    def kind(self) -> str:
        return self.pick("integer", "real", "decimal", "text", "items", "mapping", "truth", "nothing", "moment")

    def items(self, depth: int) -> str:
        a, b = self.of("items", depth), self.of("items", depth)
        return self.pick(
            lambda: f"[{', '.join(self.of(self.kind(), depth) for _ in range(self.pick(0, 1, 2, 3)))}]", lambda: f"({self.of(self.kind(), depth)}, {self.of(self.kind(), depth)})",
            lambda: f"({a} + {b})", lambda: f"({a} * {self.pick(2, 0)})", lambda: f"{a}[{self.slice()}]", lambda: f"sorted({a}{self.pick('', ', reverse=True', ', key=str')})",
            lambda: f"{self.of('text', depth)}.{self.pick('split', 'rsplit')}({self.pick('', chr(39) + 'o' + chr(39), 'None, 1', chr(39) + 'l' + chr(39) + ', 1')})", lambda: f"{self.of('text', depth)}.splitlines({self.pick('', 'True')})",
            lambda: f"list({self.of(self.pick('items', 'text', 'mapping'), depth)})", lambda: f"tuple({a})", lambda: f"sorted(set({a}), key=str)", lambda: f"list({self.of('mapping', depth)}.{self.pick('keys', 'values', 'items')}())",
            lambda: self.loop(depth), lambda: f"list({self.loop(depth)[1:-1]})", lambda: f"range({self.pick(3, '1, 5', '5, 0, -2', 0)})", lambda: f"enumerate({a}{self.pick('', ', 1', ', start=5')})",
            lambda: f"zip({a}, {b})", lambda: f"[*{a}, {self.of(self.kind(), depth)}]", lambda: f"[{a}.append(1), {a}][1]", lambda: f"[l.{self.pick('sort()', 'reverse()', 'append(9)', 'extend([1])', 'insert(0, 5)', 'pop()', 'remove(1)', 'clear()')}, l]",
            lambda: f"list(set({a}) {self.pick('&', '|', '-', '^')} set({b}))[0:0]", lambda: f"{self.of('mapping', depth)}['b']", lambda: f"{self.of('text', depth)}.partition('l')",
        )()  # fmt: skip

    def loop(self, depth: int) -> str:
        name = self.pick("i", "j", "k")
        source = self.of(self.pick("items", "items", "text", "mapping"), depth)
        self.bound.append(name)
        body = self.of(self.pick("integer", "text", "items"), depth)
        condition = self.pick("", "", f" if {self.of('truth', depth)}")
        second = self.pick("", "", "", f" for q in {self.of('items', 0)}")
        self.bound.pop()
        return f"[{body} for {name} in {source}{condition}{second}]"

    def mapping(self, depth: int) -> str:
        a, b = self.of("mapping", depth), self.of("mapping", depth)
        return self.pick(
            lambda: f"{{{self.of('text', depth)}: {self.of(self.kind(), depth)}}}", lambda: f"{{**{a}, **{b}}}", lambda: f"({a} | {b})", lambda: f"dict({a}, z=1)", lambda: f"dict({self.of('items', depth)})",
            lambda: f"{{k: v for k, v in {a}.items()}}", lambda: f"{{v: k for k, v in {a}.items()}}", lambda: f"{{i: {self.of(self.kind(), 0)} for i in {self.of('items', depth)}}}", lambda: f"{a}.get({self.of('text', 0)}, {b})",
            lambda: "d.c", lambda: f"json.loads(json.dumps({a}))", lambda: f"{a}.copy()", lambda: f"[d.{self.pick('pop(' + chr(39) + 'a' + chr(39) + ')', 'update(q=1)', 'setdefault(' + chr(39) + 'n' + chr(39) + ', 2)', 'popitem()', 'clear()')}, d][1]",
        )()  # fmt: skip

    def truth(self, depth: int) -> str:
        kind = self.kind()
        a, b = self.of(kind, depth), self.of(self.pick(kind, kind, self.kind()), depth)
        return self.pick(
            lambda: f"({a} {self.pick('==', '!=')} {b})", lambda: f"({a} {self.pick('<', '<=', '>', '>=')} {b})", lambda: f"({self.number(depth)} {self.pick('<', '==', '>=')} {self.number(depth)})",
            lambda: f"({a} < {b} <= {self.of(kind, depth)})", lambda: f"({self.of(self.kind(), depth)} {self.pick('in', 'not in')} {self.of(self.pick('items', 'mapping', 'text'), depth)})", lambda: f"not {a}",
            lambda: f"({a} {self.pick('and', 'or')} {b})", lambda: f"({a} {self.pick('is', 'is not')} None)", lambda: f"bool({a})", lambda: f"{self.pick('any', 'all')}({self.of('items', depth)})",
            lambda: f"{self.of('text', depth)}.{self.pick('isdigit', 'isalpha', 'isalnum', 'isspace', 'isupper', 'islower', 'istitle', 'isnumeric', 'isdecimal', 'isprintable', 'isascii')}()",
            lambda: f"{self.of('text', depth)}.{self.pick('startswith', 'endswith')}({self.of('text', 0)})",
        )()  # fmt: skip

    def nothing(self, depth: int) -> str:
        return self.pick("none", "None", "d.get('q')", "[].append(1)", "record")

    def moment(self, depth: int) -> str:
        a, b = self.of("moment", depth), self.of("moment", depth)
        return self.pick(
            lambda: f"({a} - {b})", lambda: f"({a} + datetime.timedelta({self.pick('days=1', 'hours=-30', 'weeks=1, minutes=5', 'milliseconds=1.5', 'seconds=0.1', 'days=0.5', '1, 2, 3')}))", lambda: f"{a}.replace({self.pick('day=1', 'year=2021', 'month=2', 'hour=5', 'tzinfo=None')})",
            lambda: f"{a}.{self.pick('date', 'time', 'timetz', 'weekday', 'isoweekday', 'isocalendar', 'toordinal', 'timestamp', 'total_seconds', 'utcoffset', 'tzname', 'ctime')}()", lambda: f"{a}.{self.pick('year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond', 'days', 'seconds', 'tzinfo')}",
            lambda: f"datetime.timedelta({self.number(depth)})", lambda: f"({a} * {self.number(depth)})", lambda: f"({a} / {self.pick(2, 3, 0.5, b)})", lambda: f"({a} // {self.pick(2, b)})", lambda: f"({a} % {b})", lambda: f"-{a}", lambda: f"abs({a})",
            lambda: f"{a}.astimezone(datetime.timezone(datetime.timedelta(hours={self.pick(2, -5, 5.5)})))", lambda: f"datetime.datetime.combine({a}, datetime.time({self.pick('', '5, 6')}))", lambda: f"datetime.datetime.fromtimestamp({self.number(depth)}, datetime.timezone.utc)",
            lambda: f"{a}.isoformat({self.pick('', 'timespec=' + chr(39) + 'minutes' + chr(39), chr(39) + ' ' + chr(39), 'timespec=' + chr(39) + 'milliseconds' + chr(39))})",
        )()  # fmt: skip

    def any(self) -> str:
        return self.of(self.kind(), self.pick(1, 2, 2, 3))


def shaped(g: Generator) -> str:
    """Texts in which a small language is hidden: formats, numbers, dates, escapes."""
    letters = lambda some, count: "".join(g.pick(*some) for _ in range(g.random.randint(0, count)))  # noqa: E731
    spec = g.pick("", "*", "é", "0") + g.pick("<", ">", "^", "=") if g.random.random() < 0.6 else g.pick("", "<", ">", "^", "=")
    spec += g.pick("", "", "+", "-", " ") + g.pick("", "", "", "#") + g.pick("", "", "0") + g.pick("", "1", "6", "12", "20") + g.pick("", "", "", ",", "_")
    spec += g.pick("", "", ".0", ".1", ".2", ".5", ".10") + g.pick("", "", "d", "f", "e", "g", "G", "E", "s", "x", "X", "b", "o", "c", "n", "%", "q", "F")
    value = g.pick("n", "m", "big", "x", "y", "cents", "tiny", "huge", "1.5", "0.1", "1e22", "123456.789", "1e16", "2.675", "-0.0", "s", "u", "yes", "none", "1234567", "255", "0", "0.0", "l", "float('inf')", "float('nan')", "12345.678", "99999999.5", "0.00001234", "1.0", "100.0", "65")
    percent = "%" + letters("-+ 0#", 2) + g.pick("", "1", "8", "12") + g.pick("", "", ".0", ".2", ".6") + g.pick(*"sdiuoxXeEfFgGcra%q")
    words = g.pick("%Y-%m-%d", "%d.%m.%y %H:%M", "%Y%m%d%H%M%S", "%A %d %B %Y", "%a %b %d %H:%M:%S %Y", "%I:%M %p", "%j %Y", "%Y-%m-%dT%H:%M:%S.%f%z", "%d/%m/%Y", "%m/%d/%y", "%c", "%x", "%X", "%H%M", "%y", "%G %V %u", "%U %W %w", "%-d %e %k %l", "%D %F %T %R", "%s", "%Q %%", "%Z %z", "%h %C %g")
    stamp = g.pick("2024-02-29", "29.02.24 23:05", "20240229230501", "Thursday 29 February 2024", "Thu Feb 29 23:05:01 2024", "11:05 pm", "060 2024", "2024-02-29T23:05:01.5+0130", "2024-2-9", " 5/ 6/2024", "02/29/24", "2305", "123", "68", "69", "2024-02-30", "12:00 AM", "2024-02-29T23:05:01.5Z", "1/2/2003")
    digits = "".join(g.pick("0", "1", "2", "3", "9", "-", ":", ".", "T", "W", "Z", "+", " ", "5") for _ in range(g.random.randint(4, 14)))
    iso = g.pick("2024-02-29", "2024-02-29T10:11", "20240229", "2024-W09-4", "2024W094", "2024-02-29T10", "2024-02-29 10:11:12.123", "20240229T101112", "2024-02-29T10:11:12Z", "2024-02-29T10:11:12.1234567+05:30", "2024-02-29T10:11:12-0800", "2024-13-01", "2024-02-29T24:00", "0001-01-01", "2024-W53", "2024-02-29T10:11:12,5", "10:11", "T10:11:12", "101112.5", "10", "2024-02-29T10:11:12+23:59:59.5", digits, day_like(g))
    number = letters("0123456789", 4) + g.pick("", ".", "_", "e", "E", "x", "-", "+", " ") + letters("0123456789_af", 4) + g.pick("", "", "e5", "e-3", " ", ".", "e400")
    character = "\u0378"
    while unicodedata.category(character) == "Cn":  # what is not assigned has no properties worth comparing
        character = chr(g.pick(g.random.randrange(32, 0x250), g.random.randrange(0x250, 0x2100), g.random.randrange(0x2C00, 0xD7FF), g.random.randrange(0x10000, 0x1F000)))
    document = g.pick('{"a": [1, 2.5, null, true, "x\\u00e9"]}', "[1, 2", "1e5", "NaN", "[Infinity]", '"\\ud83d\\ude00"', "", " 1 ", "{'a': 1}", '{"a": 1, "a": 2}', "[1,]", '"\t"', "01", "-", "1.0", "123456789012345678901234567890", '{"k": {"z": []}}')
    method = g.pick("upper", "lower", "title", "capitalize", "swapcase", "casefold", "isalpha", "isdigit", "isdecimal", "isnumeric", "isspace", "isupper", "islower", "istitle", "isprintable", "isalnum", "strip", "splitlines")
    prefix = g.pick("", "", "r", "f", "b", "u", "rb", "F", "fr")
    quote = g.pick("'", '"', "'''", '"""')
    inside = letters(["a", "\\n", "\\x41", "\\u00e9", "\\101", "\\q", "\\\\", "{n}", "{{", "}}", "{s!r:>15}", "{x:.{n}f}", "{n=}", "'", '"', "\n", " ", "{d.a}", "\\0", "{", "}", "\\N", "{n + 1}", "{[1][0]}"], 6)
    return g.pick(
        lambda: f'f"{{{value}:{spec}}}"', lambda: f'f"{{{value}:{spec}}}"', lambda: f"{percent!r} % {value}", lambda: f"'{percent}|%(a)s' % d" if g.random.random() < 0.2 else f"{percent!r} % ({value},)",
        lambda: f"{g.leaf('moment')}.strftime({words!r})", lambda: f"datetime.datetime.strptime({stamp!r}, {words!r})", lambda: f"datetime.datetime.strptime({stamp!r}, {words!r})",
        lambda: f"datetime.{g.pick('datetime', 'date')}.fromisoformat({iso!r})", lambda: f"datetime.time.fromisoformat({g.pick('10:11', 'T10:11:12', '101112.5', '10', '24:00', '10:11Z', '10:11:12.123456789', '10:11+05:30', '1011')!r})", lambda: f"int({number!r})", lambda: f"float({number!r})", lambda: f"int({number!r}, {g.pick(0, 16, 8, 36)})", lambda: number.strip() or "0",
        lambda: f"{character!r}.{method}()", lambda: f"('a' + {character!r} + 'B').{method}()", lambda: f"str([{character!r}])", lambda: f"json.dumps({character!r})",
        lambda: f"json.loads({document!r})", lambda: f"{prefix}{quote}{inside}{quote}", lambda: f"{prefix}{quote}{inside}{quote}", lambda: f"str({g.random.choice(['', '-'])}{g.random.random() * 10 ** g.random.randint(-20, 20)!r})",
        lambda: f"{g.random.getrandbits(g.random.choice([8, 60, 64, 130, 300]))} {g.pick('//', '%', '*', '-', '/', '&')} {g.pick('', '-')}{g.random.getrandbits(g.random.choice([4, 33, 64, 100])) + 1}",
        lambda: f"2.0 ** {g.random.randint(-1074, 1023)}", lambda: f"{g.random.getrandbits(80)} {g.pick('==', '<', '>')} {float(g.random.getrandbits(80))!r}", lambda: mangled(g),
    )()  # fmt: skip


def day_like(g: Generator) -> str:
    return f"{g.random.randint(0, 10000):04}-{g.random.randint(0, 13):02}-{g.random.randint(0, 32):02}{g.pick('', 'T12:30', ' 25:00', 'T1230')}{g.pick('', 'Z', '+01', '-01:00')}"


def mangled(g: Generator) -> str:
    """A good expression with one thing wrong: is it refused, and only then?"""
    text = g.any()
    at = g.random.randrange(len(text) + 1)
    piece = g.pick("", "(", ")", "[", "]", ",", ".", " ", "'", "if", " else ", "**", "not ", ":", "=", "{", "}", "#", "\\", "1", "_", "for x in ", "lambda ", "$")
    return text[:at] + piece + text[at + g.pick(0, 1, 3) :]


def generate(count: int, seed: str) -> list[str]:
    g = Generator(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        text = (g.any() if g.random.random() < 0.6 else shaped(g)).strip()
        if len(text) < 400 and "record" not in text and ";" not in text:
            found[text] = None
    return list(found)


def main() -> None:
    warnings.simplefilter("ignore")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDED
    seed = sys.argv[2] if len(sys.argv) > 2 else "pond"
    out = sys.stdout if len(sys.argv) > 1 else (Path(__file__).parent / "expressions.jsonl").open("w")
    print(json.dumps({"names": NAMES, "simpleeval": simpleeval.__name__, "python": sys.version.split()[0]}), file=out)
    for text in generate(count, seed):
        if is_statement(text):
            continue
        found = answer(text)
        if not any(word in found.get("value", "") for word in UNKNOWN):
            print(json.dumps(found, ensure_ascii=False), file=out)


if __name__ == "__main__":
    main()
