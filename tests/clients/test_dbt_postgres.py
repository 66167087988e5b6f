"""dbt with its PostgreSQL adapter: a project with a seed, a view, tables, an incremental model, tests and documentation."""

import json

import pytest
from venvs import venv

PROJECT = {
    "dbt_project.yml": "{name: shop, version: '1.0.0', profile: shop, flags: {send_anonymous_usage_stats: false}, models: {shop: {+persist_docs: {relation: true, columns: true}}}}",
    "profiles.yml": (
        "{shop: {target: it, outputs: {it: {type: postgres, host: 127.0.0.1, port: \"{{ env_var('PGPORT') | int }}\", "
        "user: \"{{ env_var('PGUSER') }}\", password: \"{{ env_var('PGPASSWORD') }}\", dbname: \"{{ env_var('PGDATABASE') }}\", schema: shop, threads: 2}}}}"
    ),
    "seeds/raw_orders.csv": "id,customer,amount,ordered\n" + "".join(f"{i},c{i % 7},{i * 1.25},2024-01-{1 + i % 28:02}\n" for i in range(1, 101)),
    "models/orders.sql": "select id, customer, amount::numeric(10, 2) as amount, ordered from {{ ref('raw_orders') }}",
    "models/customers.sql": "{{ config(materialized='table') }} select customer, count(*) as orders, sum(amount) as total from {{ ref('orders') }} group by customer",
    "models/growing.sql": (
        "{{ config(materialized='incremental', unique_key='id') }} select id, customer, amount from {{ ref('orders') }} "
        "{% if is_incremental() %} where id > (select max(id) - 5 from {{ this }}) {% else %} where id <= 60 {% endif %}"
    ),
    "models/schema.yml": (
        "{models: [{name: customers, description: who bought, columns: [{name: customer, description: the buyer's name, data_tests: [unique, not_null]}]}, "
        "{name: orders, columns: [{name: customer, data_tests: [{relationships: {to: ref('customers'), field: customer}}]}]}]}"
    ),
}


@pytest.fixture
def dbt(target, tmp_path):
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with target.connect() as c:
        c.execute("drop schema if exists shop cascade")

    def run(*words):
        done = target.run([venv("dbt-postgres") / "bin" / "dbt", *words, "--profiles-dir", tmp_path], 280, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        return done.stdout

    return run


def test_dbt(dbt, target, tmp_path):
    assert "All checks passed" in dbt("debug")
    dbt("build")
    with target.connect() as c:
        assert c.execute("select count(*), sum(total) from shop.customers").fetchone() == (7, 6312.5)
        assert c.execute("select count(*), max(id) from shop.growing").fetchone() == (60, 60)
        c.execute("update shop.growing set customer = 'changed'")
        dbt("run")
        assert c.execute("select count(*), max(id) from shop.growing").fetchone() == (100, 100)
        assert c.execute("select count(*) from shop.growing where customer = 'changed'").fetchone() == (55,)
        dbt("run", "--full-refresh", "--select", "growing")
        assert c.execute("select count(*) from shop.growing").fetchone() == (60,)
        kinds = dict(c.execute("select relname, relkind::text from pg_class join pg_namespace n on n.oid = relnamespace where nspname = 'shop' and relkind in ('r', 'v')").fetchall())
        assert kinds == {"raw_orders": "r", "orders": "v", "customers": "r", "growing": "r"}
        assert c.execute("select obj_description('shop.customers'::regclass, 'pg_class')").fetchone() == ("who bought",)
        dbt("docs", "generate")
        catalog = json.loads((tmp_path / "target" / "catalog.json").read_text())["nodes"]
        assert [x for x in catalog["model.shop.customers"]["columns"]] == ["customer", "orders", "total"]
        assert catalog["model.shop.customers"]["columns"]["customer"]["comment"] == "the buyer's name"
        c.execute("drop schema shop cascade")
