"""What an audit still lacks before it can be submitted, and how far each section is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from audit_app.core.answers import Answer, IsBankHoliday, hidden_questions, outcome_of
from audit_app.core.judgement import Suggestions
from audit_app.core.question_bank import (
    ADVERSE,
    AnswerType,
    AuditForm,
    Evidence,
    Outcome,
    Question,
    Section,
)
from audit_app.core.repeats import Entries, asks_for_entries

JUDGEMENT = "judgement"
ENTRIES = "entries"
"""The field of whom a repeated section is asked for; its section is the published one's key."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to be done: on which page (a section's key, or `judgement`), in which field."""

    section: str
    field: str
    what: str


class Progress(StrEnum):
    """How far a section is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


PROGRESS_WORDS: Mapping[Progress, str] = {
    Progress.NOT_STARTED: "Not started",
    Progress.IN_PROGRESS: "In progress",
    Progress.COMPLETE: "Complete",
}


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """One section: how many of its shown questions are answered."""

    key: str
    title: str
    theme: str
    answered: int
    shown: int
    need_evidence: int
    missing: int

    @property
    def state(self) -> Progress:
        """In words for the task list."""
        if not self.missing:
            return Progress.COMPLETE
        return Progress.IN_PROGRESS if self.answered else Progress.NOT_STARTED


@dataclass(frozen=True, slots=True)
class GradeChoice:
    """The auditor's own grade (a key of the form's scale, or None), and why it differs."""

    grade: str | None
    reason: str = ""


def missing_answers(
    form: AuditForm, answers: Mapping[str, Answer], is_bank_holiday: IsBankHoliday
) -> list[Missing]:
    """Every shown question that needs an answer or its evidence, in the order of the form."""
    hidden = hidden_questions(form.questions, answers)
    return [
        lack
        for _bank, section in form.sections
        for question in section.questions
        if question.id not in hidden
        for lack in _lacks(section, question, answers.get(question.id), is_bank_holiday)
    ]


def missing_entries(form: AuditForm, entries: Entries) -> list[Missing]:
    """The repeated sections of a published form of which it was not said whom they are for."""
    return [
        Missing(section.key, ENTRIES, f"Say for whom, or that there is none: {section.title}")
        for section in asks_for_entries(form)
        if section.key not in entries
    ]


def needs_evidence(question: Question, outcome: Outcome | None) -> bool:
    """Whether an answer with this outcome must say what was seen and where."""
    if outcome is None or question.evidence is Evidence.NEVER:
        return False
    return question.evidence is Evidence.ALWAYS or outcome in ADVERSE


def missing_judgement(
    form: AuditForm,
    suggestions: Suggestions,
    themes: Mapping[str, GradeChoice],
    overall: GradeChoice,
) -> list[Missing]:
    """Every grade that is not given, and every differing grade without a reason."""
    lacks = [
        lack
        for theme in suggestions.themes
        for lack in _grade_lacks(
            theme.theme,
            f"“{form.bank(theme.theme).title}”",
            theme.suggestion.grade,
            themes.get(theme.theme, GradeChoice(None)),
        )
    ]
    return lacks + _grade_lacks(
        "overall", "the audit as a whole", suggestions.overall.grade, overall
    )


def section_progress(
    form: AuditForm, answers: Mapping[str, Answer], is_bank_holiday: IsBankHoliday
) -> list[SectionProgress]:
    """How far each section is, in the order of the form."""
    hidden = hidden_questions(form.questions, answers)
    return [
        _progress_of(bank.key, section, answers, hidden, is_bank_holiday)
        for bank, section in form.sections
    ]


def _progress_of(
    theme: str,
    section: Section,
    answers: Mapping[str, Answer],
    hidden: frozenset[str],
    is_bank_holiday: IsBankHoliday,
) -> SectionProgress:
    shown = [question for question in section.questions if question.id not in hidden]
    lacks = [
        (question, lack)
        for question in shown
        for lack in _lacks(section, question, answers.get(question.id), is_bank_holiday)
    ]
    return SectionProgress(
        key=section.key,
        title=section.title,
        theme=theme,
        answered=sum(1 for question in shown if question.id in answers),
        shown=len(shown),
        need_evidence=sum(1 for question, lack in lacks if lack.field != question.id),
        missing=len(lacks),
    )


def _lacks(
    section: Section, question: Question, answer: Answer | None, is_bank_holiday: IsBankHoliday
) -> Iterable[Missing]:
    if answer is None:
        if question.required:
            yield Missing(section.key, question.id, _ask_for(question))
        return
    outcome = outcome_of(question, answer, is_bank_holiday)
    if answer.evidence.strip():
        return
    if outcome is Outcome.NOT_APPLICABLE and question.not_applicable_reason:
        yield Missing(
            section.key, f"{question.id}_evidence", f"Say why this does not apply: {question.text}"
        )
    elif needs_evidence(question, outcome):
        yield Missing(
            section.key,
            f"{question.id}_evidence",
            f"Say what you saw, and where on the file: {question.text}",
        )


def _ask_for(question: Question) -> str:
    verb = {
        AnswerType.DATE: "Enter the date",
        AnswerType.INTERVAL: "Enter both dates",
        AnswerType.NUMBER: "Enter the number",
        AnswerType.TEXT: "Write an answer",
    }.get(question.type, "Choose an answer")
    return f"{verb}: {question.text}"


def _grade_lacks(
    field: str, named: str, suggested: str | None, choice: GradeChoice
) -> list[Missing]:
    if suggested is None:
        return []
    if choice.grade is None:
        return [Missing(JUDGEMENT, f"grade_{field}", f"Choose your grade for {named}")]
    if choice.grade != suggested and not choice.reason.strip():
        return [
            Missing(
                JUDGEMENT,
                f"reason_{field}",
                f"Say why your grade for {named} differs from the suggested one",
            )
        ]
    return []
