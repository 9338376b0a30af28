"""What a row says against itself: status, dates, ages; reported by its place and kept."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from caseload.annex_a import (
    AS_AT,
    list_4_row,
    list_6_row,
    list_7_row,
    write_annex_a,
)
from hypothesis import given
from hypothesis import strategies as st

from audit_app.caseload.read import age_at, read_caseload
from audit_app.caseload.values import Caseload, CaseStatus

CLOSED = "e) Closed episode"
PLAN_START = "Child Protection Plan Start Date"
PLAN_END = "Child Protection Plan End Date"


def read(tmp_path: Path, *rows: dict[str, object], **lists: list[dict[str, object]]) -> Caseload:
    path = write_annex_a(tmp_path / "export.xlsx", rows, **lists)
    return read_caseload(path, as_at=AS_AT)


def places(caseload: Caseload) -> list[tuple[str, int, str]]:
    return [(doubt.sheet, doubt.row, doubt.column) for doubt in caseload.doubtful]


# Status


@pytest.mark.parametrize(
    ("status", "closure", "expected", "column"),
    [
        ("c) Child in need plan", None, CaseStatus.CHILD_IN_NEED_PLAN, None),
        (CLOSED, date(2025, 9, 1), CaseStatus.CLOSED, None),
        (CLOSED, None, CaseStatus.CLOSED, "CIN Closure Date"),
        ("c) Child in need plan", date(2025, 9, 1), CaseStatus.CLOSED, "Case status"),
        ("c) Child in need plan", AS_AT, CaseStatus.CLOSED, "Case status"),
        (
            "c) Child in need plan",
            AS_AT + timedelta(days=1),
            CaseStatus.CHILD_IN_NEED_PLAN,
            "CIN Closure Date",
        ),
        (None, None, None, "Case status"),
        (None, date(2025, 9, 1), CaseStatus.CLOSED, "Case status"),
        ("z) Elsewhere", None, None, "Case status"),
        (CLOSED, "1/9/25", CaseStatus.CLOSED, "CIN Closure Date"),
    ],
)
def test_a_case_is_closed_by_status_or_date_and_a_disagreement_is_reported(
    tmp_path: Path,
    status: str | None,
    closure: object,
    expected: CaseStatus | None,
    column: str | None,
) -> None:
    row = list_6_row("1", **{"Case status": status, "CIN Closure Date": closure})
    caseload = read(tmp_path, row)
    assert caseload.entries[0].status is expected
    assert places(caseload) == ([("List_6", 3, column)] if column else [])


def test_an_open_case_without_a_team_is_reported_and_a_closed_one_is_not(tmp_path: Path) -> None:
    closed = {"Case status": CLOSED, "CIN Closure Date": date(2025, 9, 1)}
    caseload = read(
        tmp_path,
        list_6_row("1", **{"Allocated Team": None}),
        list_6_row("2", **{"Allocated Team": None}, **closed),
    )
    assert places(caseload) == [("List_6", 3, "Allocated Team")]


# Dates that cannot be, reported and kept


@pytest.mark.parametrize(
    ("changes", "column", "field"),
    [
        ({"CIN Start Date": AS_AT + timedelta(days=1)}, "CIN Start Date", "cin_start"),
        ({"Date Child Was Last Seen": date(2026, 1, 1)}, "Date Child Was Last Seen", "last_seen"),
        ({"Date Child Was Last Seen": date(2016, 5, 1)}, "Date Child Was Last Seen", "last_seen"),
        (
            {"CIN Closure Date": date(2025, 3, 1), "Case status": CLOSED},
            "CIN Closure Date",
            "cin_closure",
        ),
        ({"Date of Birth": date(1990, 1, 1)}, "Date of Birth", "date_of_birth"),
        (
            {"Date of Birth": date(2012, 1, 1), "Age of Child (Years)": 9.5},
            "Date of Birth",
            "date_of_birth",
        ),
        (
            {"Date of Birth": date(2025, 1, 1), "Age of Child (Years)": -1},
            "Date of Birth",
            "date_of_birth",
        ),
        ({"Date of Birth": date(2027, 1, 1)}, "Date of Birth", "date_of_birth"),
    ],
)
def test_dates_of_list_6_that_cannot_be(
    tmp_path: Path, changes: dict[str, object], column: str, field: str
) -> None:
    caseload = read(tmp_path, list_6_row("1", **changes))
    assert places(caseload) == [("List_6", 3, column)]
    assert getattr(caseload.entries[0], field) == changes[column]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"Date of Birth": date(2025, 4, 1)}, PLAN_START),
        ({PLAN_END: date(2025, 3, 1)}, PLAN_END),
        (
            {"Date of the Last Statutory Visit": date(2025, 11, 1)},
            "Date of the Last Statutory Visit",
        ),
    ],
)
def test_dates_of_a_plan_that_cannot_be(
    tmp_path: Path, changes: dict[str, object], column: str
) -> None:
    caseload = read(tmp_path, list_6_row("1"), list_7_rows=[list_7_row("1", **changes)])
    assert places(caseload) == [("List_7", 3, column)]
    assert caseload.entries[0].plan_start == date(2025, 3, 20)


def test_dates_on_one_day_are_no_doubt(tmp_path: Path) -> None:
    closed = {"CIN Start Date": AS_AT, "CIN Closure Date": AS_AT, "Case status": CLOSED}
    born = {"Date of Birth": AS_AT, "Date Child Was Last Seen": AS_AT}
    plan = {"Date of Birth": AS_AT, PLAN_START: AS_AT, PLAN_END: AS_AT}
    caseload = read(
        tmp_path,
        list_6_row("1", **closed),
        list_6_row("2", **born),
        list_7_rows=[list_7_row("2", **plan)],
    )
    assert caseload.doubtful == ()


def test_a_child_born_on_the_day_of_the_export_is_born(tmp_path: Path) -> None:
    born = {"Date of Birth": AS_AT}
    caseload = read(tmp_path, list_6_row("1", **born), list_7_rows=[list_7_row("1", **born)])
    assert not caseload.entries[0].unborn
    assert places(caseload) == [
        ("List_6", 3, "Date Child Was Last Seen"),
        ("List_7", 3, PLAN_START),
    ]


@pytest.mark.parametrize(
    ("birth", "age", "doubtful"),
    [
        (AS_AT + timedelta(days=301), -1, False),
        (AS_AT + timedelta(days=302), -1, True),
        (date(1999, 10, 31), 26, False),
        (date(1998, 10, 31), 27, True),
        (date(2015, 5, 14), 9, False),
        (date(2014, 5, 14), 9, True),
    ],
)
def test_the_bounds_of_a_believable_age(
    tmp_path: Path, birth: date, age: int, doubtful: bool
) -> None:
    unseen = {"Date Child Was Last Seen": None}
    row = list_6_row("1", **{"Date of Birth": birth, "Age of Child (Years)": age}, **unseen)
    assert bool(read(tmp_path, row).doubtful) is doubtful


def test_an_assessment_authorised_before_it_started_is_reported(tmp_path: Path) -> None:
    column = "Continuous Assessment Date of Authorisation"
    assessment = list_4_row("1", **{column: date(2025, 3, 1)})
    caseload = read(tmp_path, list_6_row("1"), list_4_rows=[assessment])
    assert places(caseload) == [("List_4", 3, column)]
    assert caseload.entries[0].last_assessment_authorised == date(2025, 3, 1)


# Age


@pytest.mark.parametrize(
    ("birth", "age", "unborn", "doubts"),
    [
        (date(2025, 12, 24), -1, True, 0),
        (date(2025, 12, 24), "-1", True, 0),
        (date(2025, 12, 24), None, True, 0),
        (None, -1, True, 0),
        (date(2025, 12, 24), 0, True, 1),
        (None, None, False, 1),
        (None, 4, False, 1),
        (date(2016, 5, 14), 9.46, False, 0),
        (date(2016, 5, 14), 8, False, 0),
        (date(2016, 5, 14), "nine", False, 1),
    ],
)
def test_unborn_children_and_ages(
    tmp_path: Path, birth: date | None, age: object, unborn: bool, doubts: int
) -> None:
    row = list_6_row("1", **{"Date of Birth": birth, "Age of Child (Years)": age})
    caseload = read(tmp_path, row)
    assert caseload.entries[0].unborn is unborn
    assert caseload.entries[0].date_of_birth == birth
    assert len(caseload.doubtful) == doubts


def test_a_plan_before_the_expected_birth_is_no_doubt(tmp_path: Path) -> None:
    expected = {"Date of Birth": date(2025, 12, 24)}
    caseload = read(
        tmp_path, list_6_row("1", **expected), list_7_rows=[list_7_row("1", **expected)]
    )
    assert caseload.doubtful == ()


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2016, 5, 14), date(2025, 5, 13), 8),
        (date(2016, 5, 14), date(2025, 5, 14), 9),
        (date(2016, 2, 29), date(2025, 2, 28), 8),
        (date(2016, 2, 29), date(2025, 3, 1), 9),
        (date(2025, 5, 14), date(2025, 5, 14), 0),
        (date(2025, 5, 14), date(2025, 5, 13), -1),
    ],
)
def test_age_at_a_day(birth: date, day: date, age: int) -> None:
    assert age_at(birth, day) == age


@given(birth=st.dates(date(1990, 1, 1), date(2030, 1, 1)), days=st.integers(0, 12_000))
def test_an_age_rises_by_one_at_most_each_year_and_never_falls(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    assert 0 <= age_at(birth, day) <= age_at(birth, day + timedelta(days=1))
    assert age_at(birth, day + timedelta(days=366)) - age_at(birth, day) in (1, 2)
    assert age_at(birth, day) == pytest.approx(days / 365.2425, abs=1)
