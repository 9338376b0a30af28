"""Calibrations: what everybody who read the same case file answered, and where they differ.

Pure rules on plain values. Readers are known by their place in the order in which they are given;
who they are is not this module's to know.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit_app.core.answers import Answer, hidden_questions
from audit_app.core.question_bank import AnswerType, Question

#: One reader has nobody to differ from.
FEWEST_READERS = 2


@dataclass(frozen=True, slots=True)
class Spread:
    """Who said the same, by place of the reader; what was said most comes first.

    `silent`: those who said nothing, because it was not asked of them or has no grade. Saying
    nothing is a thing that they have in common.
    """

    groups: tuple[tuple[int, ...], ...]
    silent: tuple[int, ...]

    @property
    def readers(self) -> int:
        """How many there are."""
        return sum(len(group) for group in self.groups) + len(self.silent)

    @property
    def differing_pairs(self) -> int:
        """In how many pairs of readers the two do not say the same."""
        same = sum(_pairs(len(group)) for group in (*self.groups, self.silent))
        return _pairs(self.readers) - same

    @property
    def agrees(self) -> bool:
        """Whether all say the same."""
        return self.differing_pairs == 0


@dataclass(frozen=True, slots=True)
class QuestionSpread:
    """One question with the spread of its answers."""

    question: Question
    spread: Spread


def spread_of(said: Sequence[Hashable | None]) -> Spread:
    """The spread of what each reader said; None: nothing."""
    groups: dict[Hashable, list[int]] = {}
    silent = []
    for reader, one in enumerate(said):
        if one is None:
            silent.append(reader)
        else:
            groups.setdefault(one, []).append(reader)
    ordered = sorted(groups.values(), key=lambda group: (-len(group), group))
    return Spread(tuple(tuple(group) for group in ordered), tuple(silent))


def question_spreads(
    questions: Mapping[str, Question], readings: Sequence[Mapping[str, Answer]]
) -> list[QuestionSpread]:
    """Every question that somebody was asked and answered, in the order of the form.

    Questions for words are left out: no two people write the same.
    """
    shown = [
        {id_: answers[id_] for id_ in answers.keys() - hidden_questions(questions, answers)}
        for answers in readings
    ]
    return [
        QuestionSpread(question, spread_of([_said(answers.get(id_)) for answers in shown]))
        for id_, question in questions.items()
        if question.type is not AnswerType.TEXT and any(id_ in answers for answers in shown)
    ]


def to_talk_about(spreads: Iterable[QuestionSpread]) -> list[QuestionSpread]:
    """Where readers differ: most pairs first, then critical questions, then as in the form."""
    differing = [one for one in spreads if not one.spread.agrees]
    return sorted(
        differing, key=lambda one: (-one.spread.differing_pairs, not one.question.critical)
    )


def _said(answer: Answer | None) -> Hashable | None:
    return (answer.state, answer.value) if answer is not None else None


def _pairs(number: int) -> int:
    return number * (number - 1) // 2
