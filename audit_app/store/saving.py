"""Saving an audit with its entry in the history: which answers, from what to what, in codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from audit_app.core.completeness import GradeChoice
from audit_app.core.question_bank import AnswerType, Question
from audit_app.store.audits import (
    Draft,
    form_of,
    hold_audit,
    record_answers,
    record_judgement,
)
from audit_app.store.history import record_history
from audit_app.store.tables import Person, Reading, RecordedAnswer, RecordedState

CHANGED = "changed"
"""In place of what somebody wrote: the history holds no words about a child."""
_WRITTEN = frozenset({AnswerType.TEXT, AnswerType.DATE, AnswerType.INTERVAL, AnswerType.NUMBER})
_Kept = tuple[str | None, str, tuple[object, ...]]


def save_answers(
    session: Session, person: Person, audit: Reading, drafts: Iterable[Draft], *, at: datetime
) -> None:
    """`record_answers`, and one entry that says what changed; none where nothing did."""
    hold_audit(session, audit)
    questions = form_of(audit).questions
    before = _answers(audit, questions)
    record_answers(session, audit, drafts, at=at)
    after = _answers(audit, questions)
    nothing: _Kept = (None, "", ())
    changes: dict[str, object] = {}
    for id_ in questions:
        was, is_ = before.get(id_, nothing), after.get(id_, nothing)
        if was[0] != is_[0]:
            changes[id_] = [was[0], is_[0]]
        elif was != is_:
            changes[id_] = CHANGED
    _note(session, person, audit, changes, at)


def save_judgement(
    session: Session,
    person: Person,
    audit: Reading,
    *,
    themes: Mapping[str, GradeChoice],
    overall: GradeChoice,
    done_well: str,
    difference_made: str,
    at: datetime,
) -> None:
    """`record_judgement`, and one entry with the grades that changed; none where nothing did."""
    hold_audit(session, audit)
    before = _judgement(audit)
    record_judgement(
        session,
        audit,
        themes=themes,
        overall=overall,
        done_well=done_well,
        difference_made=difference_made,
    )
    after = _judgement(audit)
    changes: dict[str, object] = {}
    for name in after:
        (grade, words), (new_grade, new_words) = before.get(name, (None, "")), after[name]
        if grade != new_grade:
            changes[name] = [grade, new_grade]
        elif words != new_words:
            changes[name] = CHANGED
    _note(session, person, audit, changes, at)


def _note(
    session: Session, person: Person, audit: Reading, changes: dict[str, object], at: datetime
) -> None:
    if changes:
        record_history(session, person, "saved", "audit", audit.id, at=at, detail=changes)


def _answers(audit: Reading, questions: Mapping[str, Question]) -> dict[str, _Kept]:
    return {
        row.question_id: (
            _code(questions[row.question_id], row),
            row.evidence,
            (row.state, row.value, row.typed, row.quotable, row.place),
        )
        for row in audit.answers
        if row.question_id in questions
    }


def _code(question: Question, row: RecordedAnswer) -> str:
    """The answer as the history may hold it: option keys and states, nothing that was written."""
    if row.state is RecordedState.ANSWERED and question.type not in _WRITTEN:
        return row.value or row.state.value
    return row.state.value


def _judgement(audit: Reading) -> dict[str, tuple[str | None, str]]:
    grades = {f"grade_{row.theme}": (row.grade, row.grade_reason) for row in audit.themes}
    return grades | {
        "grade_overall": (audit.grade, audit.grade_reason),
        "done_well": (None, audit.done_well),
        "difference_made": (None, audit.difference_made),
    }
