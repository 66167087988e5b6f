"""Where Pond is meant to answer otherwise than PostgreSQL 15.

RULES see a difference by itself, in any case. REASONS are named by the cases that show them: `-- differs: NAME`.
"""

import json
import math

from oracle.harness import Difference, Mismatch

BOOL, BYTEA, NAME, INT8, INT2, INT4, REGPROC, TEXT, OID, JSON, FLOAT4, FLOAT8 = 16, 17, 19, 20, 21, 23, 24, 25, 26, 114, 700, 701
BPCHAR, VARCHAR, VARCHAR_ARRAY, BIT, VARBIT, NUMERIC, RECORD, JSONB, TEXT_ARRAY = 1042, 1043, 1015, 1560, 1562, 1700, 2249, 3802, 1009
OWN = {28, 194, 869, 1034, 2211, 2277, 3220, 3361, 3402, 5017, 10028}
REGISTERED = {REGPROC, 2202, 2205, 2206, 4089, 4096}

REASONS = {
    "division": "`/` is DuckDB's: 7 / 2 is 3.5 and nothing divided by zero is an error (NULL or infinity); `//` is the integer one",
    "lists of lists": "are JSON on the wire: lists may be ragged, arrays of PostgreSQL cannot",
    "records": "rows are STRUCTs, on the wire JSON",
    "texts of values": "DuckDB's own text where SQL itself makes it: lists, doubles, bytes, truth, instants in JSON",
    "lengths": "varchar(n) and char(n) are neither cut, filled nor refused: DuckDB has one type of text",
    "other types": "money, inet and enums are numbers and texts; DECIMAL has no NaN; BIT has no length",
    "precision of times": "DuckDB's times have no modifier and its intervals no fields",
    "texts of dates": "texts without a stated type and casts of other texts are read by DuckDB: ISO 8601 with seconds, a sign of BC in brackets; leap seconds, years beyond its range, zones by a number",
    "casts of times": "casts and differences between TIME and INTERVAL that DuckDB lacks",
    "dates are not instants": "date_trunc and generate_series of a DATE give TIMESTAMP; DuckDB's centuries begin with the year 0",
    "sum of intervals": "DuckDB has none",
    "commands": "DuckDB lacks the command, or it does more or less than PostgreSQL's: no functions in SQL, materialized views, roles, STORED columns, CTEs that write; EXPLAIN and CREATE TABLE AS answer in their own way",
    "operators": "operators and clauses that DuckDB's parser lacks",
    "json functions": "operators @> ? - || and functions that DuckDB's json lacks; json_each tells more, and aggregates of it take no ORDER BY",
    "regular expressions": "regexp_matches is DuckDB's (a truth value), SIMILAR TO takes regular expressions, patterns are RE2's",
    "lists": "DuckDB's functions of lists",
    "bytes": "functions of BLOB that DuckDB lacks, the encoding `escape`",
    "literals": "DuckDB reads 0x1F, 1_000 and 1a; it lacks unicode escapes",
    "settings": "transactions are snapshots (repeatable read), SHOW gives a time-out as it was set, this is 15.0, a limit of the server is what a session has by default",
    "functions": "functions that DuckDB lacks, or of its own rules",
    "order of NULLs": "last in either direction, as DuckDB has it; NULLS FIRST says otherwise",
    "contents of the catalog": "functions, operators, casts, types, languages, extensions, access methods and databases are those of DuckDB and of one file",
    "roles": "everything belongs to the role `admin`; grants, who may what, are Pond's own",
    "texts of expressions": "what stands in a view, a CHECK or a default is DuckDB's text",
    "names": "names of columns that are not told from the text",
    "DuckDB refuses less": "DuckDB converts between types where PostgreSQL refuses, or refuses for another reason: another SQLSTATE",
}


def types(real: set[int], pond: set[int]):
    return lambda m: m.what == "type" and m.real in real and m.pond in pond


def pairs(m: Mismatch, real: set[int], pond: set[int]) -> bool:
    """A value of columns of these types."""
    return m.what == "value" and m.context["types"][0] in real and m.context["types"][1] in pond


