// What tokio-postgres does against a server: SERVER=pond or postgres, and PGHOST and the like.
use std::collections::HashSet;
use std::error::Error;
use std::fmt::Debug;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use futures_util::future::{join_all, poll_fn};
use futures_util::{pin_mut, SinkExt, StreamExt, TryStreamExt};
use rust_decimal::Decimal;
use serde_json::{json, Value};
use tokio_postgres::binary_copy::{BinaryCopyInWriter, BinaryCopyOutStream};
use tokio_postgres::types::{FromSql, Kind, ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, Config, IsolationLevel, NoTls, SimpleQueryMessage};
use uuid::Uuid;

type Done = Result<(), Box<dyn Error + Send + Sync>>;

const LONG: &str = "select count(*) from generate_series(1, 100000000) a, generate_series(1, 1000000) b where a + b < 0";

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

fn pond() -> bool {
    env("SERVER") == "pond"
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .host(&env("PGHOST"))
        .port(env("PGPORT").parse().unwrap_or(5432))
        .user(&env("PGUSER"))
        .password(env("PGPASSWORD"))
        .dbname(&env("PGDATABASE"))
        .application_name("tokio-postgres");
    config
}

/// A connection, and the codes of the notices that come on it.
async fn connect(config: &Config) -> Result<(Client, Arc<Mutex<Vec<String>>>), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let notices = Arc::new(Mutex::new(Vec::new()));
    let heard = notices.clone();
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notice(notice) = message {
                heard.lock().unwrap().push(notice.code().code().to_string());
            }
        }
    });
    Ok((client, notices))
}

#[derive(Default)]
struct Report {
    number: usize,
    failed: usize,
}

impl Report {
    /// Runs one check with a connection of its own.
    async fn check<F: Future<Output = Done> + Send + 'static>(&mut self, name: &str, work: fn(Client) -> F) {
        self.number += 1;
        let done = match connect(&config()).await {
            Ok((client, _)) => tokio::spawn(work(client)).await.unwrap_or_else(|panic| Err(panic.into())),
            Err(error) => Err(error.into()),
        };
        match done {
            Ok(()) => println!("ok {} - {}", self.number, name),
            Err(error) => {
                self.failed += 1;
                println!("not ok {} - {}: {}", self.number, name, format!("{error} {error:?}").replace('\n', " "));
            }
        }
    }
}

fn equal<A: PartialEq<B> + Debug, B: Debug>(expected: A, got: B) -> Done {
    if expected == got {
        return Ok(());
    }
    Err(format!("expected {expected:?}, got {got:?}").into())
}

fn code(error: &tokio_postgres::Error) -> &str {
    error.code().map_or("none", |state| state.code())
}

fn state<T: Debug>(expected: &str, got: Result<T, tokio_postgres::Error>) -> Done {
    match got {
        Err(error) if code(&error) == expected => Ok(()),
        other => Err(format!("expected SQLSTATE {expected}, got {other:?}").into()),
    }
}

async fn one<T: for<'a> FromSql<'a>>(c: &Client, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<T, tokio_postgres::Error> {
    c.query_one(sql, parameters).await?.try_get(0)
}

/// The only value of the only row, as the server writes it.
async fn text(c: &Client, sql: &str) -> Result<Option<String>, tokio_postgres::Error> {
    let messages = c.simple_query(sql).await?;
    Ok(messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_string),
        _ => None,
    }))
}

async fn connects(c: Client) -> Done {
    let version: String = one(&c, "select version()", &[]).await?;
    equal(true, version.starts_with("PostgreSQL 15"))?;
    equal(env("PGUSER"), one::<String>(&c, "select current_user::text", &[]).await?)?;
    equal(1i32, one::<i32>(&c, "select 1", &[]).await?)?;
    equal(Some("tokio-postgres".to_string()), text(&c, "show application_name").await?)?;
    let mut options = config();
    options.options("-c TimeZone=Asia/Tokyo");
    let (there, _) = connect(&options).await?;
    equal(Some("Asia/Tokyo".to_string()), text(&there, "show timezone").await?)
}

