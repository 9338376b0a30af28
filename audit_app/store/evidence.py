"""The answers behind a figure, as far as a reader may see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session, joinedload

from audit_app.core.lifecycle import AuditState
from audit_app.core.moderation import Purpose
from audit_app.core.question_bank import Outcome
from audit_app.core.repeats import base_id
from audit_app.store.collating import collated_parts
from audit_app.store.instruments import load_form
from audit_app.store.known_names import TextGuard, guard_for
from audit_app.store.recorded import answers_to
from audit_app.store.scopes import not_blind_to
from audit_app.store.tables import AgencyPart, Allocation, Cycle, Person, RecordedAnswer


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer behind a figure."""

    audit_id: int
    reference: str
    team: str | None
    question_id: str
    outcome: Outcome | None
    evidence: str
    quotable: bool
    case_file_id: int
    agency: str = ""
    """The name of the agency that answered, where each answers its part."""


def evidence_of(
    session: Session,
    cycle: Cycle,
    theme: str,
    question_id: str | None = None,
    *,
    quotes_only: bool = False,
    reader: Person | None = None,
) -> list[Evidence]:
    """The answers behind a theme's or a question's figure: adverse first, then by reference.

    `quotes_only` leaves out the evidence that its auditor did not mark as one that may be quoted,
    and masks in the rest what seems to name somebody. `reader` leaves out what this person reads a
    second time and may not see yet.
    """
    form = load_form(cycle.form_version)
    ids = [q.id for q in form.bank(theme).questions] if question_id is None else [question_id]
    # Of agencies nothing is read before all their parts are in, not even by the QA lead.
    read_by_now = select(AgencyPart.id).where(AgencyPart.cycle_id == cycle.id, collated_parts())
    agencies = {agency.key: agency.label for agency in form.agencies}
    rows = session.execute(
        select(Allocation, RecordedAnswer)
        .join(RecordedAnswer, RecordedAnswer.audit_id == Allocation.id)
        .where(
            Allocation.cycle_id == cycle.id,
            Allocation.state == AuditState.SUBMITTED,
            or_(Allocation.purpose == Purpose.FIRST, Allocation.id.in_(read_by_now)),
            answers_to(form, ids),
            true() if reader is None else not_blind_to(reader),
        )
        .options(joinedload(Allocation.case_file), joinedload(Allocation.team))
    ).all()
    cases = {audit.case_file_id for audit, _answer in rows}
    guard = guard_for(session, cases) if quotes_only else None
    found = [
        Evidence(
            audit.id,
            audit.case_file.reference,
            audit.team.name if audit.team is not None else None,
            base_id(answer.question_id),
            answer.outcome,
            _readable(answer, guard),
            answer.quotable,
            audit.case_file_id,
            agencies.get(audit.agency, ""),
        )
        for audit, answer in rows
        if answer.outcome is not None
    ]
    return sorted(found, key=lambda one: (ids.index(one.question_id), *_adverse_first(one)))


def _readable(answer: RecordedAnswer, guard: TextGuard | None) -> str:
    """The evidence; with a guard only what may be quoted, masked."""
    if guard is None:
        return answer.evidence
    return guard.mask(answer.evidence) if answer.quotable else ""


def _adverse_first(one: Evidence) -> tuple[int, str]:
    order = [*_ADVERSE_FIRST, *(other for other in Outcome if other not in _ADVERSE_FIRST)]
    return order.index(one.outcome or Outcome.INFORMATION), one.reference


_ADVERSE_FIRST = (Outcome.NOT_MET, Outcome.NOT_RECORDED, Outcome.PARTLY_MET)
