"""Two readings side by side as a page shows them: what differs first."""

from __future__ import annotations

from dataclasses import dataclass

from audit_app.core.moderation import grade_shift
from audit_app.store.agreeing import GradePair, compared_answers, compared_grades
from audit_app.store.recorded import form_of_all
from audit_app.store.tables import Moderation
from audit_app.web.audits.answer_rows import AnswerRow, answer_sections
from audit_app.web.moderation.words import say_grade, say_shift


@dataclass(frozen=True, slots=True)
class AnswerPair:
    """One question with what each reader answered; None: not asked of them."""

    id: str
    number: int
    text: str
    critical: bool
    first: AnswerRow | None
    second: AnswerRow | None


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One grade of both, in words."""

    pair: GradePair
    first: str
    second: str
    shift: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both readings: answers that differ, answers that agree, and the grades."""

    differing: tuple[AnswerPair, ...]
    agreeing: tuple[AnswerPair, ...]
    grades: tuple[GradeLine, ...]


def compare(moderation: Moderation) -> Comparison:
    """Both readings in words; they must both be in."""
    assert moderation.reading is not None
    form = form_of_all(moderation.audit, moderation.reading)
    first, second = (
        {row.question.id: row for part in answer_sections(form, one) for row in part.rows}
        for one in (moderation.audit, moderation.reading)
    )
    numbers = {id_: number for number, id_ in enumerate(form.questions, start=1)}
    rows = [
        (
            one.agrees,
            AnswerPair(
                one.question.id,
                numbers[one.question.id],
                one.question.text,
                one.question.critical,
                first.get(one.question.id),
                second.get(one.question.id),
            ),
        )
        for one in compared_answers(moderation)
    ]
    return Comparison(
        tuple(row for agrees, row in rows if not agrees),
        tuple(row for agrees, row in rows if agrees),
        tuple(
            GradeLine(
                pair,
                say_grade(form, pair.first.grade),
                say_grade(form, pair.second.grade),
                say_shift(grade_shift(form, pair.first.grade, pair.second.grade)),
            )
            for pair in compared_grades(moderation)
        ),
    )
