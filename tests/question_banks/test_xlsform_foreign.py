"""An XLSForm that another program wrote: a bank that can be answered, and what was not carried."""

from __future__ import annotations

import pytest
from question_banks.workbooks import make_workbook

from audit_app.core.question_bank import AnswerType, Condition, Question, QuestionBank
from audit_app.question_banks.xlsform.read import WorkbookRead, read_workbook

HEADINGS = (
    *("type", "name", "label::English (en)", "label::French (fr)", "hint::English (en)"),
    *("relevant", "required", "appearance", "calculation", "constraint", "repeat_count"),
)
SURVEY: list[list[object]] = [
    ["start", "start"],
    ["note", "hello", "Welcome"],
    ["text", "First Name", "What is the name?", "Le nom?", "Front sheet", None, "yes", "multiline"],
    ["integer", "age", "Age?", *[None] * 6, ". > 0"],
    ["calculate", "twice", *[None] * 6, "${age} * 2"],
    ["begin_group", "visit", "Visit"],
    ["note", "n1", "About the visit"],
    ["select_one yn", "seen", "Was the child seen?", None, "Notes"],
    ["select_multiple who or_other", "who", "Who?", None, None, "${seen} = '1' or ${seen}='2'"],
    ["begin group", "inner", "Inner", None, None, "selected(${who}, 'Mum')"],
    ["date", "when", "When?"],
    ["dateTime", "exactly", "When exactly?", None, None, "${age} > 3"],
    ["end group"],
    ["begin_repeat", "kids", "Child", *[None] * 7, "3"],
    ["text", "name", "Name of the child"],
    ["end_repeat"],
    ["decimal", "height", "Height"],
    ["end_group"],
    ["geopoint", "where", "Where"],
]
CHOICES: list[list[object]] = [
    ["list_name", "name", "label::English (en)"],
    ["yn", 1, "Yes"],
    ["yn", 2, "No"],
    ["yn", "not_applicable", "N/A"],
    ["who", "Mum", "Mum"],
    ["who", "dad", "Dad"],
    ["unused", "a", "A"],
]
SETTINGS = [
    ["form_title", "form_id", "version", "default_language"],
    ["Home visit", "home-visit", "2021050601", "English (en)"],
]


@pytest.fixture(scope="module")
def read() -> WorkbookRead:
    return read_workbook(
        make_workbook(survey=[HEADINGS, *SURVEY], choices=CHOICES, settings=SETTINGS), "f.xlsx"
    )


@pytest.fixture(scope="module")
def bank(read: WorkbookRead) -> QuestionBank:
    assert read.faults == []
    assert read.bank is not None
    return read.bank


def question(bank: QuestionBank, id_: str) -> Question:
    return next(one for one in bank.questions if one.id == id_)


def test_groups_and_repeats_become_sections(bank: QuestionBank) -> None:
    assert (bank.key, bank.title, bank.version) == ("home_visit", "Home visit", "1.0")
    assert [(s.key, s.title, [q.id for q in s.questions]) for s in bank.sections] == [
        ("questions", "Home visit", ["first_name", "age"]),
        ("visit", "Visit", ["seen", "who", "when", "exactly"]),
        ("kids", "Child", ["question_name"]),
        ("visit_continued", "Visit (continued)", ["height"]),
    ]
    assert [s.intro for s in bank.sections] == ["Welcome", "About the visit", "", ""]
    assert [s.repeat.each for s in bank.sections if s.repeat] == ["Child"]


def test_every_question_can_be_answered_and_none_is_scored(bank: QuestionBank) -> None:
    types = {one.id: one.type for one in bank.questions}
    assert types == {
        "first_name": AnswerType.TEXT,
        "age": AnswerType.NUMBER,
        "seen": AnswerType.CHOICE,
        "who": AnswerType.CHOICES,
        "when": AnswerType.DATE,
        "exactly": AnswerType.DATE,
        "question_name": AnswerType.TEXT,
        "height": AnswerType.NUMBER,
    }
    assert not any(one.is_scored for one in bank.questions)
    assert [one.id for one in bank.questions if one.required] == ["first_name"]
    assert [option.key for option in question(bank, "seen").options] == ["option_1", "option_2"]
    assert [option.label for option in question(bank, "who").options] == ["Mum", "Dad", "Other"]
    name = question(bank, "first_name")
    assert name.guidance.where == "Front sheet"
    assert name.guidance.good == "Not said in the imported form."
    assert str(name.sources[0]) == "Imported XLSForm Home visit, row 4"


def test_conditions_that_a_bank_can_say_are_carried(bank: QuestionBank) -> None:
    assert question(bank, "who").shown_when == Condition(
        "seen", frozenset({"option_1", "option_2"})
    )
    assert question(bank, "when").shown_when == Condition("who", frozenset({"mum"}))
    assert question(bank, "exactly").shown_when is None


@pytest.mark.parametrize(
    "said",
    [
        "survey, row 2, type: left out: a bank has no question of the type `start`",
        "survey, row 4, name: `First Name` became `first_name`",
        "survey, row 4, label::French (fr): left out",
        "survey, row 4, appearance: left out",
        "survey, row 5, constraint: left out",
        "survey, row 6, type: left out: a bank has no question of the type `calculate`",
        "survey, row 10, type: or_other became a choice “Other”",
        "survey, row 11, type: the group stands inside another",
        "survey, row 13, relevant: left out, so the question is always asked",
        "survey, row 13, type: `dateTime` became a date",
        "survey, row 15, repeat_count: left out",
        "survey, row 15, type: the repeat stands inside a group",
        "survey, row 16, name: `name` became `question_name`",
        "survey, row 20, type: left out: a bank has no question of the type `geopoint`",
        "choices, row 2, name: `1` became `option_1`",
        "choices, row 4, name: left out: a bank offers this with every question",
        "choices, row 7, list_name: left out: no question chooses from the list `unused`",
        "settings, row 2, version: `2021050601` is no version of a bank: it became 1.0",
    ],
)
def test_what_was_not_carried_is_listed(read: WorkbookRead, said: str) -> None:
    assert any(str(note).startswith(f"f.xlsx: {said}") for note in read.notes)


def test_outcomes_in_our_column_are_taken_and_circles_and_unknown_types_refused() -> None:
    survey: list[list[object]] = [
        ["type", "name", "label", "relevant"],
        ["select_one yn", "seen", "Seen?", "${again} = 'yes'"],
        ["select_one yn", "again", "Again?", "${seen} = 'yes'"],
        ["selct_one yn", "other", "Other?"],
    ]
    choices = [
        ["list_name", "name", "label", "audit_outcome"],
        ["yn", "yes", "Yes", "met"],
        ["yn", "no", "No", "not_met"],
    ]
    read = read_workbook(make_workbook(survey=survey, choices=choices), "f.xlsx")
    assert [str(fault) for fault in read.faults] == [
        "f.xlsx: survey, row 2, relevant: seen: shown_when: the question `again` comes later or "
        "is this one: a condition looks back, so move this question down",
        "f.xlsx: survey, row 4, type: other: the type `selct_one yn` is not known: "
        "did you mean `select_one`?",
    ]
    read = read_workbook(make_workbook(survey=[survey[0], survey[2]], choices=choices), "f.xlsx")
    assert read.bank is not None
    assert next(read.bank.questions).is_scored
