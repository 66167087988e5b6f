import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.Statement;

/** What DatabaseMetaData says, and what tools that sit on JDBC ask the catalog themselves. */
final class Metadata {
    static final String[] TABLES = {
        "drop view if exists jdbc_md_view", "drop table if exists jdbc_md_child", "drop table if exists jdbc_md_parent",
        "drop schema if exists jdbc_md_schema cascade", "create schema jdbc_md_schema", "create table jdbc_md_schema.elsewhere (n int)",
        "create table jdbc_md_parent (a int, b text, name varchar not null default 'x', price numeric(10,2), made timestamptz, tags text[], primary key (a, b))",
        "create table jdbc_md_child (id bigint primary key, pa int, pb text, u uuid unique, constraint to_parent foreign key (pa, pb) references jdbc_md_parent (a, b))",
        "create index jdbc_md_by_name on jdbc_md_parent (name)",
        "create view jdbc_md_view as select a, name from jdbc_md_parent",
        "comment on table jdbc_md_parent is 'what it is'", "comment on column jdbc_md_parent.name is 'its name'",
    };

    static void all() {
        Check.with("tables for the metadata", "", c -> Check.run(c, TABLES));
        Check.with("getSchemas, getCatalogs, getTableTypes", "", Metadata::schemas);
        Check.with("getTables", "", Metadata::tables);
        Check.with("getColumns", "", Metadata::columns);
        Check.with("getPrimaryKeys", "", Metadata::primaryKeys);
        Check.with("getImportedKeys, getExportedKeys, getCrossReference", "", Metadata::foreignKeys);
        Check.with("getIndexInfo", "", Metadata::indexes);
        Check.with("getTypeInfo", "", Metadata::types);
        Check.with("getFunctions, getProcedures", "", Metadata::functions);
        Check.with("privileges, versions, identifiers", "", Metadata::others);
        for (String question : Tools.QUESTIONS) Check.with("asked by a tool: " + question, "", c -> question(c, question));
        Check.with("a tool's list of tables and columns", "", Metadata::listed);
    }

    static void schemas(Connection c) throws Exception {
        DatabaseMetaData m = c.getMetaData();
        String schemas = ";" + Check.rows(m.getSchemas(), "TABLE_SCHEM").replace(" ", "") + ";";
        for (String schema : new String[] {"public", "jdbc_md_schema", "pg_catalog", "information_schema"})
            Check.yes(schemas.contains(";" + schema + ";"), schemas);
        Check.equal("jdbc_md_schema", Check.rows(m.getSchemas(null, "jdbc\\_md%"), "TABLE_SCHEM"));
        Check.yes(("; " + Check.rows(m.getCatalogs(), "TABLE_CAT") + ";").contains("; " + c.getCatalog() + ";"), "catalogs");
        Check.yes(Check.rows(m.getTableTypes(), "TABLE_TYPE").contains("VIEW"), "types");
    }

    static void tables(Connection c) throws Exception {
        DatabaseMetaData m = c.getMetaData();
        String[] what = {"TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS"};
        Check.equal("public|jdbc_md_child|TABLE|null; public|jdbc_md_parent|TABLE|what it is; public|jdbc_md_view|VIEW|null",
            Check.rows(m.getTables(null, "public", "jdbc\\_md\\_%", new String[] {"TABLE", "VIEW"}), what));
        Check.equal("jdbc_md_schema|elsewhere|TABLE|null", Check.rows(m.getTables(null, "jdbc_md_schema", "%", null), what));
        Check.equal("", Check.rows(m.getTables(null, null, "jdbc_nowhere", null), what));
        Check.yes(Check.rows(m.getTables(c.getCatalog(), null, "%", new String[] {"TABLE", "PARTITIONED TABLE", "VIEW", "FOREIGN TABLE", "MATERIALIZED VIEW"}), what)
            .contains("public|jdbc_md_child|TABLE"), "all");
        Check.run(c, "create temp table jdbc_md_temp (n int)");
        Check.yes(Check.rows(m.getTables(null, null, "jdbc\\_md\\_temp", null), "TABLE_TYPE").equals("TEMPORARY TABLE"), "temporary");
    }

    static void columns(Connection c) throws Exception {
        DatabaseMetaData m = c.getMetaData();
        String text = Check.pond ? "text" : "varchar";
        Check.equal("1|a|int4|4|NO|10|0|null|null; 2|b|text|12|NO|2147483647|0|null|null; 3|name|" + text
            + "|12|NO|2147483647|0|'x'" + (Check.pond ? "::text" : "::character varying") + "|its name; 4|price|numeric|2|YES|10|2|null|null; "
            + "5|made|timestamptz|93|YES|35|6|null|null; 6|tags|_text|2003|YES|2147483647|0|null|null",
            Check.rows(m.getColumns(null, "public", "jdbc_md_parent", null), "ORDINAL_POSITION", "COLUMN_NAME", "TYPE_NAME", "DATA_TYPE",
                "IS_NULLABLE", "COLUMN_SIZE", "DECIMAL_DIGITS", "COLUMN_DEF", "REMARKS"));
        Check.equal("a|NO; name|NO", Check.rows(m.getColumns(null, null, "jdbc_md_view", "%"), "COLUMN_NAME", "IS_AUTOINCREMENT"));
    }

