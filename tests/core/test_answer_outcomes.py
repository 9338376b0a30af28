"""What an answer says of the file, and the points that it earns."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from core.core_factory import (
    BANK_HOLIDAYS,
    INFORMATION,
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    NOT_RECORDED,
    PARTLY_MET,
    answered,
    is_bank_holiday,
    make_option,
    make_question,
    unhurried,
)
from core.core_strategies import answers, questions
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.answers import Interval, count_interval, outcome_of, points_of
from audit_app.core.question_bank import (
    AnswerType,
    Limit,
    LimitUnit,
    NumberBands,
    Outcome,
    Question,
)


def outcome(question: Question, text: str) -> Outcome:
    return outcome_of(question, answered(question, text), is_bank_holiday)


def points(question: Question, text: str) -> tuple[int, int] | None:
    answer = answered(question, text)
    return points_of(question, answer, outcome_of(question, answer, is_bank_holiday))


@pytest.mark.parametrize(
    ("type_", "text", "expected", "earned"),
    [
        (AnswerType.MET, "met", MET, (2, 2)),
        (AnswerType.MET, "partly_met", PARTLY_MET, (1, 2)),
        (AnswerType.MET, "not_met", NOT_MET, (0, 2)),
        (AnswerType.YES_NO, "yes", MET, (2, 2)),
        (AnswerType.YES_NO, "no", NOT_MET, (0, 2)),
        (AnswerType.GRADE, "excellent", MET, (4, 4)),
        (AnswerType.GRADE, "good", MET, (3, 4)),
        (AnswerType.GRADE, "adequate", PARTLY_MET, (1, 4)),
        (AnswerType.GRADE, "inadequate", NOT_MET, (0, 4)),
        (AnswerType.CHOICE, "one", PARTLY_MET, (1, 2)),
        (AnswerType.CHOICE, "unclear", INFORMATION, None),
        (AnswerType.CHOICES, "police health", MET, (2, 2)),
        (AnswerType.CHOICES, "police health late", PARTLY_MET, (1, 2)),
        (AnswerType.CHOICES, "police nobody late", NOT_MET, (0, 2)),
        (AnswerType.CHOICES, "police other", MET, (2, 2)),
        (AnswerType.CHOICES, "other", INFORMATION, None),
        (AnswerType.DATE, "2026-03-01", INFORMATION, None),
        (AnswerType.TEXT, "not_met", INFORMATION, None),
        (AnswerType.INTERVAL, "2026-03-01/2026-03-06", MET, (2, 2)),
        (AnswerType.INTERVAL, "2026-03-01/2026-03-07", PARTLY_MET, (1, 2)),
        (AnswerType.INTERVAL, "2026-03-01/2026-03-11", PARTLY_MET, (1, 2)),
        (AnswerType.INTERVAL, "2026-03-01/2026-03-12", NOT_MET, (0, 2)),
        (AnswerType.NUMBER, "4", MET, (2, 2)),
        (AnswerType.NUMBER, "4.5", PARTLY_MET, (1, 2)),
        (AnswerType.NUMBER, "6", PARTLY_MET, (1, 2)),
        (AnswerType.NUMBER, "6.1", NOT_MET, (0, 2)),
    ],
)
@pytest.mark.parametrize("weight", [1, 3])
def test_outcome_and_points(
    type_: AnswerType, text: str, expected: Outcome, earned: tuple[int, int] | None, weight: int
) -> None:
    question = make_question(type_=type_, weight=weight)
    assert outcome(question, text) is expected
    assert points(question, text) == (earned and (earned[0] * weight, earned[1] * weight))


@given(questions(), st.data())
@unhurried
def test_every_answer_has_one_outcome_and_no_more_points_than_possible(
    question: Question, data: st.DataObject
) -> None:
    answer = data.draw(answers(question))
    said = outcome_of(question, answer, is_bank_holiday)
    scored = points_of(question, answer, said)
    unscored = {Outcome.NOT_APPLICABLE, Outcome.INFORMATION}
    assert (scored is None) == (said in unscored or not question.is_scored)
    if scored is not None:
        assert 0 <= scored[0] <= scored[1] == question.full_points * question.weight
        assert said is not Outcome.NOT_RECORDED or scored[0] == 0


@pytest.mark.parametrize("type_", AnswerType)
def test_the_two_states_are_outcomes_of_their_own(type_: AnswerType) -> None:
    question = make_question(type_=type_, weight=2)
    assert outcome_of(question, NOT_APPLICABLE, is_bank_holiday) is Outcome.NOT_APPLICABLE
    assert outcome_of(question, NOT_RECORDED, is_bank_holiday) is Outcome.NOT_RECORDED
    assert points_of(question, NOT_APPLICABLE, Outcome.NOT_APPLICABLE) is None
    full = (0, question.full_points * 2) if question.is_scored else None
    assert points_of(question, NOT_RECORDED, Outcome.NOT_RECORDED) == full


@pytest.mark.parametrize("type_", [AnswerType.INTERVAL, AnswerType.NUMBER])
def test_without_a_limit_or_bands_nothing_is_scored(type_: AnswerType) -> None:
    question = make_question(type_=type_, limit=None, bands=None)
    text = "2026-03-01/2026-03-31" if type_ is AnswerType.INTERVAL else "31"
    assert outcome(question, text) is INFORMATION
    assert not question.is_scored
    assert points(question, text) is None


def test_a_question_of_information_only_is_not_scored() -> None:
    options = (make_option("yes", INFORMATION), make_option("no", INFORMATION))
    question = make_question(type_=AnswerType.YES_NO, options=options)
    assert not question.is_scored
    assert points(question, "no") is None
    assert points_of(question, NOT_RECORDED, Outcome.NOT_RECORDED) is None


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        (NumberBands(met_from=2, met_to=4), {"1.9": NOT_MET, "2": MET, "4": MET, "4.1": NOT_MET}),
        (NumberBands(met_from=2), {"1": NOT_MET, "2": MET, "999": MET}),
        (NumberBands(met_from=4, partly_from=2), {"1": NOT_MET, "3": PARTLY_MET, "4": MET}),
        (
            NumberBands(met_to=4, partly_to=6),
            {"-1": MET, "0": MET, "5": PARTLY_MET, "7": NOT_MET},
        ),
        (
            NumberBands(met_from=0, met_to=0, partly_from=1, partly_to=1),
            {"0": MET, "1": PARTLY_MET},
        ),
    ],
)
def test_number_bands_are_inclusive(bands: NumberBands, said: dict[str, Outcome]) -> None:
    question = make_question(type_=AnswerType.NUMBER, bands=bands)
    assert {text: outcome(question, text) for text in said} == said


def limited(unit: LimitUnit, met: int, partly: int | None = None) -> Question:
    return make_question(type_=AnswerType.INTERVAL, limit=Limit(unit, met, partly))


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-03-02T09:30", MET),
        ("2026-03-02T09:31", PARTLY_MET),
        ("2026-03-03T09:30", PARTLY_MET),
        ("2026-03-03T09:31", NOT_MET),
    ],
)
def test_hours_are_counted_to_the_minute(end: str, expected: Outcome) -> None:
    assert outcome(limited(LimitUnit.HOURS, 24, 48), f"2026-03-01T09:30/{end}") is expected


def test_without_a_partly_bound_late_is_not_met() -> None:
    assert outcome(limited(LimitUnit.DAYS, 5), "2026-03-01/2026-03-07") is NOT_MET


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-02", "2026-03-02", 0),
        ("2026-03-02", "2026-03-03", 1),
        ("2026-03-06", "2026-03-09", 1),  # Friday to Monday
        ("2026-03-06", "2026-03-08", 0),  # Friday to Sunday
        ("2026-03-07", "2026-03-09", 1),  # Saturday to Monday
        ("2026-03-02", "2026-03-16", 10),  # two weeks
        ("2026-04-02", "2026-04-07", 1),  # over Easter: Thursday to Tuesday
        ("2026-04-02", "2026-04-06", 0),  # Easter Monday itself
        ("2026-04-03", "2026-04-08", 2),  # from a bank holiday
    ],
)
def test_working_days_skip_weekends_and_bank_holidays(start: str, end: str, days: int) -> None:
    text = f"{start}/{end}"
    met = limited(LimitUnit.WORKING_DAYS, days)
    assert outcome(met, text) is MET
    if days:
        assert outcome(limited(LimitUnit.WORKING_DAYS, days - 1), text) is NOT_MET


DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1)).map(
    lambda day: datetime(day.year, day.month, day.day)
)


@given(st.tuples(DAYS, DAYS, DAYS).map(sorted))
@unhurried
def test_working_days_add_up_and_are_counted_one_by_one(moments: list[datetime]) -> None:
    first, middle, last = moments

    def working(start: datetime, end: datetime) -> float:
        return count_interval(Interval(start, end), LimitUnit.WORKING_DAYS, is_bank_holiday)

    assert working(first, middle) + working(middle, last) == working(first, last)
    day, by_hand = first, 0
    while day < last:
        day += timedelta(days=1)
        by_hand += day.strftime("%a") not in ("Sat", "Sun") and day.date() not in BANK_HOLIDAYS
    assert working(first, last) == by_hand


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(LimitUnit.HOURS, 24), "24 hours"),
        (Limit(LimitUnit.HOURS, 1), "1 hour"),
        (Limit(LimitUnit.WORKING_DAYS, 1), "1 working day"),
        (Limit(LimitUnit.WORKING_DAYS, 10, 12), "10 working days"),
    ],
)
def test_a_limit_in_words(limit: Limit, words: str) -> None:
    assert str(limit) == words


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (datetime(2026, 3, 28, 10), datetime(2026, 3, 29, 10, 30), 23.5),
        (datetime(2026, 10, 24, 10), datetime(2026, 10, 25, 10), 25.0),
        (datetime(2026, 6, 1, 10), datetime(2026, 6, 2, 10), 24.0),
    ],
)
def test_hours_pass_as_on_an_english_clock(start: datetime, end: datetime, hours: float) -> None:
    """The night in which the clock changes has one hour less, or one more."""
    assert count_interval(Interval(start, end), LimitUnit.HOURS, is_bank_holiday) == hours
