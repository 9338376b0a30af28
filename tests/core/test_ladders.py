"""Ladders: the first rung that holds, the sentence that says why, levels of sections, caps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core.core_factory import (
    NO_CAPS,
    SCALE,
    answer_all,
    is_bank_holiday,
    make_bank,
    make_form,
    make_question,
    met_questions,
    unhurried,
)
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.completeness import GradeChoice, missing_answers, missing_judgement
from audit_app.core.judgement import NO_OVERALL, NOT_SCORED, Suggestion, suggest
from audit_app.core.question_bank import (
    AuditForm,
    Cap,
    Grade,
    JudgementRules,
    Outcome,
    QuestionBank,
    Requirement,
    Rung,
    Section,
)
from audit_app.core.ratings import NOT_ANSWERED, NOT_APPLICABLE, SectionRating

LEVELS = (Grade("strength", "Strength"), Grade("weak", "Area needing improvement"))
ADVERSE = frozenset({"partly_met", "not_met", "not_recorded"})
ALL_MET = Requirement(ADVERSE, 0, 0)
RATING = (Rung("strength", (ALL_MET,)), Rung("weak"))
WEAK = frozenset({"weak"})
OUTCOMES = ["met", "partly_met", "not_met", "not_recorded", "not_applicable"]


def graded(*rungs: Rung, count: int = 3, critical: bool = False) -> AuditForm:
    """A form of one theme with a ladder of its own over plain questions."""
    asked = met_questions(count, critical=critical)
    bank = replace(make_bank("visits", *asked), grading=rungs)
    return make_form(bank, rules=NO_CAPS)


def said(form: AuditForm, *texts: str) -> Suggestion:
    asked = tuple(form.questions.values())[: len(texts)]
    return suggest(form, answer_all(asked, *texts), is_bank_holiday).themes[0].suggestion


def rated_form(*grading: Rung, sections: int = 2) -> AuditForm:
    """A form of one theme whose sections `s1`, `s2`, … of one question each are rated."""
    rated = tuple(
        Section(f"s{n}", f"Item {n}", (make_question(f"q{n}"),), rating=RATING)
        for n in range(1, sections + 1)
    )
    bank = QuestionBank("safety", "Safety", "1.0", "Why.", rated, LEVELS, grading)
    return make_form(bank, rules=NO_CAPS)


AT_MOST_ONE_PARTLY = (
    Rung("outstanding", (ALL_MET,)),
    Rung(
        "good",
        (
            Requirement(frozenset({"partly_met"}), 0, 1),
            Requirement(frozenset({"not_met", "not_recorded"}), 0, 0, critical=True),
        ),
    ),
    Rung("inadequate"),
)


@pytest.mark.parametrize(
    ("texts", "grade", "reason"),
    [
        (["met", "met", "met"], "outstanding", "Outstanding: 3 met."),
        (["met", "not_applicable", "met"], "outstanding", "Outstanding: 2 met."),
        (
            ["met", "partly_met", "met"],
            "good",
            "Good: “Q2 is on the file” is partly met; outstanding needs it to be met.",
        ),
        (
            ["partly_met", "partly_met", "met"],
            "inadequate",
            "Inadequate: “Q1 is on the file” and “Q2 is on the file” are partly met; good allows "
            "no more than 1.",
        ),
        (
            ["not_recorded", "met", "met"],
            "inadequate",
            "Inadequate: “Q1 is on the file” is not recorded on the file; good needs it to be met "
            "or partly met.",
        ),
    ],
)
def test_the_first_rung_that_holds(texts: list[str], grade: str, reason: str) -> None:
    form = graded(*AT_MOST_ONE_PARTLY, critical=True)
    assert said(form, *texts) == Suggestion(grade, reason)


def test_a_rung_that_asks_for_some() -> None:
    two_met = Requirement(frozenset({"met"}), at_least=2)
    form = graded(Rung("good", (two_met,)), Rung("inadequate"))
    assert said(form, "met", "not_met", "met") == Suggestion(
        "good", "Good: of 3, 2 met and 1 not met."
    )
    assert said(form, "met", "not_met", "not_met").reason == (
        "Inadequate: 1 of 3 is met; good needs at least 2."
    )


def test_two_ways_to_one_grade() -> None:
    first, second = (Requirement(ADVERSE, 0, 0, frozenset({id_})) for id_ in ("q1", "q2"))
    form = graded(Rung("good", (first,)), Rung("good", (second,)), Rung("inadequate"))
    assert said(form, "not_met", "met", "met").grade == "good"
    assert said(form, "met", "not_met", "met").reason == "Good: of 3, 2 met and 1 not met."
    assert said(form, "not_met", "not_met", "met").reason == (
        "Inadequate: “Q1 is on the file” is not met; good needs it to be met."
    )


def test_nothing_that_applies_has_no_grade_and_no_level() -> None:
    form = graded(*AT_MOST_ONE_PARTLY)
    assert said(form, *["not_applicable"] * 3) == Suggestion(None, NOT_SCORED)
    rated = rated_form(Rung("good"))
    theme = suggest(rated, answer_all(met_of(rated)[:1], "not_applicable"), is_bank_holiday)
    assert theme.themes[0].sections == (
        SectionRating("s1", "Item 1", None, NOT_APPLICABLE),
        SectionRating("s2", "Item 2", None, NOT_ANSWERED),
    )
    assert theme.themes[0].suggestion.grade is None


def met_of(form: AuditForm) -> tuple[object, ...]:
    return tuple(form.questions.values())


def test_a_theme_of_rated_sections_counts_these() -> None:
    must = Requirement(WEAK, 0, 0, frozenset({"s1"}))
    form = rated_form(
        Rung("good", (must, Requirement(WEAK, 0, 1))),
        Rung("inadequate"),
        sections=3,
    )
    assert said(form, "met", "met", "not_met") == Suggestion(
        "good", "Good: of 3, 2 strength and 1 area needing improvement."
    )
    assert said(form, "not_met", "met", "met").reason == (
        "Inadequate: “Item 1” is rated area needing improvement; good needs it to be rated "
        "strength."
    )
    assert said(form, "met", "not_met", "not_met").reason == (
        "Inadequate: “Item 2” and “Item 3” are rated area needing improvement; good allows no "
        "more than 1."
    )


def test_a_cap_on_named_questions_says_why() -> None:
    asked = met_questions(3)
    cap = Cap(
        "inadequate",
        outcomes=frozenset({Outcome.NOT_MET}),
        questions=frozenset({"q2"}),
        because="nobody else would know",
    )
    form = make_form(replace(make_bank("visits", *asked), caps=(cap,)), rules=NO_CAPS)
    assert said(form, "not_met", "met", "met").grade == "requires_improvement"
    assert said(form, "met", "not_met", "met") == Suggestion(
        "inadequate",
        "Inadequate at best: “Q2 is on the file” is not met, and nobody else would know.",
    )


def test_the_overall_ladder_counts_themes() -> None:
    rules = replace(
        NO_CAPS,
        overall_bands=(),
        overall_grading=(
            Rung("good", (Requirement(frozenset({"inadequate"}), 0, 0),)),
            Rung("requires_improvement"),
        ),
    )
    one, other = make_question("one"), make_question("other")
    form = make_form(make_bank("visits", one), make_bank("plans", other), rules=rules)
    overall = suggest(form, answer_all((one, other), "met", "not_met"), is_bank_holiday).overall
    assert overall == Suggestion(
        "requires_improvement",
        "Requires improvement: “Plans” is suggested as inadequate; good needs it to be suggested "
        "as outstanding or good or requires improvement.",
    )


def test_a_form_without_an_overall_judgement_asks_for_none() -> None:
    form = make_form(rules=JudgementRules(NO_CAPS.theme_bands, (), (), (), "good"))
    suggested = suggest(form, answer_all(tuple(form.questions.values()), "met"), is_bank_holiday)
    assert suggested.overall == NO_OVERALL
    chosen = {theme.theme: GradeChoice(theme.suggestion.grade) for theme in suggested.themes}
    assert missing_judgement(form, suggested, chosen, GradeChoice(None)) == []


def test_a_reason_is_asked_for_where_not_applicable_needs_one() -> None:
    question = make_question("seen", not_applicable_reason=True)
    form = make_form(make_bank("visits", question))
    bare = answer_all((question,), "not_applicable")
    (lack,) = missing_answers(form, bare, is_bank_holiday)
    assert (lack.field, lack.what) == (
        "seen_evidence",
        f"Say why this does not apply: {question.text}",
    )
    told = {"seen": replace(bare["seen"], evidence="No child is born yet.")}
    assert missing_answers(form, told, is_bank_holiday) == []


@given(
    texts=st.lists(st.sampled_from(OUTCOMES), min_size=4, max_size=4),
    place=st.integers(0, 3),
    bound=st.integers(0, 3),
    critical=st.booleans(),
)
@unhurried
def test_an_answer_that_falls_to_not_met_never_lifts_a_ladder_of_at_most(
    texts: list[str], place: int, bound: int, critical: bool
) -> None:
    """Ladders that bound what is adverse, or ask for enough that is met, as banks do."""
    rungs = (
        Rung("outstanding", (ALL_MET,)),
        Rung("good", (Requirement(ADVERSE, 0, bound, critical=critical),)),
        Rung("inadequate"),
    )
    form = graded(*rungs, count=4, critical=critical)
    worse = [*texts[:place], "not_met", *texts[place + 1 :]]
    order = [grade.key for grade in SCALE]
    before, after = said(form, *texts).grade, said(form, *worse).grade
    assert after is not None
    assert before is None or order.index(after) >= order.index(before)


@given(texts=st.lists(st.sampled_from(OUTCOMES), min_size=3, max_size=3), extra=st.integers(0, 3))
@unhurried
def test_what_does_not_apply_counts_as_if_it_were_not_asked(texts: list[str], extra: int) -> None:
    short = graded(*AT_MOST_ONE_PARTLY, count=3)
    long = graded(*AT_MOST_ONE_PARTLY, count=3 + extra)
    assert said(short, *texts) == said(long, *texts, *["not_applicable"] * extra)
