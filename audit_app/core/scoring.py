"""From answers to counts and points, at every level; the five outcomes and the unanswered apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from audit_app.core.answers import (
    Answer,
    IsBankHoliday,
    hidden_questions,
    outcome_of,
    points_of,
)
from audit_app.core.question_bank import AuditForm, Outcome, Question, QuestionBank
from audit_app.core.repeats import badness, base_id


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """One shown question: what its answer says (None: unanswered), and its points."""

    question: Question
    outcome: Outcome | None
    points: int = 0
    possible: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of answers by outcome, with points. `k` of `n`: met, of those to which it applied.

    Not recorded stays in `n` (the file does not show it) and is counted apart; not applicable,
    unanswered and for-information answers are outside `n`.
    """

    met: int = 0
    partly_met: int = 0
    not_met: int = 0
    not_recorded: int = 0
    not_applicable: int = 0
    unanswered: int = 0
    points: int = 0
    possible: int = 0

    @property
    def k(self) -> int:
        """How many were met."""
        return self.met

    @property
    def n(self) -> int:
        """To how many it applied."""
        return self.met + self.partly_met + self.not_met + self.not_recorded

    @property
    def share(self) -> Fraction | None:
        """Points of those possible, 0 to 1; None when nothing was scored (never 0, never 1)."""
        return Fraction(self.points, self.possible) if self.possible else None


@dataclass(frozen=True, slots=True)
class ThemeScore:
    """One theme of one audit: its questions as answered, and their tally."""

    theme: str
    questions: tuple[QuestionScore, ...]

    @property
    def tally(self) -> Tally:
        """The counts and points of the theme; a repeated question counts once."""
        return tally(self.counted)

    @property
    def counted(self) -> tuple[QuestionScore, ...]:
        """The scores that count: of a repeated question, the worst of those that applied."""
        return fold_scores(self.questions)


def score_question(
    question: Question, answer: Answer | None, is_bank_holiday: IsBankHoliday
) -> QuestionScore:
    """Score one shown question."""
    if answer is None:
        return QuestionScore(question, None)
    outcome = outcome_of(question, answer, is_bank_holiday)
    points = points_of(question, answer, outcome)
    earned, possible = points if points is not None else (0, 0)
    return QuestionScore(question, outcome, earned, possible)


def score_theme(
    bank: QuestionBank,
    answers: Mapping[str, Answer],
    hidden: frozenset[str],
    is_bank_holiday: IsBankHoliday,
) -> ThemeScore:
    """Score one theme; hidden questions are left out, whatever was answered to them before."""
    shown = (question for question in bank.questions if question.id not in hidden)
    return ThemeScore(
        bank.key,
        tuple(score_question(q, answers.get(q.id), is_bank_holiday) for q in shown),
    )


def score_audit(
    form: AuditForm, answers: Mapping[str, Answer], is_bank_holiday: IsBankHoliday
) -> tuple[ThemeScore, ...]:
    """Score every theme of the form, in its order."""
    hidden = hidden_questions(form.questions, answers)
    return tuple(score_theme(bank, answers, hidden, is_bank_holiday) for bank in form.banks)


def fold_scores(scores: Iterable[QuestionScore]) -> tuple[QuestionScore, ...]:
    """One score a question, in their order: of a repeated one the worst that is answered."""
    folded: dict[str, QuestionScore] = {}
    for score in scores:
        id_ = base_id(score.question.id)
        before = folded.get(id_)
        if before is None or _badness(score) > _badness(before):
            folded[id_] = score
    return tuple(folded.values())


def _badness(score: QuestionScore) -> tuple[int, int]:
    """An unanswered one stands for the question only while no other says anything of the file."""
    outcome = score.outcome
    if outcome is None:
        return badness(Outcome.NOT_APPLICABLE), 1
    return badness(outcome), -score.points


def tally(scores: Iterable[QuestionScore]) -> Tally:
    """Count scored questions by outcome; questions that are never scored do not count at all."""
    counts = dict.fromkeys(_COUNTED, 0)
    unanswered = points = possible = 0
    for score in scores:
        if not score.question.is_scored:
            continue
        if score.outcome is None:
            unanswered += 1
        elif score.outcome in counts:
            counts[score.outcome] += 1
        points += score.points
        possible += score.possible
    return Tally(
        met=counts[Outcome.MET],
        partly_met=counts[Outcome.PARTLY_MET],
        not_met=counts[Outcome.NOT_MET],
        not_recorded=counts[Outcome.NOT_RECORDED],
        not_applicable=counts[Outcome.NOT_APPLICABLE],
        unanswered=unanswered,
        points=points,
        possible=possible,
    )


_COUNTED = (
    Outcome.MET,
    Outcome.PARTLY_MET,
    Outcome.NOT_MET,
    Outcome.NOT_RECORDED,
    Outcome.NOT_APPLICABLE,
)
