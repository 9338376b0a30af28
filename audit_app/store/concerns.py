"""Immediate concerns: raised by an auditor, told to named people at once, waiting for an answer.

Mails carry a link and nothing about the child. Until somebody is named, every QA lead is told, so
that a concern never goes to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from audit_app.core.access import Permission, Reach, Role
from audit_app.core.concerns import Clock, ConcernLevel, answer_by, read_clock
from audit_app.core.faults import Refusal
from audit_app.store.history import record_history
from audit_app.store.mail import ask_to_send
from audit_app.store.scopes import grants_of
from audit_app.store.tables import Appointment, Concern, ConcernContact, Cycle, Person, Reading

_BODY = """Hello

Somebody who audits a case file has raised an immediate concern for a child’s
safety{again}.

Open it, act, and acknowledge it here:

{link}

You are told because you are named for such concerns. This mail says nothing
about the child on purpose.
"""


class ConcernFault(Refusal):
    """One sentence: why nothing was changed."""


def raise_concern(
    session: Session,
    audit: Reading,
    person: Person,
    words: str,
    *,
    hours: int,
    site_url: str,
    at: datetime,
) -> Concern:
    """Keep a concern and tell the people named for it; the audit's answers are not touched."""
    concern = Concern(
        audit=audit,
        words=words,
        raised_by_id=person.id,
        raised_at=at,
        answer_by=answer_by(at, hours),
    )
    session.add(concern)
    session.flush()
    told = _tell(session, concern, ConcernLevel.AT_ONCE, site_url, at)
    record_history(
        session,
        person,
        "raised a concern",
        "audit",
        audit.id,
        at=at,
        detail={"concern": concern.id, "told": told},
    )
    return concern


def acknowledge(
    session: Session, concern: Concern, person: Person, action: str, *, at: datetime
) -> None:
    """Say that somebody acts, and what is done; ConcernFault where another did so before."""
    session.refresh(concern, ["acknowledged_at"], with_for_update=True)
    if concern.acknowledged_at is not None:
        raise ConcernFault("Somebody else has acknowledged this concern already.")
    concern.acknowledged_at, concern.acknowledged_by, concern.action = at, person, action
    minutes = read_clock(concern.raised_at, concern.answer_by, at, at).minutes
    record_history(
        session,
        person,
        "acknowledged a concern",
        "audit",
        concern.audit_id,
        at=at,
        detail={"concern": concern.id, "minutes": minutes},
    )


def escalate_overdue(session: Session, *, site_url: str, at: datetime) -> int:
    """Tell the next people of each concern whose time has run out, once; how many there were."""
    overdue = session.scalars(
        select(Concern)
        .where(
            Concern.acknowledged_at.is_(None),
            Concern.escalated_at.is_(None),
            Concern.answer_by <= at,
            Concern.purged_at.is_(None),
        )
        .order_by(Concern.id)
        .with_for_update(skip_locked=True)
    ).all()
    for concern in overdue:
        concern.escalated_at = at
        told = _tell(session, concern, ConcernLevel.WHEN_TIME_RUNS_OUT, site_url, at)
        record_history(
            session,
            None,
            "escalated a concern",
            "audit",
            concern.audit_id,
            at=at,
            detail={"concern": concern.id, "told": told},
        )
    return len(overdue)


def concerns_for(session: Session, person: Person) -> list[Concern]:
    """The concerns that the person answers: open ones first, the oldest of them first."""
    return list(
        session.scalars(
            _whole(_answers(person)).order_by(
                Concern.acknowledged_at.is_not(None),
                Concern.acknowledged_at.desc(),
                Concern.raised_at,
                Concern.id,
            )
        )
    )


def raised_by(session: Session, person: Person) -> list[Concern]:
    """The concerns that the person raised, the latest first."""
    return list(
        session.scalars(_whole(Concern.raised_by_id == person.id).order_by(Concern.id.desc()))
    )


def find_concern(session: Session, person: Person, concern_id: int) -> Concern | None:
    """One concern that the person answers."""
    return session.scalar(_whole(_answers(person)).where(Concern.id == concern_id))


def open_concerns(session: Session, person: Person) -> tuple[int, datetime | None]:
    """How many concerns wait for this person's answer, and since when the oldest does."""
    count, oldest = session.execute(
        select(func.count(Concern.id), func.min(Concern.raised_at)).where(
            Concern.acknowledged_at.is_(None), Concern.purged_at.is_(None), _answers(person)
        )
    ).one()
    return count, oldest


