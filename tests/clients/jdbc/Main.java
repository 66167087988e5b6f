/** What pgjdbc does against a server: SERVER=pond or postgres, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE. */
public final class Main {
    public static void main(String[] arguments) {
        Statements.all();
        Types.all();
        Metadata.all();
        System.out.println("1.." + Check.number);
        System.exit(Check.failed == 0 ? 0 : 1);
    }
}
