// What pgx does against a server: SERVER=pond or postgres, and PGHOST and the like, which pgx reads itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	ctx            = context.Background()
	pond           = os.Getenv("SERVER") == "pond"
	number, failed int
)

const long = "select count(*) from generate_series(1, 100000000) a, generate_series(1, 1000000) b where a + b < 0"

var modes = []pgx.QueryExecMode{
	pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
	pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
}

// check runs one with a connection of its own, whose default mode is mode.
func check(name string, mode pgx.QueryExecMode, work func(c *pgx.Conn) error) {
	number++
	err := func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
			}
		}()
		config, err := pgx.ParseConfig("")
		if err != nil {
			return err
		}
		config.DefaultQueryExecMode = mode
		c, err := pgx.ConnectConfig(ctx, config)
		if err != nil {
			return err
		}
		defer c.Close(ctx)
		return work(c)
	}()
	if err == nil {
		fmt.Printf("ok %d - %s\n", number, name)
		return
	}
	failed++
	fmt.Printf("not ok %d - %s: %s\n", number, name, strings.ReplaceAll(err.Error(), "\n", " "))
}

func equal(expected, got any) error {
	if reflect.DeepEqual(expected, got) {
		return nil
	}
	return fmt.Errorf("expected %v (%T), got %v (%T)", expected, expected, got, got)
}

func state(expected string, err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return fmt.Errorf("expected SQLSTATE %s, got %v", expected, err)
	}
	if e.Code != expected {
		return fmt.Errorf("expected SQLSTATE %s, got %s: %s", expected, e.Code, e.Message)
	}
	return nil
}

func run(c *pgx.Conn, statements ...string) error {
	for _, sql := range statements {
		if _, err := c.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

func one[T any](c *pgx.Conn, sql string, arguments ...any) (value T, err error) {
	err = c.QueryRow(ctx, sql, arguments...).Scan(&value)
	return
}

func is[T any](c *pgx.Conn, expected T, sql string, arguments ...any) error {
	got, err := one[T](c, sql, arguments...)
	if err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return equal(expected, got)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

var rounds int

// there and back through a table of the type, of its own: plans are kept.
func round[T any](c *pgx.Conn, kind string, value T) error {
	rounds++
	table := fmt.Sprint("pgx_value_", rounds)
	if err := run(c, "drop table if exists "+table, "create table "+table+" (n int, v "+kind+")"); err != nil {
		return err
	}
	defer func() { _ = run(c, "drop table if exists "+table) }()
	for n := 0; n < 2; n++ {
		if _, err := c.Exec(ctx, "insert into "+table+" (n, v) values ($1, $2)", n, value); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	if err := is(c, value, "select v from "+table+" where n = $1", 1); err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	var none *T
	if _, err := c.Exec(ctx, "insert into "+table+" values ($1, $2)", 7, none); err != nil {
		return fmt.Errorf("%s, NULL: %w", kind, err)
	}
	return is(c, none, "select v from "+table+" where n = 7")
}

func types(c *pgx.Conn) error {
	utc := time.Date(2024, 5, 6, 7, 8, 9, 123456000, time.UTC)
	return first(
		round(c, "smallint", int16(-32768)), round(c, "int", int32(2147483647)), round(c, "bigint", int64(math.MinInt64)),
		round(c, "real", float32(1.5)), round(c, "double precision", 0.1), round(c, "double precision", math.Inf(-1)),
		round(c, "text", "Grüße, 世界 😀 'q' \"d\" back\\slash\ttab"), round(c, "text", ""), round(c, "varchar(10)", "äöü"),
		round(c, "boolean", true),
		round(c, "date", time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)), round(c, "timestamp", utc),
		round(c, "time", pgtype.Time{Microseconds: 86399123456, Valid: true}),
		round(c, "uuid", pgtype.UUID{Bytes: [16]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}, Valid: true}),
		round(c, "interval", pgtype.Interval{Months: 14, Days: 3, Microseconds: 14706700000, Valid: true}),
		instant(c, utc), numerics(c), typed(c),
	)
}

// Values that the client has to know the type of.
func typed(c *pgx.Conn) error {
	mode := c.Config().DefaultQueryExecMode
	err := first(round(c, "bytea", []byte{0, 1, 127, 128, 255}), round(c, "int[]", []int32{1, -2, 3}),
		round(c, "text[]", []string{"a", "with \"q\"", "comma, {brace}", ""}), round(c, "double precision[]", []float64{1.5, -0.25}))
	if err != nil {
		return err
	}
	if mode == pgx.QueryExecModeSimpleProtocol || mode == pgx.QueryExecModeExec {
		return nil
	}
	return round(c, "jsonb", map[string]any{"a": []any{1.0, "ü", nil}})
}

func instant(c *pgx.Conn, utc time.Time) error {
	got, err := one[time.Time](c, "select $1::timestamptz", utc)
	if err != nil {
		return err
	}
	return equal(utc, got.UTC())
}

func numerics(c *pgx.Conn) error {
	if err := run(c, "drop table if exists pgx_numeric", "create table pgx_numeric (v numeric(38,10))"); err != nil {
		return err
	}
	for _, text := range []string{"1234567890123456789012345678.0123456789", "-0.0000000001", "100.0000000000"} {
		var in, out pgtype.Numeric
		if err := first(in.Scan(text), run(c, "delete from pgx_numeric")); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, "insert into pgx_numeric values ($1)", in); err != nil {
			return err
		}
		if err := c.QueryRow(ctx, "select v from pgx_numeric").Scan(&out); err != nil {
			return err
		}
		given, _ := in.Value()
		back, _ := one[string](c, "select v::text from pgx_numeric")
		if strings.TrimRight(fmt.Sprint(given), "0") != strings.TrimRight(back, "0") || !out.Valid {
			return fmt.Errorf("numeric %s came back as %s", given, back)
		}
	}
	return nil
}

func connects(c *pgx.Conn) error {
	version, err := one[string](c, "select version()")
	if err == nil && !strings.HasPrefix(version, "PostgreSQL 15") {
		err = errors.New(version)
	}
	return first(err, is(c, int32(1), "select 1"), c.Ping(ctx), is(c, os.Getenv("PGUSER"), "select current_user::text"))
}

func wrongPassword(*pgx.Conn) error {
	config, err := pgx.ParseConfig("")
	if err != nil {
		return err
	}
	config.Password = "wrong"
	_, err = pgx.ConnectConfig(ctx, config)
	return state("28P01", err)
}

func errorStates(c *pgx.Conn) error {
	_, missing := c.Exec(ctx, "select * from nowhere")
	_, syntax := c.Exec(ctx, "selec 1")
	_, column := c.Exec(ctx, "select nothing from (select 1 as a) t")
	return first(state("42P01", missing), state("42601", syntax), state("42703", column), is(c, int32(1), "select 1"))
}

func transactions(c *pgx.Conn) error {
	if err := run(c, "drop table if exists pgx_tx", "create table pgx_tx (n int)"); err != nil {
		return err
	}
	undone := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into pgx_tx values ($1)", 1)
		return first(err, errors.New("undo"))
	})
	failed := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select * from nowhere")
		if err = state("42P01", err); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "select 1")
		return err
	})
	done := pgx.BeginTxFunc(ctx, c, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into pgx_tx values ($1)", 2)
		return err
	})
	readOnly := pgx.BeginTxFunc(ctx, c, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into pgx_tx values ($1)", 3)
		return err
	})
	if undone == nil || undone.Error() != "undo" {
		return fmt.Errorf("got %v", undone)
	}
	return first(state("25P02", failed), done, state("25006", readOnly), is(c, int64(1), "select count(*) from pgx_tx"))
}

