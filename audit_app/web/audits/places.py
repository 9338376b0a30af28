"""Where one is in an audit: its sections in order, how far each is, and where to go next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from wtforms import Form

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.answers import hidden_questions
from audit_app.core.completeness import (
    ENTRIES,
    JUDGEMENT,
    PROGRESS_WORDS,
    Missing,
    Progress,
    SectionProgress,
    section_progress,
)
from audit_app.core.question_bank import AuditForm, Question, QuestionBank, Section
from audit_app.core.repeats import base_id
from audit_app.store.audits import form_of, what_is_missing
from audit_app.store.entries import entries_in, repeated_sections
from audit_app.store.recorded import answers_of, part_form
from audit_app.store.tables import Reading, RecordedState
from audit_app.web.audits.question_rows import questions_to_ask


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """A section with its bank and its place in the form, counted from 1."""

    bank: QuestionBank
    section: Section
    number: int
    of: int
    progress: SectionProgress
    asked_for: str
    """The address where it is said for whom it is asked; empty: it is asked once."""


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list."""

    title: str
    hint: str
    href: str
    status: str
    done: bool


@dataclass(frozen=True, slots=True)
class TaskList:
    """The audit in lines, with a sentence on the whole."""

    tasks: tuple[Task, ...]
    summary: str


def audit_title(audit: Reading) -> str:
    """What an audit's pages are called."""
    return audit.case_file.title


def section_place(audit: Reading, key: str) -> SectionPlace | None:
    """The section with this key; None when the audit's form does not have it."""
    form = form_of(audit)
    sections = list(form.sections)
    for number, (bank, section) in enumerate(sections, start=1):
        if section.key == key:
            progress = section_progress(form, answers_of(audit), is_bank_holiday)[number - 1]
            base = base_id(key)
            asked_for = _entries_url(audit, base) if base in repeated_sections(audit) else ""
            return SectionPlace(bank, section, number, len(sections), progress, asked_for)
    return None


def ask_section(audit: Reading, section: Section) -> list[Question]:
    """The questions that a section's page asks, by the answers on other pages."""
    hidden = hidden_questions(form_of(audit).questions, answers_of(audit))
    return questions_to_ask(section, hidden)


def find_unreadable(audit: Reading, form: Form) -> bool:
    """Whether an answer on the page cannot be read; its field has an error then.

    A question that another answer rules out has none: the page hides it, and nothing counts it.
    """
    form.validate()
    questions, answers = form_of(audit).questions, answers_of(audit)
    hidden = hidden_questions(questions, answers)
    for id_ in hidden:
        condition = questions[id_].shown_when
        ruled_out = condition is not None and condition.question in hidden | answers.keys()
        if ruled_out and id_ in form:
            form[id_].errors = []
    return any(field.errors for field in form)


def next_place(audit: Reading, key: str) -> str:
    """The address of the section after this one, and of the judgement after the last.

    Before a repeated section it is asked for whom it is, unless that was said.
    """
    places = list(_places(audit))
    keys = [place for place, _is_section in places]
    for after, is_section in places[keys.index(key) + 1 :]:
        if is_section:
            return _section_url(audit, after)
        if entries_in(audit, after) is None:
            return _entries_url(audit, after)
    return _judgement_url(audit)


def next_unanswered(audit: Reading, key: str) -> str:
    """Where the next thing stands that is still to be done: after this section, else before it."""
    keys = [section.key for _bank, section in form_of(audit).sections]
    here = keys.index(key)
    order = {key: place for place, key in enumerate(keys[here + 1 :] + keys[: here + 1])}
    lacking = [lack for lack in what_is_missing(audit) if lack.section in order]
    if not lacking:
        return _judgement_url(audit)
    lack = min(lacking, key=lambda one: order[one.section])
    return f"{_section_url(audit, lack.section)}#{lack.field}"


def say_progress(progress: SectionProgress) -> str:
    """How far a section is, as “3 of 8 answered · 1 needs evidence”."""
    said = f"{progress.answered} of {progress.shown} answered"
    lacking = progress.need_evidence
    return f"{said} · {lacking} {_need(lacking)} evidence" if lacking else said


def task_list(audit: Reading, *, proposed: int = 0) -> TaskList:
    """Every section with its state in words, the judgement, and what is left to do.

    `proposed`: how many actions for this case are.
    """
    form = form_of(audit)
    sections = section_progress(form, answers_of(audit), is_bank_holiday)
    missing = what_is_missing(audit)
    by_key = {progress.key: progress for progress in sections}
    repeated = repeated_sections(audit)
    tasks = [
        _section_task(audit, by_key[key]) if is_section else _entries_task(audit, repeated[key])
        for key, is_section in _places(audit)
    ]
    return TaskList(
        tasks=(
            *tasks,
            _judgement_task(audit, missing),
            *_actions_task(audit, proposed),
            _check_task(audit, missing),
        ),
        summary=_summary(sections),
    )


def links_to_missing(audit: Reading, missing: Sequence[Missing]) -> list[dict[str, str]]:
    """What is missing, as an error summary whose links lead to the very field."""
    return [
        {
            "text": lack.what,
            "href": _where(audit, lack),
        }
        for lack in missing
    ]


