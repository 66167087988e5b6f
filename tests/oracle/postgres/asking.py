"""What a server answers to a case, as PostgreSQL's protocol says it: asked of both sides by the same code.

A message's answer is a list, a result each:
    {"columns": [[name, type, modifier], ...], "rows": [[text or null, ...], ...], "binary": [[hex or null, ...], ...], "tag"}
    {"error": SQLSTATE, "position": characters or null, "text": message}
with "notices": [[severity, SQLSTATE, text], ...] where there are some. "binary" only where asking twice changes nothing.
"""

import re

from psycopg import pq

READS = re.compile(r"\s*(select|with|values|table|\()", re.I)
CHANGES = re.compile(r"\b(insert|update|delete|into|nextval|setval|set_config|pg_notify|lo_\w+)\b", re.I)
ERROR = pq.ExecStatus.FATAL_ERROR
COPIES = (pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT)


def ask(conninfo: str, case: dict, each: list[str]) -> list[list[dict]]:
    connection = pq.PGconn.connect(conninfo.encode())
    if connection.status != pq.ConnStatus.OK:
        raise RuntimeError(connection.error_message.decode())
    notices: list = []
    connection.notice_handler = lambda result: notices.append(notice(result))
    try:
        for sql in each:
            done = connection.exec_(sql.encode())
            if done.status == ERROR:
                raise RuntimeError(f"{sql}: {done.error_message.decode()}")
        hidden = case.get("any", [])
        answers = [message(connection, sql, notices, hidden) for sql in case["sql"]]
        return sorted_rows(answers) if case.get("unordered") else answers
    finally:
        connection.finish()


def sorted_rows(answers: list[list[dict]]) -> list[list[dict]]:
    for result in (result for answer in answers for result in answer):
        for rows in ("rows", "binary"):
            if rows in result:
                result[rows].sort(key=lambda row: [(cell is None, cell or "") for cell in row])
    return answers


def notice(result) -> list:
    fields = (pq.DiagnosticField.SEVERITY, pq.DiagnosticField.SQLSTATE, pq.DiagnosticField.MESSAGE_PRIMARY)
    return [text(result.error_field(field)) for field in fields]


def text(value: bytes | None) -> str | None:
    return None if value is None else bytes(value).decode("utf-8", "backslashreplace")


def message(connection, sql: str, notices: list, hidden: list[str]) -> list[dict]:
    notices.clear()
    connection.send_query(sql.encode())
    answers = []
    while result := wait(connection):
        if result.status in COPIES:
            raise RuntimeError("COPY is not asked here")
        answers.append(answer(result, hidden))
    if notices and answers:
        answers[-1]["notices"] = list(notices)
    last = answers[-1]
    if len(answers) == 1 and last.get("rows") is not None and READS.match(sql) and not CHANGES.search(sql):
        binary = connection.exec_params(sql.encode(), [], result_format=1)
        if binary.status == pq.ExecStatus.TUPLES_OK:
            shown = [i for i in range(binary.nfields) if text(binary.fname(i)) not in hidden]
            last["binary"] = [[hexed(binary, row, i) if i in shown else "*" for i in range(binary.nfields)] for row in range(binary.ntuples)]
    return answers


def wait(connection):
    return connection.get_result()


def hexed(result, row: int, column: int) -> str | None:
    value = result.get_value(row, column)
    return None if value is None else bytes(value).hex()


def answer(result, hidden: list[str]) -> dict:
    if result.status == ERROR:
        position = text(result.error_field(pq.DiagnosticField.STATEMENT_POSITION))
        return {
            "error": text(result.error_field(pq.DiagnosticField.SQLSTATE)),
            "position": int(position) if position else None,
            "text": text(result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY)),
        }
    if result.status != pq.ExecStatus.TUPLES_OK:
        return {"tag": text(result.command_status)}
    columns = [[text(result.fname(i)), result.ftype(i), result.fmod(i)] for i in range(result.nfields)]
    rows = [
        ["*" if columns[i][0] in hidden else text(result.get_value(row, i)) for i in range(result.nfields)]
        for row in range(result.ntuples)
    ]
    return {"columns": columns, "rows": rows, "tag": text(result.command_status)}