func batch(c *pgx.Conn) error {
	if err := run(c, "drop table if exists pgx_batch", "create table pgx_batch (n int, t text)"); err != nil {
		return err
	}
	b := &pgx.Batch{}
	for n := 0; n < 50; n++ {
		b.Queue("insert into pgx_batch values ($1, $2)", n, fmt.Sprint("t", n))
	}
	b.Queue("select count(*) from pgx_batch").QueryRow(func(row pgx.Row) error {
		var n int64
		return first(row.Scan(&n), equal(int64(50), n))
	})
	if err := c.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	wrong := &pgx.Batch{}
	wrong.Queue("insert into pgx_batch values ($1, $2)", 99, "x")
	wrong.Queue("select * from nowhere")
	err := c.SendBatch(ctx, wrong).Close()
	return first(state("42P01", err), is(c, int64(50), "select count(*) from pgx_batch"))
}

func copies(c *pgx.Conn) error {
	if err := run(c, "drop table if exists pgx_copy",
		"create table pgx_copy (n int, t text, d date, f double precision, z timestamptz, b bytea, m numeric(10,2))"); err != nil {
		return err
	}
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	rows := make([][]any, 5000)
	for n := range rows {
		var m pgtype.Numeric
		if err := m.Scan(fmt.Sprintf("%d.25", n)); err != nil {
			return err
		}
		rows[n] = []any{int32(n), fmt.Sprint("ü", n), day, float64(n) / 2, day, []byte{byte(n)}, m}
	}
	rows[7][1] = nil
	count, err := c.CopyFrom(ctx, pgx.Identifier{"pgx_copy"}, []string{"n", "t", "d", "f", "z", "b", "m"}, pgx.CopyFromRows(rows))
	if err != nil {
		return err
	}
	var out strings.Builder
	tag, err := c.PgConn().CopyTo(ctx, &out, "copy (select n, t from pgx_copy where n between 6 and 8 order by n) to stdout")
	return first(err, equal(int64(5000), count), equal(int64(3), tag.RowsAffected()), equal("6\tü6\n7\t\\N\n8\tü8\n", out.String()),
		is(c, int64(4999), "select count(t) from pgx_copy"), is(c, float64(6248750), "select sum(f) from pgx_copy"))
}

