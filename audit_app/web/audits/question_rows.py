"""The questions of one section as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from wtforms import Field, Form

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.answers import Answer, AnswerState, Interval, count_interval, outcome_of
from audit_app.core.completeness import needs_evidence
from audit_app.core.question_bank import (
    ADVERSE,
    AuditForm,
    Evidence,
    LimitUnit,
    Outcome,
    Question,
    Section,
)
from audit_app.web.audits.forms import STRENGTH_LABEL, has_evidence
from audit_app.web.fields import NOT_APPLICABLE, NOT_RECORDED, STATE_WORDS, AnswerField
from audit_app.web.words import say_count, say_day


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question: its number in the form, its controls, and what was made of its answer."""

    number: int
    question: Question
    field: AnswerField
    evidence: Field | None
    quotable: Field | None
    place: Field | None
    only_if: str
    """When it is to be answered, for a reader without scripts; empty: always."""
    watches: str
    """The question of this page whose answer shows or hides it."""
    watched_answers: str
    opening_answers: str
    """The values that call for evidence, parted by spaces."""
    praising_answers: str
    """The values beside which what was seen is good practice, parted by spaces."""
    evidence_open: bool
    is_strength: bool
    """Whether the answer, as it stands, is met."""
    result: str
    typed_outcome: str
    """What an answer that is typed comes to, for the script: `met`, `adverse` or empty."""

    praise_label: ClassVar[str] = STRENGTH_LABEL

    @property
    def evidence_label(self) -> str:
        """What the box is for: what was good practice, where the answer is met."""
        assert self.evidence is not None
        return self.praise_label if self.is_strength else str(self.evidence.label.text)


def questions_to_ask(section: Section, hidden: frozenset[str]) -> list[Question]:
    """The section's questions, without those that an answer on another page rules out.

    A follow-up whose condition stands on this page is asked: the page hides it as one answers.
    """
    here = {question.id for question in section.questions}
    asked: list[Question] = []
    for question in section.questions:
        condition = question.shown_when
        on_page = (
            condition is not None
            and condition.question in here
            and _is_asked(condition.question, asked)
        )
        if question.id not in hidden or on_page:
            asked.append(question)
    return asked


def question_rows(
    form: AuditForm,
    questions: Sequence[Question],
    fields: Form,
    answers: Mapping[str, Answer],
) -> list[QuestionRow]:
    """The rows of the page, numbered through the whole form."""
    numbers = {id_: number for number, id_ in enumerate(form.questions, start=1)}
    here = {question.id for question in questions}
    return [
        _row(form, numbers, here, question, fields, answers.get(question.id))
        for question in questions
    ]


def say_interval(question: Question, interval: Interval) -> str:
    """How long an interval is, and how it stands to its limit; empty without a limit."""
    limit = question.limit
    if limit is None:
        return ""
    length = count_interval(interval, limit.unit, is_bank_holiday)
    start, end = say_day(interval.start.date()), say_day(interval.end.date())
    if limit.unit is LimitUnit.HOURS:
        start, end = f"{start} at {interval.start:%H:%M}", f"{end} at {interval.end:%H:%M}"
    elif interval.start.year == interval.end.year:
        start = start.rpartition(" ")[0]
    over = length - limit.met
    stands = f"{round(over, 1):g} over" if over > 0 else "within"
    return f"{start} to {end} is {_length(length, limit.unit)}: {stands} the limit of {limit}."


def typed_outcome(question: Question, answer: Answer | None) -> str:
    """Whether an answer that has no options is `met` or `adverse`; empty: neither, or not so."""
    if answer is None or question.options or answer.state is not AnswerState.ANSWERED:
        return ""
    outcome = outcome_of(question, answer, is_bank_holiday)
    return "adverse" if outcome in ADVERSE else "met" if outcome is Outcome.MET else ""


def _row(
    form: AuditForm,
    numbers: Mapping[str, int],
    here: set[str],
    question: Question,
    fields: Form,
    answer: Answer | None,
) -> QuestionRow:
    condition = question.shown_when
    on_page = condition is not None and condition.question in here
    boxed = has_evidence(question)
    evidence = fields[f"{question.id}_evidence"] if boxed else None
    place = fields[f"{question.id}_place"] if boxed else None
    outcome = outcome_of(question, answer, is_bank_holiday) if answer else None
    wanted = needs_evidence(question, outcome)
    value = answer.value if answer else None
    return QuestionRow(
        number=numbers[question.id],
        question=question,
        field=fields[question.id],
        evidence=evidence,
        quotable=fields[f"{question.id}_quotable"] if boxed else None,
        place=place,
        only_if=_only_if(form, numbers, question),
        watches=condition.question if condition and on_page else "",
        watched_answers=" ".join(_posted(key) for key in sorted(condition.answers))
        if condition
        else "",
        opening_answers=" ".join(_opening_answers(question)),
        praising_answers=" ".join(o.key for o in question.options if o.outcome is Outcome.MET),
        evidence_open=wanted or any(box is not None and box.data for box in (evidence, place)),
        is_strength=outcome is Outcome.MET,
        result=say_interval(question, value) if isinstance(value, Interval) else "",
        typed_outcome=typed_outcome(question, answer),
    )


def _opening_answers(question: Question) -> list[str]:
    never, always = question.evidence is Evidence.NEVER, question.evidence is Evidence.ALWAYS
    keys = [o.key for o in question.options if always or o.outcome in ADVERSE]
    values = [] if never else [*keys, NOT_RECORDED]
    if always or question.not_applicable_reason:
        values.append(NOT_APPLICABLE)
    return values


def _only_if(form: AuditForm, numbers: Mapping[str, int], question: Question) -> str:
    condition = question.shown_when
    if condition is None:
        return ""
    earlier = form.questions[condition.question]
    labels = [option.label for option in earlier.options if option.key in condition.answers]
    labels += [STATE_WORDS[f"-{key}"] for key in _states_in(condition.answers)]
    said = " or ".join(f"“{label}”" for label in labels)
    return f"Answer only if you chose {said} in question {numbers[earlier.id]}."


def _states_in(keys: frozenset[str]) -> list[str]:
    return sorted(keys & {Outcome.NOT_APPLICABLE.value, Outcome.NOT_RECORDED.value})


def _posted(key: str) -> str:
    return f"-{key}" if f"-{key}" in STATE_WORDS else key


def _is_asked(id_: str, asked: Sequence[Question]) -> bool:
    return any(question.id == id_ for question in asked)


def _length(length: float, unit: LimitUnit) -> str:
    word = unit.value.replace("_", " ").removesuffix("s")
    return say_count(int(length), word) if length == int(length) else f"{length:.1f} {word}s"
