"""Reads a list's sheet column by column into values, and writes down every doubt by its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from audit_app.caseload.annex_a import AnnexList
from audit_app.caseload.cells import BLANKS, READERS, Unclear, read_id, read_text
from audit_app.caseload.headings import HeadedSheet
from audit_app.caseload.lists import ListFound
from audit_app.caseload.sheets import Cell
from audit_app.caseload.values import Doubtful


@dataclass(slots=True)
class Table:
    """A list's usable rows: ``values`` by field, ``numbers`` the row in the sheet, from 1.

    ``keys`` are the ids without case; ``headings`` the heading in the file by field; ``local``
    the council's own columns. All are in step. ``doubts`` grows while the file is read.
    """

    form: AnnexList
    sheet: str
    rows_read: int
    numbers: list[int]
    keys: list[str]
    values: dict[str, list[Any]]
    headings: dict[str, str]
    local: list[dict[str, str]]
    doubts: list[Doubtful]

    def doubt(self, place: int, field: str, what: str) -> None:
        """Writes down a doubt about a field (or, with "", about the whole row)."""
        row = self.numbers[place]
        self.doubts.append(Doubtful(self.sheet, row, self.headings.get(field, ""), what))

    def doubt_blanks(self, field: str, places: Iterable[int], what: str) -> None:
        """Writes down empty cells of a column that the sheet has, where nothing was said yet."""
        heading = self.headings.get(field)
        if heading is not None:
            told = {doubt.row for doubt in self.doubts if doubt.column == heading}
            for place in places:
                if self.numbers[place] not in told:
                    self.doubt(place, field, what)

    def column(self, field: str) -> list[Any]:
        """A field's values; all None where the sheet has no such column."""
        return self.values.get(field) or [None] * len(self.numbers)

    def pairs(self, first: str, second: str) -> Iterator[tuple[Any, Any]]:
        """Two fields' values side by side, row by row."""
        return zip(self.column(first), self.column(second), strict=True)


def read_table(found: ListFound) -> Table:
    """The rows below the headings. Blank rows are passed over; rows without an id are reported."""
    headed, columns = found.headed, found.columns
    headings = {field: headed.headings[place] for field, place in columns.items()}
    table = Table(found.form, headed.sheet.name, 0, [], [], {}, headings, [], [])
    table.doubts += _doubt_headings(found)
    kept = _keep_rows(table, headed, columns[found.form.id_field])
    kinds = {column.field: column.kind for column in found.form.columns}
    cells = list(zip(*kept, strict=True)) or [()] * len(headed.headings)
    for field, place in columns.items():
        if field != found.form.id_field:
            reader = READERS[kinds[field]]
            table.values[field] = _read_column(table, headings[field], cells[place], reader)
    local = list_local_columns(found)
    table.local = [{} for _ in table.numbers] if local else [{}] * len(table.numbers)
    for place in local:
        heading = headed.headings[place]
        texts = _read_column(table, heading, cells[place], read_text)
        for entry, text in zip(table.local, texts, strict=True):
            if text is not None:
                entry[heading] = text
    _doubt_marks(table, headed, {*columns.values(), *local})
    return table


def list_local_columns(found: ListFound) -> list[int]:
    """The council's own columns of the frame, which are kept; those of other lists are not."""
    if not found.form.local:
        return []
    headed, used = found.headed, set(found.columns.values())
    first = {heading: place for place, heading in reversed(list(enumerate(headed.compared)))}
    return [
        place
        for place, heading in enumerate(headed.compared)
        if heading and place not in used and first[heading] == place
    ]


def _keep_rows(table: Table, headed: HeadedSheet, id_place: int) -> list[Sequence[Cell]]:
    """The rows that have an id, whose numbers, ids and keys are set in the table."""
    kept: list[Sequence[Cell]] = []
    ids: list[str] = []
    heading = headed.sheet.rows[headed.row][id_place]
    odd = {*BLANKS, heading}
    below = islice(headed.sheet.rows, headed.row + 1, None)
    for number, row in enumerate(below, headed.row + 2):
        cell = row[id_place]
        # Most rows, settled at once: a plain id, and something beside it.
        if type(cell) is str and cell.isalnum() and cell not in odd and row[id_place - 1] != "":
            kept.append(row)
            ids.append(cell)
            table.numbers.append(number)
            continue
        if not any(row):
            continue
        council_id, fault = _read_row_id(row, id_place, heading, table.form)
        if council_id is None:
            if not _is_blank(row):
                column = headed.headings[id_place]
                what = f"{fault}; the row was left out."
                table.doubts.append(Doubtful(table.sheet, number, column, what))
                table.rows_read += 1
            continue
        kept.append(row)
        ids.append(council_id)
        table.numbers.append(number)
    table.keys += map(str.casefold, ids)
    table.rows_read += len(kept)
    table.values[table.form.id_field] = ids
    return kept


def _is_blank(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but spaces."""
    return all(type(cell) is str and not cell.strip() for cell in row)


def _read_row_id(
    row: Sequence[Cell], place: int, heading: Cell, form: AnnexList
) -> tuple[str | None, str]:
    """The id of a row, or why the row has none."""
    cell = row[place]
    try:
        council_id = read_id(cell)
    except Unclear as doubt:
        return None, str(doubt)
    if council_id is None:
        lacks = {
            "council_id": "has no id",
            "worker": "names no worker",
            "agency": "names no agency",
        }
        return None, f"The row {lacks[form.id_field]}"
    if cell == heading:
        return None, "The headings stand here again"
    if form.id_field == "council_id" and row.count("") == len(row) - 1 > 0:
        return None, "Nothing but the id is filled in"
    return council_id, ""


def _read_column(
    table: Table, heading: str, cells: Sequence[Cell], read: Callable[[Cell], object]
) -> list[Any]:
    """A column's values; each different cell is read once, since most repeat."""
    known: dict[Cell, object] = {"": None}
    unclear: dict[Cell, str] = {}
    for cell in set(cells) - {""}:
        try:
            known[cell] = read(cell)
        except Unclear as doubt:
            known[cell] = None
            unclear[cell] = f"{doubt}; left empty."
    if unclear:
        table.doubts += [
            Doubtful(table.sheet, number, heading, unclear[cell])
            for number, cell in zip(table.numbers, cells, strict=True)
            if cell in unclear
        ]
    return list(map(known.__getitem__, cells))


def _doubt_marks(table: Table, headed: HeadedSheet, used: Collection[int]) -> None:
    """Cells that read as empty though they held an error, or a formula that was not saved."""
    numbers = set(table.numbers)
    for (row, place), what in headed.sheet.marks.items():
        if row + 1 in numbers and place in used:
            table.doubts.append(Doubtful(table.sheet, row + 1, headed.headings[place], what))


def _doubt_headings(found: ListFound) -> Iterable[Doubtful]:
    """Columns of the list that the sheet lacks, and headings that stand twice."""
    headed = found.headed
    sheet, row = headed.sheet.name, headed.row + 1
    for column in found.form.columns:
        if column.field not in found.columns:
            what = "This heading was not found; left empty in every row."
            yield Doubtful(sheet, row, column.headings[0], what)
    first: dict[str, int] = {}
    for place, compared in enumerate(headed.compared):
        if compared and first.setdefault(compared, place) != place:
            what = "This heading stands twice; the first column was read, this one was not."
            yield Doubtful(sheet, row, headed.headings[place], what)