func cancel(c *pgx.Conn) error {
	soon, stop := context.WithTimeout(ctx, 300*time.Millisecond)
	defer stop()
	_, err := c.Exec(soon, long)
	if !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("expected a deadline, got %v", err)
	}
	other, err := pgx.Connect(ctx, "")
	if err != nil {
		return err
	}
	defer other.Close(ctx)
	ended := make(chan error)
	go func() {
		_, err := other.Exec(ctx, long)
		ended <- err
	}()
	for {
		if err := other.PgConn().CancelRequest(ctx); err != nil {
			return err
		}
		select {
		case err := <-ended:
			return first(state("57014", err), is(other, int32(1), "select 1"))
		default:
		}
	}
}

func million(c *pgx.Conn) error {
	rows, err := c.Query(ctx, "select i::bigint, 'row ' || i from generate_series(1, $1::int) s(i)", 1000000)
	if err != nil {
		return err
	}
	var n, i, sum int64
	var text string
	_, err = pgx.ForEachRow(rows, []any{&i, &text}, func() error {
		n++
		sum += i
		return nil
	})
	return first(err, equal(int64(1000000), n), equal(int64(500000500000), sum))
}

func changed(c *pgx.Conn) error {
	if err := run(c, "drop table if exists pgx_changed", "create table pgx_changed (a int)", "insert into pgx_changed values (1)"); err != nil {
		return err
	}
	count := func() (int, error) {
		rows, err := c.Query(ctx, "select * from pgx_changed where a >= $1", 0)
		if err != nil {
			return 0, err
		}
		defer rows.Close()
		for rows.Next() {
		}
		return len(rows.FieldDescriptions()), rows.Err()
	}
	before, err := count()
	other, connected := pgx.Connect(ctx, "")
	if connected != nil {
		return connected
	}
	defer other.Close(ctx)
	altered := run(other, "alter table pgx_changed add column b text")
	_, stale := count()
	after, again := count()
	return first(err, equal(1, before), altered, state("0A000", stale), again, equal(2, after))
}

func notice(*pgx.Conn) error {
	config, err := pgx.ParseConfig("")
	if err != nil {
		return err
	}
	var code string
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { code = n.Code }
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	return first(run(c, "rollback"), equal("25P01", code))
}

func pool(*pgx.Conn) error {
	p, err := pgxpool.New(ctx, "")
	if err != nil {
		return err
	}
	defer p.Close()
	results := make(chan error)
	for n := 0; n < 50; n++ {
		go func(n int32) {
			var got int32
			err := p.QueryRow(ctx, "select $1::int * 2", n).Scan(&got)
			results <- first(err, equal(2*n, got))
		}(int32(n))
	}
	for n := 0; n < 50; n++ {
		if one := <-results; one != nil {
			err = one
		}
	}
	return err
}

func structs(c *pgx.Conn) error {
	type item struct {
		ID   int32
		Name *string
	}
	rows, err := c.Query(ctx, "select * from (values (1, 'a'), (2, null)) t(id, name) where id = any($1) order by id", []int32{1, 2})
	if err != nil {
		return err
	}
	items, err := pgx.CollectRows(rows, pgx.RowToStructByName[item])
	if err != nil {
		return err
	}
	name := "a"
	return equal([]item{{1, &name}, {2, nil}}, items)
}

func main() {
	for _, mode := range modes {
		check(fmt.Sprint("connects, ", mode), mode, connects)
		check(fmt.Sprint("types, ", mode), mode, types)
		check(fmt.Sprint("errors, ", mode), mode, errorStates)
		check(fmt.Sprint("transactions, ", mode), mode, transactions)
		check(fmt.Sprint("batch, ", mode), mode, batch)
		check(fmt.Sprint("structs and any(array), ", mode), mode, structs)
	}
	usual := modes[0]
	check("a wrong password is 28P01", usual, wrongPassword)
	check("CopyFrom (binary) and CopyTo", usual, copies)
	check("a context that ends, and a cancel request", usual, cancel)
	check("1,000,000 rows", usual, million)
	check("a table that changes under a cached statement", usual, changed)
	check("a notice", usual, notice)
	check("a pool", usual, pool)
	fmt.Printf("1..%d\n", number)
	if failed > 0 {
		os.Exit(1)
	}
}
