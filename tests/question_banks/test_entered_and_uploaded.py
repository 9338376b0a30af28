"""What comes in by a page: read by the rules of the files, and each fault at its field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import shipped_library

from audit_app.core.bank_edits import keeping_all_of, moved, retired
from audit_app.question_banks.as_written import bank_as_written
from audit_app.question_banks.entered import check_bank, read_entered
from audit_app.question_banks.to_yaml import write_yaml
from audit_app.question_banks.uploaded import read_uploaded

BANKS = shipped_library().banks


@pytest.mark.parametrize("bank", BANKS.values(), ids=BANKS)
def test_a_shipped_bank_has_no_fault_and_each_question_is_read_to_itself(bank):
    assert check_bank(bank) == []
    for section, written in zip(bank.sections, bank_as_written(bank)["sections"], strict=True):
        for question, entered in zip(section.questions, written["questions"], strict=True):
            assert read_entered(entered, bank, section.key) == (question, [])


def test_a_fault_says_which_value_is_meant():
    bank = BANKS["chronology"]
    written = bank_as_written(bank)["sections"][0]["questions"][0]
    written["options"][1].pop("label")
    written["guidance"] = {"where": "Front."}
    written["weight"] = 11
    question, misfits = read_entered(written, bank, "chron_main")
    assert question is None
    assert {misfit.place for misfit in misfits} == {
        ("options", 1, "label"),
        ("guidance", "good"),
        ("weight",),
    }


def test_retired_questions_stay_in_an_order_in_which_their_conditions_look_back():
    bank = BANKS["chronology"]
    for id_ in ("chron_reassessed", "chron_new_incident"):
        bank = retired(bank, id_)
    assert [one.id for one in bank.retired] == ["chron_new_incident", "chron_reassessed"]
    assert check_bank(bank) == []
    assert keeping_all_of(replace(bank, retired=()), BANKS["chronology"]).retired != ()


def test_a_question_moves_into_the_section_next_to_it():
    bank = BANKS["chronology"]
    section = bank.sections[0]
    two = replace(
        bank, sections=(section, replace(section, key="chron_more", questions=(), title="More"))
    )
    last = section.questions[-1]
    over = moved(two, last.id, 1)
    assert over.sections[1].questions == (last,)
    assert moved(over, last.id, -1) == two
    assert moved(two, section.questions[0].id, -1) == two


def test_a_file_is_bounded_and_may_be_called_anything():
    (fault,) = read_uploaded(b"key: x\n" * 200_000, "x.yml").faults
    assert "larger than 1 MB" in fault.what
    bank = BANKS["chronology"]
    assert read_uploaded(write_yaml(bank).encode(), "my copy (2).txt").bank == bank
