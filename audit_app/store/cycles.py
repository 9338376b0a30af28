"""Cycles: opening a round of audits, who audits in it, and who has done theirs."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import case, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.clock import day_of
from audit_app.core.access import Permission, Role, reach_of
from audit_app.core.completion import LeftOut
from audit_app.core.faults import Refusal
from audit_app.core.lifecycle import AuditState, CycleState, check_move
from audit_app.core.question_bank import AuditForm
from audit_app.store.completion import is_due, left_out_of
from audit_app.store.exemptions import exempt_people
from audit_app.store.instruments import load_form
from audit_app.store.moderation_draw import set_rules
from audit_app.store.people import people_with_role
from audit_app.store.plan import take_up
from audit_app.store.scopes import cycles_within, may_in_theme
from audit_app.store.tables import (
    Allocation,
    Cycle,
    CycleAuditor,
    FormVersion,
    Person,
    PlanEntry,
    Round,
)

FEWEST_AGENCIES = 2
_AUDIT = tuple(role for role in Role if reach_of(role, Permission.DO_AUDITS, narrowed=True))
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


class CycleFault(Refusal):
    """One sentence: why the cycle was not opened or closed."""


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """A cycle with its counts: audits drawn, submitted, submitted after the due day, and due.

    `due` is what was drawn without what was `left_out`.
    """

    cycle: Cycle
    drawn: int
    submitted: int
    late: int
    due: int
    left_out: LeftOut = field(default_factory=LeftOut)


@dataclass(frozen=True, slots=True)
class AuditorCompletion:
    """One auditor of a cycle, with their audits in it."""

    person: Person
    audits: tuple[Allocation, ...]
    exempt: bool = False

    @property
    def submitted(self) -> int:
        """How many are done."""
        return sum(1 for audit in self.audits if audit.state is AuditState.SUBMITTED)

    @property
    def due(self) -> int:
        """How many there are to do: what is withdrawn is not, nor what an exempt auditor left."""
        return self.submitted if self.exempt else self.submitted + len(self.open)

    @property
    def open(self) -> list[Allocation]:
        """Those that are neither submitted nor withdrawn."""
        return [audit for audit in self.audits if not audit.is_settled]


def last_day_of(month: str) -> date:
    """The last day of a month written `2026-11`; CycleFault when it is not one."""
    matched = _MONTH.fullmatch(month.strip())
    year, number = (int(part) for part in matched.groups()) if matched else (0, 0)
    if not (2000 <= year <= 2199 and 1 <= number <= 12):
        raise CycleFault(f"“{month}” is not a month such as 2026-11. No cycle was opened.")
    return date(year, number, calendar.monthrange(year, number)[1])


def create_cycle(
    session: Session,
    version: FormVersion,
    *,
    name: str,
    month: str,
    at: datetime,
    due_on: date | None = None,
    auditors: Sequence[Person] | None = None,
    planned: PlanEntry | None = None,
    agencies: Mapping[str, Person] | None = None,
) -> Cycle:
    """Open a cycle. Without `auditors`, everybody with the form's role audits in it.

    It is the cycle of the entry `planned`, or of the first of its form and month in the plan. Of a
    form that agencies answer, `agencies` says who answers for which of them, by its key.
    """
    last_day = last_day_of(month)
    form = load_form(version)
    people = auditors_for(session, version) if auditors is None else auditors
    answering = _check_agencies(form, agencies or {})
    if answering:
        people = list(answering.values())
    if not name.strip():
        raise CycleFault("Give the cycle a name. No cycle was opened.")
    if not people:
        raise CycleFault(
            f"Nobody is there to audit: add people with the role {form.auditors} first. "
            "No cycle was opened."
        )
    for person in people:
        if not may_in_theme(person, Permission.DO_AUDITS, version.key):
            raise CycleFault(f"{person.name} may not do audits. No cycle was opened.")
    cycle = Cycle(
        key=free_key(session, f"{form.key}-{month.strip()}"),
        name=name.strip(),
        month=month.strip(),
        form_version=version,
        state=CycleState.OPEN,
        opened_at=at,
        due_on=due_on or last_day,
        shown_to_practice=form.practice_sees,
        auditors=_members(people, answering),
    )
    session.add(cycle)
    session.flush()
    set_rules(session, cycle)
    take_up(session, cycle, planned)
    return cycle


def _check_agencies(form: AuditForm, named: Mapping[str, Person]) -> Mapping[str, Person]:
    """Who answers for which agency, in the order of the form; CycleFault where that cannot be."""
    keys = [agency.key for agency in form.agencies]
    unknown = [key for key in named if key not in keys]
    if unknown:
        raise CycleFault(f"This form knows no agency “{unknown[0]}”. No cycle was opened.")
    if keys and len(named) < FEWEST_AGENCIES:
        raise CycleFault(
            "Each agency answers its own part of this form: name a person for at least "
            f"{FEWEST_AGENCIES} agencies. No cycle was opened."
        )
    answering = {key: named[key] for key in keys if key in named}
    twice = [one for one in answering.values() if list(answering.values()).count(one) > 1]
    if twice:
        raise CycleFault(
            f"{twice[0].name} is named for two agencies: each is answered for by another person. "
            "No cycle was opened."
        )
    return answering


def _members(people: Sequence[Person], answering: Mapping[str, Person]) -> list[CycleAuditor]:
    agencies = {person.id: key for key, person in answering.items()}
    return [
        CycleAuditor(person_id=id_, agency=agencies.get(id_, ""))
        for id_ in dict.fromkeys(person.id for person in people)
    ]


def auditors_for(session: Session, version: FormVersion) -> list[Person]:
    """Who may audit in a new cycle of this form, by name; not those who are there for another."""
    form = load_form(version)
    # For an agency anybody may answer who audits at all.
    roles = _AUDIT if form.agencies else (Role(form.auditors),)
    found = {one.id: one for role in roles for one in people_with_role(session, role)}
    people = sorted(found.values(), key=lambda person: (person.name, person.id))
    return [one for one in people if may_in_theme(one, Permission.DO_AUDITS, version.key)]


def close_cycle(cycle: Cycle, *, at: datetime) -> None:
    """Close a cycle; IllegalMove unless its sample was drawn."""
    check_move(cycle.state, CycleState.CLOSED)
    cycle.state = CycleState.CLOSED
    cycle.closed_at = at


def find_cycle(session: Session, named: str) -> Cycle | None:
    """The cycle with this key, or with this name where only one has it."""
    found = session.scalar(select(Cycle).where(Cycle.key == named))
    if found is not None:
        return found
    by_name = session.scalars(select(Cycle).where(Cycle.name == named).limit(2)).all()
    return by_name[0] if len(by_name) == 1 else None


def latest_closed_cycle(session: Session) -> Cycle | None:
    """The closed cycle of the newest month that is not a themed one."""
    closed = session.scalars(
        select(Cycle)
        .where(Cycle.state == CycleState.CLOSED)
        .order_by(Cycle.month.desc(), Cycle.id.desc())
    )
    return next((one for one in closed if not load_form(one.form_version).themed), None)


def visible_cycle(
    session: Session,
    person: Person,
    key: str,
    permission: Permission = Permission.MANAGE_CYCLES,
) -> Cycle | None:
    """A cycle that the person's permission reaches; None for everybody else."""
    return session.scalar(
        select(Cycle)
        .where(Cycle.key == key, cycles_within(person, permission))
        .options(
            selectinload(Cycle.auditors).joinedload(CycleAuditor.person),
            selectinload(Cycle.auditors).joinedload(CycleAuditor.team),
            joinedload(Cycle.sample),
        )
    )