async fn refused(_: Client) -> Done {
    let mut wrong = config();
    wrong.password("wrong");
    state("28P01", connect(&wrong).await.map(|_| ()))?;
    let mut nowhere = config();
    nowhere.dbname("nowhere");
    state("3D000", connect(&nowhere).await.map(|_| ()))
}

static TABLES: AtomicUsize = AtomicUsize::new(0);

/// There and back through a table of the type: in binary by a prepared statement, and as the text `shown`.
async fn round<T>(c: &Client, kind: &str, value: T, shown: &str) -> Done
where
    T: ToSql + Sync + Send + PartialEq + Debug + for<'a> FromSql<'a>,
{
    let table = format!("rust_value_{}", TABLES.fetch_add(1, Ordering::Relaxed));
    let made = async {
        c.batch_execute(&format!("drop table if exists {table}; create table {table} (n int, v {kind})")).await?;
        let insert = c.prepare(&format!("insert into {table} values ($1, $2)")).await?;
        equal(1, c.execute(&insert, &[&1i32, &value]).await?)?;
        equal(1, c.execute(&insert, &[&2i32, &None::<T>]).await?)?;
        let rows = c.query(&format!("select v from {table} order by n"), &[]).await?;
        equal(Some(&value), rows[0].try_get::<_, Option<T>>(0)?.as_ref())?;
        equal(None, rows[1].try_get::<_, Option<T>>(0)?)?;
        equal(Some(shown.to_string()), text(c, &format!("select v from {table} where n = 1")).await?)?;
        if kind != "json" {
            let found = c.query_one(&format!("select n from {table} where v = $1"), &[&value]).await?;
            equal(1i32, found.try_get::<_, i32>(0)?)?;
        }
        c.batch_execute(&format!("drop table {table}")).await?;
        Done::Ok(())
    };
    made.await.map_err(|error| format!("{kind} {value:?}: {error} {error:?}").into())
}

async fn scalars(c: Client) -> Done {
    round(&c, "boolean", true, "t").await?;
    round(&c, "smallint", i16::MIN, "-32768").await?;
    round(&c, "int", i32::MAX, "2147483647").await?;
    round(&c, "bigint", i64::MIN, "-9223372036854775808").await?;
    round(&c, "real", 1.5f32, "1.5").await?;
    round(&c, "double precision", 0.1f64, "0.1").await?;
    round(&c, "double precision", f64::NEG_INFINITY, "-Infinity").await?;
    let words = "Grüße, 世界 😀 'q' \"d\" back\\slash\ttab";
    round(&c, "text", words.to_string(), words).await?;
    round(&c, "varchar(10)", String::new(), "").await?;
    round(&c, "bytea", vec![0u8, 1, 127, 128, 255], "\\x00017f80ff").await?;
    let id = Uuid::from_bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
    round(&c, "uuid", id, "00010203-0405-0607-0809-0a0b0c0d0eff").await?;
    round(&c, "json", json!({"a": [1, "ü", null]}), "{\"a\":[1,\"ü\",null]}").await
}

async fn times(c: Client) -> Done {
    c.batch_execute("set time zone 'UTC'").await?;
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).ok_or("day")?;
    let moment = day.and_hms_micro_opt(7, 8, 9, 123456).ok_or("moment")?;
    let early = NaiveDate::from_ymd_opt(1, 1, 1).and_then(|first| first.and_hms_opt(0, 0, 0)).ok_or("early")?;
    round(&c, "date", day, "2024-02-29").await?;
    round(&c, "timestamp", moment, "2024-02-29 07:08:09.123456").await?;
    round(&c, "timestamp", early, "0001-01-01 00:00:00").await?;
    round(&c, "timestamptz", moment.and_utc(), "2024-02-29 07:08:09.123456+00").await?;
    round(&c, "time", NaiveTime::from_hms_micro_opt(23, 59, 59, 999999).ok_or("time")?, "23:59:59.999999").await?;
    c.batch_execute("set time zone 'America/New_York'").await?;
    equal(moment.and_utc(), one::<DateTime<Utc>>(&c, "select $1::timestamptz", &[&moment.and_utc()]).await?)?;
    equal(moment, one::<NaiveDateTime>(&c, "select $1::timestamp", &[&moment]).await?)
}

