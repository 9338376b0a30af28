"""Migration 0004 binds the entries that were there before into a chain."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from audit_app.clock import now
from audit_app.store.database import Database
from audit_app.store.history import record_history, verify_history
from audit_app.store.schema import migrate
from audit_app.store.tables import HistoryEntry

OLD = [
    (3, "2026-11-02 09:00:00.000000", "drew", "sample", 1),
    (7, "2026-11-03 10:30:00.250000", "refused", "audit", None),
    (8, "2026-11-03 10:30:00.250000", "closed", "cycle", 1),
]


def test_old_entries_are_numbered_and_bound(database: Database) -> None:
    migrate(database, "0003")
    with database.engine.begin() as connection:
        for number, at, action, subject, subject_id in OLD:
            connection.execute(
                text(
                    "INSERT INTO history (id, at, action, subject, subject_id) "
                    "VALUES (:id, :at, :action, :subject, :subject_id)"
                ),
                {
                    "id": number,
                    "at": at if connection.dialect.name == "sqlite" else moment(at),
                    "action": action,
                    "subject": subject,
                    "subject_id": subject_id,
                },
            )
    migrate(database)
    with database.session() as session:
        assert verify_history(session, {}) is None
        record_history(session, None, "opened", "cycle", 2, at=now())
    with database.session(writes=False) as session:
        assert verify_history(session, {}) is None
        rows = [session.get_one(HistoryEntry, number) for number in (1, 2, 3, 4)]
        kept = [(row.at, row.action, row.subject, row.subject_id) for row in rows[:3]]
        assert kept == [(moment(at), *rest) for _number, at, *rest in OLD]
        assert rows[3].previous_hash == rows[2].hash


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)
