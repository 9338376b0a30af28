"""Where one is in an audit: its sections in order, how far each is, and where to go next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.answers import hidden_questions
from audit_app.core.completeness import (
    JUDGEMENT,
    PROGRESS_WORDS,
    Missing,
    Progress,
    SectionProgress,
    section_progress,
)
from audit_app.core.question_bank import AuditForm, Question, QuestionBank, Section
from audit_app.store.audits import form_of, what_is_missing
from audit_app.store.recorded import answers_of
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
    return f"Case file {audit.case_file.reference}"


def section_place(audit: Reading, key: str) -> SectionPlace | None:
    """The section with this key; None when the audit's form does not have it."""
    form = form_of(audit)
    sections = list(form.sections)
    for number, (bank, section) in enumerate(sections, start=1):
        if section.key == key:
            progress = section_progress(form, answers_of(audit), is_bank_holiday)[number - 1]
            return SectionPlace(bank, section, number, len(sections), progress)
    return None


def ask_section(audit: Reading, section: Section) -> list[Question]:
    """The questions that a section's page asks, by the answers on other pages."""
    hidden = hidden_questions(form_of(audit).questions, answers_of(audit))
    return questions_to_ask(section, hidden)


def next_place(audit: Reading, key: str) -> str:
    """The address of the section after this one, and of the judgement after the last."""
    keys = [section.key for _bank, section in form_of(audit).sections]
    after = keys[keys.index(key) + 1 :]
    return _section_url(audit, after[0]) if after else _judgement_url(audit)


def task_list(audit: Reading) -> TaskList:
    """Every section with its state in words, the judgement, and what is left to do."""
    form = form_of(audit)
    sections = section_progress(form, answers_of(audit), is_bank_holiday)
    missing = what_is_missing(audit)
    tasks = [_section_task(audit, progress) for progress in sections]
    return TaskList(
        tasks=(*tasks, _judgement_task(audit, missing), _check_task(audit, missing)),
        summary=_summary(sections),
    )


def links_to_missing(audit: Reading, missing: Sequence[Missing]) -> list[dict[str, str]]:
    """What is missing, as an error summary whose links lead to the very field."""
    return [
        {
            "text": lack.what,
            "href": (
                _judgement_url(audit)
                if lack.section == JUDGEMENT
                else _section_url(audit, lack.section)
            )
            + f"#{lack.field}",
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
        hint="Your grade for each theme and for the whole, beside the suggested ones",
        href=_judgement_url(audit),
        status=PROGRESS_WORDS[state],
        done=state is Progress.COMPLETE,
    )


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


def _judgement_url(audit: Reading) -> str:
    return url_for("audits.show_judgement", audit_id=audit.id)
