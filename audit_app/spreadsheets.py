"""Tables for people who use a spreadsheet: CSV and XLSX in which no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

Cell = str | int | float | None

#: What a spreadsheet may take for the beginning of a formula, full-width forms included.
_BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile(r"\r\n?")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
LONGEST_TEXT = 32_767
"""Characters that a cell of XLSX can hold; what is longer is cut."""
_LONGEST_SHEET_NAME = 31
_WIDEST = 60
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Stands in each workbook as its day, so that the same data are the same bytes."""

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet that opens a CSV file may take the text for a formula."""
    return text.startswith(_BEGINS_FORMULA)


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark and CRLF; a text that could be a formula gets an apostrophe before it.

    Every text stands in quotation marks, so that none is split where lists are parted by `;`.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_guarded(heading) for heading in headings])
    for row in rows:
        writer.writerow([_guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with its headings kept in view. Each text is written as text, without any links."""
    from xlsxwriter import Workbook  # noqa: PLC0415 # most pages need not wait for it

    out = io.BytesIO()
    book = Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": _clean(title), "created": MADE})
    sheet = book.add_worksheet(_sheet_name(title))
    heading_format = book.add_format({"bold": True, "quote_prefix": True})
    text_format = book.add_format({"quote_prefix": True})
    widths = [len(heading) for heading in headings]
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, _clean(heading), heading_format)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                text = _clean(cell)[:LONGEST_TEXT]
                # The mark keeps it a text when somebody edits the cell.
                guard = text_format if begins_formula(text) else None
                sheet.write_string(number, column, text, guard)
                widths[column] = max(widths[column], len(text))
            elif cell is not None:
                sheet.write_number(number, column, cell)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST) + 2)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _guarded(text: str) -> str:
    clean = _clean(text)
    return f"'{clean}" if begins_formula(clean) else clean


def _clean(text: str) -> str:
    """Without what neither format can hold, and with one kind of line end."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def _sheet_name(title: str) -> str:
    """A name that the format takes; a workbook keeps “History” for itself."""
    name = _NOT_IN_SHEET_NAME.sub(" ", _clean(title)).replace("\n", " ").strip()
    name = name[:_LONGEST_SHEET_NAME].strip() or "Table"
    return f"{name} entries" if name.casefold() == "history" else name
