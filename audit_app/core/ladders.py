"""Ladders of rules: which rung holds, and the sentence that says why no better one does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit_app.core.question_bank import OUTCOME_WORDS, Grade, Outcome, Requirement, Rung
from audit_app.core.repeats import base_id

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Thing:
    """A question, a section or a theme, with the value that counts."""

    key: str
    title: str
    value: str
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """How the things and their values are called: `is` before a value, `to_be` before a wish."""

    labels: Mapping[str, str]
    """Every value that a thing may have, best first, with its words in a sentence."""
    is_: str = "is"
    are: str = "are"
    to_be: str = "to be"

    def verb(self, things: Sequence[Thing]) -> str:
        """For one thing or for several."""
        return self.is_ if len(things) == 1 else self.are


OUTCOMES = Wording(
    {
        outcome.value: OUTCOME_WORDS[outcome].lower()
        for outcome in (
            Outcome.MET,
            Outcome.PARTLY_MET,
            Outcome.NOT_MET,
            Outcome.NOT_RECORDED,
        )
    }
)


def words_of_levels(levels: Sequence[Grade]) -> Wording:
    """The wording of sections and their levels."""
    labels = {level.key: level.label.lower() for level in levels}
    return Wording(labels, "is rated", "are rated", "to be rated")


def words_of_grades(scale: Sequence[Grade]) -> Wording:
    """The wording of themes and their suggested grades."""
    labels = {grade.key: grade.label.lower() for grade in scale}
    return Wording(labels, "is suggested as", "are suggested as", "to be suggested as")


def climb(
    rungs: Sequence[Rung], things: Sequence[Thing], steps: Mapping[str, str], wording: Wording
) -> tuple[str, str]:
    """The first rung that holds and why: its key, and a sentence that begins with its label.

    `steps`: the label of every grade or level that a rung may name. The last rung always holds.
    """
    above: Rung | None = None
    for rung in rungs:
        if all(holds(requirement, things) for requirement in rung.requirements):
            break
        # Of several ways to one grade, the first one is what the sentence speaks of.
        above = rung if above is None or above.grade != rung.grade else above
    label = steps[rung.grade]
    if above is None or above.grade == rung.grade:
        return rung.grade, f"{label}: {_say_counts(things, wording)}."
    failed = next(one for one in above.requirements if not holds(one, things))
    why = _say_why(failed, things, wording, steps[above.grade])
    return rung.grade, f"{label}: {why}."


def holds(requirement: Requirement, things: Sequence[Thing]) -> bool:
    """Whether a requirement holds over the things that count."""
    number = len(_found(requirement, things))
    most = requirement.at_most
    return requirement.at_least <= number and (most is None or number <= most)


def _looked_at(requirement: Requirement, things: Sequence[Thing]) -> list[Thing]:
    return [
        thing
        for thing in things
        if (thing.critical or not requirement.critical)
        and (not requirement.of or base_id(thing.key) in requirement.of)
    ]


def _found(requirement: Requirement, things: Sequence[Thing]) -> list[Thing]:
    looked_at = _looked_at(requirement, things)
    return [thing for thing in looked_at if thing.value in requirement.values]


def _say_counts(things: Sequence[Thing], wording: Wording) -> str:
    counted = Counter(thing.value for thing in things)
    said = [
        f"{counted[value]} {words}" for value, words in wording.labels.items() if counted[value]
    ]
    return f"of {len(things)}, {join_words(said)}" if len(said) > 1 else join_words(said)


def _say_why(failed: Requirement, things: Sequence[Thing], wording: Wording, better: str) -> str:
    """What was found, and what the better rung asks for in its place."""
    found, looked_at = _found(failed, things), _looked_at(failed, things)
    of = " critical" if failed.critical else ""
    if len(found) < failed.at_least:
        values = _say_values(failed.values, wording)
        said = f"{len(found)} of {len(looked_at)}{of} {wording.verb(found)} {values}"
        return f"{said}; {better.lower()} needs at least {failed.at_least}"
    values = _say_values(frozenset(thing.value for thing in found), wording)
    said = f"{_name(found)} {wording.verb(found)} {values}"
    if failed.at_most:
        return f"{said}; {better.lower()} allows no more than {failed.at_most}"
    wanted = _say_values(frozenset(wording.labels) - failed.values, wording)
    which = "it" if len(found) == 1 else "each of them"
    return f"{said}; {better.lower()} needs {which} {wording.to_be} {wanted}"


def _say_values(values: frozenset[str], wording: Wording) -> str:
    return " or ".join(words for value, words in wording.labels.items() if value in values)


def _name(things: Sequence[Thing]) -> str:
    titles = [f"“{thing.title.rstrip('.')}”" for thing in things]
    more = len(titles) - MOST_NAMED
    return join_words(titles[:MOST_NAMED] + ([f"{more} more"] if more > 0 else []))


def join_words(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
