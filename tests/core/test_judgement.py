"""Suggested grades: bands on their exact bounds, caps, and the sentence that says why."""

from __future__ import annotations

import pytest
from core.core_factory import (
    NO_CAPS,
    RULES,
    SCALE,
    SHORT_OF_MET,
    answer_all,
    is_bank_holiday,
    make_bank,
    make_form,
    make_question,
    met_questions,
)

from audit_app.core.answers import Answer
from audit_app.core.judgement import NOT_ANSWERED, NOT_SCORED, Suggestion, counts_as_met, suggest
from audit_app.core.question_bank import (
    AuditForm,
    Band,
    Cap,
    JudgementRules,
    Outcome,
    Question,
    QuestionBank,
)

PLAIN = make_question("plain", weight=20)
SEEN = make_question("seen", text="The child was seen alone.", critical=True)
SIGNED = make_question("signed", text="The plan is signed.", critical=True)


def theme(asked: tuple[Question, ...], *texts: str, rules: JudgementRules = RULES) -> Suggestion:
    form = make_form(make_bank("recording", *asked), rules=rules)
    return suggest(form, answer_all(asked, *texts), is_bank_holiday).themes[0].suggestion


def banded(*bounds: int) -> JudgementRules:
    bands = tuple(Band(grade.key, at) for grade, at in zip(SCALE, bounds, strict=True))
    return JudgementRules(bands, (), bands, (), "good")


@pytest.mark.parametrize(
    ("met", "of", "bound", "grade"),
    [
        (19, 20, 95, "outstanding"),
        (94, 100, 95, "good"),
        (95, 100, 95, "outstanding"),
        (1, 3, 33, "outstanding"),
        (1, 3, 34, "good"),
        (2, 3, 66, "outstanding"),
        (2, 3, 67, "good"),
        (29, 50, 58, "outstanding"),  # 29 / 50 * 100 is 57.99999999999999 in floats
        (7, 25, 28, "outstanding"),  # and 7 / 25 * 100 is 28.000000000000004
        (11, 11, 100, "outstanding"),
        (10, 11, 100, "good"),
    ],
)
def test_the_bound_of_a_band_belongs_to_it_exactly(
    met: int, of: int, bound: int, grade: str
) -> None:
    asked = (make_question("met", weight=met), make_question("not_met", weight=of - met or 1))
    texts = ["met", "not_met" if of > met else "not_applicable"]
    assert theme(asked, *texts, rules=banded(bound, 1, 0, 0)).grade == grade


@pytest.mark.parametrize(
    ("texts", "grade"),
    [
        (["met", "met"], "outstanding"),
        (["met", "partly_met"], "good"),
        (["met", "not_met"], "requires_improvement"),
        (["partly_met", "not_met"], "inadequate"),
        (["not_recorded", "not_met"], "inadequate"),
        (["met", "not_applicable"], "outstanding"),
    ],
)
def test_bands(texts: list[str], grade: str) -> None:
    assert theme(met_questions(2), *texts).grade == grade


def test_the_sentence_counts_what_was_met_and_says_the_band() -> None:
    said = theme(met_questions(3), "met", "partly_met", "not_applicable").reason
    assert said == (
        "Good: 1 of 2 met, 3 of 4 points; this grade is suggested from 75% of the points."
    )
    lowest = theme(met_questions(1), "not_met").reason
    assert lowest == (
        "Inadequate: 0 of 1 met, 0 of 2 points, below the 40% from which the next grade is "
        "suggested."
    )


def test_the_sentence_counts_what_is_still_unanswered() -> None:
    asked = met_questions(3)
    form = make_form(make_bank("recording", *asked))
    said = suggest(form, answer_all(asked[:1], "met"), is_bank_holiday).overall.reason
    assert said.startswith("Outstanding: 1 of 1 met, 2 of 2 points, 2 unanswered; ")


def test_not_scored_says_whether_nothing_applied_or_nothing_was_answered() -> None:
    asked = met_questions(2)
    assert theme(asked, "not_applicable", "not_applicable") == Suggestion(None, NOT_SCORED)
    form = make_form(make_bank("recording", *asked))
    begun = suggest(form, answer_all(asked[:1], "not_applicable"), is_bank_holiday)
    assert begun.themes[0].suggestion == begun.overall == Suggestion(None, NOT_ANSWERED)
    none = suggest(form, answer_all(asked, *["not_applicable"] * 2), is_bank_holiday).overall
    assert none == Suggestion(None, "Not scored: no question applied to this file.")


@pytest.mark.parametrize("state", ["not_met", "not_recorded"])
def test_one_critical_question_caps_the_theme_and_is_named(state: str) -> None:
    words = {"not_met": "not met", "not_recorded": "not recorded on the file"}[state]
    assert theme((PLAIN, SEEN, SIGNED), "met", state, "met") == Suggestion(
        "requires_improvement",
        f"Requires improvement at best: “The child was seen alone” is {words}, which this form "
        "treats as critical.",
    )


def test_two_critical_questions_cap_it_lower_and_both_are_named() -> None:
    assert theme((PLAIN, SEEN, SIGNED), "met", "not_met", "not_recorded") == Suggestion(
        "inadequate",
        "Inadequate at best: “The child was seen alone” is not met and “The plan is signed” is not "
        "recorded on the file, which this form treats as critical.",
    )


@pytest.mark.parametrize("texts", [["met", "partly_met", "met"], ["met", "not_applicable", "met"]])
def test_a_cap_takes_only_its_own_outcomes(texts: list[str]) -> None:
    assert theme((PLAIN, SEEN, SIGNED), *texts).grade == "outstanding"


