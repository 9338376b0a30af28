"""The banks and forms that come with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audit_app.core.question_bank import AnswerType, QuestionBank
from audit_app.question_banks.canonical import (
    bank_from_data,
    bank_to_data,
    form_from_data,
    form_to_data,
)
from audit_app.question_banks.read import check_paths, read_folder
from audit_app.resources import data_folder

FOLDER = data_folder("question_banks")
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yml"))
LIBRARY = read_folder()
BANKS = list(LIBRARY.banks.values())
PLACE = re.compile(
    r"(recommendation|actions?|item|strand|paragraph) [0-9A-Z]|main finding|areas? for"
)
FIVE = ["voice_of_the_child", "chronology", "manager_sign_off", "supervision", "role_of_males"]


@pytest.mark.parametrize("file", FILES)
def test_each_shipped_file_is_read_and_kept_exactly(file: str) -> None:
    path = FOLDER / file
    assert check_paths([path]) == []
    library = read_folder([path])
    if Path(file).parent.name == "forms":
        form = library.forms[path.stem]
        assert form_from_data(form_to_data(form), library.banks) == form
    else:
        bank = library.banks[path.stem]
        assert bank_from_data(bank_to_data(bank)) == bank


def test_the_five_banks_make_up_the_monthly_sample() -> None:
    assert [bank.key for bank in LIBRARY.forms["monthly_sample"].banks] == FIVE
    assert set(LIBRARY.forms) == {"monthly_sample", "protection_plans", "under_twos"}
    assert {f.key for f in LIBRARY.forms.values() if f.themed} == {"protection_plans", "under_twos"}


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.key)
def test_each_bank_is_short_and_sourced(bank: QuestionBank) -> None:
    questions = list(bank.questions)
    assert 6 <= len(questions) <= 8
    assert 1 <= sum(question.critical for question in questions) <= 2
    assert sum(question.type is AnswerType.TEXT for question in questions) <= 1
    for question in questions:
        assert question.sources
        assert all(PLACE.match(source.place) for source in question.sources)
        assert len(question.text) <= 120


def test_every_answer_type_is_used() -> None:
    used = {question.type for bank in BANKS for question in bank.questions}
    assert used == set(AnswerType)
