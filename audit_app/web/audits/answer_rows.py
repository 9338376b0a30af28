"""An audit's answers and grades as the check page and the read view show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.answers import (
    Answer,
    AnswerState,
    Interval,
    describe_value,
    hidden_questions,
    outcome_of,
    read_value,
)
from audit_app.core.completeness import GradeChoice
from audit_app.core.judgement import Suggestion, Suggestions, suggest
from audit_app.core.question_bank import OUTCOME_WORDS, AuditForm, Outcome, Question, QuestionBank
from audit_app.store.recorded import answers_of
from audit_app.store.tables import (
    AuditVersion,
    EarlierAnswer,
    Reading,
    RecordedAnswer,
    RecordedState,
)
from audit_app.web.audits.question_rows import say_interval
from audit_app.web.fields import parts_of


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One question with its answer in words; `outcome` only where it says more than the answer."""

    number: int
    question: Question
    answer: str
    outcome: str
    evidence: str
    place: str
    quotable: bool
    answered: bool
    is_strength: bool
    """Whether the evidence says what was good practice: that of a met answer does."""


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """The shown questions of one section."""

    key: str
    title: str
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A rated section with its level and why, in a sentence."""

    title: str
    said: str


@dataclass(frozen=True, slots=True)
class GradeRow:
    """The suggested grade of a theme (or of the whole), and the auditor's own, side by side."""

    name: str
    title: str
    counts: str
    suggested: str
    why: str
    own: str
    reason: str
    differs: bool
    levels: tuple[LevelRow, ...] = ()


def answer_sections(form: AuditForm, audit: Reading | AuditVersion) -> list[AnswerSection]:
    """Every shown question with its answer, by section, in the order of the form."""
    answers = answers_of(audit)
    hidden = hidden_questions(form.questions, answers)
    rows = {row.question_id: row for row in audit.answers}
    numbers = {id_: number for number, id_ in enumerate(form.questions, start=1)}
    return [
        AnswerSection(
            section.key,
            section.title,
            tuple(
                _row(numbers[question.id], question, answers.get(question.id), rows)
                for question in section.questions
                if question.id not in hidden
            ),
        )
        for _bank, section in form.sections
    ]


def strengths_in(form: AuditForm, audit: Reading) -> list[tuple[str, AnswerRow]]:
    """The answers beside which good practice was written down, each with its section's key."""
    return [
        (section.key, row)
        for section in answer_sections(form, audit)
        for row in section.rows
        if row.is_strength
    ]


def grade_rows(form: AuditForm, audit: Reading, suggestions: Suggestions) -> list[GradeRow]:
    """Each theme's two grades and the overall ones, from an audit that is being filled in."""
    own = {row.theme: GradeChoice(row.grade, row.grade_reason) for row in audit.themes}
    rows = []
    for theme in suggestions.themes:
        counts = theme.score.tally
        said = f"{counts.k} of {counts.n} met" if counts.n else ""
        bank = form.bank(theme.theme)
        choice = own.get(theme.theme, GradeChoice(None))
        row = _grade_row(form, theme.theme, bank.title, said, theme.suggestion, choice)
        levels = tuple(LevelRow(one.title, one.reason) for one in theme.sections)
        rows.append(replace(row, levels=levels))
    if not form.asks_overall:
        return rows
    overall = GradeChoice(audit.grade, audit.grade_reason)
    return [*rows, _grade_row(form, "overall", "Overall", "", suggestions.overall, overall)]


def stored_grade_rows(form: AuditForm, audit: Reading | AuditVersion) -> list[GradeRow]:
    """The same from a submitted audit, by what was stored then and never reckoned again.

    Of a version that was returned the levels of sections are reckoned from its answers, which never
    change.
    """
    rows = []
    levels_again = _levels_of(form, audit) if isinstance(audit, AuditVersion) else {}
    for theme in audit.themes:
        n = sum(count or 0 for count in (theme.met, theme.partly_met, theme.not_met))
        n += theme.not_recorded or 0
        suggestion = Suggestion(theme.suggested_grade, theme.suggested_reason)
        choice = GradeChoice(theme.grade, theme.grade_reason)
        bank, said = form.bank(theme.theme), f"{theme.met} of {n} met" if n else ""
        row = _grade_row(form, theme.theme, bank.title, said, suggestion, choice)
        if isinstance(audit, AuditVersion):
            levels = levels_again.get(bank.key, ())
        else:
            levels = _stored_levels(bank, audit)
        rows.append(replace(row, levels=levels))
    if not form.asks_overall:
        return rows
    suggestion = Suggestion(audit.suggested_grade, audit.suggested_reason)
    overall = GradeChoice(audit.grade, audit.grade_reason)
    return [*rows, _grade_row(form, "overall", "Overall", "", suggestion, overall)]


