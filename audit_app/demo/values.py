"""From what an auditor finds to an answer of the question's own type."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.answers import Answer, AnswerState, Interval, Value, outcome_of
from audit_app.core.question_bank import AnswerType, Limit, LimitUnit, Outcome, Question
from audit_app.demo.days import working_days_after

_NUMBERS = range(41)
#: An interval begins so long before the audit that even a late end lies before it.
_LATEST_START = {True: timedelta(days=8), False: timedelta(days=32)}


def value_for(question: Question, outcome: Outcome, day: date, anchor: date, dice: Random) -> Value:
    """A value that says `outcome`, in an audit of `day`; `anchor` is when an interval began."""
    if question.type is AnswerType.INTERVAL:
        return _interval(question.limit, outcome, _start(question, outcome, day, anchor), dice)
    if question.type is AnswerType.NUMBER:
        return _number(question, outcome, dice)
    if question.type is AnswerType.DATE:
        return day - timedelta(days=dice.randint(2, 60))
    return _choice(question, outcome, dice)


def _start(question: Question, outcome: Outcome, day: date, anchor: date) -> date:
    in_hours = question.limit is not None and question.limit.unit is LimitUnit.HOURS
    if in_hours and outcome is Outcome.MET:
        return min(anchor, day - timedelta(days=2))
    return min(anchor, day - _LATEST_START[in_hours])


def _choice(question: Question, outcome: Outcome, dice: Random) -> Value:
    keys = [option.key for option in question.options if option.outcome is outcome]
    if not keys:
        keys = [option.key for option in question.options]
    if question.type is AnswerType.CHOICES and outcome is Outcome.MET:
        some = set(dice.sample(keys, dice.randint(1, min(4, len(keys)))))
        return tuple(key for key in keys if key in some)
    if question.type is AnswerType.CHOICES:
        return (dice.choice(keys),)
    # A scale runs from the best grade, which is rare; other options begin with the usual one.
    usual = keys[-1] if question.type is AnswerType.GRADE else keys[0]
    return usual if dice.random() < 0.7 else dice.choice(keys)


def _number(question: Question, outcome: Outcome, dice: Random) -> Decimal:
    fits = [
        number
        for number in _NUMBERS
        if outcome_of(question, Answer(AnswerState.ANSWERED, Decimal(number)), is_bank_holiday)
        is outcome
    ]
    near = fits[-3:] if outcome is Outcome.MET else fits[:6]
    return Decimal(dice.choice(near or list(_NUMBERS[1:6])))


def _interval(limit: Limit | None, outcome: Outcome, start: date, dice: Random) -> Interval:
    if limit is None or limit.unit is not LimitUnit.HOURS:
        return _interval_of_days(limit, outcome, start, dice)
    began = datetime.combine(start, time(dice.randint(9, 15), dice.choice((0, 10, 25, 40))))
    longest = limit.met if outcome is Outcome.MET else limit.partly or limit.met
    if outcome is Outcome.MET and (longest < 24 or dice.random() < 0.6):
        return Interval(began, began + timedelta(minutes=dice.randint(30, min(180, longest * 60))))
    if outcome is Outcome.MET:  # the next morning, but before the same time of day
        opens = datetime.combine(start + timedelta(days=1), time(8, 45))
        minutes = int((began - opens + timedelta(days=1)) / timedelta(minutes=1))
        return Interval(began, opens + timedelta(minutes=dice.randrange(minutes)))
    if outcome is Outcome.PARTLY_MET:
        return Interval(began, began + timedelta(hours=dice.randint(limit.met + 1, longest)))
    late = began.date() + timedelta(days=longest // 24 + dice.randint(1, 5))
    return Interval(began, datetime.combine(late, time(16, dice.choice((5, 20, 35, 50)))))


def _interval_of_days(limit: Limit | None, outcome: Outcome, start: date, dice: Random) -> Interval:
    met = limit.met if limit is not None else 5
    partly = (limit.partly if limit is not None else None) or met
    least, most = {
        Outcome.MET: (0, met),
        Outcome.PARTLY_MET: (met + 1, partly),
    }.get(outcome, (partly + 1, partly + 8))
    count = dice.randint(least, most)
    counts_working_days = limit is not None and limit.unit is LimitUnit.WORKING_DAYS
    began = working_days_after(start - timedelta(days=1), 1)
    ended = (
        working_days_after(began, count) if counts_working_days else began + timedelta(days=count)
    )
    return Interval(datetime.combine(began, time()), datetime.combine(ended, time()))
