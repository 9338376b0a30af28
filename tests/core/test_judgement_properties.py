"""What no set of rules and no answers may break: better work is never judged worse."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from core.core_factory import NOT_RECORDED, answered, is_bank_holiday, make_question, unhurried
from core.core_strategies import filled_forms
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.answers import Answer, outcome_of, points_of
from audit_app.core.judgement import Suggestions, counts_as_met, suggest
from audit_app.core.question_bank import AnswerType, AuditForm, LimitUnit, Outcome, Question

Filled = tuple[AuditForm, dict[str, Answer]]
RANK = {Outcome.NOT_RECORDED: 0, Outcome.NOT_MET: 0, Outcome.PARTLY_MET: 1, Outcome.MET: 2}


def grades(form: AuditForm, suggested: Suggestions) -> list[int | None]:
    """Places on the scale (0 is best) of every theme and of the whole."""
    order = [grade.key for grade in form.scale]
    keys = [*(theme.suggestion.grade for theme in suggested.themes), suggested.overall.grade]
    return [None if key is None else order.index(key) for key in keys]


def by_merit(question: Question) -> list[Answer]:
    """Answers of every outcome that is scored, the worst first."""
    hours = question.limit is not None and question.limit.unit is LimitUnit.HOURS
    texts = {
        AnswerType.NUMBER: ("9", "5", "3"),
        AnswerType.INTERVAL: tuple(
            f"2026-03-02T09:00/2026-03-02T{hour}:00" if hours else f"2026-03-02/2026-03-{day}"
            for day, hour in (("31", "23"), ("10", "17"), ("03", "10"))
        ),
    }.get(question.type, tuple(option.key for option in question.options))
    said = []
    for answer in (NOT_RECORDED, *(answered(question, text) for text in texts)):
        outcome = outcome_of(question, answer, is_bank_holiday)
        points = points_of(question, answer, outcome)
        if points is not None:
            said.append((RANK[outcome], points[0], answer))
    return [answer for *_, answer in sorted(said, key=lambda item: item[:2])]


@given(filled_forms(follow_ups=False), st.data())
@unhurried
def test_a_better_answer_never_lowers_a_grade(filled: Filled, data: st.DataObject) -> None:
    form, given_answers = filled
    question = data.draw(st.sampled_from(list(form.questions.values())))
    seen: list[list[int | None]] = []
    for answer in by_merit(question) if question.is_scored else ():
        given_answers[question.id] = answer
        seen.append(grades(form, suggest(form, given_answers, is_bank_holiday)))
    for before, after in pairwise(seen):
        for low, high in zip(before, after, strict=True):
            assert (low is None) == (high is None)
            assert low is None or high is None or high <= low


@pytest.mark.parametrize(
    "type_", [t for t in AnswerType if t not in (AnswerType.DATE, AnswerType.TEXT)]
)
def test_the_answers_tried_above_span_all_outcomes(type_: AnswerType) -> None:
    question = make_question(type_=type_)
    said = [outcome_of(question, answer, is_bank_holiday) for answer in by_merit(question)]
    assert Outcome.NOT_RECORDED in said[:2]
    assert Outcome.NOT_MET in said[:2]
    assert said[-1] is Outcome.MET
    assert Outcome.PARTLY_MET in said or type_ is AnswerType.YES_NO


@given(filled_forms())
@unhurried
def test_caps_only_ever_lower_a_grade(filled: Filled) -> None:
    form, given_answers = filled
    bare = replace(form, rules=replace(form.rules, theme_caps=(), overall_caps=()))
    capped = grades(form, suggest(form, given_answers, is_bank_holiday))
    uncapped = grades(form, suggest(bare, given_answers, is_bank_holiday))
    for low, high in zip(capped, uncapped, strict=True):
        assert (low is None) == (high is None)
        assert low is None or high is None or low >= high


@given(filled_forms())
@unhurried
def test_a_suggestion_says_its_own_grade_first(filled: Filled) -> None:
    form, given_answers = filled
    suggested = suggest(form, given_answers, is_bank_holiday)
    for said in [*(theme.suggestion for theme in suggested.themes), suggested.overall]:
        label = "Not scored" if said.grade is None else form.grade(said.grade).label
        assert said.reason.startswith((f"{label}: ", f"{label} at best: "))
        assert said.reason.endswith(".")


@given(filled_forms())
@unhurried
def test_not_scored_means_that_nothing_counted(filled: Filled) -> None:
    form, given_answers = filled
    suggested = suggest(form, given_answers, is_bank_holiday)
    for theme in suggested.themes:
        assert (theme.suggestion.grade is None) == (theme.score.tally.n == 0)
        assert (counts_as_met(form, theme.suggestion.grade) is None) == (theme.score.tally.n == 0)
    assert (suggested.overall.grade is None) == all(
        theme.score.tally.n == 0 for theme in suggested.themes
    )
