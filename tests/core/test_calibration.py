"""Calibrations: the spread of what several readers said, and what they talk about first."""

from __future__ import annotations

from dataclasses import replace

from core.core_factory import NOT_APPLICABLE, NOT_RECORDED, met_questions
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.answers import Answer, AnswerState
from audit_app.core.calibration import question_spreads, spread_of, to_talk_about
from audit_app.core.question_bank import AnswerType

SAID = st.lists(st.none() | st.sampled_from("abc"), min_size=1, max_size=8)


@given(SAID)
def test_every_reader_stands_in_it_once(said: list[str | None]) -> None:
    spread = spread_of(said)
    places = sorted([*spread.silent, *(place for group in spread.groups for place in group)])
    assert places == list(range(len(said)))
    assert spread.readers == len(said)
    assert [len(group) for group in spread.groups] == sorted(
        (len(group) for group in spread.groups), reverse=True
    )


@given(SAID)
def test_pairs_that_differ_are_counted_one_by_one(said: list[str | None]) -> None:
    pairs = sum(one != other for i, one in enumerate(said) for other in said[i + 1 :])
    spread = spread_of(said)
    assert spread.differing_pairs == pairs
    assert spread.agrees == (len(set(said)) == 1)


@given(SAID, st.randoms(use_true_random=False))
def test_the_order_of_the_readers_makes_no_difference(said, chance) -> None:
    other = list(said)
    chance.shuffle(other)
    assert spread_of(other).differing_pairs == spread_of(said).differing_pairs


def test_most_difference_comes_first_then_what_is_critical() -> None:
    same, plain = met_questions(2)
    critical = replace(met_questions(3)[2], critical=True)
    questions = {one.id: one for one in (same, plain, critical)}
    readings = [
        {same.id: NOT_APPLICABLE, plain.id: NOT_APPLICABLE, critical.id: NOT_APPLICABLE},
        {same.id: NOT_APPLICABLE, plain.id: NOT_RECORDED, critical.id: NOT_RECORDED},
        {same.id: NOT_APPLICABLE, critical.id: NOT_RECORDED},
    ]
    spreads = question_spreads(questions, readings)
    assert [one.question for one in spreads] == [same, plain, critical]
    assert [one.question for one in to_talk_about(spreads)] == [plain, critical]
    assert spreads[1].spread.silent == (2,)
    readings[2][plain.id] = NOT_RECORDED
    again = to_talk_about(question_spreads(questions, readings))
    assert [one.question for one in again] == [critical, plain], "as many pairs: critical first"


def test_words_are_not_compared() -> None:
    (question,) = met_questions(1)
    words = replace(question, id="words", type=AnswerType.TEXT)
    said = {"words": Answer(AnswerState.ANSWERED, "x")}
    assert question_spreads({"words": words}, [said, {}]) == []
