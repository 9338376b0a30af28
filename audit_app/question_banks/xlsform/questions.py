"""A survey row as the keys and values of a question, for the bank reader to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from audit_app.core.question_bank import AnswerType
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar
from audit_app.question_banks.options import DEFAULT_OPTIONS
from audit_app.question_banks.words import hint
from audit_app.question_banks.xlsform.columns import SURVEY_COLUMNS
from audit_app.question_banks.xlsform.draft import (
    MOST_QUOTED,
    Draft,
    Pair,
    key_at,
    mapping,
    pair,
    word_at,
)
from audit_app.question_banks.xlsform.kinds import Kind, Part, kind_of, unknown_type
from audit_app.question_banks.xlsform.relevant import read_relevant
from audit_app.question_banks.xlsform.rows import ONE_CELL
from audit_app.question_banks.xlsform.sheets import Row

_OF_GROUPS = frozenset(("audit_each", "audit_at_most", "audit_entries"))
QUESTION_CELLS = frozenset(column.heading for column in SURVEY_COLUMNS) - _OF_GROUPS
DATE_CELLS = frozenset(("type", "name", "label", "disabled"))
CHOICE_CELLS = frozenset(
    ("list_name", "name", "label", "audit_outcome", "audit_points", "audit_retired")
)
_ONE_OF_LIST = frozenset((AnswerType.CHOICE, *DEFAULT_OPTIONS))
MOST_OPTIONS = 10_000
_ALWAYS = frozenset(("id", "text"))


def question_node(draft: Draft, row: Row, kind: Kind, dates: Sequence[Row] = ()) -> Pairs:
    """The question of a row; `dates` are the two rows of an interval."""
    draft.note_rest(row, QUESTION_CELLS)
    pairs = [
        pair(key, row, name) for key, name in ONE_CELL.items() if key in _ALWAYS or row.text(name)
    ]
    pairs.append((key_at("type", row, "type"), _type_node(draft, row, kind)))
    pairs.append((key_at("required", row, "required"), _required_node(row)))
    guidance = (pair("where", row, "hint"), pair("good", row, "guidance_hint"))
    pairs.append((key_at("guidance", row), mapping(row, guidance)))
    pairs.append((key_at("source", row, "audit_source"), _source_node(row)))
    pairs += _not_applicable(row)
    pairs += _shown_when(draft, row)
    pairs += _facts(row)
    pairs += _limit(row)
    if kind.is_select:
        options = _options_node(draft, row, kind.list_name)
        pairs.append((key_at("options", row, "type"), options))
    for key, date in zip(("from", "to"), dates, strict=False):
        draft.note_rest(date, DATE_CELLS)
        pairs.append(pair(key, date, "label"))
    return mapping(row, pairs)


def _type_node(draft: Draft, row: Row, kind: Kind) -> Scalar:
    said = row.text("audit_type")
    if kind.part is Part.UNKNOWN:
        draft.fault(row, "type", unknown_type(row.text("type")))
        return word_at("?", row, "type")
    if kind.lesser:
        draft.note(row, "type", f"`{row.text('type')}` became {kind.lesser}")
    if not said:
        return word_at(_usual_type(draft, kind).value, row, "type")
    if said in list(AnswerType):
        given = AnswerType(said)
        fits = kind.answer is given or (kind.answer is AnswerType.CHOICE and given in _ONE_OF_LIST)
        if not fits:
            told = f"`{said}` does not go with the type `{row.text('type')[:MOST_QUOTED]}`"
            draft.fault(row, "audit_type", f"{told}: change one of the two, or clear this cell")
    return row.scalar("audit_type")


def _usual_type(draft: Draft, kind: Kind) -> AnswerType:
    """The type of a question that names none: by a list with the name and choices of that type."""
    if draft.is_own and kind.answer is AnswerType.CHOICE:
        keys = {row.text("name") for row in draft.lists.get(kind.list_name, ())}
        for type_, options in DEFAULT_OPTIONS.items():
            if kind.list_name == type_ and keys == {option.key for option in options}:
                return type_
    return kind.answer


def _required_node(row: Row) -> Scalar:
    if row.says_yes("required"):
        return word_at("true", row, "required")
    said = row.text("required").lower().removesuffix("()")
    return word_at(said or "false", row, "required")


def _source_node(row: Row) -> Node:
    names = ("audit_source", "audit_source_place")
    lines = [row.text(name).splitlines() or [""] for name in names]
    sources = []
    for texts in zip_longest(*lines, fillvalue=""):
        cells = zip(("document", "place"), names, texts, strict=True)
        pairs = [
            (key_at(key, row, name), Scalar(row.line(name), text.strip(), plain=not text.strip()))
            for key, name, text in cells
        ]
        sources.append(mapping(row, pairs, names[0]))
    return Items(row.line(names[0]), tuple(sources))


def _not_applicable(row: Row) -> Iterator[Pair]:
    name = "audit_not_applicable"
    own = {"when": f"{name}_when", "reason": f"{name}_reason"}
    told = [pair(key, row, cell) for key, cell in own.items() if row.text(cell)]
    if row.text(name) and (not told or not row.says_yes(name)):
        yield pair("not_applicable", row, name)
    if told:
        yield key_at("not_applicable", row, own["when"]), mapping(row, told, own["when"])


def _shown_when(draft: Draft, row: Row) -> Iterator[Pair]:
    if not row.text("relevant"):
        return
    condition = read_relevant(row.text("relevant"))
    if condition is None:
        what = "the condition cannot be read: write ${name} = 'choice', or selected(${name}, "
        draft.fault(row, "relevant", what + "'choice'), of one question, joined by or")
        return
    line = row.line("relevant")
    answers = Items(line, tuple(Scalar(line, word, plain=True) for word in condition.answers))
    pairs = (
        (key_at("question", row, "relevant"), Scalar(line, condition.question, plain=True)),
        (key_at("is", row, "relevant"), answers),
    )
    yield key_at("shown_when", row, "relevant"), mapping(row, pairs, "relevant")


def _facts(row: Row) -> Iterator[Pair]:
    name = "audit_facts"
    if row.text(name):
        words = (Scalar(row.line(name), word, plain=True) for word in row.text(name).split())
        yield key_at("facts", row, name), Items(row.line(name), tuple(words))


def _limit(row: Row) -> Iterator[Pair]:
    limit, unit, partly = "audit_limit", "audit_limit_unit", "audit_limit_partly"
    if not any(row.text(name) for name in (limit, unit, partly)):
        return
    pairs: list[Pair] = []
    if row.text(unit):
        pairs.append((key_at(row.text(unit), row, unit), row.scalar(limit)))
    if row.text(partly):
        pairs.append(pair("partly", row, partly))
    yield key_at("limit", row, unit), mapping(row, pairs, unit)


def _options_node(draft: Draft, row: Row, name: str) -> Node:
    rows = draft.lists.get(name)
    if not rows:
        what = f"the list `{name[:MOST_QUOTED]}` is not on the sheet choices"
        draft.fault(row, "type", f"{what}: {hint(name, list(draft.lists) or [name])}")
        return word_at("", row, "type")
    return Items(rows[0].line("list_name"), tuple(_option_node(choice) for choice in rows))


def _option_node(row: Row) -> Pairs:
    key = Scalar(row.line("name"), row.text("name"), plain=True)
    pairs: list[Pair] = [
        (key_at("key", row, "name"), key),
        pair("label", row, "label"),
        pair("outcome", row, "audit_outcome"),
    ]
    own = (name for name in ("points", "retired") if row.text(f"audit_{name}"))
    return mapping(row, [*pairs, *(pair(name, row, f"audit_{name}") for name in own)])


def refuse_option_flood(draft: Draft) -> None:
    """Report a form whose questions together offer far more choices than any bank.

    Every question of a form may choose from one long list, so a small file can come to millions.
    """
    offered = 0
    for row in draft.survey:
        offered += len(draft.lists.get(kind_of(row.text("type")).list_name, ()))
        if offered > MOST_OPTIONS:
            what = f"the questions up to here offer more than {MOST_OPTIONS} choices"
            draft.fault(row, "type", f"{what}: shorten the lists, or import the form in parts")
            return


def is_interval(row: Row) -> bool:
    """Whether the row begins the two dates of an interval."""
    kind = kind_of(row.text("type"))
    return kind.part is Part.BEGIN and row.text("audit_type") == AnswerType.INTERVAL
