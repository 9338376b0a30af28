"""Who did what, and when: rows are only added, hold no case content, and form a chain of hashes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from audit_app.core.chain import GENESIS, Break, Entry, canonical_detail, entry_hash, first_break
from audit_app.store.tables import HistoryEntry, HistoryHead, Person

_BATCH = 5_000


def record_history(
    session: Session,
    person: Person | None,
    action: str,
    subject: str,
    subject_id: int | None,
    *,
    at: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add one entry; `person` is None for the command line.

    `detail` says what changed, as `{"name": [from, to]}`, in codes and numbers: never words that
    somebody wrote about a child. The head's row is held until the transaction ends, so entries of
    different transactions cannot take one place.
    """
    head = session.execute(
        select(HistoryHead.entry_id, HistoryHead.entry_hash).with_for_update()
    ).one_or_none()
    number, before = (head[0] + 1, head[1]) if head is not None else (1, GENESIS)
    entry = Entry(
        number=number,
        at=at,
        person_id=person.id if person is not None else None,
        action=action,
        subject=subject,
        subject_id=subject_id,
        detail=canonical_detail(detail),
        previous_hash=before,
    )
    entry = replace(entry, hash=entry_hash(entry))
    session.execute(insert(HistoryEntry), [_row(entry)])
    values = {"entry_id": entry.number, "entry_hash": entry.hash}
    if head is None:
        session.execute(insert(HistoryHead), [{"id": 1, **values}])
    else:
        session.execute(
            update(HistoryHead).values(**values).execution_options(synchronize_session=False)
        )


def verify_history(session: Session, anchors: Mapping[int, str]) -> Break | None:
    """The first entry that does not hold; None where the whole chain does.

    `anchors`: hashes by entry number, as they were kept outside the database.
    """
    return first_break(_entries(session), history_head(session), anchors)


def history_head(session: Session) -> tuple[int, str]:
    """The number and the hash of the last entry; (0, sixty-four noughts) where there is none."""
    head = session.execute(select(HistoryHead.entry_id, HistoryHead.entry_hash)).one_or_none()
    return (head[0], head[1]) if head is not None else (0, GENESIS)


def _entries(session: Session) -> Iterator[Entry]:
    rows = session.execute(
        select(
            HistoryEntry.id,
            HistoryEntry.at,
            HistoryEntry.person_id,
            HistoryEntry.action,
            HistoryEntry.subject,
            HistoryEntry.subject_id,
            HistoryEntry.detail,
            HistoryEntry.previous_hash,
            HistoryEntry.hash,
        )
        .order_by(HistoryEntry.id)
        .execution_options(yield_per=_BATCH)
    )
    for row in rows:
        yield Entry(*row)


def _row(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.number,
        "at": entry.at,
        "person_id": entry.person_id,
        "action": entry.action,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "detail": entry.detail,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
