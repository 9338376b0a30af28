"""Recorded answers read back as core values, and the form as one audit asks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, or_

from audit_app.core.answers import Answer, AnswerState, read_value
from audit_app.core.parts import part_of
from audit_app.core.question_bank import AuditForm, Entry
from audit_app.core.repeats import Entries, asks_for_entries, expand_form
from audit_app.store.instruments import load_form
from audit_app.store.tables import AuditVersion, Reading, RecordedAnswer, RecordedState


def asked_form(audit: Reading) -> AuditForm:
    """The form version that the audit is pinned to, its repeated sections once an entry."""
    form = part_form(audit)
    return expand_form(form, entries_of(audit, form))


def part_form(audit: Reading) -> AuditForm:
    """The form version as published; of an agency's part only what this agency is asked."""
    return part_of(load_form(audit.form_version), audit.agency)


def entries_of(audit: Reading, form: AuditForm) -> Entries:
    """Whom the auditor named, by section; a section of which nothing was said is absent."""
    named: dict[str, list[Entry]] = {}
    # Most forms ask for none, and then nothing is loaded.
    for row in audit.entries if any(asks_for_entries(form)) else ():
        entries = named.setdefault(row.section, [])
        if row.label:
            entries.append(Entry(str(row.number), row.label))
    return named


def form_of_all(*readings: Reading) -> AuditForm:
    """The form with the entries of all readings of one case file, so that they can be compared.

    Entries meet by their number; where the readers named one differently, both names are said.
    """
    form = load_form(readings[0].form_version)
    named = [entries_of(one, form) for one in readings]
    keys = dict.fromkeys(key for one in named for key in one)
    return expand_form(
        form, {key: _met(entry for one in named for entry in one.get(key, ())) for key in keys}
    )


def form_as_kept(version: AuditVersion) -> AuditForm:
    """The form as a returned version answered it; entries that are gone keep their number."""
    form = load_form(version.form_version)
    answered = [row.question_id.partition(".") for row in version.answers]
    entries: dict[str, list[Entry]] = {}
    for section in asks_for_entries(form):
        ids = {question.id for question in section.questions}
        numbers = sorted({entry for id_, dot, entry in answered if dot and id_ in ids}, key=int)
        each = section.repeat.each if section.repeat else ""
        entries[section.key] = [Entry(number, f"{each} {number}") for number in numbers]
    return expand_form(form, entries)


def answers_of(audit: Reading | AuditVersion) -> dict[str, Answer]:
    """The answers that can be read, by question id; unfinished ones are left out."""
    form = form_as_kept(audit) if isinstance(audit, AuditVersion) else asked_form(audit)
    questions = form.questions
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


def _met(entries: Iterable[Entry]) -> list[Entry]:
    labels: dict[str, list[str]] = {}
    for entry in entries:
        said = labels.setdefault(entry.key, [])
        if entry.label not in said:
            said.append(entry.label)
    return [Entry(key, " / ".join(said)) for key, said in sorted(labels.items(), key=_by_number)]


def _by_number(item: tuple[str, list[str]]) -> int:
    return int(item[0])
