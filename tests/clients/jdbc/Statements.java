import java.io.StringReader;
import java.io.StringWriter;
import java.io.ByteArrayOutputStream;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/** Statements, transactions, errors, cancelling, batches, COPY, cursors. */
final class Statements {
    static void all() {
        Check.with("connects, and the server's version", "", Statements::version);
        Check.that("a wrong password is 28P01", () -> Check.fails("28P01", () -> Check.connect("password=wrong")));
        Check.with("several statements in one text", "", Statements::several);
        Check.with("errors and their SQLSTATEs", "", Statements::errors);
        for (String mode : Types.MODES) Check.with("transactions, " + mode, mode, Statements::transactions);
        Check.with("a failed transaction", "", Statements::failed);
        Check.with("autosave=always", "autosave=always", Statements::autosave);
        Check.with("autosave=conservative", "autosave=conservative", Statements::autosave);
        Check.with("savepoint", "", Statements::savepoint);
        Check.with("read only and isolation", "readOnlyMode=always", Statements::isolation);
        Check.with("Statement.cancel", "", Statements::cancel);
        Check.with("setQueryTimeout", "", Statements::timeout);
        Check.with("batch", "", Statements::batch);
        Check.with("batch, reWriteBatchedInserts", "reWriteBatchedInserts=true", Statements::batch);
        Check.with("batch of 5,000, reWriteBatchedInserts", "reWriteBatchedInserts=true", Statements::largeBatch);
        Check.with("a batch that fails", "", Statements::failingBatch);
        Check.with("generated keys", "", Statements::generated);
        Check.with("RETURNING", "", Statements::returning);
        Check.with("CopyManager", "", Statements::copy);
        Check.with("fetch size in a transaction", "defaultRowFetchSize=100", Statements::fetch);
        Check.with("two cursors at a time", "defaultRowFetchSize=10", Statements::twoCursors);
        Check.with("setMaxRows", "", Statements::maxRows);
        Check.with("1,000,000 rows by cursor", "", Statements::million);
        Check.with("a table that changes under a prepared statement", "", Statements::changed);
        Check.with("a table that changes in a transaction, autosave=conservative", "autosave=conservative", Statements::changed);
        Check.with("a notice and a warning", "", Statements::notice);
        Check.with("isValid, schema, client info, autocommit off and close", "ApplicationName=check", Statements::session);
        Check.with("scrollable and updatable result sets", "", Statements::scroll);
        Check.with("JDBC escapes", "", Statements::escapes);
        Check.with("IN lists by = any(array)", "", Statements::any);
    }

    static void version(Connection c) throws Exception {
        Check.equal("PostgreSQL", c.getMetaData().getDatabaseProductName());
        Check.equal(15, c.getMetaData().getDatabaseMajorVersion());
        Check.equal("1", Check.one(c, "select 1"));
        Check.yes(Check.one(c, "select version()").startsWith("PostgreSQL 15"), Check.one(c, "select version()"));
    }

    static void several(Connection c) throws Exception {
        try (Statement s = c.createStatement()) {
            Check.yes(s.execute("select 1; select 2; drop table if exists jdbc_none; select 3"), "no result set");
            Check.yes(s.getMoreResults(), "second");
            ResultSet r = s.getResultSet();
            r.next();
            Check.equal(2, r.getInt(1));
            Check.yes(!s.getMoreResults() && s.getUpdateCount() == 0, "drop");
            Check.yes(s.getMoreResults(), "last");
        }
    }

