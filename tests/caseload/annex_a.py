"""Builds Annex A workbooks for tests: clean ones, and ones with the habits of real exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

AS_AT = date(2025, 10, 31)

_CHILD = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
_DISABILITY = "Does the Child have a Disability"
_ALLOCATED = ("Allocated Team", "Allocated Worker")

HEADINGS: Mapping[int, tuple[str, ...]] = {
    3: (
        *_CHILD,
        "Date of referral",
        "Referral Source",
        "Referral NFA?",
        "Number of Referrals in Last 12 Months",
        *_ALLOCATED,
    ),
    4: (
        *_CHILD,
        _DISABILITY,
        "Continuous Assessment Start Date",
        "Child Seen During Continuous Assessment",
        "Continuous Assessment Date of Authorisation",
        "Was the child assessed as requiring LA children’s social care support",
        *_ALLOCATED,
    ),
    5: (
        *_CHILD,
        _DISABILITY,
        "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Was an Initial Child Protection Conference deemed unnecessary?",
        "Date of Initial Child Protection Conference",
        "Did the Initial Child Protection Conference Result in a Child Protection Plan",
        "Number of Section 47 Enquiries in the last 12 months",
        "Number of ICPCs in the last 12 months",
        *_ALLOCATED,
    ),
    6: (
        *_CHILD,
        _DISABILITY,
        "CIN Start Date",
        "Primary Need Code",
        "Date Child Was Last Seen",
        "CIN Closure Date",
        "Reason for Closure",
        "Case status",
        *_ALLOCATED,
    ),
    7: (
        *_CHILD,
        _DISABILITY,
        "Child Protection Plan Start Date",
        "Initial Category of Abuse",
        "Latest Category of Abuse",
        "Date of the Last Statutory Visit",
        "Was the Child Seen Alone?",
        "Date of latest review conference",
        "Child Protection Plan End Date",
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six "
        "Months (Y/N)",
        "Number of Previous Child Protection Plans",
        *_ALLOCATED,
    ),
    8: (
        *_CHILD,
        _DISABILITY,
        "Date Started to be Looked After",
        "Date of Latest Statutory Review",
        "Date Ceased to be Looked After ",
        *_ALLOCATED,
    ),
}
TITLES = {
    3: "List 3: Referral",
    4: "List 4: Assessments",
    5: "List 5: Section 47 enquiries and Initial Child Protection Conferences",
    6: "List 6: Children in Need",
    7: "List 7: Child protection",
    8: "List 8: Children in care",
}

Row = dict[str, object]


@dataclass(frozen=True)
class Formula:
    """A formula with its saved result; a date result is shown as a date."""

    text: str
    result: object


@dataclass(frozen=True)
class Grid:
    """A sheet given cell by cell, for shapes that the lists do not have."""

    name: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False


def list_3_row(council_id: object, **changes: object) -> Row:
    """A referral of 1 March 2025, the child's second in twelve months."""
    return _child_row(3, council_id, changes) | {
        "Date of referral": date(2025, 3, 1),
        "Referral Source": "q) 6: Police",
        "Referral NFA?": "b) No",
        "Number of Referrals in Last 12 Months": 2,
    } | changes  # fmt: skip


def list_4_row(council_id: object, **changes: object) -> Row:
    """An assessment from 3 March to 14 April 2025."""
    return _child_row(4, council_id, changes) | {
        "Continuous Assessment Start Date": date(2025, 3, 3),
        "Continuous Assessment Date of Authorisation": date(2025, 4, 14),
    } | changes  # fmt: skip


def list_5_row(council_id: object, **changes: object) -> Row:
    """A section 47 enquiry begun by a strategy discussion on 5 March 2025."""
    started = {"Strategy discussion initiating Section 47 Enquiry Start Date": date(2025, 3, 5)}
    return _child_row(5, council_id, changes) | started | changes


def list_6_row(council_id: object, **changes: object) -> Row:
    """An open child in need case of a girl born on 14 May 2016, in the team North."""
    return _child_row(6, council_id, changes) | {
        "CIN Start Date": date(2025, 3, 2),
        "Primary Need Code": "N1 - Abuse or neglect",
        "Date Child Was Last Seen": date(2025, 10, 1),
        "Case status": "c) Child in need plan",
        "Allocated Team": "North",
        "Allocated Worker": "Worker 1",
    } | changes  # fmt: skip