def clocks_of_cycle(session: Session, cycle: Cycle, *, at: datetime) -> list[Clock]:
    """How each concern of a cycle stands to its time, in the order in which they were raised."""
    rows = session.execute(
        select(Concern.raised_at, Concern.answer_by, Concern.acknowledged_at)
        .join(Reading, Reading.id == Concern.audit_id)
        .where(Reading.cycle_id == cycle.id)
        .order_by(Concern.id)
    )
    return [read_clock(raised, by, acknowledged, at) for raised, by, acknowledged in rows]


def contacts(session: Session) -> list[ConcernContact]:
    """Everybody who is named, those who are told at once first."""
    return list(
        session.scalars(
            select(ConcernContact)
            .join(Person, Person.id == ConcernContact.person_id)
            .order_by(ConcernContact.level, Person.name, Person.id)
        )
    )


def people_to_name(session: Session) -> list[Person]:
    """Everybody who could be named: QA leads and senior managers, by name."""
    roles = select(Appointment.person_id).where(
        Appointment.role.in_((Role.QA_LEAD, Role.SENIOR_MANAGER)), Appointment.ended_at.is_(None)
    )
    return list(
        session.scalars(
            select(Person)
            .where(Person.id.in_(roles), Person.active.is_(True))
            .order_by(Person.name, Person.id)
        )
    )


def name_contacts(
    session: Session,
    by: Person,
    chosen: Mapping[int, ConcernLevel],
    *,
    at: datetime,
) -> None:
    """Set who is told, person id → when; ConcernFault where nobody is told at once."""
    if chosen and ConcernLevel.AT_ONCE not in chosen.values():
        raise ConcernFault("Name at least one person who is told at once. Nothing was changed.")
    possible = {person.id for person in people_to_name(session)}
    kept = {contact.person_id: contact for contact in contacts(session)}
    changes: dict[str, object] = {}
    for person_id in sorted(possible | set(kept)):
        before = kept.get(person_id)
        wanted = chosen.get(person_id) if person_id in possible else None
        if (before.level if before else None) == wanted:
            continue
        changes[str(person_id)] = [before.level if before else None, wanted]
        if before is not None:
            session.delete(before)
            session.flush()
        if wanted is not None:
            session.add(ConcernContact(person_id=person_id, level=wanted))
    if changes:
        record_history(session, by, "named for concerns", "person", by.id, at=at, detail=changes)


def people_told(session: Session, level: ConcernLevel) -> Sequence[Person]:
    """Who is told at a level; every QA lead where nobody of it can be told."""
    named = session.scalars(
        select(Person)
        .join(ConcernContact, ConcernContact.person_id == Person.id)
        .where(ConcernContact.level == level, Person.active.is_(True))
        .order_by(Person.id)
    ).all()
    return named or _qa_leads(session)


def _tell(
    session: Session, concern: Concern, level: ConcernLevel, site_url: str, at: datetime
) -> int:
    people: dict[int, Person] = {one.id: one for one in people_told(session, level)}
    if level is ConcernLevel.WHEN_TIME_RUNS_OUT:
        at_once: Iterable[Person] = people_told(session, ConcernLevel.AT_ONCE)
        people |= {one.id: one for one in at_once}
    again = ", and nobody has\nacknowledged it in time" if concern.escalated_at else ""
    body = _BODY.format(link=f"{site_url}/concerns/{concern.id}", again=again)
    for person in people.values():
        ask_to_send(session, person.email, "Concern for a child’s safety", body, at=at)
    return len(people)


def _qa_leads(session: Session) -> Sequence[Person]:
    leads = select(Appointment.person_id).where(
        Appointment.role == Role.QA_LEAD, Appointment.ended_at.is_(None)
    )
    return session.scalars(
        select(Person).where(Person.id.in_(leads), Person.active.is_(True)).order_by(Person.id)
    ).all()


def _whole(condition: ColumnElement[bool]) -> Select[Concern]:
    """Concerns with all that a page says of them."""
    return (
        select(Concern)
        .where(Concern.purged_at.is_(None), condition)
        .options(
            joinedload(Concern.audit).joinedload(Reading.case_file),
            joinedload(Concern.audit).joinedload(Reading.team),
            joinedload(Concern.audit).joinedload(Reading.cycle),
            joinedload(Concern.raised_by),
            joinedload(Concern.acknowledged_by),
        )
    )


def _answers(person: Person) -> ColumnElement[bool]:
    """Condition: every QA lead answers every concern; others where they are named."""
    reaches = {grant.reach for grant in grants_of(person, Permission.ANSWER_CONCERNS)}
    if Reach.ALL in reaches:
        return Concern.id.is_not(None)
    named = select(ConcernContact.person_id).where(ConcernContact.person_id == person.id)
    return named.exists() if reaches else Concern.id.is_(None)