async fn numerics(c: Client) -> Done {
    for digits in ["1234567890.0123456789", "-0.0000000001", "0.0000000000", "9999.9999000000", "10000.0000000000"] {
        round(&c, "numeric(20,10)", digits.parse::<Decimal>()?, digits).await?;
    }
    round(&c, "numeric(28,0)", "-9999999999999999999999999999".parse::<Decimal>()?, "-9999999999999999999999999999").await?;
    c.batch_execute("drop table if exists rust_sum; create table rust_sum (v numeric(12,2))").await?;
    c.execute("insert into rust_sum select i * 0.25 from generate_series(1, 1000) s(i)", &[]).await?;
    equal("125125.00".parse::<Decimal>()?, one::<Decimal>(&c, "select sum(v) from rust_sum where v > $1", &[&Decimal::new(0, 2)]).await?)
}

async fn arrays(c: Client) -> Done {
    round(&c, "int[]", vec![1i32, -2, 3], "{1,-2,3}").await?;
    round(&c, "bigint[]", Vec::<i64>::new(), "{}").await?;
    round(&c, "double precision[]", vec![1.5f64, -0.25], "{1.5,-0.25}").await?;
    round(&c, "boolean[]", vec![Some(true), None], "{t,NULL}").await?;
    let words = ["a", "with \"q\"", "comma, {brace}", "", "NULL"].map(str::to_string).to_vec();
    round(&c, "text[]", words, "{a,\"with \\\"q\\\"\",\"comma, {brace}\",\"\",\"NULL\"}").await?;
    round(&c, "uuid[]", vec![Uuid::nil()], "{00000000-0000-0000-0000-000000000000}").await?;
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).ok_or("day")?;
    round(&c, "date[]", vec![day], "{2024-02-29}").await?;
    round(&c, "numeric(10,2)[]", vec![Decimal::new(150, 2), Decimal::new(-25, 2)], "{1.50,-0.25}").await?;
    let rows = c.query("select i::int from generate_series(1, 9) s(i) where i::int = any($1) order by 1", &[&vec![7i32, 2, 99]]).await?;
    equal(vec![2, 7], rows.iter().map(|row| row.get::<_, i32>(0)).collect::<Vec<_>>())
}

async fn prepared(c: Client) -> Done {
    c.batch_execute("drop table if exists rust_items; create table rust_items (id int, name text, price numeric(10,2))").await?;
    let insert = c.prepare("insert into rust_items values ($1, $2, $3)").await?;
    equal(&[Type::INT4, Type::TEXT, Type::NUMERIC][..], insert.params())?;
    equal(0, insert.columns().len())?;
    for n in 0..100i32 {
        equal(1, c.execute(&insert, &[&n, &format!("item {n}"), &Decimal::new(i64::from(n), 1)]).await?)?;
    }
    let select = c.prepare("select id, name, price * $1::int as total from rust_items where id < $2 order by id").await?;
    equal(&[Type::INT4, Type::INT4][..], select.params())?;
    let columns: Vec<_> = select.columns().iter().map(|column| (column.name(), column.type_().clone())).collect();
    equal(vec![("id", Type::INT4), ("name", Type::TEXT), ("total", Type::NUMERIC)], columns)?;
    for limit in [3i32, 0, 7] {
        let rows = c.query(&select, &[&2i32, &limit]).await?;
        equal(limit as usize, rows.len())?;
        for (n, row) in rows.iter().enumerate() {
            equal(format!("item {n}"), row.try_get::<_, String>("name")?)?;
            equal(Decimal::new(2 * n as i64, 1), row.try_get::<_, Decimal>("total")?)?;
        }
    }
    let typed = c.prepare_typed("select $1, $2", &[Type::INT8, Type::DATE]).await?;
    equal(&[Type::INT8, Type::DATE][..], typed.params())?;
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).ok_or("day")?;
    let row = c.query_one(&typed, &[&5i64, &day]).await?;
    equal((5i64, day), (row.try_get(0)?, row.try_get(1)?))?;
    equal(true, c.query_opt(&select, &[&2i32, &0i32]).await?.is_none())?;
    equal(60, c.execute("delete from rust_items where id >= $1", &[&40i32]).await?)
}

