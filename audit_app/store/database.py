"""The database: one engine, sessions that commit at the end, and what SQLite needs to be safe."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import Session, sessionmaker

from audit_app.core.faults import Refusal

try:
    from pysqlite3 import dbapi2 as wheel_sqlite
except ImportError:  # no wheel for this platform: the interpreter's own SQLite is used
    wheel_sqlite = None

# The rooms above take the session's type from here, so that only this room knows SQLAlchemy.
__all__ = ["Database", "DatabaseFault", "Session", "explain", "make_engine"]

BUSY_TIMEOUT_MS = 10_000
_BEGIN = "sqlite_begin"


class DatabaseFault(Refusal):
    """One sentence: why the database cannot be used, and what to do."""


class Database:
    """An engine with its sessions: `sessions` for reading first, `writing` for what changes things.

    On SQLite a transaction that has read cannot begin to write once somebody else has written, and
    waiting does not help. So `writing` takes its turn before it reads.
    """

    def __init__(self, url: str) -> None:
        """Open the database at an SQLAlchemy URL; nothing is connected yet."""
        self.engine = make_engine(url)
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        self.writing = sessionmaker(
            self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}), expire_on_commit=False
        )

    @contextmanager
    def session(self, *, writes: bool = True) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises.

        DatabaseFault when the database refuses; then nothing was changed.
        """
        try:
            with (self.writing if writes else self.sessions).begin() as session:
                yield session
        except (DataError, IntegrityError, OperationalError) as fault:
            raise DatabaseFault(explain(fault)) from fault

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def explain(fault: DBAPIError) -> str:
    """One sentence for a person, without the values that the database was given."""
    if isinstance(fault, IntegrityError):
        return (
            "What was to be kept does not go with what is kept already, perhaps because somebody "
            "else changed it at the same moment. Nothing was changed: try again."
        )
    if isinstance(fault, DataError):
        return (
            "Something is longer than the database takes, or holds a character that it does not "
            "take. Nothing was changed: shorten it."
        )
    said = (str(fault.orig).strip().splitlines() or ["it does not answer"])[0]
    return f"The database cannot be used just now ({said}). Nothing was changed: try again."


def make_engine(url: str) -> Engine:
    """Make an engine; SQLite gets the pragmas below on each connection.

    DatabaseFault when the URL is not one of a database that the program can use.
    """
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise DatabaseFault(
            "AUDIT_APP_DATABASE_URL is not the address of a database, such as "
            "sqlite:////srv/audit/audit.db or postgresql://user@host/name. Nothing was changed."
        ) from None
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    module = sqlite_module()
    engine = create_engine(
        url,
        module=module,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
        hide_parameters=True,
    )
    journal = "WAL" if has_wal_fix(module.sqlite_version_info) else "DELETE"
    _set_pragmas(engine, journal)
    return engine


def sqlite_module() -> ModuleType:
    """The SQLite to link: the wheel's, unless the interpreter's own has the WAL-reset fix."""
    if wheel_sqlite is not None and not has_wal_fix(sqlite3.sqlite_version_info):
        module: ModuleType = wheel_sqlite
        return module
    return sqlite3


def has_wal_fix(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is safe in WAL mode: 3.51.3 and later, 3.50.7 and 3.44.6.

    Source: https://sqlite.org/wal.html, the WAL-reset bug.
    """
    if version >= (3, 51, 3):
        return True
    return (
        version[:2] in ((3, 50), (3, 44))
        and version >= {50: (3, 50, 7), 44: (3, 44, 6)}[version[1]]
    )


def _set_pragmas(engine: Engine, journal: str) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 # a driver's own type
        # The driver must not begin transactions of its own accord: see "begin" below.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA journal_mode = {journal}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:  # noqa: ANN401
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
