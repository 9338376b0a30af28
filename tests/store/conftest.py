"""A session of the test's own, and a second database to carry things into."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from audit_app.store.database import Database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that writes and is rolled back at the end unless the test commits."""
    with database.writing() as session:
        yield session


@pytest.fixture
def other_database(empty_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A second, empty database."""
    path = tmp_path / "other.db"
    shutil.copy(empty_sqlite, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.close()