def close(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return a is b
    try:
        return math.isclose(float(a), float(b), rel_tol=1e-13, abs_tol=1e-15)
    except ValueError:
        return a == b


def numbers(real: set[int], pond: set[int]):
    """Columns of numbers whose types differ in this way, and values that are the same numbers."""
    return lambda m: types(real, pond)(m) or (pairs(m, real, pond) and all(map(close, m.real, m.pond)))


def same_json(a: str | None, b: str | None) -> bool:
    return a is b if a is None or b is None else json.loads(a) == json.loads(b)


def documents(m: Mismatch) -> bool:
    if m.what == "type":
        return (m.real, m.pond) == (JSONB, JSON)
    return pairs(m, {JSON, JSONB}, {JSON}) and all(map(same_json, m.real, m.pond))


RULES = [
    Difference("places of a DECIMAL", "the modifier of a numeric column tells the digits that DuckDB knows of the expression", lambda m: m.what == "modifier" and m.real == -1),
    Difference("places of the result", "DECIMAL keeps as many places as its type has: coalesce(1, 2.5) is 1.0", numbers({NUMERIC}, {NUMERIC})),
    Difference("DOUBLE for numeric", "DuckDB's division, avg, stddev, power, sqrt, exp, ln and numbers with an exponent are DOUBLE", numbers({NUMERIC}, {FLOAT8})),
    Difference("last digit of a DOUBLE", "other library, other rounding in the sixteenth digit", lambda m: pairs(m, {FLOAT8}, {FLOAT8}) and all(map(close, m.real, m.pond))),
    Difference("sums are HUGEINT", "sum of integers cannot overflow; on the wire it is numeric", types({INT8}, {NUMERIC})),
    Difference("wider integers", "generate_series, ntile, grouping, gcd, a difference of dates are BIGINT in DuckDB", types({INT4, 1007}, {INT8, 1016})),
    Difference("round and sign of integers", "keep DuckDB's type", lambda m: m.what == "type" and m.context["column"] in ("round", "trunc", "sign")),
    Difference("REAL with other numbers", "DuckDB computes REAL with integers and literals as REAL, and sums REAL as DOUBLE", types({FLOAT8, FLOAT4}, {FLOAT4, FLOAT8})),
    Difference("texts have no length", "DuckDB has one type of text: varchar(n) and char(n) are text", types({VARCHAR, BPCHAR, VARCHAR_ARRAY}, {TEXT, TEXT_ARRAY})),
    Difference("bits have no length", "bit(n) is bit varying", types({BIT}, {VARBIT})),
    Difference("names are texts", "current_user, information_schema and functions give text where PostgreSQL gives name", types({NAME}, {TEXT})),
    Difference("registered names", "regclass and the like are texts, or numbers of a literal", lambda m: types(REGISTERED | {OID}, {TEXT, INT8, OID, NAME})(m) or pairs(m, REGISTERED, {TEXT, INT8, OID, NAME})),
    Difference("one JSON", "jsonb is json: its text stays as it was written", documents),
    Difference("types of the catalog itself", "xid, pg_node_tree, aclitem[], pg_lsn, inet, anyarray and statistics are numbers and texts, without values", types(OWN, {TEXT, INT8, TEXT_ARRAY})),
    Difference("NULL is an integer", "DuckDB's type of a bare NULL", types({TEXT}, {INT4})),
    Difference("where an error is", "DuckDB points at the cast, the operator or the end, and counts from the statement's own begin", lambda m: m.what == "position"),
    Difference("nothing about what was skipped", "no NOTICE of IF EXISTS, IF NOT EXISTS and CASCADE", lambda m: m.what == "notice" and not m.pond and {n[0] for n in m.real} == {"NOTICE"}),
]


def rule(name: str, reason: str) -> Difference:
    return Difference(name, reason, lambda m: name in m.context.get("listed", []))


DIFFERENCES = RULES + [rule(name, reason) for name, reason in REASONS.items()]
PENDING: list[tuple[str, str]] = []
