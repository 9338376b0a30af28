"""YAML text to plain nodes with line numbers.

The nodes are made from the parser's events, so nothing is ever constructed from a tag, an alias is
refused before it can multiply, and what a plain word means (`yes`, `1.0`) is left to the reader
that knows which kind of value belongs there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

DEEPEST = 12

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_VALUE = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; `plain` when it stands without quotes."""

    line: int
    text: str
    plain: bool

    @property
    def is_empty(self) -> bool:
        """Whether the key has no value at all."""
        return self.plain and self.text in _NO_VALUE


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Keys with their values, in the order of the file; a repeated key is still there twice."""

    line: int
    pairs: tuple[tuple[Scalar, Node], ...]


Node = Scalar | Items | Pairs


def peek(node: Node, name: str) -> Scalar | None:
    """The single value of a key, if there is one, before the mapping is read with care."""
    pairs = node.pairs if isinstance(node, Pairs) else ()
    found = (value for key, value in pairs if key.text == name)
    return next((value for value in found if isinstance(value, Scalar)), None)


class Unreadable(Exception):
    """The text is not YAML of the kind that is read here."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def parse_nodes(text: str) -> Node:
    """Parse one YAML document; Unreadable at the first place that cannot be read."""
    events = yaml.parse(text, Loader=_LOADER)
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                break
        else:
            raise Unreadable(1, "the file is empty: write a question bank or a form in it")
        node = _read_node(events, next(events), 0)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise Unreadable(_line(event), "a second document starts here: keep one in a file")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"not valid YAML ({error.problem}): check the indent, colons and quotes here"
        raise Unreadable(mark.line + 1 if mark else 1, what) from None
    except yaml.YAMLError:
        # The parser gives no line for a character that YAML forbids.
        bad = next((n for n, c in enumerate(text) if not (c.isprintable() or c.isspace())), 0)
        line = text.count("\n", 0, bad) + 1
        raise Unreadable(line, "a control character stands here: remove it") from None
    return node


def _read_node(events: Iterator[yaml.Event], event: yaml.Event, depth: int) -> Node:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise Unreadable(line, "anchors (&) and aliases (*) are refused: write the value out")
    if (tag := getattr(event, "tag", None)) is not None:
        raise Unreadable(line, f"the tag {tag[:60]} is refused: write the value without it")
    if depth > DEEPEST:
        raise Unreadable(line, "too many levels inside each other: follow the shape of a bank")
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, event.value, event.implicit[0])
    if isinstance(event, yaml.SequenceStartEvent):
        return Items(line, tuple(_read_items(events, depth)))
    return Pairs(line, tuple(_read_pairs(events, depth)))


def _read_items(events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        yield _read_node(events, event, depth + 1)


def _read_pairs(events: Iterator[yaml.Event], depth: int) -> Iterator[tuple[Scalar, Node]]:
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _read_node(events, event, depth + 1)
        if not isinstance(key, Scalar):
            raise Unreadable(key.line, "a key must be one word: check the brackets here")
        yield key, _read_node(events, next(events), depth + 1)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
