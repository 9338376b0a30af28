"""Files that list strategy discussions, supervision files or agencies: entries and doubts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from caseload.annex_a import AS_AT, list_5_row, list_6_row, write_annex_a

from audit_app.caseload.mapping import read_mapping
from audit_app.caseload.read import read_caseload
from audit_app.caseload.values import CONTACT_ROLE, OPEN_FILES, Caseload, CaseloadFault
from audit_app.core.question_bank import Subject

DAY = "Strategy discussion initiating Section 47 Enquiry Start Date"


def read(path: Path, subject: Subject, mapping: dict[str, str] | None = None) -> Caseload:
    return read_caseload(path, as_at=AS_AT, mapping=mapping, subject=subject)


def csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    return path


def doubts(read: Caseload) -> list[tuple[int, str, str]]:
    return [(doubt.row, doubt.column, doubt.what) for doubt in read.doubtful]


def test_each_day_of_a_child_is_a_strategy_discussion_of_the_events_team(tmp_path: Path) -> None:
    allocated = {"Allocated Team": "North", "Allocated Worker": "Jo Example"}
    path = write_annex_a(
        tmp_path / "annex_a.xlsx",
        [list_6_row(1001, **{"Allocated Team": "East"})],
        list_5_rows=[
            list_5_row(1001, **allocated),
            list_5_row(1001, **allocated | {DAY: date(2025, 6, 9), "Allocated Team": "South"}),
            list_5_row(" 1001 ", **allocated),
            list_5_row(1002, **allocated | {DAY: None}),
            list_5_row(1003, **allocated | {"Allocated Team": None, "Locality": "Harbour"}),
        ],
    )
    found = read(path, Subject.STRATEGY_DISCUSSION)
    assert [
        (e.council_id, e.child_id, e.team, e.last_strategy_discussion) for e in found.entries
    ] == [
        ("1001, 05/03/2025", "1001", "North", date(2025, 3, 5)),
        ("1001, 09/06/2025", "1001", "South", date(2025, 6, 9)),
        ("1003, 05/03/2025", "1003", None, date(2025, 3, 5)),
    ]
    assert {entry.worker for entry in found.entries} == {"Jo Example"}
    assert found.entries[0].date_of_birth == date(2016, 5, 14)
    assert found.entries[2].local["Locality"] == "Harbour"
    assert (found.rows_read, found.subject) == (5, Subject.STRATEGY_DISCUSSION)
    assert doubts(found) == [
        (5, "", "Repeats row 3 (same id and date); counted once."),
        (6, DAY, "There is no day of the strategy discussion; the row was left out."),
        (
            7,
            "Allocated Team",
            "There is no team, so nobody can be kept from auditing their own; left empty.",
        ),
    ]


def test_a_csv_of_strategy_discussions_needs_no_workbook(tmp_path: Path) -> None:
    path = csv(tmp_path, "Person;When;Team;Worker\nA7;01/02/2025;North;Jo Example\n")
    mapping = tmp_path / "mapping.yml"
    mapping.write_text("council_id: Person\nlast_strategy_discussion: When\n")
    found = read(path, Subject.STRATEGY_DISCUSSION, read_mapping(mapping))
    assert [(e.council_id, e.team, e.worker) for e in found.entries] == [
        ("A7, 01/02/2025", "North", "Jo Example")
    ]


def test_the_workers_of_open_case_files_have_supervision_files(tmp_path: Path) -> None:
    def row(number: int, worker: object, team: str = "North", **more: object) -> dict[str, object]:
        return list_6_row(number, **{"Allocated Worker": worker, "Allocated Team": team} | more)

    path = write_annex_a(
        tmp_path / "annex_a.xlsx",
        [
            row(1, "Jo Example", "South"),
            row(2, "Jo  Example"),
            row(3, "jo example"),
            row(4, "Sam Sample", "East"),
            row(5, "Gone Person", **{"CIN Closure Date": date(2025, 9, 1)}),
            row(6, None),
        ],
    )
    found = read(path, Subject.SUPERVISION_FILE)
    said = [(e.council_id, e.worker, e.team, e.supervisor, e.local) for e in found.entries]
    assert said == [
        ("Jo Example", "Jo Example", "North", None, {OPEN_FILES: "3"}),
        ("Sam Sample", "Sam Sample", "East", None, {OPEN_FILES: "1"}),
    ]
    told = " ".join(what for _row, _column, what in doubts(found))
    assert "Annex A names no supervisors" in told
    assert "open case files of several teams" in told
    assert "The row names no worker; the row was left out." in told


def test_a_list_of_supervision_names_supervisors_too(tmp_path: Path) -> None:
    rows = ("Jo Example,North,Max Muster", "Sam Sample,East,", "Jo Example,West,Max Muster")
    text = "\n".join(("Worker,Team,Supervisor", *rows))
    found = read(csv(tmp_path, text), Subject.SUPERVISION_FILE)
    assert [(e.worker, e.team, e.supervisor) for e in found.entries] == [
        ("Jo Example", "North", "Max Muster"),
        ("Sam Sample", "East", None),
    ]
    assert doubts(found) == [
        (
            3,
            "Supervisor",
            "There is no supervisor, so none can be kept from auditing this file; left empty.",
        ),
        (4, "", "The worker has row 2 too, which was used; this was not."),
    ]


def test_an_agency_is_a_name_and_perhaps_a_role(tmp_path: Path) -> None:
    long = "x" * 151
    text = (
        f"Agency;Contact role\nHealth;Designated nurse\n Police ;\nHEALTH;\n{long};\n7KM2-QD4X;\n"
    )
    found = read(csv(tmp_path, text), Subject.AGENCY)
    assert [(e.council_id, e.local) for e in found.entries] == [
        ("Health", {CONTACT_ROLE: "Designated nurse"}),
        ("Police", {}),
    ]
    assert [row for row, _column, _what in doubts(found)] == [4, 5, 6]
    alone = read(csv(tmp_path, "Agency\nHealth\nPolice\n"), Subject.AGENCY)
    assert len(alone.entries) == 2


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        (Subject.STRATEGY_DISCUSSION, "Child ID,Team\n1,North\n", "lists strategy discussions"),
        (Subject.SUPERVISION_FILE, "Team,Supervisor\nNorth,Jo\n", "“Allocated Worker”"),
        (Subject.AGENCY, "Name\nHealth\n", "“Agency” (headings seen: none)"),
        (Subject.AGENCY, "Agency,Contact role\n,Nurse\n", "no row that can be used"),
    ],
)
def test_a_file_without_such_a_list_is_refused_in_a_sentence(
    tmp_path: Path, subject: Subject, text: str, said: str
) -> None:
    with pytest.raises(CaseloadFault, match="nothing was imported") as fault:
        read(csv(tmp_path, text), subject)
    assert said in str(fault.value)


def test_a_mapping_names_only_fields_that_the_list_has(tmp_path: Path) -> None:
    with pytest.raises(CaseloadFault, match="“status”, which does not exist"):
        read(csv(tmp_path, "Agency\nHealth\n"), Subject.AGENCY, {"status": "Agency"})
