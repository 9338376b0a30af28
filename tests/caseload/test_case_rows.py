"""Which row of a child counts, what is joined, and what a row says against itself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from caseload.annex_a import (
    AS_AT,
    list_3_row,
    list_4_row,
    list_5_row,
    list_6_row,
    list_7_row,
    list_8_row,
    write_annex_a,
)
from hypothesis import given
from hypothesis import strategies as st

from audit_app.caseload.read import age_at, read_caseload
from audit_app.caseload.values import Caseload, CaseStatus, Unmatched

CLOSED = "e) Closed episode"
PLAN_START = "Child Protection Plan Start Date"
PLAN_END = "Child Protection Plan End Date"


def read(tmp_path: Path, *rows: dict[str, object], **lists: list[dict[str, object]]) -> Caseload:
    path = write_annex_a(tmp_path / "export.xlsx", rows, **lists)
    return read_caseload(path, as_at=AS_AT)


def places(caseload: Caseload) -> list[tuple[str, int, str]]:
    return [(doubt.sheet, doubt.row, doubt.column) for doubt in caseload.doubtful]


# Ids


def test_ids_are_compared_without_case_and_the_first_spelling_wins(tmp_path: Path) -> None:
    caseload = read(
        tmp_path,
        list_6_row("Ab1", **{"CIN Start Date": date(2024, 1, 1)}),
        list_6_row(" aB1 ", **{"CIN Start Date": date(2025, 1, 1)}),
        list_3_rows=[list_3_row("AB1"), list_3_row("AB1", **{"Referral Source": "x"})],
    )
    assert [entry.council_id for entry in caseload.entries] == ["Ab1"]
    assert caseload.entries[0].cin_start == date(2025, 1, 1)
    assert caseload.entries[0].last_referral == date(2025, 3, 1)
    spelled = [doubt for doubt in caseload.doubtful if "spelled" in doubt.what]
    assert [(d.sheet, d.row) for d in spelled] == [("List_3", 3), ("List_6", 4)]


def test_leading_zeros_tell_children_apart(tmp_path: Path) -> None:
    caseload = read(tmp_path, list_6_row("01001"), list_6_row(1001), list_6_row("1002.0"))
    assert [entry.council_id for entry in caseload.entries] == ["01001", "1001", "1002"]


def test_blank_ids_are_reported_and_left_out(tmp_path: Path) -> None:
    caseload = read(tmp_path, list_6_row(None), list_6_row("1"), list_6_row("#N/A"))
    assert len(caseload.entries) == 1
    assert places(caseload) == [
        ("List_6", 3, "Child Unique ID"),
        ("List_6", 5, "Child Unique ID"),
    ]
    assert caseload.rows_read == 3
    assert "no id" in caseload.doubtful[0].what
    assert "error" in caseload.doubtful[1].what
    assert all("left out" in doubt.what for doubt in caseload.doubtful)


# Repeats and several rows


def test_the_same_row_twice_is_counted_once_and_reported(tmp_path: Path) -> None:
    caseload = read(tmp_path, list_6_row("1"), list_6_row("2"), list_6_row("1"))
    assert [entry.council_id for entry in caseload.entries] == ["1", "2"]
    assert places(caseload) == [("List_6", 5, "")]
    assert "row 3" in caseload.doubtful[0].what
    assert caseload.rows_read == 3


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_rows_the_open_one_with_the_latest_start_is_kept(
    tmp_path: Path, turned: bool
) -> None:
    rows = [
        list_6_row(
            "1",
            **{
                "CIN Start Date": date(2025, 5, 1),
                "CIN Closure Date": date(2025, 6, 1),
                "Case status": CLOSED,
                "Allocated Team": "Closed later",
            },
        ),
        list_6_row("1", **{"CIN Start Date": date(2025, 1, 1), "Allocated Team": "Open"}),
        list_6_row("1", **{"CIN Start Date": date(2024, 1, 1), "Allocated Team": "Open before"}),
    ]
    caseload = read(tmp_path, *(reversed(rows) if turned else rows))
    assert [entry.team for entry in caseload.entries] == ["Open"]
    assert len(caseload.doubtful) == 2
    assert all("row 4" in doubt.what for doubt in caseload.doubtful)


def test_repeats_in_lists_of_events_are_reported_by_their_keys(tmp_path: Path) -> None:
    caseload = read(
        tmp_path,
        list_6_row("1"),
        list_3_rows=[
            list_3_row("1"),
            list_3_row("1", **{"Referral Source": "a) 1A: Individual"}),
            list_3_row("1", **{"Date of referral": date(2025, 5, 1)}),
            list_3_row("1"),
        ],
        list_4_rows=[list_4_row("1"), list_4_row("1")],
        list_5_rows=[list_5_row("1"), list_5_row("1")],
        list_7_rows=[list_7_row("1"), list_7_row("1")],
    )
    assert places(caseload) == [
        ("List_3", 6, ""),
        ("List_4", 4, ""),
        ("List_5", 4, ""),
        ("List_7", 4, ""),
    ]


# Joins


def test_events_give_the_latest_and_its_own_facts(tmp_path: Path) -> None:
    newer = date(2025, 8, 1)
    count, authorised = (
        "Number of Referrals in Last 12 Months",
        "Continuous Assessment Date of Authorisation",
    )
    started = "Strategy discussion initiating Section 47 Enquiry Start Date"
    caseload = read(
        tmp_path,
        list_6_row(1),
        list_6_row(2),
        list_3_rows=[
            list_3_row(1),
            list_3_row(1, **{"Date of referral": newer, count: 3}),
            list_3_row(1, **{"Date of referral": None, count: 9}),
        ],
        list_4_rows=[
            list_4_row(1, **{"Continuous Assessment Start Date": newer, authorised: None}),
            list_4_row(1),
        ],
        list_5_rows=[list_5_row(1, **{started: newer}), list_5_row("1.0")],
    )
    entry, other = caseload.entries
    assert (entry.last_referral, entry.referrals_12_months) == (newer, 3)
    assert (entry.last_assessment_start, entry.last_assessment_authorised) == (newer, None)
    assert entry.last_strategy_discussion == newer
    assert (other.last_referral, other.last_assessment_start) == (None, None)


def test_team_and_worker_are_those_of_list_6_not_of_an_event(tmp_path: Path) -> None:
    event = {"Allocated Team": "Duty", "Allocated Worker": "Worker 9", "Gender": "a) Male"}
    caseload = read(
        tmp_path,
        list_6_row("1"),
        list_3_rows=[list_3_row("1", **event)],
        list_7_rows=[list_7_row("1", **event)],
    )
    entry = caseload.entries[0]
    assert (entry.team, entry.worker, entry.gender) == ("North", "Worker 1", "Female")


@pytest.mark.parametrize("turned", [False, True])
def test_the_current_plan_counts_before_a_later_ended_one(tmp_path: Path, turned: bool) -> None:
    ended = list_7_row(
        "1",
        **{
            PLAN_START: date(2025, 5, 1),
            PLAN_END: date(2025, 6, 1),
            "Latest Category of Abuse": "c) Sexual abuse",
        },
    )
    plans = [ended, list_7_row("1")]
    caseload = read(
        tmp_path, list_6_row("1"), list_7_rows=list(reversed(plans)) if turned else plans
    )
    entry = caseload.entries[0]
    assert (entry.plan_start, entry.plan_end, entry.plan_category) == (
        date(2025, 3, 20),
        None,
        "Neglect",
    )
    assert entry.last_statutory_visit == date(2025, 10, 2)
    assert entry.last_review_conference == date(2025, 6, 18)
    assert entry.seen_alone == "Yes"
    assert [doubt.sheet for doubt in caseload.doubtful] == ["List_7"]
    assert caseload.doubtful[0].row == (4 if turned else 3)


def test_a_plan_that_ended_on_the_day_of_the_export_is_no_current_one(tmp_path: Path) -> None:
    ended = list_7_row("1", **{PLAN_START: date(2025, 5, 1), PLAN_END: AS_AT})
    plans = [ended, list_7_row("1")]
    assert read(tmp_path, list_6_row("1"), list_7_rows=plans).entries[0].plan_end is None


def test_without_a_current_plan_the_latest_counts(tmp_path: Path) -> None:
    plans = [
        list_7_row("1", **{PLAN_START: date(2024, 1, 1), PLAN_END: date(2024, 9, 1)}),
        list_7_row("1", **{PLAN_START: date(2025, 1, 1), PLAN_END: date(2025, 9, 1)}),
    ]
    entry = read(tmp_path, list_6_row("1"), list_7_rows=plans).entries[0]
    assert (entry.plan_start, entry.plan_end) == (date(2025, 1, 1), date(2025, 9, 1))


def test_a_plan_without_a_latest_category_has_its_first(tmp_path: Path) -> None:
    plan = list_7_row("1", **{"Latest Category of Abuse": None})
    entry = read(tmp_path, list_6_row("1"), list_7_rows=[plan]).entries[0]
    assert entry.plan_category == "Emotional abuse"


def test_children_in_care_give_their_dates(tmp_path: Path) -> None:
    entry = read(tmp_path, list_6_row("1"), list_8_rows=[list_8_row("1")]).entries[0]
    assert (entry.looked_after_start, entry.last_looked_after_review, entry.looked_after_end) == (
        date(2025, 5, 1),
        date(2025, 9, 1),
        None,
    )


def test_children_outside_list_6_are_counted_by_place_and_never_by_id(tmp_path: Path) -> None:
    caseload = read(
        tmp_path,
        list_6_row("1"),
        list_3_rows=[list_3_row("1"), list_3_row("9"), list_3_row("8"), list_3_row(9, x="y")],
        list_7_rows=[list_7_row("9")],
    )
    assert caseload.unmatched == (
        Unmatched("List_3", 4, 2),
        Unmatched("List_3", 5, 1),
        Unmatched("List_7", 3, 1),
    )
    assert len(caseload.entries) == 1


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