async fn errors(c: Client) -> Done {
    c.batch_execute("drop table if exists rust_keys; create table rust_keys (id int primary key, name text not null)").await?;
    state("42P01", c.query("select * from nowhere", &[]).await)?;
    state("42601", c.query("selec 1", &[]).await)?;
    state("42703", c.query("select nothing from (select 1 as a) t", &[]).await)?;
    state("22P02", c.query("select $1::text::int", &[&"x"]).await)?;
    state("22003", c.query("select $1::int * $2::int", &[&i32::MAX, &2i32]).await)?;
    c.execute("insert into rust_keys values ($1, $2)", &[&1i32, &"a"]).await?;
    state("23505", c.execute("insert into rust_keys values ($1, $2)", &[&1i32, &"b"]).await)?;
    state("23502", c.execute("insert into rust_keys values ($1, $2)", &[&2i32, &None::<String>]).await)?;
    let wrong = c.query("select 1 from nowhere_at_all", &[]).await.err().ok_or("no error")?;
    let said = wrong.as_db_error().ok_or("no error of the server")?;
    equal("ERROR", said.severity())?;
    equal(true, said.message().contains("nowhere_at_all"))?;
    equal(1i64, one::<i64>(&c, "select count(*) from rust_keys", &[]).await?)
}

async fn transactions(mut c: Client) -> Done {
    c.batch_execute("drop table if exists rust_tx; create table rust_tx (n int)").await?;
    let dropped = c.transaction().await?;
    dropped.execute("insert into rust_tx values (1)", &[]).await?;
    drop(dropped);
    let undone = c.transaction().await?;
    undone.execute("insert into rust_tx values (2)", &[]).await?;
    undone.rollback().await?;
    let failed = c.transaction().await?;
    state("42P01", failed.query("select * from nowhere", &[]).await)?;
    state("25P02", failed.query("select 1", &[]).await)?;
    failed.rollback().await?;
    let read = c.build_transaction().read_only(true).start().await?;
    state("25006", read.execute("insert into rust_tx values (3)", &[]).await)?;
    read.rollback().await?;
    let done = c.build_transaction().isolation_level(IsolationLevel::RepeatableRead).start().await?;
    equal(1, done.execute("insert into rust_tx values ($1)", &[&4i32]).await?)?;
    let (other, _) = connect(&config()).await?;
    equal(0i64, one::<i64>(&other, "select count(*) from rust_tx", &[]).await?)?;
    done.commit().await?;
    equal(4i64, one::<i64>(&other, "select sum(n)::bigint from rust_tx", &[]).await?)
}

async fn savepoints(mut c: Client) -> Done {
    c.batch_execute("drop table if exists rust_sp; create table rust_sp (n int)").await?;
    let mut outer = c.transaction().await?;
    outer.execute("insert into rust_sp values (1)", &[]).await?;
    let kept = outer.savepoint("kept").await?;
    kept.execute("insert into rust_sp values (2)", &[]).await?;
    kept.commit().await?;
    let read = outer.savepoint("looked").await?;
    read.query("select * from rust_sp", &[]).await?;
    read.rollback().await?;
    outer.commit().await?;
    equal(2i64, one::<i64>(&c, "select count(*) from rust_sp", &[]).await?)?;
    let mut outer = c.transaction().await?;
    let inner = outer.transaction().await?;
    inner.execute("insert into rust_sp values (3)", &[]).await?;
    let undone = inner.rollback().await;
    if pond() {
        state("0A000", undone)?; // DuckDB has no savepoints
        outer.rollback().await?;
    } else {
        undone?;
        outer.commit().await?;
    }
    equal(2i64, one::<i64>(&c, "select count(*) from rust_sp", &[]).await?)
}

