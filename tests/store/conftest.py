"""A session of the test's own, and a second database to carry things into."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import AT, agree_with_suggestions, make_council
from sqlalchemy.orm import Session
from store.store_answers import first_audit, random_drafts

from audit_app.store.audits import form_of, record_answers
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


@pytest.fixture
def ready(database: Database) -> int:
    """The id of an audit that lacks nothing but being submitted."""
    with database.session() as session:
        audit = first_audit(session, make_council(session).cycle)
        drafts = random_drafts(form_of(audit), random.Random("ready"))
        record_answers(session, audit, drafts, at=AT)
        agree_with_suggestions(session, audit)
        return audit.id
