"""Literals without a type beside them, which get it from a column or from what they are compared with: the same bytes and items on both servers."""

import pytest

# a literal -> how PostgreSQL writes the value; then with the type of the column before it
BYTES = {
    r"'\x00ff'": r"\x00ff",
    r"'\xDEADbeef'": r"\xdeadbeef",
    r"'\x'": r"\x",
    r"'\x5c78'": r"\x5c78",
    r"'\x27'": r"\x27",
    r"E'\\x00ff'": r"\x00ff",
    r"'\000\377a'": r"\x00ff61",
    r"'a\\b'": r"\x615c62",
    "'plain'": r"\x706c61696e",
    "''": r"\x",
    "'{1,2}'": r"\x7b312c327d",
}
ARRAYS = [
    ("int[]", "'{1,2}'", "{1,2}"),
    ("int[]", "'{}'", "{}"),
    ("int[]", "'{1,NULL}'", "{1,NULL}"),
    ("int[]", "' {1, 2} '", "{1,2}"),
    ("text[]", "'{a,b c}'", "{a,\"b c\"}"),
    ("text[]", """'{"a, b","c\\"d"}'""", """{"a, b","c\\"d"}"""),
    ("text[]", "'{it''s}'", "{it's}"),
    ("text[]", """'{"NULL",NULL}'""", """{"NULL",NULL}"""),
    ("text[]", """'{ a b , "c " , [x], (y:z)}'""", """{"a b","c ",[x],(y:z)}"""),
    ("text[]", r"'{a\,b,\"}'", r"""{"a,b","\""}"""),
    ("numeric(10,2)[]", "'{1.5,2}'", "{1.50,2.00}"),
    ("boolean[]", "'{t,f}'", "{t,f}"),
    ("date[]", "'{2024-01-02}'", "{2024-01-02}"),
    ("text", r"'\x00ff'", r"\x00ff"),
    ("text", "'{1,2}'", "{1,2}"),
    ("varchar(20)", r"'a\\b'", r"a\\b"),
    ("json", """'{"a": [1]}'""", """{"a": [1]}"""),
]
LITERALS = [("bytea", literal, expected) for literal, expected in BYTES.items()] + ARRAYS


@pytest.fixture
def table(target):
    """Makes a table with a column v of a type. -> the connection"""
    with target.connect() as c:
        yield lambda kind: c.execute(f"drop table if exists literal_t; create table literal_t (n int, v {kind})") and c
        c.execute("drop table if exists literal_t")


def values(c, rest="") -> list:
    result = c.pgconn.exec_(f"select v from literal_t {rest} order by n".encode())
    assert result.error_message == b"", result.error_message
    return [None if result.get_value(row, 0) is None else result.get_value(row, 0).decode() for row in range(result.ntuples)]


@pytest.mark.parametrize("kind,literal,expected", LITERALS, ids=lambda value: value)
def test_literal(table, kind, literal, expected):
    c = table(kind)
    c.execute(f"insert into literal_t values (1, {literal}), (2, NULL)")
    c.execute(f"insert into literal_t (v, n) values ({literal}, 3)")
    c.execute("insert into literal_t values (4, NULL)")
    c.execute(f"update literal_t set v = {literal} where n = 4")
    assert values(c) == [expected, None, expected, expected]
    if kind != "json":
        assert values(c, f"where v = {literal}") == [expected] * 3
        assert values(c, f"where v in ({literal})") == [expected] * 3


def test_in_an_extended_statement(table):
    c = table("bytea")
    for n in range(2):
        c.execute(r"insert into literal_t values (%s, '\x00ff')", [n], prepare=True)
    assert values(c) == [r"\x00ff"] * 2
    assert c.execute(r"select n from literal_t where v = '\x00ff' and n = %s", [1]).fetchall() == [(1,)]


def test_any(table):
    c = table("int")
    c.execute("insert into literal_t values (1, 10), (2, 20), (3, 30)")
    assert values(c, "where v = any('{10,30}')") == ["10", "30"]
    assert values(c, "where v <> all('{10,30}')") == ["20"]


def test_in_a_transaction_and_beside_an_open_cursor(table):
    c = table("bytea")
    with c.transaction():
        c.execute("declare literal_c cursor for select i from generate_series(1, 5) g(i)")
        assert len(c.execute("fetch 2 from literal_c").fetchall()) == 2
        c.execute(r"insert into literal_t values (1, '\x00ff')")
        assert [i for (i,) in c.execute("fetch all from literal_c").fetchall()] == [3, 4, 5]
    assert values(c) == [r"\x00ff"]


def test_no_literal_of_the_type_is_an_error(table):
    for kind, literal in (("int[]", "'{1,x}'"), ("int[]", "'{1'")):
        c = table(kind)
        with pytest.raises(Exception, match="(?i)could not|invalid|malformed|can't be cast"):
            c.execute(f"insert into literal_t values (1, {literal})")
        assert values(c) == []


def test_defaults_of_arrays(table):
    c = table("int[] default '{}', w text[] not null default '{a,b}'")
    c.execute("insert into literal_t (n) values (1)")
    assert values(c) == ["{}"] and c.execute("select w from literal_t").fetchone() == (["a", "b"],)
