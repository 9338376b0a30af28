"""Recorded answers read back as core values."""

from __future__ import annotations

from audit_app.core.answers import Answer, AnswerState, read_value
from audit_app.store.instruments import load_form
from audit_app.store.tables import AuditVersion, Reading, RecordedState


def answers_of(audit: Reading | AuditVersion) -> dict[str, Answer]:
    """The answers that can be read, by question id; unfinished ones are left out."""
    questions = load_form(audit.form_version).questions
    answers = {}
    for row in audit.answers:
        if row.state is RecordedState.UNFINISHED:
            continue
        value = read_value(questions[row.question_id], row.value) if row.value else None
        answers[row.question_id] = Answer(
            AnswerState(row.state.value), value, row.evidence, row.quotable
        )
    return answers