async fn portals(mut c: Client) -> Done {
    let tx = c.transaction().await?;
    let series = tx.prepare("select i::int from generate_series(1, $1::int) s(i) order by 1").await?;
    let long = tx.bind(&series, &[&10i32]).await?;
    let short = tx.bind(&series, &[&3i32]).await?;
    let mut seen = Vec::new();
    for wanted in [4, 4, 2, 0] {
        let rows = tx.query_portal(&long, 4).await?;
        equal(wanted, rows.len())?;
        seen.extend(rows.iter().map(|row| row.get::<_, i32>(0)));
        if wanted == 4 {
            equal(1, tx.query_portal(&short, 1).await?.len())?;
        }
    }
    equal((1..=10).collect::<Vec<i32>>(), seen)?;
    equal(1, tx.query_portal(&short, 0).await?.len())?;
    tx.rollback().await?;
    equal(1i32, one::<i32>(&c, "select 1", &[]).await?)
}

async fn copies(c: Client) -> Done {
    c.batch_execute("drop table if exists rust_copy; create table rust_copy (n int, t text)").await?;
    let sink = c.copy_in::<_, Bytes>("copy rust_copy from stdin").await?;
    pin_mut!(sink);
    for part in ["1\tone\n2", "\t\\N\n", "3\tt\\tab\n"] {
        sink.send(Bytes::from(part)).await?;
    }
    equal(3, sink.finish().await?)?;
    let given_up = c.copy_in::<_, Bytes>("copy rust_copy from stdin").await?;
    {
        pin_mut!(given_up);
        given_up.send(Bytes::from("9\tnine\n")).await?;
    }
    let wrong = c.copy_in::<_, Bytes>("copy rust_copy from stdin").await?;
    pin_mut!(wrong);
    wrong.send(Bytes::from("x\tnot a number\n")).await?;
    state("22P02", wrong.finish().await)?;
    let out = c.copy_out("copy (select * from rust_copy order by n) to stdout").await?;
    let parts: Vec<Bytes> = out.try_collect().await?;
    equal("1\tone\n2\t\\N\n3\tt\\tab\n", String::from_utf8(parts.concat())?)
}

async fn binary_copies(c: Client) -> Done {
    c.batch_execute(
        "drop table if exists rust_binary; create table rust_binary (n int, t text, d date, f double precision, z timestamptz, b bytea, m numeric(10,2))",
    )
    .await?;
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).ok_or("day")?;
    let moment = day.and_hms_opt(7, 8, 9).ok_or("moment")?.and_utc();
    let kinds = [Type::INT4, Type::TEXT, Type::DATE, Type::FLOAT8, Type::TIMESTAMPTZ, Type::BYTEA, Type::NUMERIC];
    let sink = c.copy_in("copy rust_binary from stdin (format binary)").await?;
    let writer = BinaryCopyInWriter::new(sink, &kinds);
    pin_mut!(writer);
    for n in 0..5000i32 {
        let name = (n != 7).then(|| format!("ü{n}"));
        let (ratio, price, raw) = (f64::from(n) / 2.0, Decimal::new(i64::from(n) * 100 + 25, 2), vec![n as u8]);
        writer.as_mut().write(&[&n, &name, &day, &ratio, &moment, &raw, &price]).await?;
    }
    equal(5000, writer.finish().await?)?;
    let out = c.copy_out("copy (select * from rust_binary order by n) to stdout (format binary)").await?;
    let rows = BinaryCopyOutStream::new(out, &kinds);
    pin_mut!(rows);
    let mut n = 0i32;
    while let Some(row) = rows.try_next().await? {
        equal((n, day, moment), (row.try_get(0)?, row.try_get(2)?, row.try_get(4)?))?;
        equal((n != 7).then(|| format!("ü{n}")), row.try_get(1)?)?;
        equal((f64::from(n) / 2.0, vec![n as u8]), (row.try_get(3)?, row.try_get(5)?))?;
        equal(Decimal::new(i64::from(n) * 100 + 25, 2), row.try_get::<Decimal>(6)?)?;
        n += 1;
    }
    equal(5000, n)
}

