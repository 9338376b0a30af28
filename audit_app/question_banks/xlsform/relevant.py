"""The conditions that both a bank and XLSForm's `relevant` can say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NAME = r"\$\{\s*(?P<%s>[\w.:-]+)\s*\}"
_TEXT = r"(?P<quote%s>['\"‘’“”])(?P<%s>[^'\"‘’“”]*)['\"‘’“”]"
_TERM = re.compile(
    rf"\(*\s*(?:{_NAME % 'equal'}\s*=\s*{_TEXT % (1, 'answer')}"
    rf"|selected\(\s*{_NAME % 'chosen'}\s*,\s*{_TEXT % (2, 'choice')}\s*\))\s*\)*"
)
_OR = re.compile(r"\s*\bor\b\s*")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Relevant:
    """The earlier question and those of its answers that show this one."""

    question: str
    answers: tuple[str, ...]


def write_relevant(question: str, answers: Iterable[str], *, several: bool) -> str:
    """The condition as XLSForm says it; `several`: the question takes more than one answer."""
    form = "selected(${%s}, '%s')" if several else "${%s} = '%s'"
    return " or ".join(form % (question, answer) for answer in answers)


def read_relevant(text: str) -> Relevant | None:
    """The condition, or None where it says what a bank cannot say."""
    if len(text) > LONGEST or text.count("(") != text.count(")"):
        return None
    place, questions, answers = 0, set(), []
    text = text.strip()
    while match := _TERM.match(text, place):
        questions.add(match["equal"] or match["chosen"])
        answers.append(match["answer"] if match["equal"] else match["choice"])
        place = match.end()
        if place == len(text):
            one = len(questions) == 1
            return Relevant(questions.pop(), tuple(dict.fromkeys(answers))) if one else None
        joined = _OR.match(text, place)
        if joined is None:
            return None
        place = joined.end()
    return None
