"""Who did what, and when: rows are only added, hold no case content, and form a chain of hashes."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from audit_app.clock import day_of
from audit_app.core.chain import GENESIS, Break, Entry, canonical_detail, entry_hash, first_break
from audit_app.store.tables import HistoryEntry, HistoryHead, Person, Reading, Sample

_BATCH = 5_000
#: What one person did on one day stands in a timeline once.
_GROUPED = frozenset({"saved", "read"})
_OF_CYCLE = ("closed", "reopened")
_EXPORTED = "exported"


@dataclass(slots=True)
class TimelineEntry:
    """One line of a timeline: who did what, when; `by` is empty for the command line.

    `first_at` is `at`, unless several entries of one day and person stand for one line. `answers`:
    how many different answers were changed. `moved`: names, from whom to whom.
    """

    at: datetime
    by: str
    action: str
    subject: str
    first_at: datetime
    times: int = 1
    changed: set[str] = field(default_factory=set)
    moved: tuple[str, str] | None = None

    @property
    def answers(self) -> int:
        """How many different answers were changed."""
        return len(self.changed)


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
    """The first entry that does not hold; None where the whole chain does, as far as its head.

    `anchors`: hashes by entry number, as they were kept outside the database. Entries that are
    added while this reads are left to the next time.
    """
    head = history_head(session)
    with closing(_entries(session, head[0])) as entries:
        broken = first_break(entries, head, anchors)
    if broken is not None:
        return broken
    # One statement, so that both stand as they did at one moment.
    said, last = session.execute(
        select(
            select(HistoryHead.entry_id).scalar_subquery(),
            select(func.max(HistoryEntry.id)).scalar_subquery(),
        )
    ).one()
    if (last or 0) > (said or 0):
        after = (said or 0) + 1
        return Break(after, f"Entry {after} stands behind the one that was written last.")
    return None


def history_head(session: Session) -> tuple[int, str]:
    """The number and the hash of the last entry; (0, sixty-four noughts) where there is none."""
    head = session.execute(select(HistoryHead.entry_id, HistoryHead.entry_hash)).one_or_none()
    return (head[0], head[1]) if head is not None else (0, GENESIS)


def timeline_of(session: Session, subject: str, subject_id: int) -> list[TimelineEntry]:
    """What happened to one thing, oldest first; of an audit also its draw, its child's case number
    being shown, and its cycle being closed or exported. Refusals are left out.
    """
    which = and_(HistoryEntry.subject == subject, HistoryEntry.subject_id == subject_id)
    if subject == "audit":
        which = or_(which, *_around_audit(session, subject_id))
    rows = session.execute(
        select(
            HistoryEntry.at,
            Person.name,
            HistoryEntry.action,
            HistoryEntry.subject,
            HistoryEntry.detail,
        )
        .outerjoin(Person, Person.id == HistoryEntry.person_id)
        .where(which, HistoryEntry.action != "refused")
        .order_by(HistoryEntry.id)
    ).all()
    return _lines(session, rows)


def _around_audit(session: Session, audit_id: int) -> list[ColumnElement[bool]]:
    found = session.execute(
        select(Reading.case_file_id, Reading.cycle_id, Reading.allocated_at, Sample.id)
        .outerjoin(Sample, Sample.cycle_id == Reading.cycle_id)
        .where(Reading.id == audit_id)
    ).one_or_none()
    if found is None:
        return []
    case_file_id, cycle_id, allocated_at, sample_id = found
    return [
        and_(HistoryEntry.subject == "sample", HistoryEntry.subject_id == sample_id),
        and_(
            HistoryEntry.subject == "case file",
            HistoryEntry.subject_id == case_file_id,
            HistoryEntry.at >= allocated_at,
        ),
        and_(
            HistoryEntry.subject == "cycle",
            HistoryEntry.subject_id == cycle_id,
            HistoryEntry.action.in_(_OF_CYCLE) | HistoryEntry.action.startswith(_EXPORTED),
        ),
    ]


def _lines(
    session: Session, rows: Iterable[Row[datetime, str, str, str, str]]
) -> list[TimelineEntry]:
    lines: list[TimelineEntry] = []
    of_day: dict[tuple[object, ...], TimelineEntry] = {}
    moves: list[tuple[TimelineEntry, list[int]]] = []
    for at, name, action, subject, detail in rows:
        changes = json.loads(detail) if detail else {}
        key = (action, subject, name, day_of(at)) if action in _GROUPED else (len(lines),)
        line = of_day.get(key)
        if line is None:
            line = of_day[key] = TimelineEntry(at, name or "", action, subject, at, times=0)
            lines.append(line)
        line.at = at
        line.times += 1
        if action == "saved":
            line.changed.update(changes)
        if action == "reassigned" and "auditor" in changes:
            moves.append((line, changes["auditor"]))
    names = _names(session, {person for _line, pair in moves for person in pair})
    for line, (before, after) in moves:
        line.moved = (names.get(before, "somebody"), names.get(after, "somebody"))
    return lines


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in found}


def _entries(session: Session, last: int) -> Generator[Entry, None, None]:
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
        .where(HistoryEntry.id <= last)
        .order_by(HistoryEntry.id)
        .execution_options(yield_per=_BATCH)
    )
    try:
        for row in rows:
            yield Entry(*row)
    finally:
        rows.close()


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
