"""Lists of the history: filtered, newest first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from audit_app.clock import LONDON
from audit_app.store.tables import HistoryEntry, Person


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What a list is narrowed to; each part that is empty narrows nothing.

    Days are English ones. `person` is a part of a name or address, `action` of what was done;
    `subject` is the kind of thing that it was done to.
    """

    from_day: date | None = None
    to_day: date | None = None
    person: str = ""
    action: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry with the person who did it; `name` and `email` are None for the command line."""

    number: int
    at: datetime
    person_id: int | None
    name: str | None
    email: str | None
    action: str
    subject: str
    subject_id: int | None
    detail: str
    previous_hash: str
    hash: str


def entries_listed(
    session: Session,
    sought: HistoryFilter,
    *,
    limit: int,
    before: int | None = None,
    after: int | None = None,
) -> list[Listed]:
    """At most `limit` entries, newest first.

    With `before`, those next older than that number; with `after`, those next newer.
    """
    query = _narrowed(_listed(), sought)
    if after is not None:
        rows = session.execute(
            query.where(HistoryEntry.id > after).order_by(HistoryEntry.id).limit(limit)
        )
        return [Listed(*row) for row in rows][::-1]
    if before is not None:
        query = query.where(HistoryEntry.id < before)
    rows = session.execute(query.order_by(HistoryEntry.id.desc()).limit(limit))
    return [Listed(*row) for row in rows]


def find_entry(session: Session, number: int) -> Listed | None:
    """One entry."""
    row = session.execute(_listed().where(HistoryEntry.id == number)).one_or_none()
    return Listed(*row) if row is not None else None


def hash_of(session: Session, number: int) -> str | None:
    """The hash of one entry, None where there is no such entry."""
    return session.scalar(select(HistoryEntry.hash).where(HistoryEntry.id == number))


def _listed() -> Select[*tuple[Any, ...]]:
    return select(
        HistoryEntry.id,
        HistoryEntry.at,
        HistoryEntry.person_id,
        Person.name,
        Person.email,
        HistoryEntry.action,
        HistoryEntry.subject,
        HistoryEntry.subject_id,
        HistoryEntry.detail,
        HistoryEntry.previous_hash,
        HistoryEntry.hash,
    ).outerjoin(Person, Person.id == HistoryEntry.person_id)


def _narrowed(query: Select[*tuple[Any, ...]], sought: HistoryFilter) -> Select[*tuple[Any, ...]]:
    if sought.from_day is not None:
        query = query.where(HistoryEntry.at >= _midnight(sought.from_day))
    if sought.to_day is not None:
        query = query.where(HistoryEntry.at < _midnight(sought.to_day + timedelta(days=1)))
    if sought.person.strip():
        words = sought.person.strip()
        query = query.where(
            or_(
                Person.name.icontains(words, autoescape=True),
                Person.email.icontains(words, autoescape=True),
            )
        )
    if sought.action.strip():
        query = query.where(HistoryEntry.action.icontains(sought.action.strip(), autoescape=True))
    if sought.subject:
        query = query.where(HistoryEntry.subject == sought.subject)
    return query


def _midnight(day: date) -> datetime:
    """The moment at which a day begins in England."""
    return datetime.combine(day, time.min, tzinfo=LONDON)