    static void errors(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_error", "create table jdbc_error (id int primary key, n int not null, m int check (m > 0))",
            "insert into jdbc_error values (1, 1, 1)");
        Check.fails("42P01", () -> Check.run(c, "select * from nowhere"));
        Check.fails("42703", () -> Check.run(c, "select nothing from jdbc_error"));
        Check.fails("42601", () -> Check.run(c, "selec 1"));
        Check.fails("42883", () -> Check.run(c, "select no_such_function(1)"));
        Check.fails("23505", () -> Check.run(c, "insert into jdbc_error values (1, 2, 2)"));
        Check.fails("23502", () -> Check.run(c, "insert into jdbc_error values (2, null, 2)"));
        Check.fails("23514", () -> Check.run(c, "insert into jdbc_error values (2, 2, -2)"));
        Check.fails("22P02", () -> Check.run(c, "select 'x'::int"));
        Check.fails("22P02", () -> {
            try (PreparedStatement p = c.prepareStatement("select ?::text::int")) {
                p.setString(1, "x");
                p.executeQuery();
            }
        });
        Check.fails("42P07", () -> Check.run(c, "create table jdbc_error (id int)"));
        Check.fails("3F000", () -> Check.run(c, "create table no_schema.t (id int)"));
        try {
            Check.run(c, "select  nothing from jdbc_error");
        } catch (PSQLException e) {
            Check.equal(9, e.getServerErrorMessage().getPosition());
        }
        Check.equal("1", Check.one(c, "select count(*) from jdbc_error"));
    }

    static void transactions(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_tx", "create table jdbc_tx (n int)");
        c.setAutoCommit(false);
        Check.run(c, "insert into jdbc_tx values (1)");
        c.rollback();
        Check.equal("0", Check.one(c, "select count(*) from jdbc_tx"));
        try (PreparedStatement p = c.prepareStatement("insert into jdbc_tx values (?)")) {
            for (int n = 0; n < 7; n++) {
                p.setInt(1, n);
                p.executeUpdate();
            }
        }
        c.commit();
        c.setAutoCommit(true);
        Check.equal("7", Check.one(c, "select count(*) from jdbc_tx"));
    }

    static void failed(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_tx", "create table jdbc_tx (n int)");
        c.setAutoCommit(false);
        Check.run(c, "insert into jdbc_tx values (1)");
        Check.fails("42P01", () -> Check.run(c, "select * from nowhere"));
        Check.fails("25P02", () -> Check.run(c, "select 1"));
        Check.fails("25P02", () -> {
            try (PreparedStatement p = c.prepareStatement("select ?::int")) {
                p.setInt(1, 1);
                p.executeQuery();
            }
        });
        c.commit(); // is a rollback
        c.rollback();
        Check.equal("0", Check.one(c, "select count(*) from jdbc_tx"));
        c.rollback();
        c.setAutoCommit(true);
    }

    /** The driver sets a savepoint before each statement and goes back to it. */
    static void autosave(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_tx", "create table jdbc_tx (n int)");
        c.setAutoCommit(false);
        Check.equal("0", Check.one(c, "select count(*) from jdbc_tx"));
        Check.run(c, "insert into jdbc_tx values (1)");
        if (c.unwrap(PGConnection.class).getAutosave() == org.postgresql.jdbc.AutoSave.ALWAYS) {
            Check.fails("42P01", () -> Check.run(c, "select * from nowhere"));
        }
        Check.run(c, "insert into jdbc_tx values (2)");
        c.commit();
        Check.equal("2", Check.one(c, "select count(*) from jdbc_tx"));
        c.commit();
    }

    static void savepoint(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_tx", "create table jdbc_tx (n int)");
        c.setAutoCommit(false);
        Check.run(c, "insert into jdbc_tx values (1)");
        Savepoint s = c.setSavepoint("before");
        Check.fails("42P01", () -> Check.run(c, "select * from nowhere"));
        c.rollback(s);
        Check.run(c, "insert into jdbc_tx values (2)");
        c.releaseSavepoint(s);
        c.commit();
        Check.equal("2", Check.one(c, "select count(*) from jdbc_tx"));
        Savepoint written = c.setSavepoint();
        Check.run(c, "insert into jdbc_tx values (3)");
        if (Check.pond) { // DuckDB has no savepoints: refused, not forgotten
            Check.fails("0A000", () -> c.rollback(written));
            c.rollback();
        } else {
            c.rollback(written);
            c.commit();
        }
        Check.equal("2", Check.one(c, "select count(*) from jdbc_tx"));
    }

    static void isolation(Connection c) throws Exception {
        int level = c.getTransactionIsolation();
        Check.equal(Check.pond ? Connection.TRANSACTION_REPEATABLE_READ : Connection.TRANSACTION_READ_COMMITTED, level);
        c.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        Check.equal(Connection.TRANSACTION_REPEATABLE_READ, c.getTransactionIsolation());
        Check.run(c, "drop table if exists jdbc_ro", "create table jdbc_ro (n int)");
        c.setReadOnly(true);
        c.setAutoCommit(false);
        Check.equal("1", Check.one(c, "select 1"));
        Check.fails("25006", () -> Check.run(c, "insert into jdbc_ro values (1)"));
        c.rollback();
        c.setReadOnly(false);
        Check.run(c, "insert into jdbc_ro values (1)");
        c.commit();
        c.setAutoCommit(true);
        c.setReadOnly(true);
        Check.fails("25006", () -> Check.run(c, "insert into jdbc_ro values (1)"));
        c.setReadOnly(false);
        Check.equal("1", Check.one(c, "select count(*) from jdbc_ro"));
    }

    static final String LONG = "select count(*) from generate_series(1, 100000000) a, generate_series(1, 1000000) b where a + b < 0";

    static void cancel(Connection c) throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        try (Statement s = c.createStatement()) {
            CompletableFuture<Void> canceller = CompletableFuture.runAsync(() -> {
                while (!ended.get()) { // what comes before the statement runs does nothing, and Statement.cancel sends one only
                    try {
                        s.cancel();
                        c.unwrap(PGConnection.class).cancelQuery();
                    } catch (SQLException e) {
                        throw new RuntimeException(e);
                    }
                }
            });
            try {
                Check.fails("57014", () -> s.executeQuery(LONG));
            } finally {
                ended.set(true);
            }
            canceller.get(10, TimeUnit.SECONDS);
        }
        Check.equal("1", Check.one(c, "select 1"));
    }

    static void timeout(Connection c) throws Exception {
        try (Statement s = c.createStatement()) {
            s.setQueryTimeout(1);
            Check.fails("57014", () -> s.executeQuery(LONG));
        }
        Check.run(c, "set statement_timeout = 300");
        Check.fails("57014", () -> Check.one(c, LONG));
        Check.run(c, "set statement_timeout = 0");
        Check.equal("1", Check.one(c, "select 1"));
    }

    static void batch(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_batch", "create table jdbc_batch (n int, t text, d date)");
        try (PreparedStatement p = c.prepareStatement("insert into jdbc_batch (n, t, d) values (?, ?, ?)")) {
            for (int round = 0; round < 3; round++) {
                for (int n = 0; n < 100; n++) {
                    p.setInt(1, n);
                    p.setString(2, n % 10 == 0 ? null : "t" + n);
                    p.setObject(3, java.time.LocalDate.of(2024, 1, 1).plusDays(n));
                    p.addBatch();
                }
                int[] counts = p.executeBatch();
                Check.equal(100, counts.length);
                for (int count : counts) Check.yes(count == 1 || count == Statement.SUCCESS_NO_INFO, count);
            }
        }
        Check.equal("300", Check.one(c, "select count(*) from jdbc_batch"));
        Check.equal("270", Check.one(c, "select count(t) from jdbc_batch"));
        try (Statement s = c.createStatement()) {
            s.addBatch("update jdbc_batch set n = n + 1 where n < 10");
            s.addBatch("delete from jdbc_batch where n >= 50");
            Check.equal(new int[] {30, 150}, s.executeBatch());
        }
    }

    static void largeBatch(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_batch", "create table jdbc_batch (n int, t text)");
        c.setAutoCommit(false);
        try (PreparedStatement p = c.prepareStatement("insert into jdbc_batch values (?, ?)")) {
            for (int n = 0; n < 5000; n++) {
                p.setInt(1, n);
                p.setString(2, "row " + n);
                p.addBatch();
            }
            p.executeBatch();
        }
        c.commit();
        Check.equal("12497500", Check.one(c, "select sum(n) from jdbc_batch"));
        c.rollback();
    }

    static void failingBatch(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_batch", "create table jdbc_batch (n int primary key)");
        try (PreparedStatement p = c.prepareStatement("insert into jdbc_batch values (?)")) {
            for (int n : new int[] {1, 2, 1, 3}) {
                p.setInt(1, n);
                p.addBatch();
            }
            try {
                p.executeBatch();
                throw new AssertionError("the batch did not fail");
            } catch (BatchUpdateException e) {
                Check.equal("23505", e.getSQLState());
            }
        }
        Check.equal("0", Check.one(c, "select count(*) from jdbc_batch"));
    }

    static void generated(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_key", "drop sequence if exists jdbc_numbers", "create sequence jdbc_numbers",
            "create table jdbc_key (id bigint default nextval('jdbc_numbers'), name text)");
        try (PreparedStatement p = c.prepareStatement("insert into jdbc_key (name) values (?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int n = 1; n <= 6; n++) {
                p.setString(1, "n" + n);
                Check.equal(1, p.executeUpdate());
                ResultSet keys = p.getGeneratedKeys();
                Check.yes(keys.next(), "no key");
                Check.equal((long) n, keys.getLong("id"));
            }
        }
        try (PreparedStatement p = c.prepareStatement("insert into jdbc_key (name) values (?)", new String[] {"id"})) {
            p.setString(1, "a");
            p.addBatch();
            p.setString(1, "b");
            p.addBatch();
            p.executeBatch();
            Check.equal("7; 8", Check.rows(p.getGeneratedKeys(), "id"));
        }
    }

    static void returning(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_key", "create table jdbc_key (id int, name text)");
        try (PreparedStatement p = c.prepareStatement("insert into jdbc_key values (?, 'x'), (?, 'y') returning id, upper(name) as loud")) {
            p.setInt(1, 1);
            p.setInt(2, 2);
            Check.equal("1|X; 2|Y", Check.rows(p.executeQuery(), "id", "loud"));
        }
        try (PreparedStatement p = c.prepareStatement("update jdbc_key set name = 'z' where id = ? returning *")) {
            p.setInt(1, 2);
            Check.equal("2|z", Check.rows(p.executeQuery(), "id", "name"));
        }
        try (PreparedStatement p = c.prepareStatement("delete from jdbc_key where id = ? returning id")) {
            p.setInt(1, 1);
            Check.equal("1", Check.rows(p.executeQuery(), "id"));
        }
        Check.equal("1", Check.one(c, "select count(*) from jdbc_key"));
    }

    static void copy(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_copy", "create table jdbc_copy (n int, t text)");
        CopyManager m = c.unwrap(PGConnection.class).getCopyAPI();
        Check.equal(3L, m.copyIn("copy jdbc_copy from stdin", new StringReader("1\ta\n2\t\\N\n3\tü\\tx\n")));
        Check.equal(2L, m.copyIn("copy jdbc_copy (t, n) from stdin with (format csv, header true)", new StringReader("t,n\n\"q,\"\"\",4\n,5\n")));
        StringWriter text = new StringWriter();
        Check.equal(5L, m.copyOut("copy (select * from jdbc_copy order by n) to stdout", text));
        Check.equal("1\ta\n2\t\\N\n3\tü\\tx\n4\tq,\"\n5\t\\N\n", text.toString());
        StringWriter csv = new StringWriter();
        m.copyOut("copy (select * from jdbc_copy order by n) to stdout with csv header", csv);
        Check.equal("n,t\n1,a\n2,\n3,ü\tx\n4,\"q,\"\"\"\n5,\n", csv.toString());
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        m.copyOut("copy jdbc_copy to stdout (format binary)", binary);
        Check.run(c, "delete from jdbc_copy");
        Check.equal(5L, m.copyIn("copy jdbc_copy from stdin (format binary)", new java.io.ByteArrayInputStream(binary.toByteArray())));
        Check.fails("22P02", () -> m.copyIn("copy jdbc_copy from stdin", new StringReader("x\ty\n")));
        Check.equal("5", Check.one(c, "select count(*) from jdbc_copy"));
        Check.fails("42P01", () -> m.copyIn("copy nowhere from stdin", new StringReader("x\ty\n")));
        Check.equal("1", Check.one(c, "select 1"));
    }

    static void fetch(Connection c) throws Exception {
        c.setAutoCommit(false);
        try (PreparedStatement p = c.prepareStatement("select i, 'text ' || i from generate_series(1, ?) s(i) order by i")) {
            for (int round = 0; round < 6; round++) {
                p.setInt(1, 1050);
                ResultSet r = p.executeQuery();
                int n = 0;
                while (r.next()) Check.equal(++n, r.getInt(1));
                Check.equal(1050, n);
            }
        }
        c.commit();
    }

    static void twoCursors(Connection c) throws Exception {
        c.setAutoCommit(false);
        try (Statement a = c.createStatement(); Statement b = c.createStatement()) {
            ResultSet x = a.executeQuery("select i from generate_series(1, 100) s(i) order by i");
            ResultSet y = b.executeQuery("select -i from generate_series(1, 100) s(i) order by i");
            for (int n = 1; n <= 100; n++) {
                Check.yes(x.next() && y.next(), n);
                Check.equal(n, x.getInt(1));
                Check.equal(-n, y.getInt(1));
                if (n % 25 == 0) Check.equal("1", Check.one(c, "select 1"));
            }
            Check.yes(!x.next() && !y.next(), "more rows");
        }
        c.commit();
    }

    static void maxRows(Connection c) throws Exception {
        try (Statement s = c.createStatement()) {
            s.setMaxRows(7);
            ResultSet r = s.executeQuery("select i from generate_series(1, 100) s(i)");
            int n = 0;
            while (r.next()) n++;
            Check.equal(7, n);
        }
    }

    static void million(Connection c) throws Exception {
        c.setAutoCommit(false);
        try (Statement s = c.createStatement()) {
            s.setFetchSize(10000);
            ResultSet r = s.executeQuery("select i, i * 0.5::double precision, 'row ' || i from generate_series(1, 1000000) s(i)");
            long n = 0, sum = 0;
            while (r.next()) {
                n++;
                sum += r.getLong(1);
            }
            Check.equal(1000000L, n);
            Check.equal(500000500000L, sum);
        }
        c.commit();
    }

    static void changed(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_changed", "create table jdbc_changed (a int)", "insert into jdbc_changed values (1)");
        try (PreparedStatement p = c.prepareStatement("select * from jdbc_changed where a >= ?")) {
            for (int n = 0; n < 7; n++) {
                p.setInt(1, 0);
                Check.equal("1", Check.rows(p.executeQuery(), "a"));
            }
            try (Connection other = Check.connect("")) {
                Check.run(other, "alter table jdbc_changed add column b text default 'new'");
            }
            c.setAutoCommit(c.unwrap(PGConnection.class).getAutosave() == org.postgresql.jdbc.AutoSave.NEVER);
            p.setInt(1, 0);
            Check.equal("1|new", Check.rows(p.executeQuery(), "a", "b"));
        }
    }

    static void notice(Connection c) throws Exception {
        try (Statement s = c.createStatement()) {
            s.execute("drop table if exists jdbc_never_there");
            SQLWarning w = s.getWarnings();
            if (!Check.pond) { // DuckDB does not tell whether there was something to drop
                Check.yes(w != null && w.getMessage().contains("does not exist, skipping"), w);
                Check.equal("00000", w.getSQLState());
            }
            s.execute("commit");
            Check.equal("25P01", s.getWarnings().getSQLState());
        }
    }

    static void session(Connection c) throws Exception {
        Check.yes(c.isValid(5), "not valid");
        Check.equal("public", c.getSchema());
        Check.equal(System.getenv("PGDATABASE"), c.getCatalog());
        Check.equal("check", Check.one(c, "show application_name"));
        c.setClientInfo("ApplicationName", "renamed");
        Check.equal("renamed", Check.one(c, "show application_name"));
        Check.run(c, "drop schema if exists jdbc_other cascade", "create schema jdbc_other", "create table jdbc_other.there (n int)");
        c.setSchema("jdbc_other");
        Check.equal("jdbc_other", c.getSchema());
        Check.equal("0", Check.one(c, "select count(*) from there"));
        c.setSchema("public");
        Check.fails("42P01", () -> Check.one(c, "select count(*) from there"));
        c.setAutoCommit(false);
        Check.run(c, "drop table jdbc_other.there", "drop schema jdbc_other");
        c.rollback();
        Check.equal("0", Check.one(c, "select count(*) from jdbc_other.there"));
    }

    static void scroll(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_scroll", "create table jdbc_scroll (id int primary key, name text)",
            "insert into jdbc_scroll values (1, 'a'), (2, 'b'), (3, 'c')");
        try (Statement s = c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
            ResultSet r = s.executeQuery("select id, name from jdbc_scroll order by id");
            Check.yes(r.last() && r.getRow() == 3 && r.first() && r.absolute(2), "scrolling");
            if (Check.pond) { // the columns' tables are not told, which the driver needs to write the UPDATE
                Check.equal("b", r.getString("name"));
                return;
            }
            r.updateString("name", "changed");
            r.updateRow();
            r.moveToInsertRow();
            r.updateInt("id", 4);
            r.updateString("name", "d");
            r.insertRow();
            r.absolute(1);
            r.deleteRow();
        }
        scrolled(c);
    }

    private static void scrolled(Connection c) throws Exception {
        try (Statement s = c.createStatement()) {
            Check.equal("2|changed; 3|c; 4|d", Check.rows(s.executeQuery("select * from jdbc_scroll order by id"), "id", "name"));
        }
    }

    static void escapes(Connection c) throws Exception {
        Check.equal("5", Check.one(c, "select {fn length('12345')}"));
        Check.equal("2024-02-29", Check.one(c, "select {d '2024-02-29'}"));
        Check.equal("ab", Check.one(c, "select {fn concat('a', 'b')}"));
        Check.equal("2024", Check.one(c, "select {fn year({d '2024-02-29'})}"));
        Check.equal("1", Check.one(c, "select case when 'x_y' like 'x\\_y' {escape '\\'} then 1 else 0 end"));
        Check.equal("2024-02-29 12:00:00", Check.one(c, "select {ts '2024-02-29 12:00:00'}"));
    }

    static void any(Connection c) throws Exception {
        try (PreparedStatement p = c.prepareStatement("select count(*) from generate_series(1, 10) s(i) where i = any(?)")) {
            for (int n = 0; n < 6; n++) {
                p.setArray(1, c.createArrayOf("int4", new Integer[] {2, 4, 60}));
                try (ResultSet r = p.executeQuery()) {
                    r.next();
                    Check.equal(2, r.getInt(1));
                }
            }
        }
    }
}