def links_to_comments(audit: Reading, comments: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where the second reader asks something: words and the address of the place, in order."""
    places = [
        (f"Question {number}: {question.text}", f"{_section_url(audit, section.key)}#{question.id}")
        for number, (section, question) in enumerate(_questions(form_of(audit)), start=1)
        if question.id in comments
    ]
    judged = [("The grades, or the whole", _judgement_url(audit))] if JUDGEMENT in comments else []
    return [*places, *judged]


def _questions(form: AuditForm) -> list[tuple[Section, Question]]:
    return [(section, question) for _, section in form.sections for question in section.questions]


def _where(audit: Reading, lack: Missing) -> str:
    """The address of the very field."""
    if lack.field == ENTRIES:
        return _entries_url(audit, lack.section) + "#label"
    judged = lack.section == JUDGEMENT
    page = _judgement_url(audit) if judged else _section_url(audit, lack.section)
    return f"{page}#{lack.field}"


def _places(audit: Reading) -> Iterator[tuple[str, bool]]:
    """Keys in the order of the form: of sections, and (False) of pages that ask for whom they are.

    A repeated section's page stands before its entries, under the key of the published section.
    """
    repeated = repeated_sections(audit)
    asked = [section.key for _bank, section in form_of(audit).sections]
    for _bank, section in part_form(audit).sections:
        if section.key in repeated:
            yield section.key, False
        yield from ((key, True) for key in asked if base_id(key) == section.key)


def _entries_task(audit: Reading, section: Section) -> Task:
    named = entries_in(audit, section.key)
    hint = "Say for whom it is asked, or that there is none"
    if named is not None:
        hint = ", ".join(row.label for row in named) or "There is none"
    state = Progress.NOT_STARTED if named is None else Progress.COMPLETE
    return Task(
        title=f"{section.title}: who is there?",
        hint=hint,
        href=_entries_url(audit, section.key),
        status=PROGRESS_WORDS[state],
        done=named is not None,
    )


def _section_task(audit: Reading, progress: SectionProgress) -> Task:
    unreadable = _unreadable(audit, progress.key)
    theme = form_of(audit).bank(progress.theme).title
    notes = [
        theme if theme != progress.title else "",
        f"{progress.answered} of {progress.shown} answered",
        f"{progress.need_evidence} {_need(progress.need_evidence)} evidence"
        if progress.need_evidence
        else "",
        f"{unreadable} cannot be read" if unreadable else "",
    ]
    return Task(
        title=progress.title,
        hint=" · ".join(note for note in notes if note),
        href=_section_url(audit, progress.key),
        status=PROGRESS_WORDS[progress.state],
        done=progress.state is Progress.COMPLETE,
    )


def _judgement_task(audit: Reading, missing: Sequence[Missing]) -> Task:
    lacking = [lack for lack in missing if lack.section == JUDGEMENT]
    begun = audit.grade is not None or any(theme.grade for theme in audit.themes)
    state = Progress.NOT_STARTED
    if begun:
        state = Progress.IN_PROGRESS if lacking else Progress.COMPLETE
    return Task(
        title="Judgement",
        hint="Your grade for each theme"
        + (" and for the whole" if form_of(audit).asks_overall else "")
        + ", beside the suggested ones",
        href=_judgement_url(audit),
        status=PROGRESS_WORDS[state],
        done=state is Progress.COMPLETE,
    )


def _actions_task(audit: Reading, proposed: int) -> list[Task]:
    """What is to be done for this case; who reads only to compare proposes nothing."""
    if not audit.is_first:
        return []
    task = Task(
        title="Actions for this case",
        hint="What should be done in this very case, by whom and until when, if anything",
        href=url_for("action_making.propose", audit_id=audit.id),
        status=f"{proposed} proposed" if proposed else "None proposed",
        done=True,
    )
    return [task]


def _check_task(audit: Reading, missing: Sequence[Missing]) -> Task:
    return Task(
        title="Check your answers and submit",
        hint="",
        href=url_for("audits.check_audit", audit_id=audit.id),
        status=f"{len(missing)} to do first" if missing else "Ready to submit",
        done=False,
    )


def _summary(sections: Sequence[SectionProgress]) -> str:
    answered, shown = (
        sum(section.answered for section in sections),
        sum(section.shown for section in sections),
    )
    lacking = sum(section.need_evidence for section in sections)
    said = f"{answered} of {shown} answered"
    return f"{said} · {lacking} {_need(lacking)} evidence" if lacking else said


def _unreadable(audit: Reading, section_key: str) -> int:
    section = next(s for _bank, s in form_of(audit).sections if s.key == section_key)
    ids = {question.id for question in section.questions}
    return sum(
        1
        for row in audit.answers
        if row.state is RecordedState.UNFINISHED and row.typed and row.question_id in ids
    )


def _need(number: int) -> str:
    return "needs" if number == 1 else "need"


def _section_url(audit: Reading, key: str) -> str:
    return url_for("audits.show_section", audit_id=audit.id, section_key=key)


def _entries_url(audit: Reading, key: str) -> str:
    return url_for("entries.show_entries", audit_id=audit.id, section_key=key)


def _judgement_url(audit: Reading) -> str:
    return url_for("audits.show_judgement", audit_id=audit.id)
