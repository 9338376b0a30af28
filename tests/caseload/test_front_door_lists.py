"""Lists 3, 4 and 6 as the front door reads them: variants, blanks, a column of the council's."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from caseload.annex_a import (
    AS_AT,
    Grid,
    grid_rows,
    list_3_row,
    list_4_row,
    list_6_row,
    write_annex_a,
    write_grids,
)

from audit_app.caseload.read import read_caseload
from audit_app.caseload.values import Caseload, CaseloadFault, FrontDoor
from audit_app.core.front_door import Referral, Service, Told

DAY = date(2025, 3, 1)
REFERRED, NFA = "Date of referral", "Referral NFA?"
SUPPORT = "Was the child assessed as requiring LA children’s social care support"
MAPPING = {"referral_decided": "Decision made at"}


def read(
    tmp_path: Path, mapping: dict[str, str] | None = None, **lists: list[dict[str, object]]
) -> Caseload:
    path = write_annex_a(tmp_path / "export.xlsx", [list_6_row("1")], **lists)
    return read_caseload(path, as_at=AS_AT, mapping=mapping)


def front_door(caseload: Caseload) -> FrontDoor:
    assert caseload.front_door is not None
    return caseload.front_door


def test_children_without_a_case_file_are_counted_and_the_same_child_twice_is_one(
    tmp_path: Path,
) -> None:
    found = front_door(
        read(
            tmp_path,
            list_3_rows=[
                list_3_row("1"),
                list_3_row(" 1.0 ", **{"Referral Source": "a) 1A: Individual"}),
                list_3_row("Ab2", **{NFA: "a) Yes"}),
                list_3_row("aB2", **{REFERRED: date(2025, 5, 1), NFA: "a) Yes"}),
            ],
            list_4_rows=[list_4_row("1", **{SUPPORT: "a) Yes"})],
        )
    )
    assert found.referrals == (
        Referral(0, DAY, False, None, date(2025, 3, 3), True, Service.PROVIDED),
        Referral(1, DAY, True),
        Referral(1, date(2025, 5, 1), True),
    )
    assert found.told == (Told.REFERRALS, Told.NFA, Told.ASSESSMENTS, Told.NEEDS_SERVICE)


@pytest.mark.parametrize(
    ("written", "nfa"),
    [
        ("a) Yes", True),
        ("b) No", False),
        ("Y", True),
        ("NO", False),
        ("NFA", True),
        ("No Further Action", True),
        ("Further action", False),
        (1, True),
        (0, False),
        ("", None),
        ("N/A", None),
        ("#N/A", None),
        ("perhaps", None),
    ],
)
def test_the_code_of_no_further_action_in_its_variants(
    tmp_path: Path, written: object, nfa: bool | None
) -> None:
    read_file = read(tmp_path, list_3_rows=[list_3_row("7", **{NFA: written})])
    assert front_door(read_file).referrals == (Referral(0, DAY, nfa),)
    doubtful = [doubt for doubt in read_file.doubtful if doubt.column == NFA]
    assert len(doubtful) == (written in ("#N/A", "perhaps"))


def test_a_row_without_a_day_is_reported_by_its_place_and_in_no_figure(tmp_path: Path) -> None:
    read_file = read(
        tmp_path,
        list_3_rows=[list_3_row("1", **{REFERRED: None}), list_3_row("1"), list_3_row("2")],
        list_4_rows=[list_4_row("2", **{"Continuous Assessment Start Date": None})],
    )
    assert [one.referred_on for one in front_door(read_file).referrals] == [DAY, DAY]
    assert all(one.assessed_on is None for one in front_door(read_file).referrals)
    (doubt,) = [doubt for doubt in read_file.doubtful if "front door" in doubt.what]
    assert (doubt.sheet, doubt.row, doubt.column) == ("List_3", 3, REFERRED)


@pytest.mark.parametrize(
    ("status", "service"),
    [
        ("a) Looked after child", Service.PROVIDED),
        ("b) Child Protection plan", Service.PROVIDED),
        ("d) Open assessment", Service.NONE_SHOWN),
        ("e) Closed episode", Service.NOT_TOLD),
        (None, Service.NOT_TOLD),
    ],
)
def test_list_6_says_whether_there_is_a_plan_or_care(
    tmp_path: Path, status: str | None, service: Service
) -> None:
    path = write_annex_a(
        tmp_path / "export.xlsx",
        [list_6_row("1", **{"Case status": status})],
        list_3_rows=[list_3_row("1"), list_3_row("2")],
    )
    found = front_door(read_caseload(path, as_at=AS_AT)).referrals
    assert [one.service for one in found] == [service, Service.NONE_SHOWN]


def test_a_council_s_column_of_the_decision_is_read_where_a_mapping_names_it(
    tmp_path: Path,
) -> None:
    row = list_3_row("1", **{"Decision made at": datetime(2025, 3, 3, 9, 30)})
    without = front_door(read(tmp_path, list_3_rows=[row]))
    assert Told.DECIDED not in without.told
    found = front_door(read(tmp_path, MAPPING, list_3_rows=[row]))
    assert Told.DECIDED in found.told
    assert found.referrals[0].decided_on == date(2025, 3, 3)


@pytest.mark.parametrize("rows", [None, [list_3_row("1")]])
def test_a_named_column_that_is_not_there_refuses_the_file(
    tmp_path: Path, rows: list[dict[str, object]] | None
) -> None:
    with pytest.raises(CaseloadFault, match="Decision made at"):
        read(tmp_path, MAPPING, list_3_rows=rows)


def test_a_decision_before_the_referral_is_doubtful(tmp_path: Path) -> None:
    row = list_3_row("1", **{"Decision made at": date(2025, 2, 1)})
    doubts = read(tmp_path, MAPPING, list_3_rows=[row]).doubtful
    assert any("decided before" in doubt.what for doubt in doubts)


def test_what_the_file_lacks_is_known(tmp_path: Path) -> None:
    assert front_door(read(tmp_path)) == FrontDoor((), ())
    cells = grid_rows(3, [list_3_row("1")])
    place = cells[1].index(NFA)
    grids = [
        Grid("List_3", [[c for n, c in enumerate(row) if n != place] for row in cells]),
        Grid("List_6", grid_rows(6, [list_6_row("1")])),
    ]
    path = write_grids(tmp_path / "lacking.xlsx", grids)
    assert front_door(read_caseload(path, as_at=AS_AT)).told == (Told.REFERRALS,)
