"""Answers as text: what is read, what is refused, and how it is written and said again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from core.core_factory import answered, make_question, unhurried
from core.core_strategies import questions, values
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.answers import (
    LONGEST_TEXT,
    AnswerFault,
    Interval,
    describe_value,
    read_value,
    write_value,
)
from audit_app.core.question_bank import AnswerType, Limit, LimitUnit

HOURS: dict[str, Any] = {
    "limit": Limit(LimitUnit.HOURS, 24),
    "from_label": "Told",
    "to_label": "Seen",
}


@pytest.mark.parametrize("type_", AnswerType)
@given(data=st.data())
@unhurried
def test_what_is_written_is_read_again(type_: AnswerType, data: st.DataObject) -> None:
    question = data.draw(questions(types=[type_]))
    value = data.draw(values(question))
    text = write_value(question, value)
    assert read_value(question, text) == value
    assert write_value(question, read_value(question, f"  {text}\n")) == text


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (AnswerType.MET, "partly_met", "partly_met"),
        (AnswerType.YES_NO, "no", "no"),
        (AnswerType.GRADE, "adequate", "adequate"),
        (AnswerType.CHOICE, "unclear", "unclear"),
        (AnswerType.DATE, "2026-02-28", date(2026, 2, 28)),
        (AnswerType.NUMBER, "2.50", Decimal("2.50")),
        (AnswerType.NUMBER, "0.0000001", Decimal("0.0000001")),
        (AnswerType.TEXT, "Two visits,\nboth late", "Two visits,\nboth late"),
    ],
)
def test_canonical_text(type_: AnswerType, text: str, value: object) -> None:
    question = make_question(type_=type_)
    assert read_value(question, text) == value
    assert write_value(question, read_value(question, text)) == text


def test_several_choices_stand_in_the_order_of_the_bank_and_once_only() -> None:
    question = make_question(type_=AnswerType.CHOICES)
    assert read_value(question, "late  police late") == ("police", "late")


def test_interval_carries_times_only_where_its_limit_is_in_hours() -> None:
    timed = make_question(type_=AnswerType.INTERVAL, **HOURS)
    text = "2026-03-01T09:30/2026-03-02T08:05"
    interval = Interval(datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 2, 8, 5))
    assert read_value(timed, text) == interval
    assert write_value(timed, interval) == text
    assert describe_value(timed, interval) == "1 March 2026 at 09:30 to 2 March 2026 at 08:05"
    whole_days = make_question(type_=AnswerType.INTERVAL)
    assert write_value(whole_days, interval) == "2026-03-01/2026-03-02"
    assert describe_value(whole_days, interval) == "1 March 2026 to 2 March 2026"


@pytest.mark.parametrize("type_", AnswerType)
@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_is_not_an_answer(type_: AnswerType, text: str) -> None:
    with pytest.raises(AnswerFault, match=r"^the answer is empty$"):
        read_value(make_question(type_=type_), text)


NOT_A_DATE = "is not a date such as 2026-03-01$"
NOT_A_NUMBER = "is not a number such as 3 or 2.5$"
BAD = [
    (
        AnswerType.MET,
        "mostly",
        r"^'mostly' is not one of its options \(met, partly_met, not_met\)$",
    ),
    (AnswerType.MET, "not_applicable", "not one of its options"),
    (AnswerType.YES_NO, "Yes", r"not one of its options \(yes, no\)"),
    (AnswerType.GRADE, "good excellent", "not one of its options"),
    (AnswerType.CHOICE, "x" * 500, f"^'{'x' * 40}' is not"),
    (AnswerType.CHOICES, "police post_office", "^'post_office' is not one of its options"),
    (AnswerType.DATE, "0020-03-01", "^the year 20 is not between 1900 and 2199$"),
    (AnswerType.DATE, "20-03-01", NOT_A_DATE),
    (AnswerType.DATE, "1899-12-31", "^the year 1899"),
    (AnswerType.DATE, "2200-01-01", "^the year 2200"),
    (AnswerType.DATE, "2026-02-29", NOT_A_DATE),
    (AnswerType.DATE, "01/03/2026", NOT_A_DATE),
    (AnswerType.DATE, "2026-03-01T09:30", NOT_A_DATE),
    (AnswerType.DATE, "soon" * 100, f"^'{'soon' * 10}' is not"),
    (AnswerType.INTERVAL, "2026-03-05/2026-03-04", "^The second date must not be before the first"),
    (AnswerType.INTERVAL, "2026-03-01", "^write both dates with a slash"),
    (AnswerType.INTERVAL, "2026-03-01/", NOT_A_DATE),
    (AnswerType.INTERVAL, "/2026-03-01", NOT_A_DATE),
    (AnswerType.INTERVAL, "2026-03-01/2026-03-02/2026-03-03", NOT_A_DATE),
    (AnswerType.INTERVAL, "0020-03-01/2026-03-01", "^the year 20 "),
    (AnswerType.INTERVAL, "2026-03-01T09:30/2026-03-01T10:30", NOT_A_DATE),
    (AnswerType.NUMBER, "NaN", NOT_A_NUMBER),
    (AnswerType.NUMBER, "sNaN", NOT_A_NUMBER),
    (AnswerType.NUMBER, "Infinity", NOT_A_NUMBER),
    (AnswerType.NUMBER, "1e999", NOT_A_NUMBER),
    (AnswerType.NUMBER, "1e3", NOT_A_NUMBER),
    (AnswerType.NUMBER, "1_000", NOT_A_NUMBER),
    (AnswerType.NUMBER, "1,000", NOT_A_NUMBER),
    (AnswerType.NUMBER, "٣", NOT_A_NUMBER),
    (AnswerType.NUMBER, "four", NOT_A_NUMBER),
    (AnswerType.NUMBER, "1-2", NOT_A_NUMBER),
    (AnswerType.NUMBER, "1000000", NOT_A_NUMBER),
    (AnswerType.NUMBER, "-1000000", NOT_A_NUMBER),
    (AnswerType.NUMBER, "0.123456789012345", NOT_A_NUMBER),
    (AnswerType.TEXT, "x" * (LONGEST_TEXT + 1), "^the text is longer than 10,000 characters$"),
]


@pytest.mark.parametrize(("type_", "text", "sentence"), BAD)
def test_bad_input_is_refused_in_one_sentence(type_: AnswerType, text: str, sentence: str) -> None:
    with pytest.raises(AnswerFault, match=sentence) as caught:
        read_value(make_question(type_=type_), text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-03-01T10:30/2026-03-01T10:29", "^Seen must not be before Told$"),
        ("2026-03-01/2026-03-02", "^'2026-03-01' is not a date such as 2026-03-01T09:30$"),
        ("2026-03-01T24:00/2026-03-02T10:00", "is not a date such as"),
    ],
)
def test_bad_times_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(AnswerFault, match=sentence):
        read_value(make_question(type_=AnswerType.INTERVAL, **HOURS), text)


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (AnswerType.DATE, "1900-01-01"),
        (AnswerType.DATE, "2199-12-31"),
        (AnswerType.DATE, "2024-02-29"),
        (AnswerType.INTERVAL, "2026-03-01/2026-03-01"),
        (AnswerType.NUMBER, "999999"),
        (AnswerType.NUMBER, "-3"),
        (AnswerType.NUMBER, "0.12345678901234"),
        (AnswerType.TEXT, "x" * LONGEST_TEXT),
    ],
)
def test_the_last_good_value_is_read(type_: AnswerType, text: str) -> None:
    question = make_question(type_=type_)
    assert write_value(question, read_value(question, text)) == text


@given(st.sampled_from(AnswerType), st.text(max_size=40))
@unhurried
def test_any_text_is_an_answer_or_a_fault(type_: AnswerType, text: str) -> None:
    question = make_question(type_=type_)
    try:
        value = read_value(question, text)
    except AnswerFault:
        return
    assert read_value(question, write_value(question, value)) == value
    assert describe_value(question, value)


@pytest.mark.parametrize(
    ("type_", "text", "words"),
    [
        (AnswerType.MET, "partly_met", "Partly met"),
        (AnswerType.CHOICES, "nobody police", "Police, Nobody"),
        (AnswerType.DATE, "2026-03-01", "1 March 2026"),
        (AnswerType.NUMBER, "2.5", "2.5 weeks"),
        (AnswerType.NUMBER, "0.0000001", "0.0000001 weeks"),
        (AnswerType.TEXT, "met", "met"),
    ],
)
def test_an_answer_in_words(type_: AnswerType, text: str, words: str) -> None:
    question = make_question(type_=type_)
    value = answered(question, text).value
    assert value is not None
    assert describe_value(question, value) == words


def test_a_number_without_a_unit_is_said_alone() -> None:
    assert describe_value(make_question(type_=AnswerType.NUMBER, unit=""), Decimal(3)) == "3"


def test_an_option_that_the_bank_no_longer_has_is_said_by_its_key() -> None:
    assert describe_value(make_question(), "excellent") == "excellent"
