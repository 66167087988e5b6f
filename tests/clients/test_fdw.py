"""postgres_fdw: a real PostgreSQL that reads and writes a warehouse."""

import pytest

TABLE = """
drop view if exists fdw_totals; drop table if exists fdw_sales;
create table fdw_sales (id int not null, region text, amount numeric(10,2), made timestamptz, ok boolean, tags text[]);
insert into fdw_sales select i::int, 'r' || (i % 5), (i * 0.25)::numeric(10,2), timestamptz '2024-01-01 00:00:00+00' + i * interval '1 hour',
  i % 2 = 0, array['a', 'b' || i] from generate_series(1, 10000) s(i);
create view fdw_totals as select region, count(*) as n from fdw_sales group by region;
"""


@pytest.fixture
def local(postgres, target):
    """A database of the real PostgreSQL with the target's tables in the schema `ware`."""
    done = target.run(["psql", "-X", "-v", "ON_ERROR_STOP=1"], input=TABLE)
    assert done.returncode == 0, done.stderr
    password = target.password.replace("'", "''")
    postgres.sql(
        "create extension if not exists postgres_fdw; drop server if exists ware cascade; drop schema if exists ware cascade; create schema ware;"
        f"create server ware foreign data wrapper postgres_fdw options (host '127.0.0.1', port '{target.port}', dbname '{target.database}', fetch_size '1000');"
        f"create user mapping for postgres server ware options (user '{target.user}', password '{password}');"
        "import foreign schema public limit to (fdw_sales, fdw_totals) from server ware into ware;"
    )
    return postgres


def test_reads(local):
    assert local.sql("select count(*), sum(id), sum(amount) from ware.fdw_sales") == "10000|50005000|12501250.00\n"
    assert local.sql("select id, region, amount, ok, tags from ware.fdw_sales where id = 7") == "7|r2|1.75|f|{a,b7}\n"
    assert local.sql("select n from ware.fdw_totals where region = 'r1'") == "2000\n"
    assert local.sql("select count(*) from ware.fdw_sales a join ware.fdw_sales b on a.id = b.id + 1 where a.id < 100") == "98\n"
    assert local.sql("select count(*) from ware.fdw_sales s join (values ('r1'), ('r2')) v(region) using (region)") == "4000\n"


def test_writes(local):
    assert local.sql("insert into ware.fdw_sales (id, region) values (20000, 'new') returning id") == "20000\n"
    local.sql("update ware.fdw_sales set region = 'x' where id = 20000")
    assert local.sql("select region from ware.fdw_sales where id = 20000") == "x\n"
    local.sql("delete from ware.fdw_sales where id = 20000")
    local.sql("begin; insert into ware.fdw_sales (id) values (20001); rollback")
    assert local.sql("select count(*) from ware.fdw_sales where id >= 20000") == "0\n"
