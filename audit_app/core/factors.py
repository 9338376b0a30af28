"""Factors identified at the end of an assessment: the codes of the children in need census.

Source: DfE, children in need census guide, code set "Factors identified at the end of assessment".
A is the child, B a parent or carer, C another person of the household, where a letter says whom.
"""

from __future__ import annotations

from collections.abc import Iterable

_OF_WHOM = {"A": "the child", "B": "a parent or carer", "C": "another person in the household"}
_BY_WHOM = {"B": "by a child", "C": "by an adult"}
_CONCERN = {
    "1": "alcohol misuse",
    "2": "drug misuse",
    "3": "domestic abuse",
    "4": "mental health",
    "5": "learning disability",
    "6": "physical disability or illness",
}
_ABUSE = {"18": "physical abuse", "19": "sexual abuse"}

FACTOR_WORDS: dict[str, str] = {
    **{
        f"{number}{letter}": f"{concern}, {whom}"
        for number, concern in _CONCERN.items()
        for letter, whom in _OF_WHOM.items()
    },
    "7A": "young carer",
    "8A": "privately fostered",
    **{f"8{letter}": "privately fostered" for letter in "BCDEF"},
    "9A": "unaccompanied asylum-seeking child",
    "10A": "going missing",
    "11A": "child sexual exploitation",
    "12A": "trafficking",
    "13A": "gangs",
    "14A": "socially unacceptable behaviour",
    "15A": "self-harm",
    "16A": "neglect",
    "17A": "emotional abuse",
    "18A": "physical abuse",
    "19A": "sexual abuse",
    **{
        f"{number}{letter}": f"{abuse}, {whom}"
        for number, abuse in _ABUSE.items()
        for letter, whom in _BY_WHOM.items()
    },
    "20": "other",
    "21": "no factors identified",
    "22A": "female genital mutilation",
    "23A": "abuse linked to faith or belief",
    "24A": "child criminal exploitation",
}
FACTORS = tuple(FACTOR_WORDS)
"""Every code, in the order of the guide."""


def say_factors(codes: Iterable[str]) -> str:
    """Codes with their words, "3A (domestic abuse, the child)", parted by "or"."""
    return " or ".join(f"{code} ({FACTOR_WORDS[code]})" for code in codes)