def list_7_row(council_id: object, **changes: object) -> Row:
    """A current child protection plan for neglect, begun on 20 March 2025."""
    return _child_row(7, council_id, changes) | {
        "Child Protection Plan Start Date": date(2025, 3, 20),
        "Initial Category of Abuse": "d) Emotional abuse",
        "Latest Category of Abuse": "a) Neglect",
        "Date of the Last Statutory Visit": date(2025, 10, 2),
        "Was the Child Seen Alone?": "a) Yes",
        "Date of latest review conference": date(2025, 6, 18),
    } | changes  # fmt: skip


def list_8_row(council_id: object, **changes: object) -> Row:
    """A child looked after since 1 May 2025."""
    return _child_row(8, council_id, changes) | {
        "Date Started to be Looked After": date(2025, 5, 1),
        "Date of Latest Statutory Review": date(2025, 9, 1),
    } | changes  # fmt: skip


def _child_row(number: int, council_id: object, changes: Mapping[str, object]) -> Row:
    """What every list begins with; a child with another date of birth has no age unless given."""
    row: Row = dict.fromkeys(HEADINGS[number])
    row |= {
        "Child Unique ID": council_id,
        "Gender": "b) Female",
        "Ethnicity": "a) WBRI",
        "Date of Birth": date(2016, 5, 14),
        "Age of Child (Years)": None if "Date of Birth" in changes else 9,
    }
    if _DISABILITY in row:
        row[_DISABILITY] = "b) No"
    return row


def write_annex_a(
    path: Path,
    list_6_rows: Sequence[Mapping[str, object]],
    *,
    list_3_rows: Sequence[Mapping[str, object]] | None = None,
    list_4_rows: Sequence[Mapping[str, object]] | None = None,
    list_5_rows: Sequence[Mapping[str, object]] | None = None,
    list_7_rows: Sequence[Mapping[str, object]] | None = None,
    list_8_rows: Sequence[Mapping[str, object]] | None = None,
    names: Mapping[int, str] | None = None,
    title_row: bool = True,
    before: Iterable[Grid] = (),
    after: Iterable[Grid] = (),
) -> Path:
    """An Annex A workbook; rows are heading → value, and a heading of their own adds a column.

    Values: text, number, bool, date (a true date), Formula, or None. ``names`` gives a list's
    sheet another name than "List_6"; a list that is None has no sheet, an empty one has headings.
    """
    given = {
        3: list_3_rows,
        4: list_4_rows,
        5: list_5_rows,
        6: list_6_rows,
        7: list_7_rows,
        8: list_8_rows,
    }
    lists = [
        Grid((names or {}).get(number, f"List_{number}"), grid_rows(number, rows, title_row))
        for number, rows in given.items()
        if rows is not None
    ]
    return write_grids(path, [*before, *lists, *after])


def grid_rows(
    number: int, rows: Sequence[Mapping[str, object]], title_row: bool = True
) -> list[list[object]]:
    """A list's title, headings and rows as cells; columns of its own stand after Ofsted's."""
    headings = list(HEADINGS[number])
    headings += dict.fromkeys(heading for row in rows for heading in row if heading not in headings)
    title: list[list[object]] = [[TITLES[number]]] if title_row else []
    return [*title, [*headings], *([row.get(heading) for heading in headings] for row in rows)]


def write_grids(path: Path, grids: Iterable[Grid]) -> Path:
    """A workbook of sheets given cell by cell."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        if grid.hidden:
            sheet.hide()
        for row, cells in enumerate(grid.rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Formula):
                    result, shown = cell.result, None
                    if isinstance(result, date):
                        result, shown = (result - date(1899, 12, 30)).days, day
                    sheet.write_formula(row, column, cell.text, shown, result)
                elif isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell, moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(row, column, datetime.combine(cell, time()), day)
                elif isinstance(cell, bool):
                    sheet.write_boolean(row, column, cell)
                elif isinstance(cell, int | float):
                    sheet.write_number(row, column, cell)
                elif cell is not None:
                    sheet.write_string(row, column, str(cell))
    book.close()
    return path


def change_parts(path: Path, changes: Mapping[str, bytes | None]) -> Path:
    """Replaces parts of a workbook by name (None: leaves the part out; new names are added)."""
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()} | changes
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as book:
        for name, part in parts.items():
            if part is not None:
                book.writestr(name, part)
    path.write_bytes(packed.getvalue())
    return path


def read_part(path: Path, name: str) -> bytes:
    """A part of a workbook, unpacked."""
    with ZipFile(path) as book:
        return book.read(name)
