"""What is wrong with a bank or form file, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audit_app.core.faults import Refusal


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. `id` is the question's id, else the bank's or form's key, else `-`.

    In a workbook `line` is the row of `sheet`, and `column` its heading, empty for the whole row.
    """

    file: str
    line: int
    id: str
    what: str
    sheet: str = ""
    column: str = ""

    def __str__(self) -> str:
        if not self.sheet:
            return f"{self.file}:{self.line}: {self.id}: {self.what}"
        return (
            f"{self.file}: {say_place(self.sheet, self.line, self.column)}: {self.id}: {self.what}"
        )


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """What a workbook says that its bank does not: left out, or carried in another way."""

    file: str
    sheet: str
    row: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {say_place(self.sheet, self.row, self.column)}: {self.what}"


def say_place(sheet: str, row: int, column: str = "") -> str:
    """A place of a workbook: `survey, row 12, hint`."""
    return f"{sheet}, row {row}" + (f", {column}" if column else "")


class FaultyFiles(Refusal):
    """Some of the files given have faults, so none of them was loaded."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Report:
    """Collects the faults of one file; reports made by `named` share one list."""

    file: str
    id: str = "-"
    faults: list[Fault] = field(default_factory=list)

    def named(self, id_: str) -> Report:
        """The same report, for the question, bank or form with this id (unchanged if empty)."""
        return replace(self, id=id_) if id_ else self

    def add(self, line: int, what: str) -> None:
        """Note a fault: what is wrong and how to mend it."""
        # A word from the file may be quoted here, and must not act on the terminal that shows it.
        shown = "".join(c if c.isprintable() else " " for c in what)
        self.faults.append(Fault(self.file, line, self.id, shown))
