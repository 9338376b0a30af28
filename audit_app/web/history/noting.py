"""Noting that something was opened: a page that only reads writes this one entry."""

from __future__ import annotations

from flask import current_app

from audit_app import clock
from audit_app.store.database import Database
from audit_app.store.history import record_history
from audit_app.web.access import current_person
from audit_app.web.database import db


def note_reading(action: str, subject: str, subject_id: int | None) -> None:
    """Write the entry at once, in a transaction of its own, before anything is given out."""
    person = current_person()
    # Ends the reading so far: with a rollback journal nobody can write while somebody reads.
    db().commit()
    database: Database = current_app.extensions["database"]
    with database.session() as session:
        record_history(session, person, action, subject, subject_id, at=clock.now())
