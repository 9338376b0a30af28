"""What becomes of two readings of one case file: grades agreed on, or the audit returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm import Session

from audit_app.core.completeness import JUDGEMENT, GradeChoice
from audit_app.core.lifecycle import (
    AuditState,
    CycleState,
    IllegalMove,
    ModerationState,
    check_move,
)
from audit_app.core.moderation import OVERALL, ComparedAnswer, compare_readings
from audit_app.core.question_bank import AuditForm
from audit_app.store.instruments import load_form
from audit_app.store.moderation import hold_moderation, not_barred_from
from audit_app.store.moderation_draw import ModerationFault
from audit_app.store.recorded import answers_of, form_of_all
from audit_app.store.tables import (
    AuditSection,
    AuditTheme,
    AuditVersion,
    Base,
    EarlierAnswer,
    EarlierTheme,
    FindingQuote,
    Moderation,
    ModerationComment,
    ModerationGrade,
    Person,
    Reading,
)


@dataclass(frozen=True, slots=True)
class GradePair:
    """The grades of both readers for a theme, or for the whole, with their reasons."""

    part: str
    title: str
    first: GradeChoice
    second: GradeChoice

    @property
    def agrees(self) -> bool:
        """Whether both give the same grade."""
        return self.first.grade == self.second.grade


class UnsettledGrades(ModerationFault):
    """What is still to be said before the readers agree; `faults`: part to a sentence."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        """Keep what is missing."""
        self.faults = dict(faults)
        super().__init__(f"{len(faults)} grades are still to be settled. Nothing was changed.")


def compared_answers(moderation: Moderation) -> list[ComparedAnswer]:
    """Both readings question by question; they must both be in."""
    reading = _both_in(moderation)
    questions = form_of_all(moderation.audit, reading).questions
    return compare_readings(questions, answers_of(moderation.audit), answers_of(reading))


def compared_grades(moderation: Moderation) -> list[GradePair]:
    """The grades of both, by theme and overall; a part that neither graded is left out."""
    form, reading = load_form(moderation.audit.form_version), _both_in(moderation)
    first, second = _grades(moderation.audit), _grades(reading)
    titles = {bank.key: bank.title for bank in form.banks} | {OVERALL: "Overall"}
    nothing = GradeChoice(None)
    pairs = [
        GradePair(part, title, first.get(part, nothing), second.get(part, nothing))
        for part, title in titles.items()
    ]
    return [pair for pair in pairs if pair.first.grade or pair.second.grade]


def agree(
    session: Session,
    moderation: Moderation,
    choices: Mapping[str, GradeChoice],
    *,
    by: Person,
    at: datetime,
) -> None:
    """Keep the grade of each part that both readers settled on, beside both of theirs.

    UnsettledGrades while a grade is missing, or the reason for one where the two differ;
    ModerationFault or IllegalMove for anybody but the reader, and when it is not the time.
    """
    _hold_for(session, moderation, by, ModerationState.AGREED)
    form = load_form(moderation.audit.form_version)
    pairs = compared_grades(moderation)
    faults = {
        pair.part: fault
        for pair in pairs
        if (fault := _what_is_unsettled(form, pair, choices.get(pair.part))) is not None
    }
    if faults:
        raise UnsettledGrades(faults)
    session.add_all(
        ModerationGrade(
            moderation_id=moderation.id,
            part=pair.part,
            position=position,
            first=pair.first.grade,
            second=pair.second.grade,
            consensus=choices[pair.part].grade,
            reason=choices[pair.part].reason.strip(),
        )
        for position, pair in enumerate(pairs)
    )
    moderation.state = ModerationState.AGREED
    moderation.agreed_at, moderation.agreed_by_id = at, by.id
    session.flush()
    session.expire(moderation, ["grades", "agreed_by"])


def return_audit(
    session: Session,
    moderation: Moderation,
    comments: Mapping[str, str],
    *,
    by: Person,
    at: datetime,
) -> AuditVersion:
    """Give the first audit back to its auditor with comments; what was submitted is kept for ever.

    Quotes of it leave the findings, since their words may change. ModerationFault without a
    comment, IllegalMove when it is not the time.
    """
    _hold_for(session, moderation, by, ModerationState.RETURNED)
    known = form_of_all(moderation.audit, _both_in(moderation)).questions
    said = {
        field: words.strip()
        for field, words in comments.items()
        if words.strip() and (field in known or field == JUDGEMENT)
    }
    if not said:
        raise ModerationFault(
            "Write at least one comment, so that the auditor knows what to look at again. "
            "Nothing was changed."
        )
    version = _keep_version(session, moderation, by, at)
    session.add_all(
        ModerationComment(
            moderation_id=moderation.id,
            version=version.number,
            field=field,
            comment=words,
            made_at=at,
        )
        for field, words in said.items()
    )
    _reopen(session, moderation.audit)
    moderation.state = ModerationState.RETURNED
    session.flush()
    session.expire(moderation, ["comments"])
    return version


def versions_of(session: Session, audit_id: int) -> list[AuditVersion]:
    """The versions of an audit that were returned, oldest first."""
    return list(
        session.scalars(
            select(AuditVersion)
            .where(AuditVersion.audit_id == audit_id)
            .order_by(AuditVersion.number)
        )
    )


def _hold_for(session: Session, moderation: Moderation, by: Person, after: ModerationState) -> None:
    """Refuse what is not the reader's to do, or not now. The reader's row is held as well."""
    hold_moderation(session, moderation)
    check_move(moderation.state, after)
    if moderation.audit.cycle.state is CycleState.CLOSED:
        raise IllegalMove("This cycle is closed, so its audits can no longer change.")
    if moderation.reader_id != by.id:
        raise ModerationFault("Only the second reader can do this. Nothing was changed.")
    session.refresh(by, ["worker_name"], with_for_update=True)
    if not not_barred_from(session, by, [moderation]):
        raise ModerationFault(
            "Nobody moderates an audit of their own, of a case file of their own, or of their own "
            "team. Nothing was changed."
        )


def _both_in(moderation: Moderation) -> Reading:
    reading = moderation.reading
    submitted = moderation.audit.state is AuditState.SUBMITTED
    if reading is None or reading.state is not AuditState.SUBMITTED or not submitted:
        raise IllegalMove("Both readings are compared once both are in.")
    return reading


def _grades(reading: Reading) -> dict[str, GradeChoice]:
    return {
        **{row.theme: GradeChoice(row.grade, row.grade_reason) for row in reading.themes},
        OVERALL: GradeChoice(reading.grade, reading.grade_reason),
    }


def _what_is_unsettled(form: AuditForm, pair: GradePair, choice: GradeChoice | None) -> str | None:
    keys = {grade.key for grade in form.scale}
    if choice is None or choice.grade not in keys:
        return f"Choose the grade for {pair.title}"
    settled = pair.agrees and choice.grade == pair.first.grade
    if not settled and not choice.reason.strip():
        return f"Write why you settled on this grade for {pair.title}"
    return None


def _keep_version(
    session: Session, moderation: Moderation, by: Person, at: datetime
) -> AuditVersion:
    audit = moderation.audit
    last = session.scalar(
        select(func.max(AuditVersion.number)).where(AuditVersion.audit_id == audit.id)
    )
    version = AuditVersion(
        audit_id=audit.id,
        number=(last or 0) + 1,
        returned_at=at,
        returned_by_id=by.id,
        **_copied(audit, AuditVersion),
        answers=[EarlierAnswer(**_copied(row, EarlierAnswer)) for row in audit.answers],
        themes=[EarlierTheme(**_copied(row, EarlierTheme)) for row in audit.themes],
    )
    session.add(version)
    session.flush()
    return version


def _copied(row: Base, to: type[Base]) -> dict[str, object]:
    """What both tables have a column for, but for their keys."""
    columns = {column.key for column in inspect(type(row)).columns}
    return {
        column.key: getattr(row, column.key)
        for column in inspect(to).columns
        if column.key in columns and column.key not in {"id", "audit_id"}
    }


def _reopen(session: Session, audit: Reading) -> None:
    """What was reckoned on submitting goes; answers, grades and texts stay to be worked on."""
    check_move(audit.state, AuditState.IN_PROGRESS)
    audit.state, audit.submitted_at = AuditState.IN_PROGRESS, None
    _clear(audit)
    for theme in audit.themes:
        _clear(theme)
    for answer in audit.answers:
        answer.outcome = None
    session.execute(delete(AuditSection).where(AuditSection.audit_id == audit.id))
    session.expire(audit, ["sections"])
    session.execute(delete(FindingQuote).where(FindingQuote.audit_id == audit.id))
    session.flush()


_RECKONED = frozenset(
    {
        *("points", "possible", "suggested_grade", "scored_hash", "theme_met"),
        *("met", "partly_met", "not_met", "not_recorded", "not_applicable"),
    }
)


def _clear(row: Reading | AuditTheme) -> None:
    for column in type(row).__table__.columns:
        if column.key in _RECKONED:
            setattr(row, column.key, None)
    row.suggested_reason = ""
