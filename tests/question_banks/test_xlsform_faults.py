"""What is wrong with a workbook is told by sheet, row and column, with how to mend it."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from question_banks.workbooks import (
    change_book,
    change_cells,
    change_part,
    make_workbook,
    read_part,
)

from audit_app.question_banks.read import read_folder
from audit_app.question_banks.xlsform.open import LARGEST_FILE, MOST_ROWS
from audit_app.question_banks.xlsform.read import read_workbook
from audit_app.question_banks.xlsform.write import write_workbook

BANK = read_folder().banks["voice_of_the_child"]
GOOD = write_workbook(BANK)
SURVEY_PART = "xl/worksheets/sheet1.xml"


def faults_of(data: bytes) -> list[str]:
    read = read_workbook(data, "b.xlsx")
    assert read.bank is None
    return [str(fault) for fault in read.faults]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("survey_I5", 0, "survey, row 5, audit_weight: voice_seen_24h: `audit_weight` is 0"),
        ("survey_I5", "heavy", "must be a whole number, not `heavy`"),
        ("survey_A4", "select_won x", "survey, row 4, type: voice_allegation: the type"),
        ("survey_A4", "select_won x", "did you mean `select_one`?"),
        ("survey_A4", None, "survey, row 4, type: voice_allegation: the row has no type"),
        ("survey_A4", "select_one", "names no list"),
        ("survey_A4", "select_one nolist", "the list `nolist` is not on the sheet choices"),
        (
            "survey_G4",
            "${voice_seen_24h} = 'yes'",
            "survey, row 4, relevant: voice_allegation: shown_when: the question "
            "`voice_seen_24h` comes later or is this one",
        ),
        ("survey_G9", "${voice_allegation} != 'yes'", "row 9, relevant: voice_delay_reason"),
        ("survey_G9", "${voice_allegation} = 'yess'", "did you mean `yes`?"),
        ("survey_C4", "=A1&B2", "survey, row 4, label: -: the cell holds a formula"),
        ("survey_C4", None, "row 4, label: voice_allegation: `label` has no value: fill the cell"),
        ("survey_D4", None, "row 4, hint: voice_allegation: `hint` has no value: fill the cell"),
        ("survey_B9", "voice_allegation", "stands already in survey, row 4: choose another"),
        ("survey_H5", None, "a section begins inside another"),
        ("survey_A6", "text", "between the two ends of an interval stand two dates only"),
        ("survey_H9", "grades", "did you mean `grade`?"),
        ("survey_H9", "interval", "`interval` does not go with the type"),
        ("survey_A2", "text", "survey, row 1, type: -: no section begins on this sheet"),
        ("survey_R5", None, "limit"),
        ("choices_D2", "mett", "choices, row 2, audit_outcome: voice_allegation: outcome `mett`"),
        ("choices_B3", "yes", "choices, row 3: voice_allegation: option `yes` is there twice"),
        ("settings_C2", 1, "settings, row 2, version: voice_of_the_child: version `1`"),
        ("settings_B2", "Voice Of", "settings, row 2, form_id: -: `Voice Of` cannot be used"),
        ("survey_A200", "text", "survey, row 200: -: the row stands below more than 60 empty"),
        ("survey_AF1", "label", "survey, row 1: -: a heading stands there twice"),
        ("audit_grading_A2", "nowhere", "audit_grading, row 2, grade: -: the row names no grade"),
        ("audit_caps_A2", "good", "audit_caps, row 2"),
    ],
)
def test_a_fault_is_told_where_it_stands(place: str, value: object, said: str) -> None:
    told = faults_of(change_cells(BANK, **{place: value}))
    assert any(said in line for line in told), told
    assert all(line.startswith("b.xlsx: ") for line in told)


def test_what_has_no_place_in_a_bank_is_listed_row_by_row() -> None:
    changes = {"survey_AF1": "comment", "survey_AF4": "Ask Sam", "survey_AH9": "lost"}
    read = read_workbook(change_cells(BANK, **changes), "b.xlsx")
    assert read.bank == BANK
    assert [str(note).removeprefix("b.xlsx: ") for note in read.notes] == [
        "survey, row 4, comment: left out: a question bank has no place for it here",
        "survey, row 9: the cell AH9 was left out: its column has no heading",
    ]


def test_ten_thousand_rows_are_refused_at_the_first_that_is_too_many() -> None:
    def add(book: dict[str, Worksheet]) -> None:
        for number in range(10_000):
            book["survey"].append(["text", f"q{number}", "Why?"])

    most = MOST_ROWS["survey"]
    assert faults_of(change_book(BANK, add)) == [
        f"b.xlsx: survey, row {most + 2}: -: there are more rows than a bank may have ({most}): "
        "import it in parts"
    ]


def test_a_long_list_that_every_question_names_is_refused_before_it_multiplies() -> None:
    survey = [["type", "name", "label"], *(["select_one a", f"q{n}", "Q"] for n in range(900))]
    choices = [["list_name", "name", "label"], *(["a", f"o{n}", f"O {n}"] for n in range(1_000))]
    (told,) = faults_of(make_workbook(survey=survey, choices=choices))
    assert told.startswith("b.xlsx: survey, row 12, type: q10: the questions up to here offer more")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no Excel workbook"),
        (b"type,name\n", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook (.xls)"),
        (b"PK\x03\x04" + bytes(LARGEST_FILE), "larger than 2 MB"),
        (GOOD[:9_000], "damaged"),
        (change_part(GOOD, "xl/vbaProject.bin", b"x"), "holds macros"),
        (change_part(GOOD, "xl/styles.xml", b"<styleSheet"), "damaged"),
        (change_part(GOOD, SURVEY_PART, b"<worksheet><sheetData><row>"), "damaged"),
        (
            change_part(
                GOOD,
                SURVEY_PART,
                b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                + read_part(GOOD, SURVEY_PART),
            ),
            "declares entities",
        ),
        (make_workbook(questions=[["type", "name", "label"]]), "no sheet “survey”"),
    ],
)
def test_a_file_that_is_refused_as_a_whole(data: bytes, said: str) -> None:
    (told,) = faults_of(data)
    assert said in told
    assert "nothing was imported" in told


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = change_part(GOOD, SURVEY_PART, read_part(GOOD, SURVEY_PART) + b" " * 60_000_000)
    tracemalloc.start()
    try:
        (told,) = faults_of(bomb)
        assert "would take more than 20 MB" in told
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_workbook_saved_by_another_program_is_the_same_bank() -> None:
    out = io.BytesIO()
    load_workbook(io.BytesIO(GOOD)).save(out)
    assert read_workbook(out.getvalue(), "b.xlsx").bank == BANK
