"""Question banks and forms as values: what they hold, in which order, and what stays fixed."""

from __future__ import annotations

import pkgutil
from dataclasses import FrozenInstanceError, is_dataclass
from importlib import import_module

import pytest
from core.core_factory import (
    INFORMATION,
    MET,
    MET_OPTIONS,
    NOT_MET,
    make_bank,
    make_form,
    make_option,
    make_question,
    met_questions,
)

from audit_app import core
from audit_app.core.answers import Answer, AnswerState
from audit_app.core.question_bank import (
    ADVERSE,
    OUTCOME_WORDS,
    POINTS,
    AnswerType,
    Cap,
    Evidence,
    Outcome,
    QuestionBank,
    Section,
    Source,
)

FIRST, SECOND, THIRD = met_questions(3)
TWO_SECTIONS = QuestionBank(
    "voice",
    "Voice of the child",
    "1.0",
    "Was the child heard?",
    (Section("seen", "Seen", (FIRST, SECOND)), Section("heard", "Heard", (THIRD,))),
)
OTHER = make_bank("chronology", make_question("c1"))


def test_a_form_knows_its_questions_in_order() -> None:
    form = make_form(TWO_SECTIONS, OTHER)
    assert list(form.questions) == ["q1", "q2", "q3", "c1"]
    assert form.questions["q3"] is THIRD
    assert [(bank.key, section.key) for bank, section in form.sections] == [
        ("voice", "seen"),
        ("voice", "heard"),
        ("chronology", "chronology_section"),
    ]
    assert form.bank("chronology") is OTHER
    assert form.grade("good").label == "Good"


def test_what_a_form_does_not_have_is_a_key_error() -> None:
    form = make_form(TWO_SECTIONS)
    with pytest.raises(KeyError, match="chronology"):
        form.bank("chronology")
    with pytest.raises(KeyError, match="splendid"):
        form.grade("splendid")


def test_nothing_in_a_form_can_be_changed() -> None:
    form = make_form(TWO_SECTIONS)
    with pytest.raises(FrozenInstanceError):
        form.title = "Another"  # type: ignore[misc]
    with pytest.raises(TypeError):
        form.questions["q4"] = FIRST  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        FIRST.weight = 3  # type: ignore[misc]


VALUES = [
    value
    for module in pkgutil.iter_modules(core.__path__)
    for value in vars(import_module(f"{core.__name__}.{module.name}")).values()
    if isinstance(value, type) and is_dataclass(value)
]


@pytest.mark.parametrize("value", VALUES)
def test_every_value_of_the_core_is_frozen_and_slotted(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(value)


def test_equal_forms_are_equal() -> None:
    assert make_form(TWO_SECTIONS) == make_form(TWO_SECTIONS)
    assert make_form(TWO_SECTIONS) != make_form(OTHER)


@pytest.mark.parametrize(
    ("one", "other", "worse"),
    [
        ("good", "inadequate", "inadequate"),
        ("inadequate", "good", "inadequate"),
        ("outstanding", "good", "good"),
        ("good", "good", "good"),
    ],
)
def test_the_worse_of_two_grades(one: str, other: str, worse: str) -> None:
    assert make_form().worse(one, other) == worse


def test_full_points_are_those_of_the_best_scored_option() -> None:
    assert make_question().full_points == 2
    assert make_question(type_=AnswerType.GRADE).full_points == 4
    assert make_question(type_=AnswerType.INTERVAL).full_points == 2
    options = (
        make_option("much", INFORMATION, 50),
        make_option("yes", MET, 3),
        make_option("no", NOT_MET),
    )
    assert make_question(type_=AnswerType.CHOICE, options=options).full_points == 3


@pytest.mark.parametrize(
    ("type_", "scored"),
    [(type_, type_ not in (AnswerType.TEXT, AnswerType.DATE)) for type_ in AnswerType],
)
def test_dates_and_text_are_never_scored(type_: AnswerType, scored: bool) -> None:
    assert make_question(type_=type_).is_scored is scored


def test_not_even_options_make_text_or_a_date_scored() -> None:
    assert not make_question(type_=AnswerType.TEXT, options=MET_OPTIONS).is_scored
    assert not make_question(type_=AnswerType.DATE, options=MET_OPTIONS).is_scored


def test_what_is_so_unless_a_file_says_otherwise() -> None:
    question, form = make_question(), make_form()
    assert (question.required, question.allows_not_applicable, question.allows_not_recorded) == (
        True,
        True,
        True,
    )
    assert (question.weight, question.critical, question.evidence) == (1, False, Evidence.ADVERSE)
    assert (form.percent_from, form.themed) == (20, False)
    assert Cap("good").at_least == 1
    assert not Answer(AnswerState.ANSWERED, "met").quotable


def test_an_option_is_found_by_its_key() -> None:
    option = make_question(type_=AnswerType.CHOICE).option("one")
    assert option is not None
    assert option.label == "One"
    assert make_question().option("one") is None


def test_a_source_in_words() -> None:
    assert str(Source("Inquiry report 2003", "recommendation 58")) == (
        "Inquiry report 2003, recommendation 58"
    )


def test_outcomes_have_words_and_the_field_says_not_met() -> None:
    assert set(OUTCOME_WORDS) == set(Outcome)
    assert len(set(OUTCOME_WORDS.values())) == len(Outcome)
    assert "fail" not in " ".join(OUTCOME_WORDS.values()).lower()
    assert OUTCOME_WORDS[Outcome.NOT_RECORDED] == "Not recorded on the file"


def test_points_fall_from_met_to_not_met() -> None:
    assert POINTS[Outcome.MET] > POINTS[Outcome.PARTLY_MET] > POINTS[Outcome.NOT_MET] == 0
    assert not ADVERSE & {Outcome.MET, Outcome.NOT_APPLICABLE, Outcome.INFORMATION}
