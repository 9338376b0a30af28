"""A workbook on its way to a bank: its rows, and what has been said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from audit_app.core.question_bank import ID_PATTERN
from audit_app.question_banks.faults import Note, Report
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar
from audit_app.question_banks.xlsform.columns import (
    CAPS,
    CHOICES,
    GRADING,
    OWN_START,
    SETTINGS,
    SURVEY,
)
from audit_app.question_banks.xlsform.sheets import Row, Sheet

MOST_QUOTED = 60


@dataclass(slots=True)
class Draft:
    """The rows of a workbook's sheets; `lists` are the choices by the name of their list."""

    first: Row
    """The first row of the sheet survey, its headings."""
    survey: Sequence[Row]
    lists: dict[str, list[Row]]
    settings: Row
    grading: Sequence[Row]
    caps: Sequence[Row]
    is_own: bool
    """Whether it has columns of this program's own, so that nothing need be guessed."""
    report: Report
    notes: list[Note] = field(default_factory=list)

    def fault(self, row: Row, name: str, what: str) -> None:
        """Report what is wrong with a cell and how to mend it."""
        said = row.text("name")
        named = self.report.named(said if ID_PATTERN.fullmatch(said) else "")
        named.add(row.line(name), what)

    def note(self, row: Row, name: str, what: str) -> None:
        """Say what was left out, or became something else."""
        column = row.sheet.heading(row.sheet.places.get(name, 0))
        shown = "".join(c if c.isprintable() else " " for c in what)
        self.notes.append(Note(self.report.file, row.sheet.name, row.number, column, shown))

    def note_rest(self, row: Row, used: Collection[str]) -> None:
        """Say of every other filled cell of the row that it was left out."""
        for name, text in row.cells.items():
            if text and name not in used:
                self.note(row, name, "left out: a question bank has no place for it here")


def draft_from(sheets: dict[str, Sheet], report: Report) -> Draft:
    """The rows of the sheets that were opened."""
    survey = sheets[SURVEY]
    settings = sheets.setdefault(SETTINGS, Sheet(0, SETTINGS))
    lists: dict[str, list[Row]] = {}
    for row in _rows(sheets, CHOICES):
        lists.setdefault(row.text("list_name"), []).append(row)
    draft = Draft(
        first=Row(survey, 1, {}),
        survey=survey.rows,
        lists=lists,
        settings=settings.rows[0] if settings.rows else Row(settings, 2, {}),
        grading=_rows(sheets, GRADING),
        caps=_rows(sheets, CAPS),
        is_own=any(name.startswith(OWN_START) for name in survey.places),
        report=report,
    )
    for sheet in sheets.values():
        for number, letters in sheet.strays:
            what = f"the cell {letters}{number} was left out: its column has no heading"
            draft.note(Row(sheet, number, {}), "", what)
    for row in lists.pop("", []):
        draft.note(row, "list_name", "left out: the row names no list")
    for row in settings.rows[1:]:
        draft.note(row, "", "left out: only the first row of settings counts")
    return draft


def _rows(sheets: dict[str, Sheet], name: str) -> Sequence[Row]:
    return sheets[name].rows if name in sheets else ()


Pair = tuple[Scalar, Node]


def pair(key: str, row: Row, name: str) -> Pair:
    """A key whose value is what stands in a cell."""
    return key_at(key, row, name), row.scalar(name)


def key_at(key: str, row: Row, name: str = "") -> Scalar:
    """A key that stands at the place of a cell, or of the row."""
    return Scalar(row.line(name), key, plain=True)


def word_at(word: str, row: Row, name: str) -> Scalar:
    """A word that the program puts in the place of a cell."""
    return Scalar(row.line(name), word, plain=True)


def words_in(row: Row, name: str) -> Items:
    """The words of a cell, parted by spaces or commas, as a list."""
    line = row.line(name)
    words = row.text(name).replace(",", " ").split()
    return Items(line, tuple(Scalar(line, word, plain=True) for word in words))


def mapping(row: Row, pairs: Sequence[Pair], name: str = "") -> Pairs:
    """Keys with values at the place of a row or of a cell."""
    return Pairs(row.line(name), tuple(pairs))
