"""Follow-ups are shown by what was answered before, and leave the score while they are hidden."""

from __future__ import annotations

import pytest
from core.core_factory import (
    NOT_APPLICABLE,
    NOT_RECORDED,
    answered,
    is_bank_holiday,
    make_bank,
    make_form,
    make_question,
    unhurried,
)
from core.core_strategies import filled_forms
from hypothesis import given

from audit_app.core.answers import Answer, AnswerState, hidden_questions
from audit_app.core.question_bank import AnswerType, AuditForm, Condition, Question
from audit_app.core.scoring import score_audit

FIRST = make_question("first", AnswerType.YES_NO)
SECOND = make_question(
    "second", AnswerType.YES_NO, shown_when=Condition("first", frozenset({"yes"}))
)
THIRD = make_question("third", shown_when=Condition("second", frozenset({"no", "not_recorded"})))
CHAIN = {question.id: question for question in (FIRST, SECOND, THIRD)}
YES, NO = answered(FIRST, "yes"), answered(FIRST, "no")
MET = answered(THIRD, "met")


@pytest.mark.parametrize(
    ("answers", "hidden"),
    [
        ({}, {"second", "third"}),
        ({"first": NO}, {"second", "third"}),
        ({"first": NOT_APPLICABLE}, {"second", "third"}),
        ({"first": NOT_RECORDED}, {"second", "third"}),
        ({"first": YES}, {"third"}),
        ({"first": YES, "second": YES}, {"third"}),
        ({"first": YES, "second": NO}, set()),
        ({"first": YES, "second": NOT_RECORDED}, set()),
        ({"first": YES, "second": NOT_APPLICABLE}, {"third"}),
        ({"first": NO, "second": NO, "third": MET}, {"second", "third"}),
        ({"second": NO, "third": MET}, {"second", "third"}),
    ],
)
def test_a_chain_of_follow_ups(answers: dict[str, Answer], hidden: set[str]) -> None:
    assert hidden_questions(CHAIN, answers) == hidden


def test_one_of_several_choices_is_enough_to_show_a_follow_up() -> None:
    several = make_question("several", AnswerType.CHOICES)
    after = make_question("after", shown_when=Condition("several", frozenset({"nobody", "late"})))
    asked = {"several": several, "after": after}
    assert hidden_questions(asked, {"several": answered(several, "police late")}) == set()
    assert hidden_questions(asked, {"several": answered(several, "police")}) == {"after"}


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (AnswerType.DATE, "2026-03-01"),
        (AnswerType.NUMBER, "3"),
        (AnswerType.INTERVAL, "2026-03-01/2026-03-02"),
    ],
)
def test_a_date_or_number_has_no_key_but_its_states_have(type_: AnswerType, text: str) -> None:
    question = make_question(type_=type_)
    assert answered(question, text).keys == set()
    assert Answer(AnswerState.NOT_RECORDED).keys == {"not_recorded"}
    assert Answer(AnswerState.NOT_APPLICABLE).keys == {"not_applicable"}


def scored_ids(form: AuditForm, answers: dict[str, Answer]) -> dict[str, object]:
    return {
        score.question.id: score.outcome
        for theme in score_audit(form, answers, is_bank_holiday)
        for score in theme.questions
    }


def test_answers_kept_under_a_hidden_question_count_again_when_it_is_shown() -> None:
    form = make_form(make_bank("theme", FIRST, SECOND, THIRD))
    kept = {"second": answered(SECOND, "no"), "third": MET}
    assert scored_ids(form, {"first": NO, **kept}) == {"first": "not_met"}
    shown = scored_ids(form, {"first": YES, **kept})
    assert shown == {"first": "met", "second": "not_met", "third": "met"}


@given(filled_forms())
@unhurried
def test_a_hidden_question_never_counts(filled: tuple[AuditForm, dict[str, Answer]]) -> None:
    form, answers = filled
    hidden = hidden_questions(form.questions, answers)
    without = {key: answer for key, answer in answers.items() if key not in hidden}
    assert score_audit(form, answers, is_bank_holiday) == score_audit(
        form, without, is_bank_holiday
    )
    assert hidden_questions(form.questions, without) == hidden
    assert not hidden & scored_ids(form, answers).keys()


@given(filled_forms())
@unhurried
def test_shown_means_that_every_earlier_answer_asks_for_it(
    filled: tuple[AuditForm, dict[str, Answer]],
) -> None:
    form, answers = filled

    def is_shown(question: Question) -> bool:
        condition = question.shown_when
        if condition is None:
            return True
        earlier = answers.get(condition.question)
        return (
            is_shown(form.questions[condition.question])
            and earlier is not None
            and any(key in earlier.keys for key in condition.answers)
        )

    hidden = {id_ for id_, question in form.questions.items() if not is_shown(question)}
    assert hidden_questions(form.questions, answers) == hidden