def _levels_of(form: AuditForm, version: AuditVersion) -> dict[str, tuple[LevelRow, ...]]:
    if not any(bank.levels for bank in form.banks):
        return {}
    suggestions = suggest(form, answers_of(version), is_bank_holiday)
    return {
        theme.theme: tuple(LevelRow(one.title, one.reason) for one in theme.sections)
        for theme in suggestions.themes
    }


def _stored_levels(bank: QuestionBank, audit: Reading) -> tuple[LevelRow, ...]:
    """By what was stored; of an audit that was purged the level alone."""
    labels = {level.key: level.label for level in bank.levels}
    rows = {row.section: row for row in audit.sections} if labels else {}
    return tuple(
        LevelRow(
            section.title,
            rows[section.key].reason or labels.get(rows[section.key].level or "", "Not applicable"),
        )
        for section in bank.sections
        if section.key in rows
    )


def say_row(question: Question, row: RecordedAnswer) -> str:
    """A recorded answer in words, also one that cannot be read yet."""
    answer = None
    if row.state is not RecordedState.UNFINISHED:
        value = read_value(question, row.value) if row.value else None
        answer = Answer(AnswerState(row.state.value), value)
    return _say_answer(question, answer, row)


def _grade_row(
    form: AuditForm,
    name: str,
    title: str,
    counts: str,
    suggestion: Suggestion,
    choice: GradeChoice,
) -> GradeRow:
    scored = suggestion.grade is not None
    return GradeRow(
        name=name,
        title=title,
        counts=counts,
        suggested=form.grade(suggestion.grade).label if suggestion.grade else "Not scored",
        why=suggestion.reason,
        own=form.grade(choice.grade).label if choice.grade and scored else "",
        reason=choice.reason if scored else "",
        differs=scored and choice.grade not in (None, suggestion.grade),
    )


def _row(
    number: int,
    question: Question,
    answer: Answer | None,
    rows: Mapping[str, RecordedAnswer | EarlierAnswer],
) -> AnswerRow:
    row = rows.get(question.id)
    return AnswerRow(
        number=number,
        question=question,
        answer=_say_answer(question, answer, row),
        outcome=_say_outcome(question, answer),
        evidence=row.evidence if row else "",
        place=row.place if row else "",
        quotable=row.quotable if row else False,
        answered=answer is not None,
        is_strength=bool(row and row.evidence) and _is_met(question, answer),
    )


def _is_met(question: Question, answer: Answer | None) -> bool:
    return answer is not None and outcome_of(question, answer, is_bank_holiday) is Outcome.MET


def _say_answer(
    question: Question, answer: Answer | None, row: RecordedAnswer | EarlierAnswer | None
) -> str:
    if answer is None:
        unreadable = row is not None and row.state is RecordedState.UNFINISHED and row.typed
        if not unreadable or row is None:
            return "Not answered yet"
        typed = " ".join(value for values in parts_of(question, row).values() for value in values)
        return f"“{typed}” cannot be read as an answer yet"
    if answer.state is AnswerState.NOT_APPLICABLE:
        return OUTCOME_WORDS[Outcome.NOT_APPLICABLE]
    if answer.state is AnswerState.NOT_RECORDED:
        return OUTCOME_WORDS[Outcome.NOT_RECORDED]
    if isinstance(answer.value, Interval) and question.limit:
        return say_interval(question, answer.value).removesuffix(".")
    assert answer.value is not None
    return describe_value(question, answer.value)


def _say_outcome(question: Question, answer: Answer | None) -> str:
    if answer is None or answer.state is not AnswerState.ANSWERED or not question.is_scored:
        return ""
    words = OUTCOME_WORDS[outcome_of(question, answer, is_bank_holiday)]
    assert answer.value is not None
    return "" if words == describe_value(question, answer.value) else words
