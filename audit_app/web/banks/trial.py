"""Trying a draft: a bank as a form of its own, made-up answers, and what the rules make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wtforms import Form

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.answers import Answer, AnswerFault, AnswerState, read_value
from audit_app.core.bank_edits import without_dead_conditions
from audit_app.core.judgement import Suggestion, suggest
from audit_app.core.question_bank import (
    OUTCOME_WORDS,
    AuditForm,
    Entry,
    JudgementRules,
    Question,
    QuestionBank,
    Section,
)
from audit_app.core.repeats import expand_form
from audit_app.core.scoring import score_audit
from audit_app.store.tables import RecordedState
from audit_app.web.audits.forms import section_form
from audit_app.web.audits.question_rows import QuestionRow, question_rows
from audit_app.web.fields import FormData

NO_RULES = JudgementRules((), (), (), (), "")


@dataclass(frozen=True, slots=True)
class TriedQuestion:
    """One question that was answered: its number, what the answer says, points and most points."""

    number: int
    text: str
    outcome: str
    points: int
    possible: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rules of a form make of the answers; `grade` empty: nothing to grade by yet."""

    grade: str
    sentence: str
    met: int
    applied: int
    points: int
    possible: int
    unanswered: int
    questions: tuple[TriedQuestion, ...]


TWO = (Entry("1", "first"), Entry("2", "second"))
"""Of a section that is asked once for each of something, so many are tried."""


def alone(bank: QuestionBank, rules_of: AuditForm | None = None) -> AuditForm:
    """A form that asks this bank only, judged as another form judges; repeated sections twice."""
    bank = without_dead_conditions(bank)
    form = AuditForm(bank.key, bank.title, bank.version, bank.summary, "", (), NO_RULES, (bank,))
    if rules_of is not None:
        form = replace(rules_of, banks=(bank,))
    return expand_form(form, {section.key: TWO for section in bank.sections})


def form_for(questions: Sequence[Question], sent: FormData | None = None) -> Form:
    """The controls of the questions, as an auditor has them."""
    return section_form(questions, {}, sent)


def rows_for(
    form: AuditForm, section: Section, fields: Form, answers: Mapping[str, Answer] | None = None
) -> list[QuestionRow]:
    """The questions of one section, as its page shows them."""
    return question_rows(form, section.questions, fields, answers or {})


def without_evidence(rows: Sequence[QuestionRow]) -> list[QuestionRow]:
    """The same without boxes for evidence, which no rule looks at."""
    return [
        replace(row, evidence=None, quotable=None, place=None, opening_answers="") for row in rows
    ]


def answers_in(fields: Form, questions: Sequence[Question]) -> dict[str, Answer]:
    """The answers that can be read; the others are as if they had not been given."""
    answers: dict[str, Answer] = {}
    for question in questions:
        try:
            state, value = fields[question.id].read()
        except AnswerFault:
            continue
        if state is not None and state is not RecordedState.UNFINISHED:
            read = read_value(question, value) if value else None
            answers[question.id] = Answer(AnswerState(state.value), read)
    return answers


def try_answers(form: AuditForm, answers: Mapping[str, Answer]) -> Trial:
    """Score the answers to a form of one bank, and grade them where the form has a scale."""
    if form.scale:
        (theme,) = suggest(form, answers, is_bank_holiday).themes
        score, suggestion = theme.score, theme.suggestion
    else:
        (score,) = score_audit(form, answers, is_bank_holiday)
        suggestion = Suggestion(None, "No form is published yet by whose rules it could be graded.")
    numbers = {id_: number for number, id_ in enumerate(form.questions, start=1)}
    counts = score.tally
    return Trial(
        grade=form.grade(suggestion.grade).label if suggestion.grade else "",
        sentence=suggestion.reason,
        met=counts.k,
        applied=counts.n,
        points=counts.points,
        possible=counts.possible,
        unanswered=counts.unanswered,
        questions=tuple(
            TriedQuestion(
                numbers[one.question.id],
                one.question.text,
                OUTCOME_WORDS[one.outcome],
                one.points,
                one.possible,
            )
            for one in score.questions
            if one.outcome is not None
        ),
    )
