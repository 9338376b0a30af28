"""Levels of sections: reckoned from their own answers by the ladder of their bank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit_app.core.ladders import OUTCOMES, Thing, climb
from audit_app.core.question_bank import ADVERSE, Outcome, QuestionBank, Section
from audit_app.core.repeats import base_id
from audit_app.core.scoring import QuestionScore

NOT_APPLICABLE = "Not applicable: no question of this section applied to this file."
NOT_ANSWERED = "Not rated: no question that counts has been answered yet."
_COUNTED = ADVERSE | {Outcome.MET}


@dataclass(frozen=True, slots=True)
class SectionRating:
    """A section's level (its key among the bank's levels, None: not rated) and why."""

    section: str
    title: str
    level: str | None
    reason: str


def rate_sections(bank: QuestionBank, scores: Sequence[QuestionScore]) -> tuple[SectionRating, ...]:
    """Rate every section of a theme that has a ladder, from the scores of its questions."""
    by_id = {score.question.id: score for score in scores}
    return tuple(
        _rate(bank, section, [by_id[q.id] for q in section.questions if q.id in by_id])
        for section in bank.sections
        if section.rating
    )


def question_things(scores: Iterable[QuestionScore]) -> list[Thing]:
    """The questions that count, with their outcomes; not those that did not apply."""
    return [
        Thing(one.question.id, one.question.text, one.outcome.value, one.question.critical)
        for one in scores
        if one.outcome in _COUNTED and one.outcome is not None and one.question.is_scored
    ]


def section_things(bank: QuestionBank, ratings: Sequence[SectionRating]) -> list[Thing]:
    """The sections that have a level; of a repeated one, the worst that any entry has."""
    order = [level.key for level in bank.levels]
    folded: dict[str, Thing] = {}
    for rating in ratings:
        if rating.level is None:
            continue
        key, before = base_id(rating.section), folded.get(base_id(rating.section))
        if before is None or order.index(rating.level) > order.index(before.value):
            folded[key] = Thing(key, rating.title, rating.level)
    return list(folded.values())


def _rate(bank: QuestionBank, section: Section, scores: Sequence[QuestionScore]) -> SectionRating:
    things = question_things(scores)
    if not things:
        waits = any(score.outcome is None and score.question.is_scored for score in scores)
        reason = NOT_ANSWERED if waits else NOT_APPLICABLE
        return SectionRating(section.key, section.title, None, reason)
    labels = {level.key: level.label for level in bank.levels}
    level, reason = climb(section.rating, things, labels, OUTCOMES)
    return SectionRating(section.key, section.title, level, reason)
