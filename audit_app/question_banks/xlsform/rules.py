"""The sheets of gradings and caps as the nodes of a bank's file."""

from __future__ import annotations

from collections.abc import Sequence

from audit_app.question_banks.nodes import Items, Node
from audit_app.question_banks.xlsform.columns import CAPS_COLUMNS, GRADING_COLUMNS
from audit_app.question_banks.xlsform.draft import Draft, Pair, key_at, mapping, pair, words_in
from audit_app.question_banks.xlsform.sheets import Row

_LISTED = frozenset(("all", "count", "of", "outcomes", "questions"))


def ladders(draft: Draft) -> dict[str, Pair]:
    """The rungs of the theme (under the empty name) and of each section, as pairs."""
    rungs: dict[str, list[tuple[Row, list[Node]]]] = {}
    for row in draft.grading:
        draft.note_rest(row, {column.heading for column in GRADING_COLUMNS})
        ladder = rungs.setdefault(row.text("section"), [])
        if row.text("grade"):
            ladder.append((row, []))
        elif not ladder:
            draft.fault(row, "grade", "the row names no grade, and none stands above it: write it")
            continue
        requirement = _cells(row, ("all", "count", "at_least", "at_most", "of", "critical"))
        if requirement or not row.text("grade"):
            ladder[-1][1].append(mapping(row, requirement))
    return {section: _ladder_pair(section, ladder) for section, ladder in rungs.items() if ladder}


def _ladder_pair(section: str, ladder: list[tuple[Row, list[Node]]]) -> Pair:
    step, name = ("level", "rating") if section else ("grade", "grading")
    nodes = []
    for row, requirements in ladder:
        pairs: list[Pair] = [pair(step, row, "grade")]
        if requirements:
            pairs.append((key_at("when", row), Items(row.line(), tuple(requirements))))
        nodes.append(mapping(row, pairs))
    first = ladder[0][0]
    return key_at(name, first), Items(first.line(), tuple(nodes))


def cap_node(draft: Draft, row: Row) -> Node:
    draft.note_rest(row, {column.heading for column in CAPS_COLUMNS})
    outcomes = "outcomes" if row.text("questions") else "critical"
    pairs = _cells(row, ("not_better_than", "at_least", "questions", "because"))
    pairs.append((key_at(outcomes, row, "outcomes"), words_in(row, "outcomes")))
    return mapping(row, pairs)


def _cells(row: Row, names: Sequence[str]) -> list[Pair]:
    """The filled cells as keys of the same names."""
    return [
        (key_at(name, row, name), words_in(row, name) if name in _LISTED else row.scalar(name))
        for name in names
        if row.text(name)
    ]
