import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

/** Asks pgjdbc's DatabaseMetaData everything a tool asks; only the server's log is of interest. */
public final class Harvest {
    interface Question { ResultSet ask(DatabaseMetaData m) throws Exception; }

    static void ask(DatabaseMetaData m, Question... questions) {
        for (Question question : questions)
            try (ResultSet r = question.ask(m)) {
                while (r.next()) { }
            } catch (Exception e) {
                System.err.println(e);
            }
    }

    public static void main(String[] arguments) throws Exception {
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE");
        try (Connection c = DriverManager.getConnection(url, System.getenv("PGUSER"), "none")) {
            DatabaseMetaData m = c.getMetaData();
            String[] kinds = {"TABLE", "VIEW", "FOREIGN TABLE", "MATERIALIZED VIEW", "PARTITIONED TABLE", "SEQUENCE", "INDEX"};
            ask(m, x -> x.getSchemas(), x -> x.getSchemas(null, "sh%"), x -> x.getCatalogs(), x -> x.getTableTypes(),
                x -> x.getTables(null, "shop", "%", null), x -> x.getTables("warehouse", "shop", "ord%", kinds), x -> x.getTables(null, null, "%", new String[] {"TABLE", "VIEW"}),
                x -> x.getColumns(null, "shop", "orders", null), x -> x.getColumns("warehouse", "shop", "%", "%id"),
                x -> x.getPrimaryKeys(null, "shop", "orders"), x -> x.getPrimaryKeys(null, null, "customers"), x -> x.getImportedKeys(null, "shop", "orders"),
                x -> x.getExportedKeys(null, "shop", "customers"), x -> x.getCrossReference(null, "shop", "customers", null, "shop", "orders"),
                x -> x.getIndexInfo(null, "shop", "orders", false, true), x -> x.getIndexInfo(null, "shop", "customers", true, false), x -> x.getTypeInfo(),
                x -> x.getFunctions(null, null, "lower"), x -> x.getFunctionColumns(null, null, "lower", null), x -> x.getProcedures(null, "shop", "%"),
                x -> x.getProcedureColumns(null, "shop", "%", null), x -> x.getUDTs(null, "shop", "%", null), x -> x.getBestRowIdentifier(null, "shop", "orders", 0, true),
                x -> x.getVersionColumns(null, "shop", "orders"), x -> x.getTablePrivileges(null, "shop", "orders"), x -> x.getColumnPrivileges(null, "shop", "orders", "id"),
                x -> x.getClientInfoProperties());
            m.getMaxColumnNameLength();
            m.getMaxColumnsInIndex();
            m.getSQLKeywords();
            m.getDefaultTransactionIsolation();
            c.getSchema();
            c.getCatalog();
            c.setSchema("shop");
            try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("select * from orders")) {
                for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                    r.getMetaData().isAutoIncrement(i);
                    r.getMetaData().isNullable(i);
                    r.getMetaData().getTableName(i);
                }
            }
            try (Statement s = c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE); ResultSet r = s.executeQuery("select id, note from shop.orders")) {
                while (r.next()) r.updateString("note", "x");
            } catch (Exception e) {
                System.err.println(e);
            }
            c.createArrayOf("numeric", new Object[] {});
            c.createArrayOf("no_such_type", new Object[] {});
        }
    }
}
