"""Counting the queries of a block, so that a list page is seen not to ask once a row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from audit_app.store.database import Database


@contextmanager
def counted_queries(database: Database) -> Iterator[list[str]]:
    """The statements that were sent to the database within the block."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
