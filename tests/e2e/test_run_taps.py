"""Four real taps: discover, select, load, incremental, state."""

import csv
import os

import pytest
from venvs import venv


def state_of(project, tap: str) -> dict:
    return project.state(f"dev:{tap}-to-target-duckdb")


# tap-spreadsheets: CSV files


def write_csv(path, rows) -> None:
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([("id", "name", "amount"), *rows])


@pytest.fixture
def spreadsheets(project):
    file = {"path": "people.csv", "format": "csv", "table_name": "people", "primary_keys": ["id"]}
    file["schema_overrides"] = {"id": {"type": ["integer", "null"]}, "amount": {"type": ["number", "null"]}}
    project.tap("tap-spreadsheets", venv("tap-spreadsheets") / "bin" / "tap-spreadsheets", {"files": [file]})
    write_csv(project.folder / "people.csv", [(1, "Ann", 1.5), (2, "with, comma", "NA"), (3, 'with "quotes"', "")])
    return project


def test_spreadsheets(spreadsheets, warehouse):
    project = spreadsheets
    listed = project("select", "tap-spreadsheets", "--list", "--all").ok().out
    assert "people.name" in listed.replace(" ", "")
    project.run("tap-spreadsheets").ok()
    rows = "select id, name, amount from people order by id"
    assert warehouse.rows(rows) == [(1, "Ann", 1.5), (2, "with, comma", None), (3, 'with "quotes"', None)]
    assert warehouse.columns("people")["_sdc_last_modified"].startswith("TIMESTAMP")

    # unchanged file: nothing; changed file: updates by key
    before = warehouse.dump("main.people")
    project.run("tap-spreadsheets").ok()
    assert warehouse.dump("main.people") == before
    write_csv(project.folder / "people.csv", [(1, "Anna", 2.5), (4, "Dan", 4)])
    later = os.stat(project.folder / "people.csv").st_mtime + 5
    os.utime(project.folder / "people.csv", (later, later))
    project.run("tap-spreadsheets").ok()
    assert [row[:2] for row in warehouse.rows(rows)] == [
        (1, "Anna"),
        (2, "with, comma"),
        (3, 'with "quotes"'),
        (4, "Dan"),
    ]
    assert "replication_key_value" in state_of(project, "tap-spreadsheets")["bookmarks"]["people"]


def test_spreadsheets_selected_columns(spreadsheets, warehouse):
    spreadsheets("select", "tap-spreadsheets", "people", "name").ok()
    spreadsheets.run("tap-spreadsheets").ok()
    assert {"id", "name"} <= set(warehouse.columns("people")) and "amount" not in warehouse.columns("people")


# tap-postgres


@pytest.fixture
def orders(project, postgres):
    postgres.sql(
        """
        drop schema if exists shop cascade; create schema shop;
        create table shop.orders (
            id bigint primary key, customer text not null, amount numeric(12,2), note text, paid boolean, tags int[], doc jsonb,
            day date, at time, created timestamp, updated timestamptz not null, big numeric(30,0), ratio float8, code uuid);
        insert into shop.orders select g, 'customer '||(g%7), g*1.10, case when g%3=0 then '' end, g%2=0, array[g,g+1],
            jsonb_build_object('a',g), date '2020-01-01'+g, time '10:00', timestamp '2020-01-01'+g*interval '1 minute',
            timestamptz '2020-01-01 00:00:00+02'+g*interval '1 hour', 12345678901234567890::numeric*g, g/3.0, md5(g::text)::uuid
        from generate_series(1,5) g;
        create table shop.plain (a int, b text); insert into shop.plain values (1,'x'),(2,'y');
        """
    )
    executable = venv("tap-postgres") / "bin" / "tap-postgres"
    metadata = {"shop-orders": {"replication-method": "INCREMENTAL", "replication-key": "updated"}}
    config = {**postgres.tap_config, "filter_schemas": ["shop"]}
    project.tap("tap-postgres", executable, config, select=["shop-*.*"], metadata=metadata)
    project.loader(default_target_schema="main")
    return project


