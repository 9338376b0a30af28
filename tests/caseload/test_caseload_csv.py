"""CSV files: delimiters, encodings, and a mapping of columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from caseload.annex_a import AS_AT, grid_rows, list_6_row, list_7_row, write_annex_a

from audit_app.caseload.read import read_caseload, read_mapping
from audit_app.caseload.values import CaseloadFault, SheetRead

ROWS = [
    list_6_row("0071", **{"Allocated Team": "Zoë’s team; North, 1", "Note": "one\ntwo"}),
    list_6_row("72", **{"CIN Start Date": "2025-03-02", "Date of Birth": "14/05/2016"}),
    list_6_row("73", **{"CIN Start Date": "1/1/20"}),
]


def as_csv(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def refusal(path: Path, **given: dict[str, str]) -> str:
    with pytest.raises(CaseloadFault) as fault:
        read_caseload(path, as_at=AS_AT, **given)
    assert "nothing was imported" in str(fault.value)
    return str(fault.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("title_row", [True, False])
def test_every_delimiter_and_encoding(
    tmp_path: Path, delimiter: str, encoding: str, title_row: bool
) -> None:
    text = as_csv(grid_rows(6, ROWS, title_row), delimiter)
    path = write(tmp_path / "cases.csv", text, encoding)
    caseload = read_caseload(path, as_at=AS_AT)
    first, second, third = caseload.entries
    assert (first.council_id, first.team) == ("0071", "Zoë’s team; North, 1")
    assert first.local == {"Note": "one two"}
    assert second.cin_start == date(2025, 3, 2)
    assert second.date_of_birth == date(2016, 5, 14)
    assert third.cin_start is None
    assert caseload.sheets == (SheetRead("CSV file", 6, 3),)
    row = 5 if title_row else 4
    assert [(d.sheet, d.row, d.column) for d in caseload.doubtful] == [
        ("CSV file", row, "CIN Start Date")
    ]


def test_a_csv_file_says_the_same_as_the_workbook(tmp_path: Path) -> None:
    workbook = write_annex_a(tmp_path / "cases.xlsx", ROWS)
    text = write(tmp_path / "cases.csv", as_csv(grid_rows(6, ROWS)))
    from_workbook = read_caseload(workbook, as_at=AS_AT)
    from_text = read_caseload(text, as_at=AS_AT)
    assert from_text.entries == from_workbook.entries
    assert [(d.row, d.what) for d in from_text.doubtful] == [
        (d.row, d.what) for d in from_workbook.doubtful
    ]


def test_a_mapping_names_the_files_own_headings(tmp_path: Path) -> None:
    rows = [
        ["Pers. Ref", "Stage", "Opened", "Dept", "Plan from", "Allocated Worker", "Ward"],
        ["7", "CP", "01/02/2025", "North", "03/02/2025", "Worker 1", "East"],
    ]
    path = write(tmp_path / "cases.csv", as_csv(rows, ";"))
    mapping = {
        "council_id": "pers ref",
        "status": "Stage",
        "cin_start": "Opened",
        "team": "Dept",
        "plan_start": "Plan from",
    }
    entry = read_caseload(path, as_at=AS_AT, mapping=mapping).entries[0]
    assert (entry.council_id, entry.status, entry.team) == ("7", "child_protection_plan", "North")
    assert (entry.cin_start, entry.plan_start) == (date(2025, 2, 1), date(2025, 2, 3))
    assert entry.worker == "Worker 1"
    assert entry.local == {"Ward": "East"}


def test_a_mapped_plan_gives_way_to_list_7_only_where_that_has_the_child(tmp_path: Path) -> None:
    started = {"Plan from": date(2025, 2, 3)}
    rows = [list_6_row("1", **started), list_6_row("2", **started)]
    path = write_annex_a(tmp_path / "cases.xlsx", rows, list_7_rows=[list_7_row("1")])
    entries = read_caseload(path, as_at=AS_AT, mapping={"plan_start": "Plan from"}).entries
    assert [entry.plan_start for entry in entries] == [date(2025, 3, 20), date(2025, 2, 3)]


def test_a_mapped_heading_that_is_not_in_the_file_is_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "cases.csv", as_csv(grid_rows(6, ROWS)))
    message = refusal(path, mapping={"worker": "Key worker"})
    assert "“Key worker”" in message
    assert "Allocated Worker" in message


def test_an_unknown_field_in_a_mapping_is_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "cases.csv", as_csv(grid_rows(6, ROWS)))
    assert "“wrker”" in refusal(path, mapping={"wrker": "Key worker"})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \r\n", "empty"),
        (b"a,b,c\n1,2,3\n", "“Child Unique ID”"),
        (b"\x00\x01\x02binary", "neither"),
        (b"\x81\x8d\x8f\x90", "neither"),
        (b"\xff\xfe\x00", "neither"),
        (as_csv(grid_rows(6, ROWS[:1])).encode() + b'"unfinished', "row 4"),
        (as_csv(grid_rows(6, [])).encode(), "no row"),
        (b"<html><table><tr><td>Child Unique ID", "web page"),
        (b'<?xml version="1.0"?><Message/>', "XML"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_caseload_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    assert said in refusal(path)


@pytest.mark.parametrize(
    "extra", ["x," * 120 + "\n", "x\n" * 100_001, '"' + "x" * 200_000 + '"\n'],
    ids=["wide", "long", "one huge cell"],
)  # fmt: skip
def test_a_csv_file_out_of_all_proportion_is_refused(tmp_path: Path, extra: str) -> None:
    refusal(write(tmp_path / "cases.csv", as_csv(grid_rows(6, ROWS)) + extra))


def test_rounded_ids_of_a_csv_file_saved_from_a_spreadsheet_are_left_out(tmp_path: Path) -> None:
    rows = [list_6_row("1.23457E+11"), list_6_row("1.23457E+11"), list_6_row("4")]
    path = write(tmp_path / "cases.csv", as_csv(grid_rows(6, rows)))
    caseload = read_caseload(path, as_at=AS_AT)
    assert [entry.council_id for entry in caseload.entries] == ["4"]
    assert [doubt.row for doubt in caseload.doubtful] == [3, 4]


# Mapping files


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("columns.yml", "team: Dept\nworker: 'Key worker'\nstatus: 2024\n"),
        ("columns.yaml", "\ufeffteam: Dept\r\nworker: Key worker\r\nstatus: 2024\r\n"),
        ("columns.json", json.dumps({"team": "Dept", "worker": "Key worker", "status": "2024"})),
        ("columns.json", '{\n\t"team": "Dept",\n\t"worker": "Key worker", "status": "2024"}'),
    ],
)
def test_a_mapping_file(tmp_path: Path, name: str, text: str) -> None:
    path = write(tmp_path / name, text)
    assert read_mapping(path) == {"team": "Dept", "worker": "Key worker", "status": "2024"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("columns.yml", "", "empty"),
        ("columns.yml", "- team\n", "cannot be read"),
        ("columns.yml", "team: [a, b]\n", "cannot be read"),
        ("columns.yml", "team:\n", "cannot be read"),
        ("columns.yml", "team: Dept\n  worker: x\n", "line 2"),
        ("columns.yml", "team: !!python/object/apply:os.system [echo]\n", "cannot be read"),
        ("columns.yml", "a: &a [x]\nteam: *a\n", "cannot be read"),
        ("columns.yml", "tam: Dept\n", "“tam”"),
        ("columns.yml", "team: Dept\nteam: Unit\n", "twice"),
        ("columns.yml", "team: " + "[" * 5000, "cannot be read"),
        ("columns.yml", "x" * 70_000, "too large"),
        ("columns.json", '{"team": "a", "team": "b"}', "twice"),
        ("columns.json", '{"team": 3}', "cannot be read"),
        ("columns.json", '{"team": {"a": "b"}}', "cannot be read"),
        ("columns.json", '["team"]', "cannot be read"),
        ("columns.json", '"team"', "cannot be read"),
        ("columns.json", "3", "cannot be read"),
        ("columns.json", "{", "cannot be read"),
        ("columns.json", "[" * 50_000, "cannot be read"),
    ],
)
def test_a_bad_mapping_file_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = write(tmp_path / name, text)
    with pytest.raises(CaseloadFault, match="nothing was imported") as fault:
        read_mapping(path)
    assert said in str(fault.value)
    assert name in str(fault.value)


def test_a_mapping_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseloadFault):
        read_mapping(tmp_path / "none.yml")
