"""A question bank as an XLSForm workbook in which no cell is a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.xlsform.columns import ABOUT, READ_ME, SHEETS, Column
from audit_app.question_banks.xlsform.rows import Row, workbook_rows
from audit_app.spreadsheets import MADE, begins_formula

#: Rows below the last one that offer their words, too.
_SPARE_ROWS = 200
_FROZEN = {"survey": 3}


def write_workbook(bank: QuestionBank) -> bytes:
    """The bank as a workbook that `read_workbook` reads back to the same."""
    from xlsxwriter import Workbook  # noqa: PLC0415 # most pages need not wait for it

    out = io.BytesIO()
    book = Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": bank.title, "created": MADE})
    # Texts keep the format of text, so that Excel does not make a number of the version 1.10, and
    # the mark of a quote, so that none becomes a formula when somebody edits its cell.
    text = {"text_wrap": True, "valign": "top", "num_format": "@"}
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1}),
        "text": book.add_format(text),
        "guarded": book.add_format(text | {"quote_prefix": True}),
        "line": book.add_format(),
        "number": book.add_format({"valign": "top"}),
    }
    for name, rows in workbook_rows(bank).items():
        _write_sheet(book.add_worksheet(name), SHEETS[name], rows, formats)
    _write_read_me(book.add_worksheet(READ_ME), formats)
    book.close()
    return out.getvalue()


def _write_sheet(
    sheet: Any,  # noqa: ANN401 # the library has no types
    columns: Sequence[Column],
    rows: Sequence[Row],
    formats: dict[str, Any],
) -> None:
    last = len(rows) + _SPARE_ROWS
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats["text"])
        sheet.write_string(0, place, column.heading, formats["head"])
        if column.words:
            choice = {"validate": "list", "source": list(column.words), "ignore_blank": True}
            sheet.data_validation(1, place, last, place, choice)
        for number, row in enumerate(rows, start=1):
            value = row.get(column.heading, "")
            if isinstance(value, int):
                sheet.write_number(number, place, value, formats["number"])
            elif value:
                kind = "guarded" if begins_formula(value) else "text"
                sheet.write_string(number, place, value, formats[kind])
    sheet.freeze_panes(1, _FROZEN.get(sheet.get_name(), 0))


def _write_read_me(sheet: Any, formats: dict[str, Any]) -> None:  # noqa: ANN401
    lines = [(line, "", "") for line in ABOUT] + [("", "", ""), ("Sheet", "Column", "What to type")]
    for name, columns in SHEETS.items():
        for column in columns:
            words = f" One of: {', '.join(column.words)}." if column.words else ""
            lines.append((name, column.heading, column.what + words))
    for number, cells in enumerate(lines):
        head = cells[0] == "Sheet"
        for place, cell in enumerate(cells):
            plain = "guarded" if number >= len(ABOUT) else "line"
            sheet.write_string(number, place, cell, formats["head" if head else plain])
    for place, width in enumerate((16, 30, 100)):
        sheet.set_column(place, place, width)
