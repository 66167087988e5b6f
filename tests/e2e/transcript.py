"""What a server says to a script, message by message: the same script goes to Pond and to PostgreSQL, and the two are compared."""

from psycopg import pq

# Errors whose words are Pond's own: those must be PostgreSQL's.
SAME_WORDS = {
    "25001", "25006", "25P01", "25P02", "26000", "34000", "3B001", "40P01", "42710", "42P03", "42P05", "42P11", "55000", "55P03",
}  # fmt: skip


def said_error(result) -> str:
    state = result.error_field(pq.DiagnosticField.SQLSTATE).decode()
    words = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY).decode()
    return f"{state} {words}" if state in SAME_WORDS else state


def said_rows(result) -> list:
    columns = range(result.nfields)
    return [tuple(value and value.decode() for value in (result.get_value(row, c) for c in columns)) for row in range(result.ntuples)]


def said(result) -> object:
    if result.status in (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.NONFATAL_ERROR):
        return said_error(result)
    tag = (result.command_status or b"").decode()
    if result.status == pq.ExecStatus.TUPLES_OK:
        names = [result.fname(c).decode() for c in range(result.nfields)]
        return (tag, names, said_rows(result))
    return tag


class Client:
    """One connection, without a driver's own ideas."""

    def __init__(self, connection):
        self.connection = connection
        self.raw = connection.pgconn
        self.notices = []
        self.raw.notice_handler = lambda notice: self.notices.append("NOTICE " + said_error(notice))

    def message(self, sql: str) -> list:
        """A simple Query: every result of it, notices, and the state it leaves."""
        self.raw.send_query(sql.encode())
        return self.rest()

    def extended(self, sql: str, values=(), binary=False) -> list:
        data = [None if v is None else str(v).encode() for v in values]
        self.raw.send_query_params(sql.encode(), data, result_format=int(binary))
        return self.rest()

    def rest(self) -> list:
        results = []
        while result := self.raw.get_result():
            results.append(said(result))
        told, self.notices[:] = list(self.notices), []
        return [*results, *told, pq.TransactionStatus(self.raw.transaction_status).name]


def transcript(connection, script: str, extended=False) -> list:
    """A message per line; an indented line goes on with the one before."""
    client = Client(connection)
    messages = []
    for line in filter(str.strip, script.splitlines()):
        if line.startswith("  ") and messages:
            messages[-1] += "\n" + line.strip()
        else:
            messages.append(line.strip())
    ask = client.extended if extended else client.message
    return [(message, ask(message)) for message in messages]
