"""How one question changed from one version of its bank to the next: every change with its bump."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from types import MappingProxyType

from audit_app.core.question_bank import OUTCOME_WORDS, Condition, Option, Question
from audit_app.core.version_parts import scoring_of


class Bump(IntEnum):
    """How far a change raises the version: its third number, its second, its first."""

    NONE = 0
    PATCH = 1
    """Scores and suggested grades come out alike."""
    MINOR = 2
    """Scores come out alike, suggested grades may not."""
    MAJOR = 3
    """Scores are not comparable."""

    @property
    def word(self) -> str:
        """`none`, `patch`, `minor` or `major`."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Reason:
    """One change: how far it raises the version, of what kind, and in a sentence.

    `id` is the question's id, else the key of the section, bank or form.
    """

    bump: Bump
    kind: str
    """What changed: the name of the field, or such as `question_added` or `option_points`."""
    id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.id}: {self.sentence}"


def asked_alike(old: Question, new: Question, earlier_ids: Mapping[str, str]) -> bool:
    """Whether an answer to one says the same as, and scores like, the same answer to the other.

    `earlier_ids`: ids of the new bank to those of the old one that they go on from.
    """
    condition = new.shown_when
    if condition is not None:
        gate = earlier_ids.get(condition.question, condition.question)
        condition = Condition(gate, condition.answers)
    return scoring_of(old) == scoring_of(replace(new, id=old.id, shown_when=condition))


def compare_questions(old: Question, new: Question, scored: Bump) -> Iterator[Reason]:
    """Every change of one question that kept its id, as reasons in a fixed order.

    `scored`: how far a change of its scoring raises the version.
    """
    for name, (say, described) in {"type": ("the type is", _plain), **_SCORING}.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Reason(scored, name, new.id, _was(say, described(before), described(after)))
    yield from _compare_options(old, new, scored)
    if old.critical != new.critical:
        said = "is critical now." if new.critical else "is no longer critical."
        judged = Bump.MINOR if old.is_scored or new.is_scored else Bump.PATCH
        yield Reason(judged, "critical", new.id, said)
    for name, said in _WORDS.items():
        if getattr(old, name) != getattr(new, name):
            yield Reason(Bump.PATCH, name, new.id, f"{said} changed.")


def _compare_options(old: Question, new: Question, scored: Bump) -> Iterator[Reason]:
    before = {option.key: option for option in old.options}
    after = {option.key: option for option in new.options}
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one is None:
            yield Reason(scored, "option_added", new.id, f"the option {key} was added.")
        elif other is None:
            yield Reason(scored, "option_removed", new.id, f"the option {key} was taken away.")
        else:
            yield from _compare_option(one, other, new.id, scored)
    if list(before) != list(after) and before.keys() == after.keys():
        yield Reason(Bump.PATCH, "option_order", new.id, "its options stand in another order.")


def _compare_option(old: Option, new: Option, id_: str, scored: Bump) -> Iterator[Reason]:
    named = f"the option {new.key}"
    if old.outcome != new.outcome:
        words = [OUTCOME_WORDS[option.outcome].lower() for option in (old, new)]
        yield Reason(scored, "option_outcome", id_, _was(f"{named} says", *words))
    if old.points != new.points:
        told = [str(option.points) for option in (old, new)]
        yield Reason(scored, "option_points", id_, _was(f"the points of {named} are", *told))
    if old.retired != new.retired:
        said = "is offered no more" if new.retired else "is offered again"
        yield Reason(scored, "option_retired", id_, f"{named} {said}.")
    if old.label != new.label:
        yield Reason(Bump.PATCH, "option_label", id_, f"the words of {named} changed.")


def _was(say: str, before: str, after: str) -> str:
    return f"{say} {after}, was {before}."


def _plain(value: object) -> str:
    return "none" if value is None else str(value) or "none"


def _yes_no(value: object) -> str:
    return "yes" if value else "no"


def _condition(value: object) -> str:
    if not isinstance(value, Condition):
        return "always"
    return f"after {value.question} = {' or '.join(sorted(value.answers))}"


def _limit(value: object) -> str:
    partly = getattr(value, "partly", None)
    return _plain(value) + (f", partly met up to {partly}" if partly is not None else "")


def _bands(value: object) -> str:
    names = ("met_from", "met_to", "partly_from", "partly_to")
    bounds = [(name.replace("_", " "), getattr(value, name, None)) for name in names]
    return " and ".join(f"{name} {bound}" for name, bound in bounds if bound is not None) or "none"


#: Fields that decide what an answer scores, beside the type and the options: how to say each.
_SCORING: Mapping[str, tuple[str, Callable[[object], str]]] = MappingProxyType(
    {
        "weight": ("the weight is", _plain),
        "required": ("an answer is required:", _yes_no),
        "allows_not_applicable": ("“not applicable” is offered:", _yes_no),
        "allows_not_recorded": ("“not recorded” is offered:", _yes_no),
        "shown_when": ("it is shown", _condition),
        "limit": ("the limit is", _limit),
        "bands": ("the bounds are", _bands),
        "unit": ("what is counted is", _plain),
    }
)
#: All other fields, but for the id, and `critical`, which is judgement.
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "text": "the words of the question",
        "guidance": "the guidance",
        "sources": "the sources",
        "evidence": "when evidence must be written",
        "from_label": "the words of the first date",
        "to_label": "the words of the second date",
        "not_applicable_when": "when it does not apply, in words,",
        "not_applicable_reason": "whether “not applicable” needs a reason",
        "continues": "which question it goes on from",
        "facts": "which facts of the extract are shown beside it",
    }
)
