"""What earlier audits of a case file found, for whoever audits it now.

Nobody is told of an audit of the same cycle, nor of one that they are reading a second time. A
second reading, or one in a calibration, is told of none at all: readings that the same words had
led would agree by that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.core.access import Permission
from audit_app.core.lifecycle import AuditState, ModerationState
from audit_app.core.moderation import OVERALL, Purpose
from audit_app.core.question_bank import Outcome, Question, Section
from audit_app.store.instruments import load_form
from audit_app.store.scopes import audits_in_scope, not_blind_to
from audit_app.store.tables import (
    Audit,
    Moderation,
    ModerationGrade,
    Person,
    Reading,
    RecordedAnswer,
)


@dataclass(frozen=True, slots=True)
class EarlierAudit:
    """An earlier submitted audit, and its grades by theme and `overall`: agreed ones before own."""

    audit: Audit
    grades: Mapping[str, str | None]


def earlier_audits(session: Session, person: Person, audit: Reading) -> list[EarlierAudit]:
    """Those of the same case file that the person may be told of, newest first."""
    first = audit.purpose is Purpose.FIRST
    if not first or not load_form(audit.form_version).earlier_findings:
        return []
    earlier = select(Audit).where(
        Audit.case_file_id == audit.case_file_id,
        Audit.state == AuditState.SUBMITTED,
        Audit.id != audit.id,
        Audit.cycle_id != audit.cycle_id,
        audits_in_scope(person, Permission.SEE_EARLIER_FINDINGS),
        not_blind_to(person),
    )
    if audit.submitted_at is not None:
        earlier = earlier.where(Audit.submitted_at < audit.submitted_at)
    found = session.scalars(
        earlier.options(
            joinedload(Audit.cycle), joinedload(Audit.form_version), selectinload(Audit.themes)
        ).order_by(Audit.submitted_at.desc(), Audit.id)
    ).all()
    agreed = _agreed_grades(session, [one.id for one in found])
    return [EarlierAudit(one, _own_grades(one) | agreed.get(one.id, {})) for one in found]


def earlier_outcomes(
    session: Session, earlier: Sequence[EarlierAudit], section: Section
) -> dict[str, list[tuple[str, Outcome]]]:
    """By question of a section: the months and outcomes of the same question then, newest first.

    What is asked for entries that an auditor named has none: the first male of one audit is not
    that of another. What was for information only, or did not have to be answered, is left out.
    """
    if not earlier or (section.repeat and not section.repeat.entries):
        return {}
    ids = {id_: question.id for question in section.questions for id_ in _known_as(question)}
    rows = session.execute(
        select(RecordedAnswer.audit_id, RecordedAnswer.question_id, RecordedAnswer.outcome).where(
            RecordedAnswer.audit_id.in_([one.audit.id for one in earlier]),
            RecordedAnswer.question_id.in_(ids),
            RecordedAnswer.outcome.is_not(None),
            RecordedAnswer.outcome != Outcome.INFORMATION,
        )
    )
    found = {(audit_id, ids[id_]): outcome for audit_id, id_, outcome in rows if outcome}
    said: dict[str, list[tuple[str, Outcome]]] = {}
    for one in earlier:
        for question in section.questions:
            if (outcome := found.get((one.audit.id, question.id))) is not None:
                said.setdefault(question.id, []).append((one.audit.cycle.month, outcome))
    return said


def _agreed_grades(session: Session, ids: Sequence[int]) -> dict[int, dict[str, str | None]]:
    """What two readers agreed on, by audit and part."""
    grades: dict[int, dict[str, str | None]] = {}
    if ids:
        for audit_id, part, grade in session.execute(
            select(Moderation.audit_id, ModerationGrade.part, ModerationGrade.consensus)
            .join(ModerationGrade, ModerationGrade.moderation_id == Moderation.id)
            .where(Moderation.audit_id.in_(ids), Moderation.state == ModerationState.AGREED)
        ):
            grades.setdefault(audit_id, {})[part] = grade
    return grades


def _own_grades(audit: Audit) -> dict[str, str | None]:
    return {theme.theme: theme.grade for theme in audit.themes} | {OVERALL: audit.grade}


def _known_as(question: Question) -> tuple[str, ...]:
    """Its id, and that of the question whose place it took."""
    return tuple(filter(None, (question.id, question.continues)))