    static void primaryKeys(Connection c) throws Exception {
        DatabaseMetaData m = c.getMetaData();
        Check.equal("public|jdbc_md_parent|a|1; public|jdbc_md_parent|b|2",
            Check.rows(m.getPrimaryKeys(null, "public", "jdbc_md_parent"), "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME", "KEY_SEQ"));
        Check.equal("id|1", Check.rows(m.getPrimaryKeys(null, null, "jdbc_md_child"), "COLUMN_NAME", "KEY_SEQ"));
        Check.equal("", Check.rows(m.getPrimaryKeys(null, "jdbc_md_schema", "elsewhere"), "COLUMN_NAME"));
        Check.yes(Check.rows(m.getBestRowIdentifier(null, "public", "jdbc_md_child", 0, true), "COLUMN_NAME").equals("id"), "best row");
    }

    static void foreignKeys(Connection c) throws Exception {
        DatabaseMetaData m = c.getMetaData();
        String[] what = {"PKTABLE_NAME", "PKCOLUMN_NAME", "FKTABLE_NAME", "FKCOLUMN_NAME", "KEY_SEQ"};
        String both = "jdbc_md_parent|a|jdbc_md_child|pa|1; jdbc_md_parent|b|jdbc_md_child|pb|2";
        Check.equal(both, Check.rows(m.getImportedKeys(null, "public", "jdbc_md_child"), what));
        Check.equal(both, Check.rows(m.getExportedKeys(null, "public", "jdbc_md_parent"), what));
        Check.equal(both, Check.rows(m.getCrossReference(null, "public", "jdbc_md_parent", null, "public", "jdbc_md_child"), what));
        Check.equal("", Check.rows(m.getImportedKeys(null, "public", "jdbc_md_parent"), what));
    }

    static void indexes(Connection c) throws Exception {
        DatabaseMetaData m = c.getMetaData();
        String found = Check.rows(m.getIndexInfo(null, "public", "jdbc_md_parent", false, true), "NON_UNIQUE", "ORDINAL_POSITION", "COLUMN_NAME");
        Check.equal("f|1|a; f|2|b; t|1|name", found);
        Check.equal("jdbc_md_by_name", Check.rows(m.getIndexInfo(null, "public", "jdbc_md_parent", false, false), "INDEX_NAME").replaceAll(".*; ", ""));
        Check.equal("f|id; f|u", Check.rows(m.getIndexInfo(null, "public", "jdbc_md_child", true, true), "NON_UNIQUE", "COLUMN_NAME"));
    }

    static void types(Connection c) throws Exception {
        String types = ";" + Check.rows(c.getMetaData().getTypeInfo(), "TYPE_NAME").replace(" ", "") + ";";
        for (String type : new String[] {"int4", "int8", "text", "numeric", "timestamptz", "bool", "uuid", "bytea", "json", "interval"})
            Check.yes(types.contains(";" + type + ";"), type + " is not in " + types);
    }

    static void functions(Connection c) throws Exception {
        DatabaseMetaData m = c.getMetaData();
        Check.yes(Check.rows(m.getFunctions(null, null, "lower"), "FUNCTION_NAME").contains("lower"), "lower");
        Check.yes(!Check.rows(m.getFunctionColumns(null, null, "lower", null), "FUNCTION_NAME", "COLUMN_NAME").isEmpty(), "its columns");
        Check.equal("", Check.rows(m.getProcedures(null, null, "jdbc_no_such"), "PROCEDURE_NAME"));
        Check.equal("", Check.rows(m.getUDTs(null, "public", "no\\_such%", null), "TYPE_NAME"));
    }

    static void others(Connection c) throws Exception {
        DatabaseMetaData m = c.getMetaData();
        Check.equal(63, m.getMaxColumnNameLength());
        Check.equal(32, m.getMaxColumnsInIndex());
        Check.yes(m.getSQLKeywords().length() > 100, m.getSQLKeywords());
        Check.rows(m.getTablePrivileges(null, "public", "jdbc_md_parent"), "GRANTEE", "PRIVILEGE");
        Check.rows(m.getColumnPrivileges(null, "public", "jdbc_md_parent", "a"), "GRANTEE", "PRIVILEGE");
        Check.yes(m.getUserName().equals(System.getenv("PGUSER")), m.getUserName());
        Check.rows(m.getClientInfoProperties(), "NAME");
        Check.yes(m.storesLowerCaseIdentifiers() && m.supportsTransactions(), "identifiers");
    }

    /** It must be understood and be read to its end, whatever it finds. */
    static void question(Connection c, String sql) throws Exception {
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery(sql)) {
            int columns = r.getMetaData().getColumnCount();
            while (r.next()) for (int i = 1; i <= columns; i++) r.getString(i);
        }
    }

    static void listed(Connection c) throws Exception {
        try (Statement s = c.createStatement()) {
            Check.equal("jdbc_md_child|r|null; jdbc_md_parent|r|what it is; jdbc_md_view|v|null", Check.rows(s.executeQuery(
                "select c.relname, c.relkind, d.description from pg_catalog.pg_class c left join pg_catalog.pg_description d on d.objoid = c.oid and d.objsubid = 0 "
                + "and d.classoid = 'pg_class'::regclass where c.relnamespace = 'public'::regnamespace and c.relname like 'jdbc\\_md\\_%' and c.relkind in ('r', 'v') order by 1"),
                "relname", "relkind", "description"));
            Check.equal("id|f|f; pa|t|f; pb|t|f; u|t|f".replace("|f|f", "|NO").replace("|t|f", "|YES"), Check.rows(s.executeQuery(
                "select column_name, is_nullable from information_schema.columns where table_schema = 'public' and table_name = 'jdbc_md_child' order by ordinal_position"),
                "column_name", "is_nullable"));
        }
    }
}
