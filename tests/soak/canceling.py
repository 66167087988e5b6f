"""Cancel requests, and that they may come at any moment."""

import threading

import psycopg


def cancel_until(c: psycopg.Connection, ended: threading.Event, pause: float) -> None:
    """A cancel that comes before the statement ends none: it is asked for again."""
    while not ended.wait(pause):
        c.cancel_safe(timeout=60)


def answer_of(c: psycopg.Connection, sql: str) -> tuple:
    """A cancel that came too late may hit this one, as at PostgreSQL."""
    try:
        return c.execute(sql).fetchone()
    except psycopg.errors.QueryCanceled:
        return c.execute(sql).fetchone()
