"""Which sheet is which list, and where its headings stand."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from caseload.annex_a import (
    AS_AT,
    HEADINGS,
    Grid,
    grid_rows,
    list_3_row,
    list_6_row,
    list_7_row,
    list_8_row,
    write_annex_a,
    write_grids,
)

from audit_app.caseload.headings import name_list
from audit_app.caseload.read import read_caseload
from audit_app.caseload.values import Caseload, CaseloadFault, SheetRead


def read(path: Path) -> Caseload:
    return read_caseload(path, as_at=AS_AT)


def refusal(path: Path) -> str:
    with pytest.raises(CaseloadFault) as fault:
        read(path)
    message = str(fault.value)
    assert "nothing was imported" in message
    assert message.endswith(".")
    assert message.count(". ") == 0, "one sentence"
    return message


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xlsx"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("List_6", 6),
        ("List 6", 6),
        ("LIST  06 ", 6),
        ("list-6 CIN", 6),
        ("List6", 6),
        ("Children in Need", 6),
        ("CIN", 6),
        ("List_1", 1),
        ("List 10", 10),
        ("List_11", 11),
        ("List 61", 61),
        ("Referrals", 3),
        ("Contacts", 1),
        ("Early Help assessments", 2),
        ("Assessments", 4),
        ("Sec47 and ICPC", 5),
        ("Section 47 and Initial Child Protection Conferences", 5),
        ("Child Protection", 7),
        ("Children in Care", 8),
        ("Front_Sheet", None),
    ],
)
def test_a_sheet_name_speaks_of_one_list(name: str, number: int | None) -> None:
    assert name_list(name) == number


@pytest.mark.parametrize(
    "names",
    [
        {6: "List_6", 7: "List_7", 3: "List_3"},
        {6: "List 6", 7: "List_7", 3: "list 3"},
        {6: "Children in Need", 7: "Child Protection", 3: "Referrals"},
        {6: "Sheet1", 7: "Sheet2", 3: "Sheet3"},
    ],
)
def test_names_may_be_mixed_or_words_or_nothing(file: Path, names: dict[int, str]) -> None:
    write_annex_a(
        file,
        [list_6_row("1")],
        list_3_rows=[list_3_row("1"), list_3_row("1")],
        list_7_rows=[list_7_row("1")],
        names=names,
    )
    caseload = read(file)
    assert caseload.sheets == (
        SheetRead(names[3], 3, 2),
        SheetRead(names[6], 6, 1),
        SheetRead(names[7], 7, 1),
    )
    assert caseload.rows_read == 4
    assert caseload.entries[0].plan_category == "Neglect"
    assert caseload.entries[0].referrals_12_months == 2


def test_four_sheets_without_data_first_and_lists_10_and_11_after(file: Path) -> None:
    before = [
        Grid("Front_Sheet", [["Annex A"], [], ["Local authority"]]),
        Grid("FAQ_and_changes", [["Question", "Answer"]]),
        Grid("Guidance", [["List Number/Title", "Field Heading"], ["List 6", "CIN Start Date"]]),
        Grid("Codes_used", [["Gender", "Preferred code", "Case status"], ["a) Male"]]),
        Grid("List_1", [["List 1: Contacts"], [*HEADINGS[3][:5], "Date of Contact"], ["9"]]),
    ]
    after = [
        Grid("List_10", [["List 10: Adoption"], [*HEADINGS[3][:5], "Family identifier"], ["8"]]),
        Grid("List_11", [["List 11: Adopters"], ["Individual adopter identifier"], ["7"]]),
    ]
    caseload = read(write_annex_a(file, [list_6_row("1")], before=before, after=after))
    assert [entry.council_id for entry in caseload.entries] == ["1"]
    assert [sheet.list_number for sheet in caseload.sheets] == [None] * 5 + [6, None, None]
    assert caseload.doubtful == ()


@pytest.mark.parametrize("title_row", [True, False])
def test_headings_stand_in_row_1_or_2(file: Path, title_row: bool) -> None:
    rows = [list_6_row("1"), list_6_row("")]
    caseload = read(write_annex_a(file, rows, title_row=title_row))
    assert len(caseload.entries) == 1
    assert [doubt.row for doubt in caseload.doubtful] == [4 if title_row else 3]


def test_blank_rows_do_not_shift_the_row_that_is_named(file: Path) -> None:
    cells = grid_rows(6, [list_6_row(""), list_6_row("1"), list_6_row(" ")])
    cells.insert(2, [])
    cells.insert(0, [])
    cells.insert(0, [])
    cells.insert(7, ["   ", None, " "])
    caseload = read(write_grids(file, [Grid("List_6", cells)]))
    assert [entry.council_id for entry in caseload.entries] == ["1"]
    assert [(doubt.row, doubt.column) for doubt in caseload.doubtful] == [
        (6, "Child Unique ID"),
        (9, "Child Unique ID"),
    ]
    assert caseload.rows_read == 3


def test_headings_are_known_in_other_spellings(file: Path) -> None:
    spelled = {
        "Child Unique ID": "ChildUniqueID",
        "Gender": "GENDER ",
        "Age of Child (Years)": "Age",
        "Date of Birth": "date of  birth",
        "Case status": "Case Status\n",
        "CIN Start Date": "CIN Start\xa0Date",
        "Was the Child Seen Alone?": "Was the Child Seen Alone (Y/N))",
        "Date Started to be Looked After": "LoookedAfterStartDate",
    }
    grids = []
    for number, row in ((6, list_6_row("1")), (7, list_7_row("1")), (8, list_8_row("1"))):
        cells = grid_rows(number, [row])
        cells[1] = [spelled.get(str(heading), heading) for heading in cells[1]]
        grids.append(Grid(f"List_{number}", cells))
    caseload = read(write_grids(file, grids))
    assert caseload.doubtful == ()
    entry = caseload.entries[0]
    assert (entry.gender, entry.seen_alone) == ("Female", "Yes")
    assert entry.looked_after_start is not None
    assert entry.local == {}


@pytest.mark.parametrize("apostrophe", ["'", "’", "‘", ""])
def test_apostrophes_do_not_matter(file: Path, apostrophe: str) -> None:
    cells = grid_rows(6, [list_6_row("1")])
    cells[1] = [f"Child{apostrophe}s case status" if h == "Case status" else h for h in cells[1]]
    mapping = {"status": "Child's Case Status"}
    path = write_grids(file, [Grid("List_6", cells)])
    caseload = read_caseload(path, as_at=AS_AT, mapping=mapping)
    assert caseload.entries[0].status == "child_in_need_plan"


def test_columns_are_found_by_heading_wherever_they_stand(file: Path) -> None:
    plain = read(write_annex_a(file, [list_6_row("1")])).entries[0]
    cells = [list(reversed(row)) for row in grid_rows(6, [list_6_row("1")], title_row=False)]
    cells[0].insert(3, "Inserted")
    cells[1].insert(3, "local")
    turned = read(write_grids(file, [Grid("List_6", cells)])).entries[0]
    assert turned.local == {"Inserted": "local"}
    for field in ("council_id", "status", "team", "worker", "date_of_birth", "cin_start"):
        assert getattr(turned, field) == getattr(plain, field)


def test_local_columns_are_kept_by_their_heading(file: Path) -> None:
    rows = [
        list_6_row("1", Locality="West", Factor="3A", Score=2),
        list_6_row("2", Locality=None, Factor="\xa0", Score=2.5),
    ]
    caseload = read(write_annex_a(file, rows))
    assert caseload.entries[0].local == {"Locality": "West", "Factor": "3A", "Score": "2"}
    assert caseload.entries[1].local == {"Score": "2.5"}
    assert caseload.doubtful == ()


def test_a_local_column_named_as_one_of_our_fields_stays_local(file: Path) -> None:
    entry = read(write_annex_a(file, [list_6_row("1", status="x", local="y")])).entries[0]
    assert entry.local == {"status": "x", "local": "y"}
    assert entry.status == "child_in_need_plan"


def test_a_heading_that_stands_twice_is_read_once_and_reported(file: Path) -> None:
    cells = grid_rows(6, [list_6_row("1")])
    cells[1].append("allocated team")
    cells[2].append("South")
    caseload = read(write_grids(file, [Grid("List_6", cells)]))
    assert caseload.entries[0].team == "North"
    assert caseload.entries[0].local == {}
    assert [(d.row, d.column) for d in caseload.doubtful] == [(2, "allocated team")]


def test_a_list_with_headings_and_no_rows_is_read_as_empty(file: Path) -> None:
    caseload = read(write_annex_a(file, [list_6_row("1")], list_7_rows=[], list_3_rows=[]))
    assert [(sheet.list_number, sheet.rows) for sheet in caseload.sheets] == [
        (3, 0),
        (6, 1),
        (7, 0),
    ]
    assert caseload.doubtful == ()


def test_a_missing_optional_heading_is_reported_once(file: Path) -> None:
    cells = grid_rows(6, [list_6_row("1"), list_6_row("2")])
    without = cells[1].index("Date of Birth")
    for row in cells[1:]:
        del row[without]
    caseload = read(write_grids(file, [Grid("List_6", cells)]))
    assert caseload.entries[0].date_of_birth is None
    assert [(d.row, d.column) for d in caseload.doubtful] == [(2, "Date of Birth")]


@pytest.mark.parametrize("heading", ["Child Unique ID", "Case status", "CIN Start Date"])
def test_a_missing_heading_of_list_6_is_named_with_its_sheet(file: Path, heading: str) -> None:
    cells = grid_rows(6, [list_6_row("1")])
    cells[1][cells[1].index(heading)] = "Something else"
    message = refusal(write_grids(file, [Grid("Kinder", cells), Grid("Front", [["x"]])]))
    assert f"the heading “{heading}”," in message
    assert "“Kinder”" in message
    assert "Something else" in message
    assert "Allocated Team" in message


def test_two_missing_headings_are_both_named(file: Path) -> None:
    cells = grid_rows(6, [list_6_row("1")])
    missing = ("CIN Start Date", "Case status")
    cells[1] = [None if heading in missing else heading for heading in cells[1]]
    message = refusal(write_grids(file, [Grid("List_6", cells)]))
    assert "the headings “CIN Start Date” and “Case status”" in message


def test_a_missing_heading_of_a_numbered_list_is_a_fault(file: Path) -> None:
    cells = grid_rows(7, [list_7_row("1")])
    cells[1][cells[1].index("Child Protection Plan Start Date")] = "Began"
    frame = Grid("List_6", grid_rows(6, [list_6_row("1")]))
    message = refusal(write_grids(file, [frame, Grid("List_7", cells)]))
    assert "“Child Protection Plan Start Date”" in message
    assert "“List_7”" in message


def test_a_sheet_named_in_words_that_is_no_list_is_left_and_reported(file: Path) -> None:
    notes = Grid("Child protection notes", [["Child Unique ID", "Gender", "Note"], ["1", "M", "x"]])
    figures = Grid("Referrals", [["Month", "Number"], ["May", 12]])
    caseload = read(write_annex_a(file, [list_6_row("1")], after=[notes, figures]))
    assert [doubt.sheet for doubt in caseload.doubtful] == [notes.name, figures.name]
    assert all("ot read" in doubt.what for doubt in caseload.doubtful)
    assert [doubt.row for doubt in caseload.doubtful] == [1, 1]
    assert [sheet.list_number for sheet in caseload.sheets] == [6, None, None]


def test_of_two_sheets_with_one_list_the_named_and_visible_one_is_read(file: Path) -> None:
    old = Grid("Old", grid_rows(6, [list_6_row("old")]))
    hidden = Grid("List_6 (2)", grid_rows(6, [list_6_row("hidden")]), hidden=True)
    caseload = read(write_annex_a(file, [list_6_row("now")], before=[old, hidden]))
    assert [entry.council_id for entry in caseload.entries] == ["now"]
    assert [(d.sheet, d.row) for d in caseload.doubtful] == [("Old", 2), ("List_6 (2)", 2)]


def test_of_two_sheets_with_one_list_the_one_with_rows_is_read(file: Path) -> None:
    bare = Grid("List_6", grid_rows(6, []))
    filled = Grid("Export", grid_rows(6, [list_6_row("1")]))
    caseload = read(write_grids(file, [bare, filled]))
    assert [sheet.list_number for sheet in caseload.sheets] == [None, 6]


def test_headings_win_over_a_wrong_number_in_the_name(file: Path) -> None:
    caseload = read(write_annex_a(file, [list_6_row("1")], names={6: "List_9"}))
    assert len(caseload.entries) == 1
    assert [(d.sheet, d.row) for d in caseload.doubtful] == [("List_9", 2)]
    assert "list 9" in caseload.doubtful[0].what


def test_a_workbook_of_another_writer_says_the_same(file: Path, tmp_path: Path) -> None:
    rows = [list_6_row("1", Note="x"), list_6_row(2), list_6_row("3", **{"Case status": "#N/A"})]
    first = read(write_annex_a(file, rows))
    book = openpyxl.Workbook()
    book.active.title = "List_6"
    for cells in grid_rows(6, rows):
        book.active.append(cells)
    book.active.merge_cells("A1:N1")
    book.active.freeze_panes = "A3"
    book.active.row_dimensions[400].height = 30
    book.active["C300"].number_format = "dd/mm/yyyy"
    other = tmp_path / "other.xlsx"
    book.save(other)
    assert read(other) == first


def test_no_list_6_says_which_sheets_were_seen(file: Path) -> None:
    message = refusal(write_grids(file, [Grid("Front", [["x"]]), Grid("Other", [["y"]])]))
    assert "list 6" in message
    assert "Front, Other" in message


@pytest.mark.parametrize("rows", [[], [[]], [["List 6: Children in Need"]]])
def test_an_empty_list_6_is_refused(file: Path, rows: list[list[object]]) -> None:
    message = refusal(write_grids(file, [Grid("Front", [["x"]]), Grid("List_6", rows)]))
    assert "“List_6”" in message
    assert ("is empty" in message) is not any(rows)


def test_a_summary_named_as_a_list_that_stands_elsewhere_is_left_alone(file: Path) -> None:
    summary = Grid("Children in Need", [["Child Unique ID", "Case status"], ["All", "412"]])
    empty = Grid("List_7", [])
    caseload = read(write_annex_a(file, [list_6_row("1")], before=[summary, empty]))
    assert caseload.doubtful == ()
    assert [sheet.list_number for sheet in caseload.sheets] == [None, None, 6]


def test_list_6_with_headings_only_is_refused(file: Path) -> None:
    assert "no row" in refusal(write_annex_a(file, []))


def test_footers_and_repeated_headings_are_no_case_files(file: Path) -> None:
    cells = grid_rows(6, [list_6_row("1")])
    cells += [cells[1], ["Total: 1 child"]]
    caseload = read(write_grids(file, [Grid("List_6", cells)]))
    assert [entry.council_id for entry in caseload.entries] == ["1"]
    assert [doubt.row for doubt in caseload.doubtful] == [4, 5]
    assert "headings" in caseload.doubtful[0].what
    assert "Nothing but" in caseload.doubtful[1].what
    assert caseload.rows_read == 3
