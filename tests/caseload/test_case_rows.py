"""Which row of a child counts, and what is joined to it."""

from __future__ import annotations

from datetime import date
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

from audit_app.caseload.read import read_caseload
from audit_app.caseload.values import Caseload, Unmatched

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