def test_postgres(orders, postgres, warehouse):
    orders.run("tap-postgres").ok()
    assert warehouse.rows(
        "select id, amount::varchar, note, paid, tags->>1, doc->>'a', day::varchar from orders where id <= 3 order by id"
    ) == [
        (1, "1.1", None, False, "2", "1", "2020-01-02"),
        (2, "2.2", None, True, "3", "2", "2020-01-03"),
        (3, "3.3", "", False, "4", "3", "2020-01-04"),
    ]
    assert warehouse.one("select updated::varchar from orders where id = 1") == "2019-12-31 23:00:00+00"
    assert warehouse.count("plain") == 2
    bookmark = state_of(orders, "tap-postgres")["bookmarks"]["shop-orders"]
    assert bookmark["replication_key_value"].startswith("2020-01-01T03:00:00")

    # incremental: one updated row, one new row, one deleted at the source (which a cursor cannot see)
    postgres.sql(
        """
        update shop.orders set customer = 'changed', updated = timestamptz '2020-02-01 00:00:00+00' where id = 2;
        insert into shop.orders (id, customer, updated) values (6, 'new', timestamptz '2020-02-02 00:00:00+00');
        delete from shop.orders where id = 1;
        """
    )
    orders.run("tap-postgres").ok()
    assert warehouse.rows("select id, customer from orders where id in (1, 2, 6) order by id") == [
        (1, "customer 1"),
        (2, "changed"),
        (6, "new"),
    ]
    assert warehouse.count("orders") == 6


def test_postgres_through_the_command_line(orders, warehouse):
    """As a user does it: select by command, password from the environment."""
    orders.extractors["tap-postgres"].pop("select")
    orders.extractors["tap-postgres"]["config"].pop("password")
    # without a definition of the setting there is no variable for it, as in Meltano
    orders.extractors["tap-postgres"]["settings"] = [{"name": "password", "sensitive": True}]
    orders.write()
    orders("select", "tap-postgres", "shop-plain", "*").ok()
    orders.env(TAP_POSTGRES_PASSWORD="secret")
    orders.run("tap-postgres").ok()
    assert warehouse.tables() == ["main.plain"]


# tap-mysql on MariaDB


@pytest.fixture
def shop(project, mariadb):
    mariadb.sql(
        """
        drop database if exists shop; create database shop; use shop;
        create table orders (
            id bigint unsigned primary key, customer varchar(50) not null, amount decimal(12,2), note text, paid tinyint(1),
            day date, at time, created datetime, updated timestamp not null, f double, bin varbinary(10), bt bit(1));
        insert into orders values
            (1,'ann',1.10,'',1,'2020-01-02','10:00:00','2020-01-01 00:01:00','2020-01-01 01:00:00',0.5,x'00ff',1),
            (2,'bob',2.20,null,0,null,null,null,'2020-01-02 01:00:00',null,null,0),
            (18446744073709551615,'big',9999999999.99,'x',1,null,null,null,'2020-01-03 01:00:00',null,null,0);
        create table plain (a int, b text); insert into plain values (1,'x'),(2,'y');
        """
    )
    project.loader(add_record_metadata=True, hard_delete=True)

    def with_method(method: str):
        executable = venv("tap-mysql") / "bin" / "tap-mysql"
        metadata = {
            "shop-orders": {"replication-method": method, "replication-key": "updated"},
            "shop-plain": {"replication-method": "FULL_TABLE"},
        }
        config = {**mariadb.tap_config, "filter_dbs": "shop"}
        project.tap("tap-mysql", executable, config, select=["*.*"], metadata=metadata)
        return project

    return with_method


def test_mysql_incremental_and_full_table(shop, mariadb, warehouse):
    project = shop("INCREMENTAL")
    project.run("tap-mysql").ok()
    # the tap sends multipleOf without bounds, which says no precision: amount is a DOUBLE (docs/singer.md)
    assert warehouse.rows("select id, customer, amount, paid, bt from orders order by id") == [
        (1, "ann", 1.1, True, True),
        (2, "bob", 2.2, False, False),
        (18446744073709551615, "big", 9999999999.99, True, False),
    ]
    mariadb.sql(
        """
        use shop; update orders set customer='bobby', updated='2020-02-01 00:00:00' where id=2;
        delete from plain where a=1; insert into plain values (3,'z');
        """
    )
    project.run("tap-mysql").ok()
    assert warehouse.one("select customer from orders where id = 2") == "bobby"
    assert warehouse.count("orders") == 3
    # full table without keys: ACTIVATE_VERSION and hard_delete leave exactly the source's rows
    assert warehouse.rows("select a, b from plain order by a") == [(2, "y"), (3, "z")]


