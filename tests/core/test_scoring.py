"""Counts and points at every level: the properties that no answer may break."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from core.core_factory import (
    INFORMATION,
    NOT_APPLICABLE,
    NOT_RECORDED,
    answer_all,
    answered,
    is_bank_holiday,
    make_bank,
    make_form,
    make_option,
    make_question,
    met_questions,
    unhurried,
)
from core.core_strategies import answers, filled_forms, questions
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.answers import Answer, hidden_questions
from audit_app.core.judgement import suggest, suggest_theme_grade
from audit_app.core.question_bank import AnswerType, AuditForm, Outcome, Question
from audit_app.core.scoring import (
    QuestionScore,
    Tally,
    score_audit,
    score_question,
    score_theme,
    tally,
)

Filled = tuple[AuditForm, dict[str, Answer]]


def theme_tally(asked: tuple[Question, ...], *texts: str) -> Tally:
    given_answers = answer_all(asked, *texts)
    return score_theme(
        make_bank("theme", *asked), given_answers, frozenset(), is_bank_holiday
    ).tally


def test_each_state_is_counted_apart() -> None:
    asked = met_questions(7)
    texts = ["met", "met", "partly_met", "not_met", "not_recorded", "not_applicable"]
    counts = score_theme(
        make_bank("theme", *asked), answer_all(asked[:6], *texts), frozenset(), is_bank_holiday
    ).tally
    assert counts == Tally(
        met=2,
        partly_met=1,
        not_met=1,
        not_recorded=1,
        not_applicable=1,
        unanswered=1,
        points=5,
        possible=10,
    )
    assert (counts.k, counts.n, counts.share) == (2, 5, Fraction(1, 2))


def test_weight_counts_in_points_and_never_in_k_or_n() -> None:
    light, heavy = make_question("light"), make_question("heavy", weight=5)
    counts = theme_tally((light, heavy), "met", "not_met")
    assert (counts.k, counts.n) == (1, 2)
    assert counts.share == Fraction(2, 12)


@pytest.mark.parametrize("type_", [AnswerType.TEXT, AnswerType.DATE])
@pytest.mark.parametrize("answer", [None, NOT_APPLICABLE, NOT_RECORDED])
def test_a_question_that_is_never_scored_does_not_count_in_any_state(
    type_: AnswerType, answer: Answer | None
) -> None:
    score = score_question(make_question(type_=type_), answer, is_bank_holiday)
    assert tally([score]) == Tally()


def test_a_choice_for_information_leaves_every_count() -> None:
    question = make_question(type_=AnswerType.CHOICE)
    score = score_question(question, answered(question, "unclear"), is_bank_holiday)
    assert score == QuestionScore(question, INFORMATION)
    assert tally([score]) == Tally()


@pytest.mark.parametrize("answer", [None, NOT_APPLICABLE])
@given(count=st.integers(1, 4))
@unhurried
def test_nothing_scored_is_neither_0_nor_1(answer: Answer | None, count: int) -> None:
    asked = met_questions(count)
    given_answers = {question.id: answer for question in asked if answer}
    form = make_form(make_bank("one", *asked))
    counts = score_audit(form, given_answers, is_bank_holiday)[0].tally
    assert (counts.k, counts.n, counts.points, counts.possible) == (0, 0, 0, 0)
    assert counts.share is None
    assert counts == Tally(not_applicable=count) or counts == Tally(unanswered=count)
    suggested = suggest(form, given_answers, is_bank_holiday)
    assert suggested.themes[0].suggestion.grade is None
    assert suggested.overall.grade is None


@given(filled_forms())
@unhurried
def test_counts_hold_together(filled: Filled) -> None:
    form, given_answers = filled
    hidden = hidden_questions(form.questions, given_answers)
    for theme in score_audit(form, given_answers, is_bank_holiday):
        counts = theme.tally
        shown = [q for q in form.bank(theme.theme).questions if q.id not in hidden and q.is_scored]
        for_information = sum(
            score.outcome is Outcome.INFORMATION and score.question.is_scored
            for score in theme.questions
        )
        counted = counts.n + counts.not_applicable + counts.unanswered + for_information
        assert counted == len(shown)
        assert counts.unanswered == sum(q.id not in given_answers for q in shown)
        assert 0 <= counts.k <= counts.n
        assert 0 <= counts.points <= counts.possible
        assert (counts.share is None) == (counts.n == 0)
        assert counts.k < counts.n or counts.n == 0 or counts.not_recorded == 0


@given(filled_forms())
@unhurried
def test_the_whole_is_the_sum_of_its_themes(filled: Filled) -> None:
    form, given_answers = filled
    themes = score_audit(form, given_answers, is_bank_holiday)
    assert [theme.theme for theme in themes] == [bank.key for bank in form.banks]
    whole = tally(score for theme in themes for score in theme.questions)
    for count in Tally.__dataclass_fields__:
        assert getattr(whole, count) == sum(getattr(theme.tally, count) for theme in themes)


@given(filled_forms(), st.data())
@unhurried
def test_not_applicable_never_changes_share_or_grade(filled: Filled, data: st.DataObject) -> None:
    form, given_answers = filled
    added = [data.draw(questions(f"more_{n}")) for n in range(data.draw(st.integers(1, 3)))]
    bank = form.banks[0]
    longer = make_form(
        make_bank(bank.key, *bank.questions, *added), *form.banks[1:], rules=form.rules
    )
    more_answers = given_answers | {question.id: NOT_APPLICABLE for question in added}
    before = suggest(form, given_answers, is_bank_holiday)
    after = suggest(longer, more_answers, is_bank_holiday)
    assert [theme.suggestion.grade for theme in after.themes] == [
        theme.suggestion.grade for theme in before.themes
    ]
    assert after.overall.grade == before.overall.grade
    old, new = before.themes[0].score.tally, after.themes[0].score.tally
    assert (new.k, new.n, new.points, new.possible) == (old.k, old.n, old.points, old.possible)
    assert new.not_applicable - old.not_applicable == sum(question.is_scored for question in added)


@given(filled_forms(follow_ups=False), st.data())
@unhurried
def test_not_recorded_stays_in_n_and_earns_nothing(filled: Filled, data: st.DataObject) -> None:
    form, given_answers = filled
    question = data.draw(st.sampled_from(list(form.questions.values())))
    without = {id_: answer for id_, answer in given_answers.items() if id_ != question.id}

    def whole(of: dict[str, Answer]) -> Tally:
        themes = score_audit(form, of, is_bank_holiday)
        return tally(score for theme in themes for score in theme.questions)

    before, after = whole(without), whole(without | {question.id: NOT_RECORDED})
    scored = int(question.is_scored)
    assert after.n - before.n == scored == after.not_recorded - before.not_recorded
    assert (after.k, after.points) == (before.k, before.points)
    assert after.possible - before.possible == scored * question.full_points * question.weight


@given(filled_forms(follow_ups=False), st.randoms(use_true_random=False))
@unhurried
def test_the_order_of_the_questions_is_irrelevant(filled: Filled, random: Random) -> None:
    form, given_answers = filled
    for bank in form.banks:
        asked = list(bank.questions)
        random.shuffle(asked)
        scores = [
            score_theme(each, given_answers, frozenset(), is_bank_holiday)
            for each in (bank, make_bank(bank.key, *asked))
        ]
        assert scores[0].tally == scores[1].tally
        grades = [suggest_theme_grade(form, score).grade for score in scores]
        assert grades[0] == grades[1]


@given(questions(), st.data())
@unhurried
def test_one_question_alone_is_its_own_tally(question: Question, data: st.DataObject) -> None:
    score = score_question(question, data.draw(answers(question)), is_bank_holiday)
    counts = tally([score])
    assert (counts.points, counts.possible) == (score.points, score.possible)
    assert counts.k == (score.outcome is Outcome.MET and question.is_scored)


def test_an_option_may_earn_other_points_than_its_outcome_does() -> None:
    options = (
        make_option("excellent", Outcome.MET, 10),
        make_option("good", Outcome.MET, 7),
        make_option("poor", Outcome.NOT_MET, 1),
    )
    question = make_question(type_=AnswerType.GRADE, options=options, weight=2)
    earned = {
        key: score_question(question, answered(question, key), is_bank_holiday)
        for key in ("excellent", "good", "poor")
    }
    assert {key: (score.points, score.possible) for key, score in earned.items()} == {
        "excellent": (20, 20),
        "good": (14, 20),
        "poor": (2, 20),
    }
