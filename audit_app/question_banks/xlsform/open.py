"""Opens a workbook without trusting it, and reads its rows with the library of XLSForm."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from audit_app.question_banks.faults import Report
from audit_app.question_banks.xlsform.columns import CAPS, CHOICES, GRADING, SETTINGS, SURVEY
from audit_app.question_banks.xlsform.headings import place_headings
from audit_app.question_banks.xlsform.sheets import Row, Sheet
from audit_app.workbook_archive import (
    DAMAGED,
    HOSTILE,
    LARGE_PARTS,
    MEGABYTE,
    OLD_OFFICE_START,
    SMALL,
    SMALL_PARTS,
    WORKBOOK,
    ZIP_STARTS,
    Archive,
    WorkbookFault,
    list_sheet_parts,
    open_archive,
)

LARGEST_FILE = 2 * MEGABYTE
LARGEST_UNPACKED = 20 * MEGABYTE
LONGEST_CELL = 32_767
MOST_ROWS = {SURVEY: 1_000, CHOICES: 5_000, SETTINGS: 2, GRADING: 500, CAPS: 100}
MOST_COLUMNS = 200
NEEDED = {SURVEY: ("type", "name", "label"), CHOICES: ("list_name", "name", "label")}
EMPTY_ROWS = 60
"""After so many empty rows the library takes a sheet to be at its end."""

LARGE_FILE = (
    "This workbook is larger than {limit} MB, so it was not opened and nothing was imported: a "
    "question bank is far smaller, take out pictures and other sheets and import it again."
)
NO_WORKBOOK = (
    "This is no Excel workbook, so nothing was imported: save the form in Excel as “Excel Workbook "
    "(.xlsx)” and import that file."
)
OLD_WORKBOOK = (
    "This is an old Excel workbook (.xls) or one with a password, so nothing was imported: open it "
    "in Excel, save it without a password as “Excel Workbook (.xlsx)” and import that file."
)
MACROS = (
    "This workbook holds macros, so it was not opened and nothing was imported: save it in Excel "
    "as “Excel Workbook (.xlsx)”, which leaves them out, and import that file."
)
NO_SURVEY = (
    "This workbook has no sheet “survey”, so it is no XLSForm and nothing was imported: name the "
    "sheet with the questions survey, or begin with a bank that you download here."
)
#: What the library ends with on a damaged part; a fault of XML is a SyntaxError.
_LIBRARY_FAULTS = (
    ArithmeticError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)
_CELL = rb"<(?:\w+:)?c\s(?=[^<>]*?\br=\"([A-Z]{1,3})(\d{1,7})\")[^<>]*>\s*<(?:\w+:)?"
_FILLED = re.compile(_CELL + rb"(?:v|is)[\s>]")
_FORMULA = re.compile(_CELL + rb"f[\s/>]")
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def open_sheets(data: bytes, report: Report) -> dict[str, Sheet]:
    """The sheets that say what a bank says, by name in small letters.

    WorkbookFault where the file as a whole is refused; a fault at its place goes to the report.
    """
    refuse_other_files(data)
    with open_archive(data, LARGEST_UNPACKED) as archive:
        checked, xml = copy_wanted_parts(archive)
    if SURVEY not in xml:
        raise WorkbookFault(NO_SURVEY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what else the workbook holds is of no interest
            sheets = _read_sheets(checked, xml, report)
    except _LIBRARY_FAULTS as fault:
        raise WorkbookFault(DAMAGED) from fault
    if SURVEY not in sheets:
        raise WorkbookFault(DAMAGED)
    return sheets


def refuse_other_files(data: bytes) -> None:
    """Refuses by its first bytes what is no workbook of the kind that is read."""
    if len(data) > LARGEST_FILE:
        raise WorkbookFault(LARGE_FILE.format(limit=LARGEST_FILE // MEGABYTE))
    if data.startswith(OLD_OFFICE_START):
        raise WorkbookFault(OLD_WORKBOOK)
    if not data.startswith(ZIP_STARTS):
        raise WorkbookFault(NO_WORKBOOK)


def copy_wanted_parts(archive: Archive) -> tuple[BytesIO, dict[str, bytes]]:
    """A new zip of the parts that were checked and no other, and the XML of the wanted sheets."""
    if WORKBOOK not in archive:
        raise WorkbookFault(NO_WORKBOOK)
    parts = {name: archive.read_xml(name, at_most=SMALL) for name in SMALL_PARTS if name in archive}
    if "xl/vbaProject.bin" in archive or b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise WorkbookFault(MACROS)
    parts |= {name: archive.read_xml(name) for name in LARGE_PARTS if name in archive}
    sheets: dict[str, bytes] = {}
    for title, part in list_sheet_parts(parts):
        name = title.strip().lower()
        if part not in archive:
            continue
        if part in parts or name in sheets:
            raise WorkbookFault(HOSTILE.format(reason="two sheets share a part or a name"))
        parts[part] = archive.read_xml(part)
        if name in MOST_ROWS:
            sheets[name] = parts[part]
    copy = BytesIO()
    with ZipFile(copy, "w", ZIP_STORED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    copy.seek(0)
    return copy, sheets


def _read_sheets(checked: BytesIO, xml: Mapping[str, bytes], report: Report) -> dict[str, Sheet]:
    # Half a second of import that only an import needs.
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415

    reader = ExcelReader(checked, read_only=True, data_only=True, keep_links=False)
    reader.read()
    named = {title.strip().lower(): title for title in reader.wb.sheetnames}
    sheets: dict[str, Sheet] = {}
    try:
        # The settings say which language the other sheets are to be read in.
        for number, name in enumerate((SETTINGS, SURVEY, CHOICES, GRADING, CAPS)):
            if name in xml and name in named:
                empty = Sheet(number, named[name].strip())
                language = _default_language(sheets.get(SETTINGS))
                table = reader.wb[named[name]]
                sheet = _read_sheet(name, empty, table, language, report)
                _check_cells(sheet, xml[name], MOST_ROWS[name], report)
                sheets[name] = replace(sheet, strays=tuple(_strays(sheet, xml[name])))
    finally:
        reader.wb.close()
    return sheets


def _read_sheet(
    name: str,
    empty: Sheet,
    table: Any,  # noqa: ANN401 # the library has no types
    language: str,
    report: Report,
) -> Sheet:
    from pyxform.errors import PyXFormError  # noqa: PLC0415
    from pyxform.xls2json_backends import (  # noqa: PLC0415
        get_excel_column_headers,
        get_excel_rows,
        xlsx_value_to_str,
    )

    table.reset_dimensions()
    first = next(table.iter_rows(max_row=1, max_col=MOST_COLUMNS + 1, values_only=True), ())
    try:
        headings = get_excel_column_headers(None if h is None else str(h) for h in first)
    except PyXFormError as fault:
        what = f"a heading stands there twice ({fault}): keep one of the two columns"
        report.add(empty.line(1), what)
        return empty
    if len(headings) > MOST_COLUMNS:
        report.add(empty.line(1), f"there are more than {MOST_COLUMNS} columns: take some out")
        return empty
    cells = table.iter_rows(min_row=2, max_row=MOST_ROWS[name] + 2, max_col=len(headings) or 1)
    found = get_excel_rows(headings, cells, lambda cell, *_: xlsx_value_to_str(cell.value).strip())
    places = place_headings(name, headings, language)
    told = tuple(heading or "" for heading in headings)
    for heading in NEEDED.get(name, ()):
        if heading not in places and (found or name == SURVEY):
            what = f"the sheet has no column `{heading}`: write it in the first row"
            report.add(empty.line(1), what)
    sheet = replace(empty, headings=told, places=places)
    return replace(sheet, rows=tuple(_rows(sheet, found, report)))


def _rows(sheet: Sheet, found: Iterable[Mapping[str, str]], report: Report) -> Iterable[Row]:
    names = {sheet.headings[place - 1]: name for name, place in sheet.places.items()}
    for number, cells in enumerate(found, start=2):
        row = Row(sheet, number, {names[heading]: text for heading, text in cells.items()})
        for name, text in row.cells.items():
            if len(text) > LONGEST_CELL:
                report.add(row.line(name), "the cell holds more text than Excel allows: shorten it")
        if cells:
            yield row


def _check_cells(sheet: Sheet, xml: bytes, most: int, report: Report) -> None:
    """Report formulas, too many rows, and rows that the library would not reach."""
    formulas = list(_FORMULA.finditer(xml))
    for cell in formulas:
        place = _column(cell[1].decode("ascii"))
        known = place if place <= len(sheet.headings) else 0
        what = "the cell holds a formula: copy it and paste it as a value"
        report.add(sheet.line(int(cell[2]), known), what)
    if not formulas and _ANY_FORMULA.search(xml):
        report.add(sheet.line(1), "the sheet holds a formula: copy all, and paste it as values")
    last = max((int(cell[2]) for cell in _FILLED.finditer(xml)), default=1)
    read = max((row.number for row in sheet.rows), default=1)
    if max(last, read) > most + 1:
        what = f"there are more rows than a bank may have ({most}): import it in parts"
        report.add(sheet.line(most + 2), what)
    elif last - read > EMPTY_ROWS:
        what = f"the row stands below more than {EMPTY_ROWS} empty ones: move it up, or clear it"
        report.add(sheet.line(last), what)


def _strays(sheet: Sheet, xml: bytes) -> Iterator[tuple[int, str]]:
    """The filled cells that stand in no column with a heading."""
    for cell in _FILLED.finditer(xml):
        letters = cell[1].decode("ascii")
        place = _column(letters)
        if place > len(sheet.headings) or not sheet.headings[place - 1]:
            yield int(cell[2]), letters


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place


def _default_language(settings: Sheet | None) -> str:
    return settings.rows[0].text("default_language") if settings and settings.rows else ""
