"""Reads a CSV file as one sheet: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection
from io import StringIO
from itertools import islice
from pathlib import Path

from audit_app.caseload.headings import ROWS_SEARCHED, find_headings
from audit_app.caseload.sheets import Sheet
from audit_app.caseload.values import CaseloadFault

SHEET_NAME = "CSV file"
DELIMITERS = (",", ";", "\t")
MAX_ROWS = 100_000
MAX_COLUMNS = 104

NOT_TEXT = (
    "This file is neither an Excel workbook nor readable text, so nothing was imported: export the "
    "caseload as “Excel Workbook (.xlsx)” or as CSV and import that file."
)
TOO_MANY = (
    "This CSV file has more than {rows} rows or {columns} columns, so nothing was imported: export "
    "only the open case files and those closed in the last six months."
)
BROKEN = (
    "This CSV file cannot be taken apart into columns (row {row}), so nothing was imported: check "
    "the quotation marks there, or export it again as “Excel Workbook (.xlsx)”."
)


def read_csv(path: Path, headings: Collection[str]) -> Sheet:
    """The rows of a CSV file; ``headings`` are those of a mapping, which help to tell the columns.

    Raises CaseloadFault where the file is no text, or larger than any caseload.
    """
    text = decode_text(path.read_bytes())
    delimiter = find_delimiter(text, headings)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > MAX_ROWS or len(row) > MAX_COLUMNS:
                raise CaseloadFault(TOO_MANY.format(rows=MAX_ROWS, columns=MAX_COLUMNS))
    except csv.Error as fault:
        raise CaseloadFault(BROKEN.format(row=len(rows) + 1)) from fault
    width = max(map(len, rows), default=0)
    return Sheet(SHEET_NAME, [row + [""] * (width - len(row)) for row in rows])


def decode_text(content: bytes) -> str:
    """The text of a file by its byte-order mark, else as UTF-8, else as Windows-1252."""
    encodings: tuple[str, ...] = ("utf-8-sig", "cp1252")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)  # what Excel calls "Unicode Text"
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CaseloadFault(NOT_TEXT)


def find_delimiter(text: str, headings: Collection[str]) -> str:
    """The delimiter that brings out the most known headings; a comma where none does."""

    def count_headings(delimiter: str) -> int:
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        try:
            rows = list(islice(reader, ROWS_SEARCHED))
        except csv.Error:
            return 0
        headed = find_headings(Sheet(SHEET_NAME, rows), headings)
        return len(set(headed.compared)) if headed else 0

    return max(DELIMITERS, key=count_headings)
