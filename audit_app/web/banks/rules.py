"""The rules of a bank or form in words: ladders, caps, repeated sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from audit_app.core.ladders import OUTCOMES, Wording, join_words, words_of_levels
from audit_app.core.question_bank import (
    OUTCOME_WORDS,
    Cap,
    QuestionBank,
    Requirement,
    Rung,
    Section,
)


@dataclass(frozen=True, slots=True)
class BankRules:
    """What a bank's page says of its rules; each an empty list where there are none."""

    levels: str
    grading: list[str]
    caps: list[str]
    repeats: Mapping[str, str] = field(default_factory=dict)
    """Section key to a sentence."""
    ratings: Mapping[str, list[str]] = field(default_factory=dict)
    """Section key to one line a rung."""


def say_rules(bank: QuestionBank) -> BankRules:
    """All rules that a bank declares, in words."""
    titles = {question.id: question.text.rstrip(".") for question in bank.questions}
    titles |= {section.key: section.title for section in bank.sections}
    labels = {level.key: level.label for level in bank.levels}
    grades = {rung.grade: _say_grade(rung.grade) for rung in bank.grading}
    rated = any(section.rating for section in bank.sections)
    wording = words_of_levels(bank.levels) if rated else OUTCOMES
    things = "rated sections" if rated else "questions"
    return BankRules(
        levels=", ".join(labels.values()),
        grading=say_ladder(bank.grading, grades, wording, things, titles),
        caps=[_say_cap(cap, titles) for cap in bank.caps],
        repeats={s.key: _say_repeat(s) for s in bank.sections if s.repeat},
        ratings={
            section.key: say_ladder(section.rating, labels, OUTCOMES, "questions", titles)
            for section in bank.sections
            if section.rating
        },
    )


def say_ladder(
    rungs: Sequence[Rung],
    labels: Mapping[str, str],
    wording: Wording,
    things: str,
    titles: Mapping[str, str],
) -> list[str]:
    """A line a rung, the first that holds being the one that counts."""
    return [
        f"{labels[rung.grade]} "
        + (
            "when "
            + ", and ".join(_say_requirement(r, wording, things, titles) for r in rung.requirements)
            if rung.requirements
            else "in every other case"
        )
        for rung in rungs
    ]


def _say_requirement(
    requirement: Requirement, wording: Wording, things: str, titles: Mapping[str, str]
) -> str:
    values = _join_or([w for value, w in wording.labels.items() if value in requirement.values])
    named = [f"“{titles[key]}”" for key in titles if key in requirement.of]
    low, high = requirement.at_least, requirement.at_most
    if len(named) == 1 and high == 0:
        return f"{named[0]} {wording.is_.replace('is', 'is not', 1)} {values}"
    if high == 0:
        bound = "none"
    elif high is None:
        bound = f"at least {low}"
    else:
        bound = f"from {low} to {high}" if low else f"at most {high}"
    critical = "critical " if requirement.critical else ""
    of = join_words(named) if named else f"the {critical}{things}"
    return f"{bound} of {of} {wording.is_} {values}"


def _say_cap(cap: Cap, titles: Mapping[str, str]) -> str:
    values = _join_or([w.lower() for o, w in OUTCOME_WORDS.items() if o in cap.outcomes])
    named = [f"“{titles[id_]}”" for id_ in titles if id_ in cap.questions]
    of = join_words(named) if named else "the critical questions"
    counted = of if len(named) == 1 else f"{cap.at_least} or more of {of}"
    verb = "is" if len(named) == 1 or cap.at_least == 1 else "are"
    why = f", because {cap.because}" if cap.because else ""
    grade = _say_grade(cap.not_better_than).lower()
    return f"Not better than {grade} when {counted} {verb} {values}{why}"


def _say_repeat(section: Section) -> str:
    repeat = section.repeat
    assert repeat is not None
    if repeat.entries:
        named = ", ".join(entry.label for entry in repeat.entries)
        return f"Asked once for each {repeat.each}: {named}"
    return (
        f"Asked once for each {repeat.each}, whom the auditor names: {repeat.at_most} at most. "
        "In figures a question counts once for a file, with the worst outcome that applied"
    )


def _say_grade(key: str) -> str:
    """A bank does not know the labels of the forms that take it."""
    return key.replace("_", " ").capitalize()


def _join_or(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"
