"""What was entered on a page, checked by the very reader of the files.

A page has fields where a file has lines. So what was entered is handed to the reader as the nodes
of a file in which each value stands on a line of its own; the line of a fault then says which of
the values is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit_app.core.bank_edits import around
from audit_app.core.question_bank import Question, QuestionBank
from audit_app.question_banks.as_written import Written, bank_as_written
from audit_app.question_banks.banks import read_bank
from audit_app.question_banks.conditions import Neighbours
from audit_app.question_banks.faults import Fault, Report
from audit_app.question_banks.fields import Fields
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar
from audit_app.question_banks.questions import read_question

Place = tuple[str | int, ...]
"""The keys and indexes that lead to a value: `("options", 1, "label")`."""
_MISSING = re.compile(r"`(\w+)` (?:is missing in|has no value)")
_ON_LINE = re.compile(r" on line \d+")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A fault of what was entered: where it stands, the id that it is about, and what is wrong."""

    place: Place
    id: str
    what: str


def read_entered(
    written: Written, bank: QuestionBank, section_key: str
) -> tuple[Question | None, list[Misfit]]:
    """Read one question, as a file would have it, at its place in a bank or a section's end."""
    places: list[Place] = []
    node = _node(written, (), places)
    id_ = str(written.get("id") or "")
    report = Report("", id_ or "-")
    earlier, later = around(bank, section_key, id_)
    near = Neighbours(
        {question.id: 0 for question in (*earlier, *later, *bank.retired)},
        {question.id: question for question in earlier},
        retired=frozenset(question.id for question in bank.retired),
    )
    for line, section in enumerate(bank.sections, start=1):
        if section.repeat is not None:
            near.repeated.update({question.id: line for question in section.questions})
        if section.key == section_key:
            near.section_line = line
    question = read_question(Fields(node, report, "a question"), near)
    return question, [_misfit(fault, places) for fault in report.faults]


def check_bank(bank: QuestionBank) -> list[Misfit]:
    """Everything that keeps a bank from being published, by the rules of its file."""
    places: list[Place] = []
    report = Report("", bank.key)
    node = _node(bank_as_written(bank), (), places)
    read_bank(node, report, bank.key)
    return [_misfit(fault, places) for fault in report.faults]


def _misfit(fault: Fault, places: Sequence[Place]) -> Misfit:
    place = places[fault.line - 1] if 0 < fault.line <= len(places) else ()
    missing = _MISSING.match(fault.what)
    if missing and place[-1:] != (missing[1],):
        place = (*place, missing[1])
    return Misfit(place, fault.id, _ON_LINE.sub("", fault.what))


def _node(value: Any, place: Place, places: list[Place]) -> Node:  # noqa: ANN401 plain data
    places.append(place)
    line = len(places)
    if isinstance(value, Mapping):
        pairs = []
        for name, part in value.items():
            node = _node(part, (*place, name), places)
            pairs.append((Scalar(node.line, name, plain=False), node))
        return Pairs(line, tuple(pairs))
    if isinstance(value, list):
        parts = (_node(part, (*place, number), places) for number, part in enumerate(value))
        return Items(line, tuple(parts))
    return Scalar(line, str(value).lower() if isinstance(value, bool) else str(value), plain=False)
