"""The rows of a workbook as the nodes of a bank's file, so that one set of rules judges both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from audit_app.core.question_bank import AnswerType
from audit_app.question_banks.banks import LONGEST_INTRO
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar
from audit_app.question_banks.xlsform.adopt_choices import OR_OTHER
from audit_app.question_banks.xlsform.columns import (
    LEVELS,
    SETTINGS_COLUMNS,
)
from audit_app.question_banks.xlsform.draft import (
    MOST_QUOTED,
    Draft,
    Pair,
    key_at,
    mapping,
    pair,
)
from audit_app.question_banks.xlsform.kinds import Kind, Part, kind_of
from audit_app.question_banks.xlsform.questions import (
    CHOICE_CELLS,
    is_interval,
    question_node,
)
from audit_app.question_banks.xlsform.rules import cap_node, ladders
from audit_app.question_banks.xlsform.sheets import Row

_GROUP_CELLS = frozenset(("type", "name", "label"))
_REPEAT_CELLS = _GROUP_CELLS | {"audit_each", "audit_at_most", "audit_entries"}


@dataclass(slots=True)
class _Section:
    """A section that has begun."""

    row: Row
    intro: list[Row] = field(default_factory=list)
    questions: list[Node] = field(default_factory=list)


def bank_node(draft: Draft) -> Pairs:
    """The whole bank; what has no place in it is noted, what cannot be placed is a fault."""
    settings = draft.settings
    own = {column.heading for column in SETTINGS_COLUMNS}
    draft.note_rest(settings, own | {"default_language"})
    told = (("key", "form_id"), ("title", "form_title"), ("version", "version"))
    pairs = [pair(key, settings, name) for key, name in (*told, ("summary", "audit_summary"))]
    lists = {LEVELS} & set(draft.lists)
    if lists:
        rows = draft.lists[LEVELS]
        pairs.append((key_at("levels", rows[0], "list_name"), _list_node(rows)))
    rungs = ladders(draft)
    if "" in rungs:
        pairs.append(rungs.pop(""))
    if draft.caps:
        caps = tuple(cap_node(draft, row) for row in draft.caps)
        pairs.append((key_at("caps", draft.caps[0]), Items(draft.caps[0].line(), caps)))
    sections: list[_Section] = []
    retired: list[Node] = []
    for question, node in _questions(draft, sections):
        if question.says_yes("disabled"):
            retired.append(node)
        elif sections:
            sections[-1].questions.append(node)
    first = draft.first
    if not sections:
        what = (
            "no section begins on this sheet: put the questions between begin_group and end_group"
        )
        draft.fault(first, "type", what)
    nodes = tuple(_section_node(draft, section, rungs, lists) for section in sections)
    pairs.append((key_at("sections", first, "type"), Items(first.line("type"), nodes)))
    if retired:
        pairs.append((key_at("retired", first), Items(first.line(), tuple(retired))))
    for section in rungs:
        row = next(row for row in draft.grading if row.text("section") == section)
        what = f"`{section[:MOST_QUOTED]}` is no section of the sheet survey: write one, or none"
        draft.fault(row, "section", what)
    _note_lists(draft, lists)
    return mapping(settings, pairs)


def _questions(draft: Draft, sections: list[_Section]) -> Iterator[tuple[Row, Node]]:
    """Each question with its row; sections are added as they begin."""
    rows = iter(draft.survey)
    open_row: Row | None = None
    for row in rows:
        kind = kind_of(row.text("type"))
        if is_interval(row):
            interval = Kind(Part.QUESTION, AnswerType.INTERVAL)
            node = question_node(draft, row, interval, _dates(draft, row, rows))
            _check_inside(draft, row, open_row)
            yield row, node
        elif kind.part is Part.BEGIN:
            if open_row is not None:
                what = "a section begins inside another: close that with end_group first"
                draft.fault(row, "type", what)
            open_row = row
            sections.append(_Section(row))
        elif kind.part is Part.END:
            if open_row is None or kind_of(open_row.text("type")).repeats != kind.repeats:
                what = "nothing of this kind is open here: take the row out, or add its begin"
                draft.fault(row, "type", what)
            draft.note_rest(row, _GROUP_CELLS)
            open_row = None
        elif kind.part is Part.NOTE:
            _add_note(draft, row, sections[-1] if open_row is not None else None)
        elif kind.part is Part.LEFT_OUT:
            what = f"left out: a bank has no question of the type `{row.text('type')[:40]}`"
            draft.note(row, "type", what)
        else:
            _check_inside(draft, row, open_row)
            yield row, question_node(draft, row, kind)
    if open_row is not None:
        draft.fault(open_row, "type", "this never ends: add its end_group or end_repeat")


def _check_inside(draft: Draft, row: Row, open_row: Row | None) -> None:
    if open_row is None and not row.says_yes("disabled"):
        what = "the question stands outside a section: put it between begin_group and end_group"
        draft.fault(row, "type", what)


def _dates(draft: Draft, begin: Row, rows: Iterator[Row]) -> Sequence[Row]:
    """The two dates of an interval, up to the end of its group."""
    dates: list[Row] = []
    for row in rows:
        kind = kind_of(row.text("type"))
        if kind.part is Part.END:
            break
        dates.append(row)
        if kind.answer is not AnswerType.DATE:
            draft.fault(row, "type", "between the two ends of an interval stand two dates only")
    if len(dates) != 2:
        what = f"an interval is two dates up to its end_group, and here are {len(dates)}"
        draft.fault(begin, "type", f"{what}: write the first and the last")
    return dates[:2]


def _add_note(draft: Draft, row: Row, section: _Section | None) -> None:
    draft.note_rest(row, _GROUP_CELLS)
    if section is None or section.questions:
        draft.note(row, "label", "left out: a note stands only at the beginning of a section")
    elif not draft.is_own and len(" ".join(map(_label, (*section.intro, row)))) > LONGEST_INTRO:
        what = f"left out: the notes of a section have {LONGEST_INTRO} characters at most"
        draft.note(row, "label", what)
    else:
        section.intro.append(row)


def _label(row: Row) -> str:
    return row.text("label")


def _section_node(draft: Draft, section: _Section, rungs: dict[str, Pair], lists: set[str]) -> Node:
    row = section.row
    repeats = kind_of(row.text("type")).repeats
    draft.note_rest(row, _REPEAT_CELLS if repeats else _GROUP_CELLS)
    pairs = [pair("key", row, "name"), pair("title", row, "label")]
    if section.intro:
        first = section.intro[0]
        text = " ".join(map(_label, section.intro))
        intro = Scalar(first.line("label"), text, plain=not text)
        pairs.append((key_at("intro", first, "label"), intro))
    if repeats:
        pairs.append((key_at("repeat", row), _repeat_node(draft, row, lists)))
    if row.text("name") in rungs:
        pairs.append(rungs.pop(row.text("name")))
    questions = Items(row.line(), tuple(section.questions))
    pairs.append((key_at("questions", row), questions))
    return mapping(row, pairs)


def _repeat_node(draft: Draft, row: Row, lists: set[str]) -> Node:
    pairs = [pair("each", row, "audit_each")]
    if row.text("audit_at_most"):
        pairs.append(pair("at_most", row, "audit_at_most"))
    name = row.text("audit_entries")
    rows = draft.lists.get(name, [])
    if rows:
        lists.add(name)
        pairs.append((key_at("entries", row, "audit_entries"), _list_node(rows)))
    elif name:
        what = f"the list `{name[:MOST_QUOTED]}` is not on the sheet choices: add its rows there"
        draft.fault(row, "audit_entries", what)
    return mapping(row, pairs)


def _list_node(rows: Sequence[Row]) -> Node:
    nodes = (mapping(r, (pair("key", r, "name"), pair("label", r, "label"))) for r in rows)
    return Items(rows[0].line("list_name"), tuple(nodes))


def _note_lists(draft: Draft, used: set[str]) -> None:
    """Say which lists no question chooses from, and which cells of the others were left out."""
    chosen = used | {kind_of(row.text("type")).list_name for row in draft.survey}
    chosen |= {name.removesuffix(OR_OTHER) for name in chosen}
    for name, rows in draft.lists.items():
        if name not in chosen:
            what = f"left out: no question chooses from the list `{name[:MOST_QUOTED]}`"
            draft.note(rows[0], "list_name", what)
            continue
        for row in rows:
            draft.note_rest(row, CHOICE_CELLS)
