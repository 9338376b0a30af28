"""The sheets of a workbook as rows of texts, each of which knows its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from audit_app.question_banks.faults import Fault, say_place
from audit_app.question_banks.nodes import Scalar

LONGEST_HEADING = 60
_ROWS, _COLUMNS = 1_000_000, 1_000
_ON_LINE = re.compile(r"on line (\d{10,})")
_KEY_FIRST = re.compile(r"^`\w+`(?= (?:has no|is longer|is empty|must be|holds an|is -?\d))")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read: its place among those, its name, and its headings as they stand.

    `places` says in which column (from 1) stands what the program looks for under a name.
    """

    number: int
    name: str
    headings: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    strays: tuple[tuple[int, str], ...] = ()
    """Filled cells below no heading: their row, and the letters of their column."""

    def heading(self, column: int) -> str:
        """The heading of a column as it can be shown; empty for the whole row (0)."""
        text = self.headings[column - 1] if column else ""
        return "".join(c if c.isprintable() else " " for c in text[:LONGEST_HEADING])

    def line(self, row: int, column: int = 0) -> int:
        """A place as one number, as the nodes and faults of the bank reader carry it."""
        return ((self.number + 1) * _ROWS + row) * _COLUMNS + column


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as Excel shows it, and the texts of its filled cells by name."""

    sheet: Sheet
    number: int
    cells: Mapping[str, str]
    made: frozenset[str] = frozenset()
    """The cells that do not stand in the workbook, in a row that the program put there."""

    def line(self, name: str = "") -> int:
        """The place of a cell; of the whole row where the sheet has no such column."""
        return self.sheet.line(self.number, self.sheet.places.get(name, 0))

    def text(self, name: str) -> str:
        """What stands in a cell; empty if nothing does."""
        return self.cells.get(name, "")

    def scalar(self, name: str) -> Scalar:
        """The cell as the value of a key; one without a value where the cell is empty."""
        text = self.text(name)
        return Scalar(self.line(name), text, plain=not text)

    def says_yes(self, name: str) -> bool:
        """Whether the cell says yes."""
        return self.text(name).lower() in ("yes", "true", "true()", "1")

    def with_cells(self, **cells: str) -> Row:
        """The same row with other texts in some cells."""
        return replace(self, cells={**self.cells, **cells})


def to_places(faults: list[Fault], sheets: Mapping[int, Sheet]) -> list[Fault]:
    """The same faults by sheet, row and column, each place once, in the order of the workbook."""
    told: dict[int | tuple[int, str], Fault] = {}
    for fault in sorted(faults, key=lambda fault: fault.line):
        sheet, row, column = _place(fault.line, sheets)
        heading = sheet.heading(column)
        what = _ON_LINE.sub(lambda found: _say(int(found[1]), sheets), fault.what)
        what = what.replace(": write one, or take the key away", ": fill the cell")
        if heading and (key := _KEY_FIRST.match(what)):
            what = f"`{heading}`{what[key.end() :]}"
        placed = replace(fault, line=row, what=what, sheet=sheet.name, column=heading)
        # A cell of a shared list, or one that was found faulty before, is told of once.
        told.setdefault(fault.line if column else (fault.line, what), placed)
    return list(told.values())


def _place(line: int, sheets: Mapping[int, Sheet]) -> tuple[Sheet, int, int]:
    rest, column = divmod(line, _COLUMNS)
    number, row = divmod(rest, _ROWS)
    return sheets[number - 1], row, column


def _say(line: int, sheets: Mapping[int, Sheet]) -> str:
    sheet, row, _ = _place(line, sheets)
    return f"in {say_place(sheet.name, row)}"