def test_mysql_from_the_binary_log(shop, mariadb, warehouse):
    project = shop("LOG_BASED")
    project.run("tap-mysql").ok()
    assert warehouse.count("orders") == 3
    mariadb.sql("use shop; delete from orders where id=2; update orders set customer='ann2' where id=1")
    project.run("tap-mysql").ok()
    assert [row[0] for row in warehouse.rows("select customer from orders order by id")] == ["ann2", "big"]


# source-faker through the Airbyte protocol


def test_faker_through_the_airbyte_protocol(project, warehouse):
    executable = venv("source-faker") / "bin" / "source-faker"
    config = {"count": 20, "seed": 1, "records_per_slice": 10, "always_updated": False, "parallelism": 1}
    project.tap("source-faker", executable, config, protocol="airbyte", select=["users.*", "purchases.*"])
    del project.extractors["source-faker"]["capabilities"]
    project.write()

    listed = project("select", "source-faker", "--list", "--all").ok().out
    assert "products" in listed and "users" in listed
    project.run("source-faker").ok()
    assert warehouse.tables() == ["main.purchases", "main.users"]
    assert warehouse.count("users") == 20 and warehouse.count("purchases") == 20
    assert warehouse.columns("users")["id"] == "BIGINT"
    assert warehouse.columns("users")["updated_at"] == "TIMESTAMP WITH TIME ZONE"
    assert warehouse.one("select count(*) from users where address->>'city' is not null") == 20

    before = warehouse.dump("main.users")
    project.run("source-faker").ok()  # incremental: the source has nothing new
    assert warehouse.dump("main.users") == before
    assert "loop_offset" in str(state_of(project, "source-faker"))


def test_faker_with_parallel_workers(project, warehouse):
    executable = venv("source-faker") / "bin" / "source-faker"
    config = {"count": 3000, "seed": 1, "records_per_slice": 500, "always_updated": False, "parallelism": 3}
    project.tap("source-faker", executable, config, protocol="airbyte")
    project.run("source-faker").ok()
    assert warehouse.count("users") == 3000 and warehouse.count("products") == 100
    project.pond.gone()


# an Airbyte source of our own: errors, and other loaders behind it

SOURCE = """\
case $1 in
discover) echo '{"type":"CATALOG","catalog":{"streams":[{"name":"users","json_schema":{"type":"object","properties":
{"id":{"type":"integer"}}},"supported_sync_modes":["full_refresh"],"source_defined_primary_key":[["id"]]}]}}' | tr -d '\\n'
echo ;;
read) echo starting >&2
for id in 1 2 3; do echo '{"type":"RECORD","record":{"stream":"users","data":{"id":'$id'},"emitted_at":1}}'; done
END ;;
esac"""

TRACE = """echo '{"type":"TRACE","trace":{"type":"ERROR","error":{"message":"the password is wrong"}}}'"""


@pytest.fixture
def source(project):
    def with_end(end: str):
        project.tap("source-x", project.shell("source_x", SOURCE.replace("END", end)), {}, protocol="airbyte")
        return project

    return with_end


def test_an_airbyte_source_before_a_foreign_target(source):
    project = source("")
    project.loader("target-cat", {"executable": str(project.shell("target_cat", "cat > received"))})
    project.run("source-x", "target-cat").ok()
    lines = (project.folder / "received").read_text().splitlines()
    assert '"type":"SCHEMA"' in lines[0] and '"key_properties":["id"]' in lines[0]
    assert len(lines) == 4 and lines[3].startswith('{"type":"RECORD","stream":"users","record":{"id":3}')


@pytest.mark.parametrize("code", ["", "exit 1"])
def test_an_airbyte_source_tells_of_an_error(source, warehouse, code):
    project = source(f"{TRACE}; {code}")
    project.run("source-x").failed("the password is wrong")
    assert "the password is wrong" in project("logs", "show").ok().out
    assert warehouse.count("users") == 3  # keyed rows that arrived whole stay


def test_an_airbyte_source_that_cannot_discover(project):
    project.tap("source-x", project.shell("source_x", f"{TRACE}; exit 1"), {}, protocol="airbyte")
    project.run("source-x").failed("discovery", "the password is wrong")
