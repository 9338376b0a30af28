"""Recorded answers read back as core values, and the form as one audit asks it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_

from audit_app.core.answers import Answer, AnswerState, read_value
from audit_app.core.question_bank import AuditForm, Entry
from audit_app.core.repeats import Entries, asks_for_entries, expand_form
from audit_app.store.instruments import load_form
from audit_app.store.tables import Audit, RecordedAnswer, RecordedState


def asked_form(audit: Audit) -> AuditForm:
    """The form version that the audit is pinned to, its repeated sections once an entry."""
    form = load_form(audit.form_version)
    return expand_form(form, entries_of(audit, form))


def entries_of(audit: Audit, form: AuditForm) -> Entries:
    """Whom the auditor named, by section; a section of which nothing was said is absent."""
    named: dict[str, list[Entry]] = {}
    # Most forms ask for none, and then nothing is loaded.
    for row in audit.entries if any(asks_for_entries(form)) else ():
        entries = named.setdefault(row.section, [])
        if row.label:
            entries.append(Entry(str(row.number), row.label))
    return named


def answers_of(audit: Audit) -> dict[str, Answer]:
    """The answers that can be read, by question id; unfinished ones are left out."""
    questions = asked_form(audit).questions
    answers = {}
    for row in audit.answers:
        if row.state is RecordedState.UNFINISHED:
            continue
        value = read_value(questions[row.question_id], row.value) if row.value else None
        answers[row.question_id] = Answer(
            AnswerState(row.state.value), value, row.evidence, row.quotable
        )
    return answers


def answers_to(form: AuditForm, ids: Collection[str]) -> ColumnElement[bool]:
    """Which rows answer these questions of the published form, for whichever entry."""
    column = RecordedAnswer.question_id
    repeated = {
        question.id
        for _bank, section in form.sections
        if section.repeat
        for question in section.questions
    }
    starts = [f"{id_}." for id_ in ids if id_ in repeated]
    return or_(column.in_(ids), *(column.startswith(one, autoescape=True) for one in starts))
