"""Fixtures for every room: databases of both kinds, each test on an empty one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

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
    url = make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    migrate(database)
    database.close()
    yield url
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty, migrated database; SQLite always, PostgreSQL where it is given."""
    if request.param == "sqlite":
        path = tmp_path / "audit.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    with engine.begin() as connection:
        # The history's triggers refuse what only a test does.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        # Ten times as fast as TRUNCATE where tables are small.
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        for name in connection.scalars(text("SELECT sequencename FROM pg_sequences")).all():
            connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))
    engine.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database."""
    opened = Database(database_url)
    yield opened
    opened.close()
