"""Exemptions of auditors from a cycle: asking for one, and another person's answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from audit_app.core.access import Permission
from audit_app.core.exemptions import ExemptionReason, may_decide
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import AuditState, CycleState, ExemptionState, check_move
from audit_app.store.scopes import cycles_within, may_within
from audit_app.store.tables import Allocation, Cycle, CycleAuditor, Exemption, Person, Sample

STANDING = (ExemptionState.REQUESTED, ExemptionState.GRANTED)


class ExemptionFault(Refusal):
    """One sentence: why an exemption was not asked for, decided or ended."""


def exemptions_of(session: Session, cycle: Cycle) -> list[Exemption]:
    """Every exemption of a cycle, the latest first."""
    wanted = select(Exemption).where(Exemption.cycle_id == cycle.id)
    return list(session.scalars(wanted.options(*_WITH_PEOPLE).order_by(Exemption.id.desc())))


def exempt_people(session: Session, cycle: Cycle) -> frozenset[int]:
    """The ids of those who are exempt from the cycle now."""
    granted = Exemption.state == ExemptionState.GRANTED
    return frozenset(
        session.scalars(select(Exemption.person_id).where(Exemption.cycle_id == cycle.id, granted))
    )


def exempt_at_draw(session: Session, sample: Sample) -> frozenset[int]:
    """The ids of those for whom nothing was drawn, as they were exempt on the day of the draw."""
    return frozenset(
        session.scalars(
            select(Exemption.person_id).where(
                Exemption.cycle_id == sample.cycle_id,
                Exemption.state.in_((ExemptionState.GRANTED, ExemptionState.ENDED)),
                Exemption.decided_at <= sample.drawn_at,
                or_(Exemption.ended_at.is_(None), Exemption.ended_at > sample.drawn_at),
            )
        )
    )


def own_cycles(session: Session, person: Person) -> list[tuple[Cycle, Exemption | None]]:
    """The cycles that are not closed in which the person audits, with what they were answered last
    where they asked to be exempt.
    """
    cycles = session.scalars(
        select(Cycle)
        .join(CycleAuditor, CycleAuditor.cycle_id == Cycle.id)
        .where(CycleAuditor.person_id == person.id, Cycle.state != CycleState.CLOSED)
        .order_by(Cycle.due_on, Cycle.id)
    ).all()
    asked = session.scalars(
        select(Exemption)
        .where(
            Exemption.person_id == person.id,
            Exemption.cycle_id.in_([cycle.id for cycle in cycles]),
        )
        .order_by(Exemption.id)
    )
    last = {one.cycle_id: one for one in asked}
    return [(cycle, last.get(cycle.id)) for cycle in cycles]


def open_exemptions(session: Session, person: Person) -> list[Exemption]:
    """Those that wait for an answer in the cycles that the person's permission reaches."""
    return list(
        session.scalars(
            select(Exemption)
            .join(Exemption.cycle)
            .where(
                Exemption.state == ExemptionState.REQUESTED,
                Cycle.state != CycleState.CLOSED,
                cycles_within(person, Permission.DECIDE_EXEMPTIONS),
            )
            .options(joinedload(Exemption.cycle), *_WITH_PEOPLE)
            .order_by(Exemption.id)
        )
    )


def find_exemption(session: Session, person: Person, exemption_id: int) -> Exemption | None:
    """One that the person's permission reaches, held until the transaction ends."""
    wanted = (
        select(Exemption)
        .join(Exemption.cycle)
        .where(Exemption.id == exemption_id, cycles_within(person, Permission.DECIDE_EXEMPTIONS))
    )
    return session.scalar(wanted.with_for_update(of=Exemption))


def decides(person: Person, exemption: Exemption) -> bool:
    """Whether the person may decide this one: nobody their own, nor what they asked for."""
    return may_decide(
        person.id,
        manages=may_within(person, Permission.MANAGE_CYCLES, exemption.cycle),
        asked_by=exemption.asked_by_id,
        exempted=exemption.person_id,
    )


def ask_exemption(
    session: Session,
    cycle: Cycle,
    person: Person,
    reason: ExemptionReason,
    days: tuple[date, date],
    *,
    by: Person,
    at: datetime,
) -> Exemption:
    """Ask for an auditor of the cycle to be exempt; ExemptionFault where that cannot be."""
    _refuse_closed(cycle)
    if all(member.person_id != person.id for member in cycle.auditors):
        raise ExemptionFault(f"{person.name} does not audit in this cycle. Nothing was changed.")
    standing = select(Exemption.id).where(
        Exemption.cycle_id == cycle.id,
        Exemption.person_id == person.id,
        Exemption.state.in_(STANDING),
    )
    if session.scalar(standing.limit(1)) is not None:
        raise ExemptionFault(
            f"An exemption for {person.name} has been asked for already. Nothing was changed."
        )
    exemption = Exemption(
        cycle_id=cycle.id,
        person_id=person.id,
        reason=reason,
        from_day=days[0],
        to_day=days[1],
        state=ExemptionState.REQUESTED,
        asked_at=at,
        asked_by_id=by.id,
    )
    session.add(exemption)
    session.flush()
    return exemption


def decide_exemption(
    session: Session, exemption: Exemption, *, granted: bool, by: Person, at: datetime
) -> None:
    """Grant or decline it; IllegalMove or ExemptionFault where that is not for this person."""
    after = ExemptionState.GRANTED if granted else ExemptionState.DECLINED
    check_move(exemption.state, after)
    _refuse_others(exemption, by)
    exemption.state, exemption.decided_at, exemption.decided_by_id = after, at, by.id
    session.flush()


def end_exemption(session: Session, exemption: Exemption, *, by: Person, at: datetime) -> None:
    """Say that the person audits again: what they have not begun is theirs to do."""
    check_move(exemption.state, ExemptionState.ENDED)
    _refuse_closed(exemption.cycle)
    if exemption.person_id == by.id:
        raise ExemptionFault("Another person has to end your exemption. Nothing was changed.")
    exemption.state, exemption.ended_at, exemption.ended_by_id = ExemptionState.ENDED, at, by.id
    session.flush()


def left_by_exempt(session: Session, cycle: Cycle) -> Sequence[Allocation]:
    """Audits of exempt auditors that nobody has begun: to be given to others, or withdrawn."""
    exempt = and_(
        Exemption.cycle_id == Allocation.cycle_id,
        Exemption.person_id == Allocation.auditor_id,
        Exemption.state == ExemptionState.GRANTED,
    )
    return session.scalars(
        select(Allocation)
        .join(Exemption, exempt)
        .where(Allocation.cycle_id == cycle.id, Allocation.state == AuditState.ALLOCATED)
        .options(
            joinedload(Allocation.auditor),
            joinedload(Allocation.case_file),
            joinedload(Allocation.team),
        )
        .order_by(Allocation.auditor_id, Allocation.id)
    ).all()


def _refuse_closed(cycle: Cycle) -> None:
    if cycle.state is CycleState.CLOSED:
        raise ExemptionFault("This cycle is closed, so its figures stay. Nothing was changed.")


def _refuse_others(exemption: Exemption, by: Person) -> None:
    _refuse_closed(exemption.cycle)
    if not decides(by, exemption):
        raise ExemptionFault("Another person has to decide this exemption. Nothing was changed.")


_WITH_PEOPLE = (
    joinedload(Exemption.person),
    joinedload(Exemption.asked_by),
    joinedload(Exemption.decided_by),
)
