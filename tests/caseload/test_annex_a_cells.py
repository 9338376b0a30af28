"""What a cell says, in every way in which councils write it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from caseload.annex_a import (
    AS_AT,
    Formula,
    change_parts,
    list_3_row,
    list_6_row,
    list_7_row,
    read_part,
    write_annex_a,
)

from audit_app.caseload.annex_a import Kind
from audit_app.caseload.cells import READERS, Unclear
from audit_app.caseload.codes import ETHNICITY
from audit_app.caseload.read import read_caseload
from audit_app.caseload.sheets import Cell
from audit_app.caseload.values import Caseload, CaseStatus

SHEET = "xl/worksheets/sheet1.xml"


def read(tmp_path: Path, *rows: dict[str, object], **lists: list[dict[str, object]]) -> Caseload:
    path = write_annex_a(tmp_path / "export.xlsx", rows, **lists)
    return read_caseload(path, as_at=AS_AT)


@pytest.mark.parametrize(
    ("cell", "council_id"),
    [
        (1001.0, "1001"),
        (1001, "1001"),
        ("1001.0", "1001"),
        ("001001", "001001"),
        ("  AB12 ", "AB12"),
        ("\xa0AB12\u200b", "AB12"),
        ("AB 12", "AB 12"),
        ("", None),
        ("  ", None),
        ("nan", None),
        ("#N/A", Unclear),
        (1e15, Unclear),
        (float("inf"), Unclear),
        (1001.5, Unclear),
        ("1.23457E+11", Unclear),
        (date(2025, 1, 2), Unclear),
        (True, Unclear),
    ],
)
def test_ids(cell: Cell, council_id: str | type[Unclear] | None) -> None:
    check(Kind.ID, cell, council_id)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2025, 4, 3), date(2025, 4, 3)),
        (datetime.combine(date(2025, 4, 3), time(14, 5)), date(2025, 4, 3)),
        ("03/04/2025", date(2025, 4, 3)),
        ("3/4/2025", date(2025, 4, 3)),
        (" 03/04/2025\xa0", date(2025, 4, 3)),
        ("03/04/2025 00:00", date(2025, 4, 3)),
        ("2025-04-03", date(2025, 4, 3)),
        ("2025-04-03T00:00:00", date(2025, 4, 3)),
        ("2025-04-03 00:00:00.000", date(2025, 4, 3)),
        ("29/02/2024", date(2024, 2, 29)),
        ("", None),
        ("NaT", None),
        ("NULL", None),
        ("29/02/2025", Unclear),
        ("13/13/2025", Unclear),
        ("01/01/0020", Unclear),
        ("0020-01-01", Unclear),
        ("1/1/20", Unclear),
        ("01-01-20", Unclear),
        (date(20, 1, 1), Unclear),
        (date(1900, 1, 5), Unclear),
        (datetime.combine(date(1899, 12, 30), time()), Unclear),
        ("31/12/9999", Unclear),
        (45750.0, Unclear),
        ("45750", Unclear),
        (time(1, 2), Unclear),
        (timedelta(days=3), Unclear),
        (True, Unclear),
        ("April 2025", Unclear),
        ("2025", Unclear),
        ("03/04/2025 to 05/04/2025", Unclear),
        ("#VALUE!", Unclear),
    ],
)
def test_dates(cell: Cell, day: date | type[Unclear] | None) -> None:
    check(Kind.DATE, cell, day)


@pytest.mark.parametrize(
    ("kind", "cells", "value"),
    [
        (Kind.GENDER, ("b) Female", "Female", "FEMALE", "F", "f", "b)", "b", 2.0), "Female"),
        (Kind.GENDER, ("a) Male", "a)Male", "male ", "M", 1), "Male"),
        (
            Kind.GENDER,
            ("c) Not stated/recorded (or unborn)", "Not stated/recorded", "U", "Unknown", 9, 0),
            "Not stated",
        ),
        (Kind.GENDER, ("d) Neither", "neither"), "Neither"),
        (Kind.STATUS, ("a) Looked after child", "CLA", "LAC", "A)"), CaseStatus.LOOKED_AFTER),
        (
            Kind.STATUS,
            ("b) Child Protection plan", "child protection plan", "CP", "b"),
            CaseStatus.CHILD_PROTECTION_PLAN,
        ),
        (
            Kind.STATUS,
            ("c) Child in need plan", "CIN", "Child\xa0in need plan"),
            CaseStatus.CHILD_IN_NEED_PLAN,
        ),
        (Kind.STATUS, ("d) Open assessment", "open  assessment"), CaseStatus.OPEN_ASSESSMENT),
        (Kind.STATUS, ("e) Closed episode", "Closed", "e"), CaseStatus.CLOSED),
        (Kind.YES_NO, ("a) Yes", "Yes", "Y", "yes", True, 1, 1.0), "Yes"),
        (Kind.YES_NO, ("b) No", "No", "N", False, 0), "No"),
        (Kind.YES_NO, ("c) Unknown", "unknown", "Not known"), "Unknown"),
        (Kind.CATEGORY, ("a) Neglect", "NEG", "neglect"), "Neglect"),
        (Kind.CATEGORY, ("b) Physical abuse", "PHY"), "Physical abuse"),
        (Kind.CATEGORY, ("c) Sexual abuse", "SAB"), "Sexual abuse"),
        (Kind.CATEGORY, ("d) Emotional abuse", "EMO"), "Emotional abuse"),
        (Kind.CATEGORY, ("e) Multiple/not recommended", "MUL", "Multiple"), "Multiple"),
        (Kind.NEED, ("N1 - Abuse or neglect", "n1", "N1", "a) N1: Abuse"), "N1"),
        (Kind.NEED, ("N0 - Not stated",), "N0"),
        (Kind.CLOSURE, ("RC7 - Services ceased for any other reason", "rc7"), "RC7"),
        (Kind.ETHNICITY, ("s) REFU", "REFU", "refu - Refused"), "REFU"),
        (Kind.ETHNICITY, ("s) NOBT",), "NOBT"),
        (Kind.AGE, ("-1", -1, -1.0), -1),
        (Kind.AGE, (9.5, "9.5"), 9.5),
        (Kind.COUNT, (2.0, "2", " 2 "), 2),
        (Kind.TEXT, ("North\xa0 Team ", "North Team"), "North Team"),
        (Kind.TEXT, (3.0, 3, "3"), "3"),
        (
            Kind.TEXT,
            (date(2025, 4, 3), datetime.combine(date(2025, 4, 3), time()), "2025-04-03"),
            "2025-04-03",
        ),
    ],
)
def test_codes_and_numbers(kind: Kind, cells: tuple[Cell, ...], value: object) -> None:
    for cell in cells:
        check(kind, cell, value)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (Kind.GENDER, ("e)", "x", 3, "n", date(2025, 1, 1))),
        (Kind.STATUS, ("f)", "Duty", "b) Something else", 7.0)),
        (Kind.YES_NO, ("maybe", "d", 2)),
        (Kind.CATEGORY, ("f", "abuse")),
        (Kind.NEED, ("N10", "NEED", "1", "Abuse or neglect")),
        (Kind.CLOSURE, ("RC0", "RC10", "other")),
        (Kind.ETHNICITY, ("s)", "White British", "WBRI or WIRI", "s) XXXX", "WBRITISH")),
        (Kind.AGE, ("-2", "nine", 200, True, float("inf"))),
        (Kind.COUNT, (-1, 1.5, "many", float("inf"), 1000, date(2025, 1, 1))),
        (Kind.TEXT, ("#N/A", " #REF! ", "#DIV/0!")),
    ],
)
def test_what_is_off_the_list_is_unclear(kind: Kind, cells: tuple[Cell, ...]) -> None:
    for cell in cells:
        check(kind, cell, Unclear)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("cell", ["", " ", "\xa0", "nan", "NaN", "NULL", "None", "<NA>"])
def test_every_way_of_writing_nothing_is_nothing(kind: Kind, cell: str) -> None:
    check(kind, cell, None)


def test_every_ethnicity_code_of_the_annex_is_known() -> None:
    assert len(ETHNICITY) == 20
    for code in ETHNICITY:
        check(Kind.ETHNICITY, f"s) {code}", code)


def check(kind: Kind, cell: Cell, expected: object) -> None:
    if expected is Unclear:
        with pytest.raises(Unclear):
            READERS[kind](cell)
    else:
        assert READERS[kind](cell) == expected


def test_a_date_of_the_year_20_is_left_empty_and_named(tmp_path: Path) -> None:
    rows = [
        list_6_row("1", **{"CIN Start Date": "01/01/0020"}),
        list_6_row("2", **{"Date Child Was Last Seen": "1/1/20"}),
        list_6_row("3", **{"Date of Birth": 43831}),
    ]
    caseload = read(tmp_path, *rows)
    first, second, third = caseload.entries
    assert (first.cin_start, second.last_seen, third.date_of_birth) == (None, None, None)
    assert [(d.sheet, d.row, d.column) for d in caseload.doubtful] == [
        ("List_6", 3, "CIN Start Date"),
        ("List_6", 4, "Date Child Was Last Seen"),
        ("List_6", 5, "Date of Birth"),
    ]
    assert all("left empty" in doubt.what for doubt in caseload.doubtful)
    said = [doubt.what for doubt in caseload.doubtful]
    assert "1950" in said[0]
    assert "two digits" in said[1]
    assert "bare number" in said[2]


def test_formulas_are_read_by_their_saved_results(tmp_path: Path) -> None:
    row = list_6_row(
        Formula('="10"&"01"', "1001"),
        **{
            "CIN Start Date": Formula("=DATE(2025,3,2)", date(2025, 3, 2)),
            "Allocated Team": Formula("=VLOOKUP(A3,Teams,2,0)", "North"),
        },
    )
    caseload = read(tmp_path, row)
    entry = caseload.entries[0]
    assert (entry.council_id, entry.cin_start, entry.team) == ("1001", date(2025, 3, 2), "North")
    assert caseload.doubtful == ()


@pytest.mark.parametrize("unsaved", [b"", b"<v/>", b"<v></v>", b"<v />"])
def test_a_formula_without_a_saved_result_is_named(tmp_path: Path, unsaved: bytes) -> None:
    row = list_6_row("1", **{"Allocated Team": Formula("=B1", "North")})
    path = write_annex_a(tmp_path / "export.xlsx", [row])
    xml = read_part(path, SHEET)
    assert b"<v>North</v>" in xml
    change_parts(path, {SHEET: xml.replace(b"<v>North</v>", unsaved)})
    caseload = read_caseload(path, as_at=AS_AT)
    assert caseload.entries[0].team is None
    assert [(d.row, d.column) for d in caseload.doubtful] == [(3, "Allocated Team")]
    assert "formula" in caseload.doubtful[0].what


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#SPILL!", "#CALC!", "#GETTING_DATA"])
def test_an_error_cell_is_empty_and_named(tmp_path: Path, error: str) -> None:
    row = list_6_row("1", **{"Allocated Team": Formula("=NA()", "#N/A"), "Ward": "x"})
    path = write_annex_a(tmp_path / "export.xlsx", [row, list_6_row("2", Ward="#N/A")])
    xml = read_part(path, SHEET)
    assert b"<v>#N/A</v>" in xml
    change_parts(path, {SHEET: xml.replace(b"<v>#N/A</v>", f"<v>{error}</v>".encode())})
    caseload = read_caseload(path, as_at=AS_AT)
    assert caseload.entries[0].team is None
    assert [(d.row, d.column) for d in caseload.doubtful] == [(3, "Allocated Team"), (4, "Ward")]
    assert all("error" in doubt.what for doubt in caseload.doubtful)


def test_an_error_cell_of_no_use_is_not_named(tmp_path: Path) -> None:
    error = Formula("=NA()", "#N/A")
    caseload = read(
        tmp_path,
        list_6_row("1"),
        list_6_row(None, **{"Allocated Team": error}),
        list_3_rows=[list_3_row("1", **{"Allocated Team": error})],
    )
    assert [(d.sheet, d.row, d.column) for d in caseload.doubtful] == [
        ("List_6", 4, "Child Unique ID")
    ]


def test_text_errors_in_team_and_worker_are_left_empty(tmp_path: Path) -> None:
    row = list_6_row("1", **{"Allocated Team": "#N/A", "Allocated Worker": " #N/A "})
    caseload = read(tmp_path, row)
    assert (caseload.entries[0].team, caseload.entries[0].worker) == (None, None)
    assert [d.column for d in caseload.doubtful] == ["Allocated Team", "Allocated Worker"]


def test_a_date_format_that_counts_from_1904_is_read_right(tmp_path: Path) -> None:
    path = write_annex_a(tmp_path / "export.xlsx", [list_6_row("1")])
    workbook = read_part(path, "xl/workbook.xml")
    before = read_caseload(path, as_at=AS_AT).entries[0].cin_start
    changed = workbook.replace(b"<workbookPr", b'<workbookPr date1904="1"')
    change_parts(path, {"xl/workbook.xml": changed})
    after = read_caseload(path, as_at=date(2035, 1, 1)).entries[0].cin_start
    assert before is not None
    assert after is not None
    assert after - before == timedelta(days=1462)


def test_doubts_never_repeat_what_a_cell_holds(tmp_path: Path) -> None:
    secret = "Canary7731"
    headings = [heading for heading in list_6_row("1") if heading != "Child Unique ID"]
    rows = [list_6_row(str(number), **{heading: secret}) for number, heading in enumerate(headings)]
    rows += [list_6_row(secret), list_6_row(secret), list_6_row(secret.upper())]
    plans = [list_7_row(secret), list_7_row(secret.lower()), list_7_row(f"{secret}x")]
    caseload = read(tmp_path, *rows, list_7_rows=plans)
    assert len(caseload.doubtful) > len(headings) / 2
    assert len(caseload.unmatched) == 1
    said = repr((caseload.doubtful, caseload.unmatched, caseload.sheets)).casefold()
    assert secret.casefold() not in said


def test_a_child_is_not_named_by_repr(tmp_path: Path) -> None:
    row = list_6_row("Canary1", **{"Allocated Worker": "Canary2", "Note": "Canary3"})
    entry = read(tmp_path, row).entries[0]
    assert (entry.council_id, entry.worker, entry.local["Note"]) == (
        "Canary1",
        "Canary2",
        "Canary3",
    )
    assert "Canary" not in repr(entry)
    assert "2016" not in repr(entry)
