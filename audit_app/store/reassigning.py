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
from audit_app.store.exemptions import exempt_people
from audit_app.store.independence import bars_for
from audit_app.store.scopes import audits_in_scope, may_within
from audit_app.store.tables import Audit, AuditTheme, Cycle, CycleAuditor, Person


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
) -> Audit | None:
    """One audit of a cycle that the person manages."""
    return session.scalar(
        select(Audit)
        .where(
            Audit.id == audit_id,
            Audit.cycle_id == cycle.id,
            audits_in_scope(person, Permission.MANAGE_CYCLES),
        )
        .options(joinedload(Audit.case_file), joinedload(Audit.auditor), joinedload(Audit.team))
    )


def candidates_for(session: Session, audit: Audit) -> list[Candidate]:
    """The other auditors of the cycle who may still audit in it, by name; not the exempt ones."""
    exempt = exempt_people(session, audit.cycle)
    members = session.scalars(
        select(Person)
        .join(CycleAuditor, CycleAuditor.person_id == Person.id)
        .where(CycleAuditor.cycle_id == audit.cycle_id, Person.id != audit.auditor_id)
        .order_by(Person.name, Person.id)
    ).all()
    able = [
        one
        for one in members
        if one.id not in exempt and may_within(one, Permission.DO_AUDITS, audit.cycle)
    ]
    open_audits = session.scalars(
        select(Audit.auditor_id).where(
            Audit.cycle_id == audit.cycle_id, Audit.state.not_in(SETTLED)
        )
    ).all()
    bars = bars_for(session, able, [audit])
    return [
        Candidate(person, open_audits.count(person.id), bars[person.id, audit.id])
        for person in able
    ]


def reassign_audit(session: Session, audit: Audit, to: Person) -> None:
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
    audit.auditor_id = to.id
    session.flush()
    session.expire(audit, ["auditor"])
