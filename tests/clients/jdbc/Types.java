import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;

/** Every common type to the server and back, as text and as binary. */
final class Types {
    static final String[] MODES = {
        "preferQueryMode=simple", "preferQueryMode=extended", "preferQueryMode=extendedForPrepared",
        "preferQueryMode=extendedCacheEverything", "prepareThreshold=-1", "prepareThreshold=1", "binaryTransfer=false",
    };

    /** Column type, value, what getObject returns for it when that is something else. */
    static final Object[][] VALUES = {
        {"smallint", (short) -32768, -32768}, {"int", 2147483647}, {"bigint", Long.MIN_VALUE},
        {"real", 1.5f}, {"double precision", 0.1}, {"double precision", Double.NaN},
        {"double precision", Double.NEGATIVE_INFINITY}, {"double precision", 1e-300},
        {"numeric(10,2)", new BigDecimal("-12345678.90")}, {"numeric(38,10)", new BigDecimal("1234567890123456789012345678.0123456789")},
        {"numeric(38,0)", new BigDecimal("99999999999999999999999999999999999999")}, {"numeric(38,20)", new BigDecimal("0.00000000000000000001")},
        {"text", "plain"}, {"text", ""}, {"text", "Grüße, 世界 \uD83D\uDE00 'quoted' \"double\" back\\slash\ttab\nline"}, {"varchar(20)", "äöü"},
        {"bytea", new byte[] {0, 1, 127, -128, -1, 39, 92}}, {"bytea", new byte[0]}, {"boolean", true}, {"boolean", false},
        {"date", LocalDate.of(2024, 2, 29)}, {"date", LocalDate.of(1, 1, 1)}, {"date", LocalDate.of(9999, 12, 31)},
        {"time", LocalTime.of(23, 59, 59, 123456000)}, {"time", LocalTime.MIDNIGHT},
        {"timestamp", LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999999000)}, {"timestamp", LocalDateTime.of(2024, 5, 6, 7, 8, 9)},
        {"timestamptz", OffsetDateTime.of(2024, 5, 6, 7, 8, 9, 123456000, ZoneOffset.UTC)},
        {"timestamptz", OffsetDateTime.of(1800, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC)},
        {"uuid", UUID.fromString("00112233-4455-6677-8899-aabbccddeeff")}, {"uuid", UUID.fromString("ffffffff-ffff-ffff-ffff-ffffffffffff")},
    };

    static void all() {
        for (String mode : MODES) {
            Check.with("types, " + mode, mode, Types::values);
            Check.with("NULL of every type, " + mode, mode, Types::nulls);
            Check.with("interval, json, jsonb, " + mode, mode, Types::objects);
            Check.with("arrays, " + mode, mode, Types::arrays);
        }
        for (String mode : MODES) Check.with("enums, " + mode, mode, Types::enums);
        Check.with("setters by type", "", Types::setters);
        Check.with("result set metadata", "", Types::metadata);
        Check.with("a time zone", "", Types::zones);
    }

    static String type(Object[] row) {
        return (String) row[0];
    }

    /** Six times, so that the driver goes from text to binary on the way. */
    static void values(Connection c) throws Exception {
        for (Object[] row : VALUES) {
            Check.run(c, "drop table if exists jdbc_value", "create table jdbc_value (n int, v " + type(row) + ")");
            try (PreparedStatement put = c.prepareStatement("insert into jdbc_value values (?, ?)");
                 PreparedStatement get = c.prepareStatement("select v from jdbc_value where n = ?")) {
                for (int n = 0; n < 6; n++) {
                    put.setInt(1, n);
                    put.setObject(2, row[1]);
                    Check.equal(1, put.executeUpdate());
                    get.setInt(1, n);
                    try (ResultSet r = get.executeQuery()) {
                        Check.yes(r.next(), "no row");
                        Object expected = row.length > 2 ? row[2] : row[1];
                        Object got = row[1].getClass().getName().startsWith("java.time") ? r.getObject(1, row[1].getClass()) : r.getObject(1);
                        try {
                            Check.equal(expected, got);
                        } catch (AssertionError e) {
                            throw new AssertionError(type(row) + ", execution " + n + ": " + e.getMessage());
                        }
                    }
                }
            }
        }
    }

    static void nulls(Connection c) throws Exception {
        for (Object[] row : VALUES) {
            Check.run(c, "drop table if exists jdbc_value", "create table jdbc_value (n int, v " + type(row) + ")");
            try (PreparedStatement put = c.prepareStatement("insert into jdbc_value values (1, ?)");
                 PreparedStatement get = c.prepareStatement("select v, v is null from jdbc_value")) {
                for (int n = 0; n < 6; n++) {
                    put.setObject(1, null);
                    put.executeUpdate();
                    try (ResultSet r = get.executeQuery()) {
                        for (int k = 0; k <= n; k++) {
                            Check.yes(r.next(), type(row) + ": rows missing");
                            Check.equal(null, r.getObject(1));
                            Check.yes(r.wasNull() && r.getBoolean(2), type(row));
                        }
                    }
                }
            }
        }
    }

    static PGobject object(String type, String value) throws Exception {
        PGobject o = new PGobject();
        o.setType(type);
        o.setValue(value);
        return o;
    }

    static void objects(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_objects", "create table jdbc_objects (i interval, j json, b jsonb)");
        PGInterval interval = new PGInterval(1, 2, 3, 4, 5, 6.789);
        try (PreparedStatement put = c.prepareStatement("insert into jdbc_objects values (?, ?, ?)");
             PreparedStatement get = c.prepareStatement("select * from jdbc_objects")) {
            for (int n = 0; n < 6; n++) {
                put.setObject(1, interval);
                put.setObject(2, object("json", "{\"a\": [1, \"ü\", null]}"));
                put.setObject(3, object("jsonb", "{\"b\": true}"));
                put.executeUpdate();
                try (ResultSet r = get.executeQuery()) {
                    r.next();
                    Check.equal(interval, r.getObject(1));
                    Check.equal("{\"a\": [1, \"ü\", null]}", r.getString(2));
                    Check.equal("{\"b\": true}", r.getString(3));
                    Check.equal("json", ((PGobject) r.getObject(2)).getType());
                }
            }
        }
    }

    static final Object[][] ARRAYS = {
        {"int4", "int[]", new Integer[] {1, null, -3}}, {"int8", "bigint[]", new Long[] {1L, Long.MAX_VALUE}},
        {"text", "text[]", new String[] {"a", "with \"quotes\"", "comma, brace}", null, "", "NULL", "back\\slash", "ü"}},
        {"bool", "boolean[]", new Boolean[] {true, false, null}}, {"float8", "double precision[]", new Double[] {1.5, -0.25}},
        {"int4", "int[]", new Integer[0]},
        {"uuid", "uuid[]", new UUID[] {UUID.fromString("00112233-4455-6677-8899-aabbccddeeff")}},
        {"numeric", "numeric(10,2)[]", new BigDecimal[] {new BigDecimal("1.25"), null}},
    };

    static void arrays(Connection c) throws Exception {
        for (Object[] row : ARRAYS) {
            Check.run(c, "drop table if exists jdbc_array", "create table jdbc_array (a " + row[1] + ")");
            try (PreparedStatement put = c.prepareStatement("insert into jdbc_array values (?)");
                 PreparedStatement get = c.prepareStatement("select a from jdbc_array")) {
                for (int n = 0; n < 6; n++) {
                    put.setArray(1, c.createArrayOf((String) row[0], (Object[]) row[2]));
                    put.executeUpdate();
                    try (ResultSet r = get.executeQuery()) {
                        r.next();
                        Array got = r.getArray(1);
                        Check.equal(row[0], got.getBaseTypeName());
                        Check.equal(row[2], got.getArray());
                    }
                }
            }
        }
    }

    /** A text is cast, or sent as an unknown: PostgreSQL takes no varchar for an enum. */
    static void enums(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_moods", "drop type if exists jdbc_mood", "create type jdbc_mood as enum ('sad', 'very happy')",
            "create table jdbc_moods (n int, m jdbc_mood)");
        try (PreparedStatement put = c.prepareStatement("insert into jdbc_moods values (?, ?::jdbc_mood)");
             PreparedStatement other = c.prepareStatement("insert into jdbc_moods values (?, ?)");
             PreparedStatement get = c.prepareStatement("select m from jdbc_moods where m = ?::jdbc_mood and n = ?")) {
            for (int n = 0; n < 6; n++) {
                put.setInt(1, n);
                put.setString(2, "sad");
                put.executeUpdate();
                other.setInt(1, n);
                other.setObject(2, "very happy", java.sql.Types.OTHER);
                other.executeUpdate();
                get.setString(1, n % 2 == 0 ? "sad" : "very happy");
                get.setInt(2, n);
                try (ResultSet r = get.executeQuery()) {
                    r.next();
                    Check.equal(n % 2 == 0 ? "sad" : "very happy", r.getString(1));
                    Check.equal(n % 2 == 0 ? "sad" : "very happy", r.getObject(1));
                    Check.equal(java.sql.Types.VARCHAR, r.getMetaData().getColumnType(1));
                }
            }
        }
        Check.fails("22P02", () -> Check.run(c, "insert into jdbc_moods values (1, 'angry')"));
        try (ResultSet r = c.getMetaData().getColumns(null, "public", "jdbc_moods", "m")) {
            r.next();
            Check.equal("jdbc_mood", r.getString("TYPE_NAME"));
            Check.equal(java.sql.Types.VARCHAR, r.getInt("DATA_TYPE"));
        }
        Check.run(c, "drop table jdbc_moods", "drop type jdbc_mood");
    }

    static void setters(Connection c) throws Exception {
        String sql = "select ?::int + 1, ? || 'x', ?::date, ?::timestamp, ?::numeric(10,2), ?::boolean, ?::bytea";
        try (PreparedStatement p = c.prepareStatement(sql)) {
            for (int n = 0; n < 6; n++) {
                p.setLong(1, 41);
                p.setString(2, "text");
                p.setDate(3, java.sql.Date.valueOf("2024-02-29"));
                p.setTimestamp(4, java.sql.Timestamp.valueOf("2024-02-29 12:34:56.789"));
                p.setBigDecimal(5, new BigDecimal("12.50"));
                p.setBoolean(6, true);
                p.setBytes(7, new byte[] {1, 2});
                try (ResultSet r = p.executeQuery()) {
                    r.next();
                    Check.equal(42, r.getInt(1));
                    Check.equal("textx", r.getString(2));
                    Check.equal("2024-02-29", r.getDate(3).toString());
                    Check.equal("2024-02-29 12:34:56.789", r.getTimestamp(4).toString());
                    Check.equal(new BigDecimal("12.50"), r.getBigDecimal(5));
                    Check.yes(r.getBoolean(6), r.getObject(6));
                    Check.equal(new byte[] {1, 2}, r.getBytes(7));
                }
            }
        }
    }

    static void metadata(Connection c) throws Exception {
        Check.run(c, "drop table if exists jdbc_meta",
            "create table jdbc_meta (id int not null, name varchar(20), price numeric(10,2), made timestamptz, tags text[])");
        try (PreparedStatement p = c.prepareStatement("select id, name as label, price, made, tags, id + 1 as next from jdbc_meta")) {
            ResultSetMetaData m = p.getMetaData();
            Check.equal(6, m.getColumnCount());
            String[] labels = {"id", "label", "price", "made", "tags", "next"};
            String[] types = {"int4", Check.pond ? "text" : "varchar", "numeric", "timestamptz", "_text", "int4"};
            for (int i = 0; i < labels.length; i++) {
                Check.equal(labels[i], m.getColumnLabel(i + 1));
                Check.equal(types[i], m.getColumnTypeName(i + 1));
            }
            Check.equal(10, m.getPrecision(3));
            Check.equal(2, m.getScale(3));
            Check.equal("java.math.BigDecimal", m.getColumnClassName(3));
            Check.equal(1, p.getParameterMetaData().getParameterCount() + 1);
        }
        try (PreparedStatement p = c.prepareStatement("insert into jdbc_meta (id, name) values (?, ?)")) {
            Check.equal("int4", p.getParameterMetaData().getParameterTypeName(1));
        }
    }

    static void zones(Connection c) throws Exception {
        Check.run(c, "set time zone 'Europe/Berlin'");
        Check.equal("Europe/Berlin", Check.one(c, "show timezone"));
        OffsetDateTime noon = OffsetDateTime.of(2024, 7, 1, 12, 0, 0, 0, ZoneOffset.UTC);
        try (PreparedStatement p = c.prepareStatement("select ?::timestamptz, (?::timestamptz)::text")) {
            for (int n = 0; n < 6; n++) {
                p.setObject(1, noon);
                p.setObject(2, noon);
                try (ResultSet r = p.executeQuery()) {
                    r.next();
                    Check.equal(noon.toInstant(), r.getObject(1, OffsetDateTime.class).toInstant());
                    Check.equal("2024-07-01 14:00:00+02", r.getString(2));
                }
            }
        }
    }
}
