"""Fixtures for every room: databases of both kinds, each test on an empty one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from audit_app.store import known_names
from audit_app.store.database import Database
from audit_app.store.schema import migrate
from audit_app.store.tables import Base

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "")
BACKENDS = ["sqlite", "postgresql"] if POSTGRES_URL else ["sqlite"]


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("empty") / "audit.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A migrated PostgreSQL database of this test process alone."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    server = create_engine(make_url(POSTGRES_URL), isolation_level="AUTOCOMMIT")
    name = f"audit_app_test_{worker}"
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        # No test pulls the plug of the server.
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    url = make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    migrate(database)
    database.close()
    yield url
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Database:
    """That database with one engine for all tests, so that each statement is compiled once."""
    return Database(postgres_url)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A SQLite database with one engine, whose file each test replaces by an empty one."""
    return Database(f"sqlite:///{tmp_path_factory.mktemp('database') / 'audit.db'}")


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty, migrated database; SQLite always, PostgreSQL where it is given."""
    if request.param == "sqlite":
        opened: Database = request.getfixturevalue("sqlite")
        replace_file(opened, request.getfixturevalue("empty_sqlite"))
    else:
        opened = request.getfixturevalue("postgres")
        empty_tables(opened)
    known_names._KNOWN.clear()  # kept by engine, which the tests share
    yield opened
    opened.close()


@pytest.fixture
def database_url(database: Database) -> str:
    """The URL of an empty, migrated database."""
    return database.engine.url.render_as_string(hide_password=False)


def replace_file(database: Database, empty: Path) -> None:
    """Put a copy of the empty file in the place of the database's, which nobody has open."""
    path = Path(database.engine.url.database or "")
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(empty, path)


def empty_tables(database: Database) -> None:
    """Delete every row, and count from one again."""
    tables = [f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)]
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            # The history's triggers refuse what only a test does.
            "SET LOCAL session_replication_role = replica; "
            # Ten times as fast as TRUNCATE where tables are small.
            + "; ".join(tables)
            + "; SELECT setval(quote_ident(sequencename)::regclass, start_value, false) "
            "FROM pg_sequences WHERE last_value IS NOT NULL"
        )