async fn cancels(c: Client) -> Done {
    let token = c.cancel_token();
    let running = tokio::spawn(async move {
        let ended = c.batch_execute(LONG).await;
        (c, ended)
    });
    while !running.is_finished() {
        token.cancel_query(NoTls).await?;
    }
    let (c, ended) = running.await?;
    state("57014", ended)?;
    loop {
        // A request that came late may meet this one.
        match one::<i32>(&c, "select 1", &[]).await {
            Err(error) if code(&error) == "57014" => continue,
            other => return equal(1i32, other?),
        }
    }
}

async fn pipelines(c: Client) -> Done {
    c.batch_execute("drop table if exists rust_pipe; create table rust_pipe (n int)").await?;
    let (insert, double) = (c.prepare("insert into rust_pipe values ($1)").await?, c.prepare("select $1::int * 2").await?);
    let (c, insert, double) = (&c, &insert, &double);
    let inserted = join_all((0..200i32).map(|n| async move { c.execute(insert, &[&n]).await })).await;
    equal(200, inserted.into_iter().sum::<Result<u64, _>>()?)?;
    let mixed = join_all((0..200i32).map(|n| async move {
        match n % 50 {
            7 => one::<i32>(c, "select n from nowhere", &[]).await,
            _ => c.query_one(double, &[&n]).await?.try_get(0),
        }
    }))
    .await;
    for (n, got) in mixed.into_iter().enumerate() {
        if n % 50 == 7 {
            state("42P01", got)?;
        } else {
            equal(2 * n as i32, got?)?;
        }
    }
    equal(19900i64, one::<i64>(c, "select sum(n)::bigint from rust_pipe", &[]).await?)
}

async fn million(c: Client) -> Done {
    let rows = c.query_raw("select i::bigint, 'row ' || i from generate_series(1, $1::int) s(i)", [1_000_000i32]).await?;
    pin_mut!(rows);
    let (mut count, mut sum) = (0i64, 0i64);
    while let Some(row) = rows.next().await {
        let row = row?;
        let n: i64 = row.try_get(0)?;
        if n % 100_000 == 0 {
            equal(format!("row {n}"), row.try_get::<_, String>(1)?)?;
        }
        count += 1;
        sum += n;
    }
    equal((1_000_000, 500_000_500_000), (count, sum))
}

async fn simple(c: Client) -> Done {
    let script = "drop table if exists rust_simple; create table rust_simple (n int, t text); insert into rust_simple values (1, 'a'), (2, null); \
                  select n, t from rust_simple order by n; update rust_simple set n = n + 1; select null as nothing where false";
    let (mut rows, mut counts) = (Vec::new(), Vec::new());
    for message in c.simple_query(script).await? {
        match message {
            SimpleQueryMessage::Row(row) => rows.push((row.get(0).map(str::to_string), row.get("t").map(str::to_string))),
            SimpleQueryMessage::CommandComplete(count) => counts.push(count),
            _ => return Err("what message?".into()),
        }
    }
    let some = |value: &str| Some(value.to_string());
    equal(vec![(some("1"), some("a")), (some("2"), None)], rows)?;
    equal(vec![0, 0, 2, 2, 2, 0], counts)?;
    state("42P01", c.batch_execute("insert into rust_simple values (9, 'x'); select * from nowhere").await)?;
    equal(2i64, one::<i64>(&c, "select count(*) from rust_simple", &[]).await?)
}

