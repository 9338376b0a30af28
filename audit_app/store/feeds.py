"""A person's own calendar feed: its token, and the days that stand in it.

Nothing in a feed was typed by anybody but the names of bodies: entries say the kind of audit, its
form and a link, so that no calendar programme keeps what might tell of a child.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.access import Permission
from audit_app.core.lifecycle import SETTLED, CycleState
from audit_app.core.plan import KIND_WORDS, PlanState
from audit_app.core.routes import working_day
from audit_app.store.history import record_history
from audit_app.store.instruments import latest_forms
from audit_app.store.plan import PlanLine, all_lines
from audit_app.store.routes import routes_due
from audit_app.store.scopes import audits_in_scope
from audit_app.store.tables import Allocation, CalendarFeed, Cycle, FormVersion, Person

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class FeedDay:
    """A day of a feed: `key` stays the same for the same thing, `path` is its page."""

    key: str
    day: date
    words: str
    path: str


def make_feed(session: Session, person: Person, *, at: datetime) -> str:
    """Make the person's feed, and its token, of which only the hash is kept; an older one ends."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person.id))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(CalendarFeed(person_id=person.id, token_hash=_hash(token), made_at=at))
    session.flush()
    record_history(session, person, "made a calendar feed", "person", person.id, at=at)
    return token


def end_feed(session: Session, person: Person, *, at: datetime) -> None:
    """The address of the feed leads nowhere from now on."""
    if feed_of(session, person) is not None:
        session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person.id))
        record_history(session, person, "ended a calendar feed", "person", person.id, at=at)


def feed_of(session: Session, person: Person) -> datetime | None:
    """When the person made the feed that still works."""
    made = select(CalendarFeed.made_at).where(CalendarFeed.person_id == person.id)
    return session.scalar(made)


def person_of_feed(session: Session, token: str) -> Person | None:
    """Whose feed this is; nobody's where it was ended, or the account is shut."""
    return session.scalar(
        select(Person)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(CalendarFeed.token_hash == _hash(token), Person.active)
    )


def feed_days(session: Session, person: Person, *, today: date) -> list[FeedDay]:
    """The days that are the person's to know: of own audits, of the plan, of reporting."""
    days = _own_audits(session, person)
    titles = {version.key: version.title for version in latest_forms(session)}
    if person.may(Permission.READ_PLAN):
        for line in all_lines(session, person, today=today):
            days += _of_plan(line, titles)
    if person.may(Permission.MANAGE_PLAN):
        days += [
            FeedDay(
                f"route-{line.route.id}-{line.due_on.isoformat()}",
                line.due_on,
                f"Report due: {line.route.body}",
                "/plan/routes",
            )
            for line in routes_due(session, today=today)
        ]
    return sorted(days, key=lambda one: (one.day, one.key))


def _own_audits(session: Session, person: Person) -> list[FeedDay]:
    rows = session.execute(
        select(Cycle.id, Allocation.due_on, FormVersion.title, func.count())
        .join(Cycle, Cycle.id == Allocation.cycle_id)
        .join(FormVersion, FormVersion.id == Cycle.form_version_id)
        .where(
            Allocation.auditor_id == person.id,
            Allocation.state.not_in(SETTLED),
            audits_in_scope(person, Permission.DO_AUDITS),
            Cycle.state == CycleState.DRAWN,
        )
        .group_by(Cycle.id, Allocation.due_on, FormVersion.title)
    )
    return [
        FeedDay(
            f"audits-{cycle}-{due.isoformat()}",
            due,
            f"{number} audit{'' if number == 1 else 's'} to submit: {title}",
            "/",
        )
        for cycle, due, title, number in rows
    ]


def _of_plan(line: PlanLine, titles: dict[str, str]) -> list[FeedDay]:
    """The next day of an entry, and that of its meeting while no report is published."""
    entry, found = line.entry, []
    what = titles.get(entry.form or "", KIND_WORDS[entry.kind])
    path = f"/plan/{entry.id}"
    if line.state is PlanState.PLANNED and line.next_day is not None:
        day = working_day(line.next_day, is_bank_holiday)
        found.append(FeedDay(f"plan-{entry.id}-open", day, f"To be opened: {what}", path))
    if line.state is PlanState.OPEN and line.next_day is not None:
        found.append(FeedDay(f"plan-{entry.id}-due", line.next_day, f"Audits due: {what}", path))
    if entry.report_on is not None:
        said = f"Reported to {entry.body}: {what}"
        found.append(FeedDay(f"plan-{entry.id}-report", entry.report_on, said, path))
    return found


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
