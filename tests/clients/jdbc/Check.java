import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Objects;
import java.util.Properties;

/** One line of output for each check; what differs between the two servers asks `pond`. */
final class Check {
    static final boolean pond = "pond".equals(System.getenv("SERVER"));
    static int number, failed;

    interface Body {
        void run() throws Exception;
    }

    interface Work {
        void run(Connection c) throws Exception;
    }

    static void that(String name, Body body) {
        number++;
        try {
            body.run();
            System.out.println("ok " + number + " - " + name);
        } catch (Throwable e) {
            failed++;
            String state = e instanceof SQLException s ? " [" + s.getSQLState() + "]" : "";
            String where = Arrays.stream(e.getStackTrace())
                .filter(f -> f.getModuleName() == null && !f.getClassName().contains(".") && !f.getClassName().equals("Check"))
                .findFirst().map(f -> " at " + f.getFileName() + ":" + f.getLineNumber()).orElse("");
            System.out.println("not ok " + number + " - " + name + ": " + e.toString().replace('\n', ' ') + state + where);
        }
    }

    /** A check with a connection of its own; options: "name=value&...". */
    static void with(String name, String options, Work work) {
        that(name, () -> {
            try (Connection c = connect(options)) {
                work.run(c);
            }
        });
    }

    static Connection connect(String options) throws SQLException {
        Properties p = new Properties();
        p.setProperty("user", System.getenv("PGUSER"));
        p.setProperty("password", System.getenv("PGPASSWORD"));
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE");
        return DriverManager.getConnection(options.isEmpty() ? url : url + "?" + options, p);
    }

    static void equal(Object expected, Object got) {
        if (!Objects.deepEquals(expected, got)) throw new AssertionError("expected " + show(expected) + ", got " + show(got));
    }

    static void yes(boolean condition, Object got) {
        if (!condition) throw new AssertionError("got " + show(got));
    }

    static void fails(String state, Body body) throws Exception {
        try {
            body.run();
        } catch (SQLException e) {
            if (state.equals(e.getSQLState())) return;
            throw new AssertionError("expected SQLSTATE " + state + ", got " + e.getSQLState() + ": " + e.getMessage());
        }
        throw new AssertionError("expected SQLSTATE " + state + ", but it worked");
    }

    static String show(Object o) {
        if (o instanceof Object[] a) return Arrays.deepToString(a);
        if (o instanceof byte[] b) return Arrays.toString(b);
        return o == null ? "null" : o + " (" + o.getClass().getSimpleName() + ")";
    }

    static void run(Connection c, String... statements) throws SQLException {
        try (Statement s = c.createStatement()) {
            for (String sql : statements) s.execute(sql);
        }
    }

    /** The first column of the first row, as text. */
    static String one(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery(sql)) {
            return r.next() ? r.getString(1) : "no row";
        }
    }

    /** Rows as "a|b; c|d". */
    static String rows(ResultSet r, String... columns) throws SQLException {
        StringBuilder out = new StringBuilder();
        while (r.next()) {
            if (out.length() > 0) out.append("; ");
            for (int i = 0; i < columns.length; i++) out.append(i > 0 ? "|" : "").append(r.getString(columns[i]));
        }
        r.close();
        return out.toString();
    }
}