async fn notices(_: Client) -> Done {
    let (c, heard) = connect(&config()).await?;
    c.batch_execute("rollback").await?;
    let codes = heard.lock().unwrap().clone();
    equal(vec!["25P01".to_string()], codes)
}

async fn changed(c: Client) -> Done {
    c.batch_execute("drop table if exists rust_changed; create table rust_changed (a int); insert into rust_changed values (1)").await?;
    let select = c.prepare("select * from rust_changed").await?;
    equal(1, c.query_one(&select, &[]).await?.len())?;
    let (other, _) = connect(&config()).await?;
    other.batch_execute("alter table rust_changed add column b text").await?;
    state("0A000", c.query(&select, &[]).await)?;
    equal(2, c.query_one("select * from rust_changed", &[]).await?.len())
}

/// A type that the client asks pg_type and pg_enum about.
async fn enums(c: Client) -> Done {
    c.batch_execute("drop table if exists rust_moods; drop type if exists rust_mood; create type rust_mood as enum ('sad', 'ok')").await?;
    c.batch_execute("create table rust_moods (m rust_mood); insert into rust_moods values ('ok'), ('sad')").await?;
    let select = c.prepare("select m from rust_moods order by m").await?;
    let kind = select.columns()[0].type_();
    equal(Some("sad".to_string()), text(&c, "select m from rust_moods order by m").await?)?;
    if pond() {
        return equal(&Type::TEXT, kind); // DuckDB's enums are texts on the wire
    }
    equal("rust_mood", kind.name())?;
    equal(&Kind::Enum(vec!["sad".to_string(), "ok".to_string()]), kind.kind())
}

async fn many(_: Client) -> Done {
    let asked = (0..20i32).map(|n| async move {
        let (c, _) = connect(&config()).await?;
        let pid: i32 = one(&c, "select pg_backend_pid()", &[]).await?;
        equal(2 * n, one::<i32>(&c, "select $1::int * 2", &[&n]).await?)?;
        Ok::<_, Box<dyn Error + Send + Sync>>((c, pid))
    });
    let answered: Vec<_> = join_all(asked).await.into_iter().collect::<Result<_, _>>()?;
    equal(20, answered.iter().map(|(_, pid)| *pid).collect::<HashSet<i32>>().len())?;
    equal(true, answered.iter().all(|(c, _)| !c.is_closed()))
}

async fn documents(c: Client) -> Done {
    let document = json!({"a": {"b": [1.5, true, null]}, "ü": "x"});
    equal(&document, &one::<Value>(&c, "select $1::jsonb", &[&document]).await?)?;
    equal("x".to_string(), one::<String>(&c, "select $1::json ->> 'ü'", &[&document]).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut report = Report::default();
    report.check("connects", connects).await;
    report.check("a wrong password is 28P01, a missing database 3D000", refused).await;
    report.check("scalars, binary and text", scalars).await;
    report.check("dates and times", times).await;
    report.check("numerics", numerics).await;
    report.check("arrays", arrays).await;
    report.check("documents", documents).await;
    report.check("prepared statements", prepared).await;
    report.check("errors", errors).await;
    report.check("transactions", transactions).await;
    report.check("savepoints", savepoints).await;
    report.check("portals of some rows", portals).await;
    report.check("COPY as text", copies).await;
    report.check("COPY in binary", binary_copies).await;
    report.check("a cancel request", cancels).await;
    report.check("pipelined queries", pipelines).await;
    report.check("1,000,000 rows", million).await;
    report.check("several statements in one", simple).await;
    report.check("a notice", notices).await;
    report.check("a table that changes under a statement", changed).await;
    report.check("an enum", enums).await;
    report.check("twenty connections", many).await;
    println!("1..{}", report.number);
    if report.failed > 0 {
        std::process::exit(1);
    }
}
