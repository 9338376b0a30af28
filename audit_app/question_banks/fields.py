"""Typed reading of the keys of one mapping; whatever is amiss goes to the report."""

from __future__ import annotations

import re
from collections.abc import Collection

from audit_app.core.version_numbers import version_numbers, write_version
from audit_app.question_banks.faults import Report
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar, peek
from audit_app.question_banks.words import KINDS, Word, hint, read_key, read_word

LONGEST_LINE, LONGEST_TEXT = 160, 2000

_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_SHOWABLE = re.compile(r"[\w.-]{1,60}")


class Fields:
    """The keys of one mapping. A missing or faulty value is reported and read as its default."""

    def __init__(self, node: Node, report: Report, of: str) -> None:
        """`of` says in a message what the mapping is, such as `a question`."""
        self.line, self.report, self.of = node.line, report, of
        self.nodes: dict[str, Node] = {}
        self._key_lines: dict[str, int] = {}
        self._is_mapping = isinstance(node, Pairs)
        if not isinstance(node, Pairs):
            report.add(node.line, f"{of} is {KINDS[type(node)]} here: write its keys and values")
            return
        for key, value in node.pairs:
            if key.text in self.nodes:
                first = self._key_lines[key.text]
                self.report.add(key.line, f"`{key.text}` stands already on line {first}: keep one")
                continue
            self.nodes[key.text], self._key_lines[key.text] = value, key.line

    def check_known(self, known: Collection[str]) -> None:
        """Report every key that is not among the known ones."""
        for name, line in self._key_lines.items():
            if name not in known:
                self.report.add(
                    line, f"`{name[:60]}` is not a key of {self.of}: " + hint(name, known)
                )

    def line_of(self, name: str) -> int:
        """The line of a key, or of the mapping when the key is not there."""
        return self._key_lines.get(name, self.line)

    def fault(self, name: str, what: str) -> None:
        """Report a fault on the line of this key."""
        self.report.add(self.line_of(name), what)

    def node(self, name: str, *, required: bool = True) -> Node | None:
        """The value of a key; None when it is absent or empty."""
        node = self.nodes.get(name)
        if node is None:
            if required and self._is_mapping:
                self.report.add(self.line, f"`{name}` is missing in {self.of}: add it")
            return None
        if isinstance(node, Scalar) and node.is_empty:
            self.report.add(node.line, f"`{name}` has no value: write one, or take the key away")
            return None
        return node

    def scalar(self, name: str, *, required: bool = True) -> Scalar | None:
        """The single value of a key."""
        node = self.node(name, required=required)
        if node is None or isinstance(node, Scalar):
            return node
        self.report.add(node.line, f"`{name}` must be a single value, not {KINDS[type(node)]}")
        return None

    def items(self, name: str, *, required: bool = True) -> tuple[Node, ...]:
        """The items of a list, which must not be empty."""
        node = self.node(name, required=required)
        if isinstance(node, Items):
            if not node.items:
                self.report.add(node.line, f"`{name}` is an empty list: add at least one item")
            return node.items
        if node is not None:
            self.report.add(node.line, f"`{name}` must be a list, not {KINDS[type(node)]}")
        return ()

    def text(self, name: str, *, required: bool = True, longest: int = LONGEST_TEXT) -> str:
        """One paragraph of text, its white space made single."""
        node = self.scalar(name, required=required)
        if node is None:
            return ""
        text = " ".join(node.text.split())
        if not text:
            self.report.add(node.line, f"`{name}` is empty: write it, or take the key away")
        elif len(text) > longest:
            self.report.add(node.line, f"`{name}` is longer than {longest} characters: shorten it")
        elif not text.isprintable():
            self.report.add(node.line, f"`{name}` holds an invisible character: type it again")
        return text

    def key(self, name: str) -> str:
        """A name that stays for ever: the id of a question, or a key."""
        node = self.scalar(name)
        return read_key(node, name, self.report) if node else ""

    def version(self) -> str:
        """The version in its one spelling, such as 1.0 or 1.0.1; `1.0.0` is read as 1.0."""
        node = self.scalar("version")
        if node is None:
            return ""
        try:
            return write_version(*version_numbers(node.text))
        except ValueError:
            self.report.add(
                node.line,
                f"version `{node.text[:20]}` is malformed: write two or three whole numbers, such "
                'as "1.0" or "1.0.1"',
            )
            return ""

    def whole(self, name: str, low: int, high: int, *, required: bool = False) -> int | None:
        """A whole number within bounds; None when absent."""
        node = self.scalar(name, required=required)
        if node is None:
            return None
        if not _WHOLE.fullmatch(node.text):
            self.report.add(node.line, f"`{name}` must be a whole number, not `{node.text[:20]}`")
            return None
        number = int(node.text)
        if not low <= number <= high:
            self.report.add(
                node.line, f"`{name}` is {number}: choose a number from {low} to {high}"
            )
            return None
        return number

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        node = self.scalar(name, required=False)
        if node is None:
            return default
        word = node.text.lower()
        if word not in _TRUE and word not in _FALSE:
            self.report.add(node.line, f"`{name}` must be true or false, not `{node.text[:20]}`")
        return word in _TRUE

    def word(self, name: str, words: type[Word], *, required: bool = True) -> Word | None:
        """One of the words of an enumeration; None when absent or not one of them."""
        node = self.scalar(name, required=required)
        return read_word(node, name, words, self.report) if node else None


def name_report(node: Node, name: str, report: Report) -> Report:
    """The report for what this mapping is about: its id or key, even one that is not a good one."""
    found = peek(node, name)
    return report.named(found.text) if found and _SHOWABLE.fullmatch(found.text) else report