def test_an_uncritical_or_unanswered_question_caps_nothing() -> None:
    assert theme((PLAIN, make_question("other")), "met", "not_met").grade == "outstanding"
    form = make_form(make_bank("recording", PLAIN, SEEN))
    answers = answer_all((PLAIN,), "met")
    assert suggest(form, answers, is_bank_holiday).themes[0].suggestion.grade == "outstanding"


def test_a_cap_that_the_points_are_already_below_is_not_given_as_the_reason() -> None:
    said = theme((SEEN, SIGNED), "not_met", "not_applicable")
    assert said.grade == "inadequate"
    assert said.reason.startswith("Inadequate: 0 of 1 met")


@pytest.mark.parametrize("reverse", [False, True])
def test_the_strictest_cap_decides_whatever_the_order(reverse: bool) -> None:
    caps = RULES.theme_caps[::-1] if reverse else RULES.theme_caps
    rules = JudgementRules(RULES.theme_bands, caps, RULES.overall_bands, (), "good")
    said = theme((PLAIN, SEEN, SIGNED), "met", "not_met", "not_met", rules=rules)
    assert said.grade == "inadequate"
    assert "The plan is signed" in said.reason


def whole(banks: list[QuestionBank], *texts: str, rules: JudgementRules = RULES) -> Suggestion:
    form = make_form(*banks, rules=rules)
    answers: dict[str, Answer] = answer_all(list(form.questions.values()), *texts)
    return suggest(form, answers, is_bank_holiday).overall


THEMES = [
    make_bank("voice", make_question("v", weight=50), title="Voice of the child"),
    make_bank("chronology", make_question("c"), title="Chronology"),
    make_bank("males", make_question("m"), title="Role of males"),
]


def test_the_overall_grade_comes_from_all_points_together() -> None:
    assert whole(THEMES, "met", "met", "not_applicable") == Suggestion(
        "outstanding",
        "Outstanding: 2 of 2 met, 102 of 102 points; this grade is suggested from 95% of the "
        "points.",
    )


@pytest.mark.parametrize(
    ("texts", "grade", "reason"),
    [
        (
            ["met", "not_met", "met"],
            "requires_improvement",
            "Requires improvement at best: Chronology is suggested as inadequate.",
        ),
        (
            ["met", "not_met", "not_recorded"],
            "inadequate",
            "Inadequate at best: Chronology and Role of males are suggested as inadequate.",
        ),
    ],
)
def test_overall_caps_name_the_themes(texts: list[str], grade: str, reason: str) -> None:
    assert whole(THEMES, *texts) == Suggestion(grade, reason)


def test_a_theme_that_is_not_scored_caps_nothing() -> None:
    assert whole(THEMES, "met", "met", "not_applicable").grade == "outstanding"


def test_an_overall_cap_also_counts_themes_that_are_worse_and_says_so() -> None:
    cap = Cap("requires_improvement", at_least=2, theme_grade="requires_improvement")
    rules = JudgementRules(RULES.theme_bands, (), RULES.overall_bands, (cap,), "good")
    assert whole(THEMES, "met", "partly_met", "partly_met", rules=rules).reason == (
        "Requires improvement at best: Chronology and Role of males are suggested as requires "
        "improvement."
    )
    assert whole(THEMES, "met", "partly_met", "not_met", rules=rules) == Suggestion(
        "requires_improvement",
        "Requires improvement at best: Chronology and Role of males are suggested as requires "
        "improvement or worse.",
    )


def test_three_names_are_joined_as_a_list() -> None:
    rules = JudgementRules(
        RULES.theme_bands,
        (Cap("inadequate", at_least=3, outcomes=SHORT_OF_MET),),
        RULES.overall_bands,
        (Cap("inadequate", at_least=3, theme_grade="inadequate"),),
        "good",
    )
    third = make_question("third", text="Who was told?", critical=True)
    texts = ["met", "not_met", "not_met", "not_met"]
    assert (
        "alone” is not met, “The plan is signed” is not met and “Who was told?” is not met, "
        in (theme((PLAIN, SEEN, SIGNED, third), *texts, rules=rules).reason)
    )
    heavy = make_bank("heavy", make_question("h", weight=999), title="Heavy")
    assert whole([heavy, *THEMES], *texts, rules=rules).reason == (
        "Inadequate at best: Voice of the child, Chronology and Role of males are suggested as "
        "inadequate."
    )


@pytest.mark.parametrize("texts", [["met"], ["partly_met"], ["not_met"], ["not_recorded"]])
def test_the_sentence_begins_with_the_label_of_the_grade(texts: list[str]) -> None:
    form: AuditForm = make_form()
    said = theme(met_questions(1), *texts)
    assert said.grade is not None
    assert said.reason.startswith(f"{form.grade(said.grade).label}: ")


@pytest.mark.parametrize(
    ("grade", "met"),
    [
        ("outstanding", True),
        ("good", True),
        ("requires_improvement", False),
        ("inadequate", False),
        (None, None),
    ],
)
def test_a_theme_counts_as_met_from_the_grade_that_the_form_says(
    grade: str | None, met: bool | None
) -> None:
    assert counts_as_met(make_form(), grade) is met


def test_partly_met_can_be_critical_when_the_form_says_so() -> None:
    cap = Cap("good", at_least=1, outcomes=frozenset({Outcome.PARTLY_MET}))
    rules = JudgementRules(NO_CAPS.theme_bands, (cap,), NO_CAPS.overall_bands, (), "good")
    assert theme((PLAIN, SEEN), "met", "partly_met", rules=rules).reason == (
        "Good at best: “The child was seen alone” is partly met, which this form treats as "
        "critical."
    )