def cycle_summaries(
    session: Session,
    person: Person | None = None,
    permission: Permission = Permission.MANAGE_CYCLES,
) -> list[CycleSummary]:
    """The cycles that the person's permission reaches, with their counts, newest month first.

    Without a person every cycle: that is the keeper of the installation, at the command line.
    """
    submitted = Allocation.state == AuditState.SUBMITTED
    rows = session.execute(
        select(
            Cycle,
            func.count(Allocation.id),
            func.coalesce(func.sum(case((submitted, 1), else_=0)), 0),
            func.coalesce(func.sum(case((is_due(), 1), else_=0)), 0),
        )
        .outerjoin(Allocation, Allocation.cycle_id == Cycle.id)
        .group_by(Cycle.id, FormVersion.id)
        .join(Cycle.form_version)
        .where(true() if person is None else cycles_within(person, permission))
        .order_by(Cycle.month.desc(), Cycle.id.desc())
    ).all()
    late = _late_counts(session)
    left_out = left_out_of(session, [cycle.id for cycle, *_counts in rows])
    return [
        CycleSummary(cycle, drawn, done, late.get(cycle.id, 0), due, left_out[cycle.id])
        for cycle, drawn, done, due in rows
    ]


def completion_of(session: Session, cycle: Cycle) -> list[AuditorCompletion]:
    """Each auditor of the cycle with their audits: those who are exempt first, then by name."""
    exempt = exempt_people(session, cycle)
    audits = session.scalars(
        select(Allocation)
        .where(Allocation.cycle_id == cycle.id)
        .options(
            joinedload(Allocation.auditor),
            joinedload(Allocation.case_file),
            joinedload(Allocation.team),
        )
        .order_by(Allocation.id)
    ).all()
    people = {member.person_id: member.person for member in cycle.auditors}
    people |= {audit.auditor_id: audit.auditor for audit in audits}
    return [
        AuditorCompletion(
            person,
            tuple(audit for audit in audits if audit.auditor_id == person.id),
            person.id in exempt,
        )
        for person in sorted(
            people.values(), key=lambda person: (person.id not in exempt, person.name, person.id)
        )
    ]


def _late_counts(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(Allocation.cycle_id, Allocation.submitted_at, Allocation.due_on).where(
            Allocation.submitted_at.is_not(None)
        )
    )
    counts: dict[int, int] = {}
    for cycle_id, submitted_at, due_on in rows:
        if submitted_at is not None and day_of(submitted_at) > due_on:
            counts[cycle_id] = counts.get(cycle_id, 0) + 1
    return counts


def free_key(session: Session, wanted: str) -> str:
    """The wanted key, with a number behind it where a round of any kind has it already."""
    taken = set(session.scalars(select(Round.key).where(Round.key.startswith(wanted))))
    number = 1
    key = wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key
