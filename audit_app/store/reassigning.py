"""Giving an audit that has not been begun to another auditor of its cycle."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from audit_app.core.access import Permission
from audit_app.core.faults import Refusal
from audit_app.core.independence import Bar
from audit_app.core.lifecycle import SETTLED, AuditState, CycleState
from audit_app.store.cycles import auditors_for
from audit_app.store.exemptions import exempt_people
from audit_app.store.independence import bars_for
from audit_app.store.scopes import audits_in_scope, may_within
from audit_app.store.tables import Allocation, AuditTheme, Cycle, CycleAuditor, Person


class ReassignFault(Refusal):
    """One sentence: why the audit stays where it is."""


class ReassignReason(StrEnum):
    """Why an audit is given to somebody else: a code, so that the history holds no words."""

    AWAY = "away"
    NOT_INDEPENDENT = "not_independent"
    WORKLOAD = "workload"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An auditor of the cycle, how many audits they have to do, and what bars them; or nothing."""

    person: Person
    open_audits: int
    bars: frozenset[Bar]


def find_audit_to_reassign(
    session: Session, person: Person, cycle: Cycle, audit_id: int
) -> Allocation | None:
    """One audit of a cycle that the person manages."""
    return session.scalar(
        select(Allocation)
        .where(
            Allocation.id == audit_id,
            Allocation.cycle_id == cycle.id,
            audits_in_scope(person, Permission.MANAGE_CYCLES),
        )
        .options(
            joinedload(Allocation.case_file),
            joinedload(Allocation.auditor),
            joinedload(Allocation.team),
        )
    )


def candidates_for(session: Session, audit: Allocation) -> list[Candidate]:
    """The other auditors of the cycle who may still audit in it, by name; not the exempt ones."""
    exempt = exempt_people(session, audit.cycle)
    able = [one for one in _others(session, audit) if one.id not in exempt]
    open_audits = session.scalars(
        select(Allocation.auditor_id).where(
            Allocation.cycle_id == audit.cycle_id, Allocation.state.not_in(SETTLED)
        )
    ).all()
    bars = bars_for(session, able, [audit])
    return [
        Candidate(person, open_audits.count(person.id), bars[person.id, audit.id])
        for person in able
    ]


def _others(session: Session, audit: Allocation) -> list[Person]:
    """Who else audits in the cycle; for an agency also whoever may, and answers for no other."""
    if audit.is_part:
        elsewhere = {m.person_id for m in audit.cycle.auditors if m.agency != audit.agency}
        found = auditors_for(session, audit.form_version)
        return [one for one in found if one.id not in elsewhere | {audit.auditor_id}]
    members = session.scalars(
        select(Person)
        .join(CycleAuditor, CycleAuditor.person_id == Person.id)
        .where(CycleAuditor.cycle_id == audit.cycle_id, Person.id != audit.auditor_id)
        .order_by(Person.name, Person.id)
    ).all()
    return [one for one in members if may_within(one, Permission.DO_AUDITS, audit.cycle)]


def reassign_audit(session: Session, audit: Allocation, to: Person) -> None:
    """Give the audit to another auditor of the cycle; the sample keeps for whom it was drawn.

    ReassignFault when it was begun, the cycle is closed, or the other person may not do it. Both
    rows are held, so that nobody begins it meanwhile and the other person changes no team.
    """
    session.flush()
    session.refresh(audit, ["state", "auditor_id"], with_for_update=True)
    graded = select(AuditTheme.audit_id).where(AuditTheme.audit_id == audit.id).limit(1)
    if audit.state is AuditState.WITHDRAWN:
        raise ReassignFault("This audit has been withdrawn. Nothing was changed.")
    if audit.state is not AuditState.ALLOCATED or session.scalar(graded) is not None:
        raise ReassignFault(
            "This audit has been begun, so it stays with its auditor. Nothing was changed."
        )
    if audit.cycle.state is not CycleState.DRAWN:
        raise ReassignFault("This cycle is closed. Nothing was changed.")
    session.refresh(to, ["worker_name"], with_for_update=True)
    fit = [one for one in candidates_for(session, audit) if one.person.id == to.id]
    if not fit or fit[0].bars:
        raise ReassignFault(
            f"{to.name} may not do this audit. Choose another auditor. Nothing was changed."
        )
    if audit.is_part and all(one.person_id != to.id for one in audit.cycle.auditors):
        audit.cycle.auditors.append(CycleAuditor(person_id=to.id, agency=audit.agency))
    audit.auditor_id = to.id
    session.flush()
    session.expire(audit, ["auditor"])
