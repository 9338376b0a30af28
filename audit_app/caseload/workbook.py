"""Reads an ``.xlsx`` workbook: checks its parts, and gives the reader library those parts only.

The library (python-calamine) gets a new, unpacked zip with what was checked and nothing else, so
that no difference between two zip readers can bring in a part that nobody looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from audit_app.caseload.shared_texts import refuse_text_flood
from audit_app.caseload.sheet_xml import Place, find_marks, refuse_far_cells, tame_errors
from audit_app.caseload.sheets import Sheet
from audit_app.caseload.values import CaseloadFault
from audit_app.workbook_archive import (
    DAMAGED,
    HOSTILE,
    LARGE_PARTS,
    SMALL,
    SMALL_PARTS,
    TEXTS,
    WORKBOOK,
    Archive,
    WorkbookFault,
    list_sheet_parts,
    open_archive,
)

OTHER_KINDS = {
    "xl/workbook.bin": "an Excel binary workbook (.xlsb)",
    "content.xml": "an OpenDocument file (.ods)",
    "word/document.xml": "a Word document",
    "Index/Document.iwa": "a Numbers file",
}
WRONG_KIND = (
    "This is {kind}, so nothing was imported: open the export in Excel, save it as “Excel Workbook "
    "(.xlsx)” and import that file."
)
UNREADABLE = (
    "The sheet “{sheet}” is damaged, so nothing was imported: open the workbook in Excel, save it "
    "again as “Excel Workbook (.xlsx)” and import that file."
)

SheetMarks = Mapping[str, Mapping[Place, str]]


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """The worksheets of a workbook in its order; formulas give their saved results.

    Raises CaseloadFault, before anything is unpacked where the zip's directory shows the reason.
    """
    try:
        with open_archive(path) as archive:
            checked, marks = copy_checked_parts(archive)
    except WorkbookFault as fault:
        raise CaseloadFault(str(fault)) from fault
    try:
        return tuple(_read_sheets(checked, marks))
    except CalamineError as fault:
        raise CaseloadFault(DAMAGED) from fault
    except BaseException as fault:
        # A fault inside the library arrives as a PanicException, which is no Exception.
        if type(fault).__name__ != "PanicException":
            raise
        raise CaseloadFault(DAMAGED) from fault


def copy_checked_parts(archive: Archive) -> tuple[BytesIO, SheetMarks]:
    """An unpacked copy of the parts that hold cells, all checked, and the marks by sheet name."""
    if WORKBOOK not in archive:
        kinds = [kind for name, kind in OTHER_KINDS.items() if name in archive]
        raise CaseloadFault(WRONG_KIND.format(kind=kinds[0] if kinds else "no Excel workbook"))
    parts = {name: archive.read_xml(name, at_most=SMALL) for name in SMALL_PARTS if name in archive}
    parts |= {name: archive.read_xml(name) for name in LARGE_PARTS if name in archive}
    marks: dict[str, Mapping[Place, str]] = {}
    sheets: list[bytes] = []
    for sheet, part in list_sheet_parts(parts):
        if part in parts:
            raise CaseloadFault(HOSTILE.format(reason="two sheets share a part"))
        if part not in archive:
            continue
        xml = archive.read_xml(part)
        refuse_far_cells(sheet, xml)
        marks[sheet] = find_marks(xml)
        parts[part] = tame_errors(xml)
        sheets.append(xml)
    if TEXTS in parts:
        refuse_text_flood(parts[TEXTS], sheets)
    copy = BytesIO()
    with ZipFile(copy, "w", ZIP_STORED) as target:
        for name, part_bytes in parts.items():
            target.writestr(name, part_bytes)
    copy.seek(0)
    return copy, marks


def _read_sheets(checked: BytesIO, marks: SheetMarks) -> Iterator[Sheet]:
    book = CalamineWorkbook.from_object(checked)
    for index, about in enumerate(book.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        try:
            rows = book.get_sheet_by_index(index).to_python(skip_empty_area=False)
        except CalamineError as fault:
            raise CaseloadFault(UNREADABLE.format(sheet=about.name)) from fault
        yield Sheet(
            name=about.name,
            rows=rows,
            visible=about.visible is SheetVisibleEnum.Visible,
            marks=marks.get(about.name, {}),
        )
