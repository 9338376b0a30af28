"""Second readings: which audits are read again and why, and what a pair of readings agree on.

Pure rules on plain values. An audit is read again where one of the cycle's rules holds:

- `inadequate`: its grade, suggested or the auditor's own, is the lowest of the form's scale;
- `borderline`: its points lie within some percentage points of the bound between two grades
  (either side of it);
- `critical_failure`: the answer to a critical question is not met, or not recorded on the file;
- `override`: the auditor's grade differs from the suggested one;
- `random_share`: its ticket falls within the share (`falls_within`);
- `chosen`: a person chose it, and wrote why;
- `disputed`: the practice disputes a grade, and a QA lead refers that.

The grade is the overall one; of a form that asks for no overall judgement, that of any theme.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from audit_app.core.answers import Answer, AnswerState, hidden_questions
from audit_app.core.question_bank import AnswerType, AuditForm, Band, Outcome, Question


class Purpose(StrEnum):
    """What a case file is read for."""

    FIRST = "first"
    SECOND_READING = "second_reading"
    AGENCY_PART = "agency_part"
    CALIBRATION = "calibration"


class RoundKind(StrEnum):
    """What a round is for: a cycle counts, a calibration compares auditors on one case file."""

    CYCLE = "cycle"
    CALIBRATION = "calibration"


class DrawReason(StrEnum):
    """Why an audit is read a second time."""

    INADEQUATE = "inadequate"
    BORDERLINE = "borderline"
    CRITICAL_FAILURE = "critical_failure"
    OVERRIDE = "override"
    RANDOM_SHARE = "random_share"
    CHOSEN = "chosen"
    DISPUTED = "disputed"


DRAW_REASON_WORDS: Mapping[DrawReason, str] = {
    DrawReason.INADEQUATE: "judged to have the lowest grade",
    DrawReason.BORDERLINE: "close to the bound between two grades",
    DrawReason.CRITICAL_FAILURE: "a critical question is not met or not recorded",
    DrawReason.OVERRIDE: "the auditor’s grade differs from the suggested one",
    DrawReason.RANDOM_SHARE: "drawn at random",
    DrawReason.CHOSEN: "chosen by a person",
    DrawReason.DISPUTED: "the practice disputes a grade",
}

#: The rules of a new cycle: percentage points for `borderline`, per cent for `random_share`.
DEFAULT_RULES: Mapping[DrawReason, int | None] = {
    DrawReason.INADEQUATE: None,
    DrawReason.BORDERLINE: 2,
    DrawReason.CRITICAL_FAILURE: None,
    DrawReason.OVERRIDE: None,
    DrawReason.RANDOM_SHARE: 10,
}
#: What the audit as a whole is called among the themes.
OVERALL = "overall"
#: Below this many pairs agreement is told in counts, never as a percentage.
PAIRS_FOR_PERCENT = 20
_FAILED = frozenset({Outcome.NOT_MET, Outcome.NOT_RECORDED})
_TICKET_DIGITS = 8
_TICKETS: int = 16**_TICKET_DIGITS


@dataclass(frozen=True, slots=True)
class GradedPart:
    """A theme, or the whole, of a submitted audit; grades are keys of the scale, None: none."""

    name: str
    suggested: str | None
    own: str | None
    points: int
    possible: int


def reasons_to_read_again(
    form: AuditForm,
    parts: Iterable[GradedPart],
    outcomes: Mapping[str, Outcome],
    rules: Mapping[DrawReason, int | None],
    ticket: str,
) -> frozenset[DrawReason]:
    """Which of the rules hold for an audit that is submitted; none: it is not read again."""
    parts = _deciding(parts)
    holds = {
        DrawReason.INADEQUATE: _is_lowest(form, parts),
        DrawReason.BORDERLINE: any(
            is_borderline(_bands_of(form, part.name), part, rules.get(DrawReason.BORDERLINE) or 0)
            for part in parts
        ),
        DrawReason.CRITICAL_FAILURE: any(
            question.critical and outcomes.get(question.id) in _FAILED
            for question in form.questions.values()
        ),
        DrawReason.OVERRIDE: any(
            None not in (part.suggested, part.own) and part.suggested != part.own for part in parts
        ),
        DrawReason.RANDOM_SHARE: falls_within(ticket, rules.get(DrawReason.RANDOM_SHARE) or 0),
    }
    return frozenset(reason for reason in rules if holds.get(reason, False))


def is_borderline(bands: Sequence[Band], part: GradedPart, margin: int) -> bool:
    """Whether the points lie within `margin` percentage points of a bound between two bands."""
    if not part.possible:
        return False
    share = Fraction(part.points * 100, part.possible)
    return any(abs(share - band.at_least) <= margin for band in bands if band.at_least)


def reading_ticket(seed: str, reference: str) -> str:
    """The ticket of a case file for the random share: SHA-256 of `seed:second reading:reference`.

    Whoever has the seed of the cycle's sample can make it again.
    """
    return hashlib.sha256(f"{seed}:second reading:{reference}".encode()).hexdigest()


def falls_within(ticket: str, per_cent: int) -> bool:
    """Whether a ticket is drawn: its first eight digits as a share of 16⁸ lie below the share."""
    return int(ticket[:_TICKET_DIGITS], 16) * 100 < per_cent * _TICKETS


@dataclass(frozen=True, slots=True)
class ComparedAnswer:
    """One question as both readers answered it; None: not answered, or not asked."""

    question: Question
    first: Answer | None
    second: Answer | None

    @property
    def agrees(self) -> bool:
        """Whether both say the same, whatever they wrote beside it."""
        return _said(self.first) == _said(self.second)


@dataclass(frozen=True, slots=True)
class Agreement:
    """On how many answers pairs of readers agreed; of nothing else than counts."""

    agreed: int
    of: int
    pairs: int

    @property
    def per_cent(self) -> int | None:
        """Rounded; None below `PAIRS_FOR_PERCENT` pairs, where it would say more than is known."""
        if self.pairs < PAIRS_FOR_PERCENT or not self.of:
            return None
        return round(100 * self.agreed / self.of)


def compare_readings(
    questions: Mapping[str, Question], first: Mapping[str, Answer], second: Mapping[str, Answer]
) -> list[ComparedAnswer]:
    """Every question that one of them was asked and answered, in the order of the form.

    Questions for words are left out: two people never write the same.
    """
    first, second = (
        {id_: answers[id_] for id_ in answers.keys() - hidden_questions(questions, answers)}
        for answers in (first, second)
    )
    return [
        ComparedAnswer(question, first.get(id_), second.get(id_))
        for id_, question in questions.items()
        if question.type is not AnswerType.TEXT and (id_ in first or id_ in second)
    ]


def grade_shift(form: AuditForm, first: str | None, second: str | None) -> int | None:
    """By how many grades the second reader is stricter; below 0: milder; None: one has none."""
    if first is None or second is None:
        return None
    order = [grade.key for grade in form.scale]
    return order.index(second) - order.index(first)


def _said(answer: Answer | None) -> tuple[AnswerState, object] | None:
    return (answer.state, answer.value) if answer is not None else None


def _deciding(parts: Iterable[GradedPart]) -> list[GradedPart]:
    """The whole where it is graded, else the themes."""
    every = list(parts)
    whole = [part for part in every if part.name == OVERALL and (part.suggested or part.own)]
    return whole or every


def _is_lowest(form: AuditForm, parts: Sequence[GradedPart]) -> bool:
    return any(form.scale[-1].key in (part.suggested, part.own) for part in parts)


def _bands_of(form: AuditForm, name: str) -> tuple[Band, ...]:
    """The bands that a part is graded by; none where rungs are used in their place."""
    if name == OVERALL:
        return form.rules.overall_bands if not form.rules.overall_grading else ()
    graded_otherwise = form.rules.theme_grading or form.bank(name).grading
    return () if graded_otherwise else form.rules.theme_bands
