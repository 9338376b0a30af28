"""Instruments of quite another shape are written as files, and no code knows of them.

The structure of the Onsite Review Instrument of the Child and Family Services Reviews (Round 3:
18 items under seven outcomes): an item is a strength where every question that applies is answered
yes; the rules of the outcomes are those of its "rating criteria" as they are commonly taught. They
were written down here from knowledge, not copied, and the words of the questions are our own.
Well-being outcome 2 is simplified: its one item decides between the two ends.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from audit_app.core.answers import Answer, AnswerState
from audit_app.core.judgement import Suggestion, suggest
from audit_app.core.question_bank import AuditForm, Subject
from audit_app.question_banks.read import read_folder

HERE = Path(__file__).parent / "instruments"
YES, NO = (Answer(AnswerState.ANSWERED, key) for key in ("yes", "no"))
OFF = Answer(AnswerState.NOT_APPLICABLE)


@pytest.fixture(scope="module")
def cfsr() -> AuditForm:
    return read_folder([HERE / "cfsr"]).forms["cfsr"]


def rated(form: AuditForm, outcome: str, items: str) -> Suggestion:
    """The outcome when its items, in order, are strengths (s), weak (w) or do not apply (-)."""
    answers: dict[str, Answer] = {}
    for section, letter in zip(form.bank(outcome).sections, items, strict=True):
        for question in section.questions:
            answers[question.id] = OFF if letter == "-" else YES
        if letter == "w":
            answers[section.questions[-1].id] = NO
    found = suggest(form, answers, lambda _day: False)
    return next(theme.suggestion for theme in found.themes if theme.theme == outcome)


def test_there_are_eighteen_items_under_seven_outcomes(cfsr: AuditForm) -> None:
    assert len(cfsr.banks) == 7
    items = {section.key.rstrip("abc") for _bank, section in cfsr.sections}
    assert items == {f"item_{n}" for n in range(1, 19)}
    assert not cfsr.asks_overall


@pytest.mark.parametrize(
    ("outcome", "items", "grade"),
    [
        ("safety_1", "s", "substantially"),
        ("safety_1", "w", "not_achieved"),
        ("safety_1", "-", None),
        ("safety_2", "ss", "substantially"),
        ("safety_2", "-s", "substantially"),
        ("safety_2", "sw", "partially"),
        ("safety_2", "ww", "not_achieved"),
        ("safety_2", "-w", "not_achieved"),
        ("permanency_1", "sss", "substantially"),
        ("permanency_1", "s-s", "substantially"),
        ("permanency_1", "sws", "partially"),
        ("permanency_1", "www", "not_achieved"),
        ("permanency_2", "ssssw", "substantially"),
        ("permanency_2", "s--ww", "partially"),
        ("permanency_2", "----w", "not_achieved"),
        ("permanency_2", "-----", None),
        ("wellbeing_1", "ssssss", "substantially"),
        ("wellbeing_1", "s--ssw", "substantially"),
        ("wellbeing_1", "sssssw", "substantially"),
        ("wellbeing_1", "sssww-", "partially"),
        ("wellbeing_1", "ssswww", "partially"),
        ("wellbeing_1", "sswsss", "partially"),
        ("wellbeing_1", "wsswww", "not_achieved"),
        ("wellbeing_2", "s", "substantially"),
        ("wellbeing_2", "w", "not_achieved"),
        ("wellbeing_3", "s-", "substantially"),
        ("wellbeing_3", "sw", "partially"),
        ("wellbeing_3", "ww", "not_achieved"),
    ],
)
def test_the_rating_of_an_outcome(
    cfsr: AuditForm, outcome: str, items: str, grade: str | None
) -> None:
    assert rated(cfsr, outcome, items).grade == grade


def test_why_an_outcome_is_not_substantially_achieved(cfsr: AuditForm) -> None:
    assert rated(cfsr, "wellbeing_1", "sswsss").reason == (
        "Partially achieved: “Item 12C: Needs of foster parents” is rated area needing "
        "improvement; substantially achieved needs it to be rated strength."
    )
    assert rated(cfsr, "permanency_2", "sssww").reason == (
        "Partially achieved: “Item 10: Relatives” and “Item 11: The child and the parents” are "
        "rated area needing improvement; substantially achieved allows no more than 1."
    )


@pytest.mark.parametrize(
    ("areas", "grade"),
    [("ggga", "green"), ("ggaa", "amber"), ("rggg", "amber"), ("rrgg", "red"), ("----", None)],
)
def test_a_self_assessment_in_red_amber_and_green(areas: str, grade: str | None) -> None:
    form = read_folder([HERE / "self_assessment"]).forms["self_assessment_form"]
    keys = {"g": "green", "a": "amber", "r": "red"}
    answers = {
        question.id: OFF if letter == "-" else Answer(AnswerState.ANSWERED, keys[letter])
        for question, letter in zip(form.questions.values(), areas, strict=True)
    }
    assert suggest(form, answers, lambda _day: False).themes[0].suggestion.grade == grade
    assert form.subject is Subject.AGENCY
