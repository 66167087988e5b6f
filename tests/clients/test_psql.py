"""psql's commands of a working day, beyond those of tests/e2e/test_catalog.py: each against PostgreSQL too."""

import pytest

TABLES = """
drop view if exists psql_v; drop table if exists psql_t; drop sequence if exists psql_s;
create table psql_t (id int primary key, name text, n int);
insert into psql_t values (1, 'a', 10), (2, 'b', 20);
comment on table psql_t is 'what it is about';
create view psql_v as select id from psql_t;
create sequence psql_s;
create index psql_i on psql_t (name);
"""

# command -> words of its answer
COMMANDS = {
    r"\d psql_t": ["integer", "PRIMARY KEY, btree (id)", "psql_i"],
    r"\d+ psql_t": ["Access method: heap"],
    r"\dt+ psql_*": ["psql_t", "what it is about"],
    r"\dv psql_*": ["psql_v"],
    r"\dn+": ["public"],
    r"\df lower": ["lower"],
    r"\l": ["warehouse"],
    r"\l+": ["warehouse"],
    r"\di psql_*": ["psql_i", "pkey", "psql_t"],
    r"\ds psql_*": ["psql_s"],
    r"\d psql_i": ["name"],
    r"\dT": [],
    r"\du": [],
    r"\dp": ["psql_t"],
    r"\z": ["psql_t"],
    r"\dx": [],
    r"\dO": [],
    r"\db": ["pg_default"],
    r"\dm": [],
    r"\dE": [],
    r"\da count": ["count"],
    r"\do": [],
    r"\ddp": [],
    r"\des": [],
    r"\drds": [],
    r"\dy": [],
    r"\dC": [],
    r"\dRp": [],
    r"\sv psql_v": ["psql_t"],
    r"\dP": [],
    r"\dD": [],
    r"\dF": [],
}

# a script -> what it writes
SCRIPTS = {
    "gset": ("select 1 as one, 'x' as two \\gset\n\\echo :one :two\n", "1 x\n"),
    "gexec": ("select 'select ' || id || ' as x' from psql_t order by id \\gexec\n", "1\n2\n"),
    "gdesc": ("select id, name from psql_t \\gdesc\n", "id|integer\nname|text\n"),
    "crosstabview": ("select name, id, n from psql_t order by id \\crosstabview name id n\n", "a|10|\nb||20\n"),
    "expanded": ("\\x on\nselect id from psql_t where id = 1;\n", "Expanded display is on.\nid|1\n"),
    "on_error_rollback": (
        "\\set ON_ERROR_ROLLBACK on\nbegin;\nselect * from nowhere;\nselect 5;\ncommit;\n",
        "BEGIN\n5\nCOMMIT\n",
    ),
    "errverbose": ("select * from nowhere;\n\\errverbose\n", ""),
    "escaped": ("select 'a_b' like 'a\\_b', 'axb' like 'a\\_b';\n", "t|f\n"),
    "several": ("select 1\\; select 2;\n", "1\n2\n"),
    "fetch_count": (
        "\\set FETCH_COUNT 100\nselect i from generate_series(1, 250) g(i);\nselect name from psql_t order by id;\n",
        "".join(f"{i}\n" for i in range(1, 251)) + "a\nb\n",
    ),
    "prepare": (
        "prepare p(int) as select name from psql_t where id = $1;\nexecute p(2);\nexecute p(1);\ndeallocate p;\n",
        "PREPARE\nb\na\nDEALLOCATE\n",
    ),
    "cursor": (
        "begin;\ndeclare c cursor for select id from psql_t order by id;\nfetch 1 from c;\nmove 1 in c;\nfetch 1 from c;\nclose c;\nend;\n",
        "BEGIN\nDECLARE CURSOR\n1\nMOVE 1\nCLOSE CURSOR\nCOMMIT\n",
    ),
    "variables": ("\\set n 2\nselect name from psql_t where id = :n and name = :'v';\n", "b\n"),
}


def psql(target, *words, stdin=None):
    return target.run(["psql", "-X", "-v", "v=b", *words], 60, input=stdin)


@pytest.fixture(scope="module")
def prepared():
    return set()


@pytest.fixture
def server(target, prepared):
    if target.server not in prepared:
        done = psql(target, "-v", "ON_ERROR_STOP=1", stdin=TABLES)
        assert done.returncode == 0, done.stderr
        prepared.add(target.server)
    return target


@pytest.mark.parametrize("command", COMMANDS)
def test_command(server, command):
    done = psql(server, "-c", command)
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr
    for word in COMMANDS[command]:
        assert word in done.stdout, done.stdout


@pytest.mark.parametrize("name", SCRIPTS)
def test_script(server, name):
    script, expected = SCRIPTS[name]
    done = psql(server, "-At", stdin=script)
    assert done.stdout == expected, done.stdout + done.stderr
    if name == "errverbose":
        assert "42P01" in done.stderr


def test_copy_to_and_from_files(server, tmp_path):
    out, text = tmp_path / "t.csv", tmp_path / "out.txt"
    script = (
        f"\\copy (select * from psql_t order by id) to '{out}' csv header\ncreate temp table psql_c (id int, name text, n int);\n"
        f"\\copy psql_c from '{out}' csv header\nselect sum(n) from psql_c;\nselect id, name from psql_t order by id \\g {text}\n"
    )
    done = psql(server, "-At", stdin=script)
    assert done.stdout.splitlines() == ["COPY 2", "CREATE TABLE", "COPY 2", "30"], done.stdout + done.stderr
    assert out.read_text() == "id,name,n\n1,a,10\n2,b,20\n"
    assert text.read_text() == "1|a\n2|b\n"


@pytest.mark.parametrize("command", [r"\d nowhere", r"\c nowhere"])
def test_a_clear_error(server, command):
    done = psql(server, "-c", command)
    assert "no_such" in done.stderr or "nowhere" in done.stderr, done.stderr
