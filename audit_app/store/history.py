"""Who did what, and when: rows are only added, and hold no case content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from audit_app.store.tables import HistoryEntry, Person


def record_history(
    session: Session,
    person: Person | None,
    action: str,
    subject: str,
    subject_id: int | None,
    *,
    at: datetime,
) -> None:
    """Add one entry; `person` is None for the command line."""
    session.add(
        HistoryEntry(
            at=at,
            person_id=person.id if person is not None else None,
            action=action,
            subject=subject,
            subject_id=subject_id,
        )
    )
