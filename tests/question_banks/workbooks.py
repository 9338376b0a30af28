"""Workbooks for the tests, cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook

from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.xlsform.write import write_workbook

Rows = Sequence[Sequence[object]]


def make_workbook(**sheets: Rows) -> bytes:
    """A workbook of these sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return _saved(book)


def change_cells(bank: QuestionBank, **changes: object) -> bytes:
    """The workbook of a bank in which cells were typed over: `survey_H4="met"`."""

    def change(book: Any) -> None:
        for place, value in changes.items():
            sheet, address = place.rsplit("_", 1)
            book[sheet][address] = value

    return change_book(bank, change)


def change_book(bank: QuestionBank, change: Callable[[Any], None]) -> bytes:
    """The workbook of a bank after any change."""
    book = load_workbook(io.BytesIO(write_workbook(bank)))
    change(book)
    return _saved(book)


def change_part(data: bytes, name: str, part: bytes) -> bytes:
    """The same zip in which one part is another, or one part more."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, part)
    return out.getvalue()


def read_part(data: bytes, name: str) -> bytes:
    """One part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read(name)


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
