"""Tells by its first bytes what a file is, and hands it to the reader for it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from audit_app.caseload.csv_file import read_csv
from audit_app.caseload.sheets import Sheet
from audit_app.caseload.values import CaseloadFault
from audit_app.caseload.workbook import WRONG_KIND, read_workbook
from audit_app.workbook_archive import MAX_FILE, MEGABYTE, OLD_OFFICE_START, ZIP_STARTS

OTHER_STARTS = {
    b"%PDF": "a PDF document",
    b"{\\rtf": "a text document (RTF)",
    b"<?xml": "an XML file",
    b"<": "a web page",
}
TEXT_ENDINGS = frozenset({".csv", ".txt", ".tsv", ""})

NO_FILE = "The file cannot be opened, so nothing was imported: choose the file again."
EMPTY_FILE = "The file is empty, so nothing was imported: export the caseload again."
LARGE_FILE = (
    "The file is larger than {limit} MB, so it was not opened and nothing was imported: export "
    "only the lists that are needed."
)
OLD_EXCEL = (
    "This is an old Excel workbook (.xls), so nothing was imported: open it in Excel, choose Save "
    "As, pick “Excel Workbook (.xlsx)” and import that file."
)
ENCRYPTED = (
    "This workbook is protected by a password, so nothing was imported: open it in Excel, remove "
    "the password (File, Info, Protect Workbook), save it and import it again."
)
UNKNOWN_KIND = (
    "This is not a kind of file that can be read, so nothing was imported: export the caseload as "
    "“Excel Workbook (.xlsx)” or as CSV and import that file."
)


def read_sheets(path: Path, headings: Collection[str]) -> tuple[Sheet, ...]:
    """The sheets of a workbook, or the one of a CSV file; ``headings`` are those of a mapping.

    Raises CaseloadFault for any other kind of file; the name's ending counts for text only.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise CaseloadFault(LARGE_FILE.format(limit=MAX_FILE // MEGABYTE))
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as fault:
        raise CaseloadFault(NO_FILE) from fault
    if not start.strip():
        raise CaseloadFault(EMPTY_FILE)
    if start.startswith(ZIP_STARTS):
        return read_workbook(path)
    if start.startswith(OLD_OFFICE_START):
        protected = "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
        raise CaseloadFault(ENCRYPTED if protected else OLD_EXCEL)
    text_start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, kind in OTHER_STARTS.items():
        if text_start.startswith(mark):
            raise CaseloadFault(WRONG_KIND.format(kind=kind))
    if path.suffix.casefold() not in TEXT_ENDINGS:
        raise CaseloadFault(UNKNOWN_KIND)
    return (read_csv(path, headings),)
