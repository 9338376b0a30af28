"""Answers: their values, how they are written down as text, and what each says of the file.

An answer's value has one canonical text (stored, exported and loaded alike): an option's key;
several keys parted by spaces; a date `2026-03-01`; an interval `2026-03-01/2026-03-05`, with
`T09:30` on both ends where its limit is in hours; a number `3`; or the text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from zoneinfo import ZoneInfo

from audit_app.core.faults import Refusal
from audit_app.core.question_bank import (
    POINTS,
    AnswerType,
    LimitUnit,
    Outcome,
    Question,
)

FIRST_YEAR, LAST_YEAR = 1900, 2199
LONGEST_TEXT = 10_000
_NUMBER_SIGNS = frozenset("+-.0123456789")

ENGLISH = ZoneInfo("Europe/London")

IsBankHoliday = Callable[[date], bool]


class AnswerState(StrEnum):
    """Whether a question was answered, or why it was not. An absent answer is unanswered."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, slots=True)
class Interval:
    """From one moment to another, both naive local time; whole days stand at midnight."""

    start: datetime
    end: datetime


Value = str | tuple[str, ...] | date | Interval | Decimal


@dataclass(frozen=True, slots=True)
class Answer:
    """What one auditor answered to one question."""

    state: AnswerState
    value: Value | None = None
    evidence: str = ""
    quotable: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """What a condition can ask for: option keys, or the state where nothing was chosen."""
        if self.state is not AnswerState.ANSWERED:
            return frozenset({self.state.value})
        if isinstance(self.value, tuple):
            return frozenset(self.value)
        return frozenset({self.value}) if isinstance(self.value, str) else frozenset()


class AnswerFault(Refusal):
    """One sentence: why a text is not an answer to this question."""


def read_value(question: Question, text: str) -> Value:
    """Read the canonical text of a value; AnswerFault when it is not one for this question."""
    text = text.strip()
    if not text:
        raise AnswerFault("the answer is empty")
    return _READERS[question.type](question, text)


def check_offered(question: Question, value: Value) -> None:
    """AnswerFault when an option is chosen that is kept only so that old answers can be read."""
    chosen = value if isinstance(value, tuple) else (value,)
    for option in question.options:
        if option.retired and option.key in chosen:
            raise AnswerFault(f"“{option.label}” is not offered any more")


def write_value(question: Question, value: Value) -> str:
    """Write a value as its canonical text."""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, Interval):
        timed = question.limit is not None and question.limit.unit is LimitUnit.HOURS
        spec = "%Y-%m-%dT%H:%M" if timed else "%Y-%m-%d"
        return f"{value.start.strftime(spec)}/{value.end.strftime(spec)}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def describe_value(question: Question, value: Value) -> str:
    """The answer in words for a page or a report."""
    if isinstance(value, Interval):
        timed = question.limit is not None and question.limit.unit is LimitUnit.HOURS
        return f"{_in_words(value.start, timed)} to {_in_words(value.end, timed)}"
    if isinstance(value, date):
        return _in_words(datetime.combine(value, time()), timed=False)
    if isinstance(value, Decimal):
        return f"{value:f} {question.unit}".strip()
    if question.type is AnswerType.TEXT:
        return str(value)
    keys = value if isinstance(value, tuple) else (value,)
    options = [question.option(key) for key in keys]
    return ", ".join(o.label if o else key for o, key in zip(options, keys, strict=True))


def hidden_questions(
    questions: Mapping[str, Question], answers: Mapping[str, Answer]
) -> frozenset[str]:
    """The ids of questions that are not shown, because of what an earlier answer is or is not.

    A follow-up of a hidden question is hidden too, whatever was answered before it was hidden.
    """
    hidden: set[str] = set()
    for question in questions.values():
        condition = question.shown_when
        if condition is None:
            continue
        earlier = answers.get(condition.question)
        if (
            condition.question in hidden
            or earlier is None
            or not (earlier.keys & condition.answers)
        ):
            hidden.add(question.id)
    return frozenset(hidden)


def outcome_of(question: Question, answer: Answer, is_bank_holiday: IsBankHoliday) -> Outcome:
    """What the answer says of the file."""
    if answer.state is AnswerState.NOT_APPLICABLE:
        return Outcome.NOT_APPLICABLE
    if answer.state is AnswerState.NOT_RECORDED:
        return Outcome.NOT_RECORDED
    value = answer.value
    if isinstance(value, Interval):
        return _outcome_of_interval(question, value, is_bank_holiday)
    if isinstance(value, Decimal):
        return _outcome_of_number(question, value)
    keys = value if isinstance(value, tuple) else (value,)
    chosen = [o.outcome for o in question.options if o.key in keys]
    scored = [outcome for outcome in chosen if outcome is not Outcome.INFORMATION]
    return min(scored, key=lambda outcome: POINTS[outcome], default=Outcome.INFORMATION)


def points_of(question: Question, answer: Answer, outcome: Outcome) -> tuple[int, int] | None:
    """The points earned and the most that could be, weighted; None when the answer is not scored.

    Not recorded earns nothing and stays in the count; not applicable leaves it. Of several
    choices the one with the fewest points counts, as its outcome does.
    """
    if outcome in (Outcome.NOT_APPLICABLE, Outcome.INFORMATION) or not question.is_scored:
        return None
    full = question.full_points * question.weight
    if outcome is Outcome.NOT_RECORDED:
        return 0, full
    if question.options:
        scored = [
            option.points
            for option in question.options
            if option.key in answer.keys and option.outcome is not Outcome.INFORMATION
        ]
        return min(scored) * question.weight, full
    return POINTS[outcome] * question.weight, full


def count_interval(interval: Interval, unit: LimitUnit, is_bank_holiday: IsBankHoliday) -> float:
    """How long the interval is, in the unit.

    Days are calendar days between the two dates. Working days are Monday to Friday without bank
    holidays, the first day not counted and the last one counted, as statutory timescales are.
    """
    if unit is LimitUnit.HOURS:
        # An English clock: the night when it changes has one hour less, or one more.
        start, end = (
            moment.replace(tzinfo=ENGLISH).astimezone(UTC)
            for moment in (interval.start, interval.end)
        )
        return (end - start) / timedelta(hours=1)
    first, last = interval.start.date(), interval.end.date()
    if unit is LimitUnit.DAYS:
        return (last - first).days
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(1 for day in days if day.weekday() < 5 and not is_bank_holiday(day))


def _outcome_of_interval(
    question: Question, interval: Interval, is_bank_holiday: IsBankHoliday
) -> Outcome:
    limit = question.limit
    if limit is None:
        return Outcome.INFORMATION
    length = count_interval(interval, limit.unit, is_bank_holiday)
    if length <= limit.met:
        return Outcome.MET
    if limit.partly is not None and length <= limit.partly:
        return Outcome.PARTLY_MET
    return Outcome.NOT_MET


def _outcome_of_number(question: Question, number: Decimal) -> Outcome:
    bands = question.bands
    if bands is None:
        return Outcome.INFORMATION
    if _within(number, bands.met_from, bands.met_to):
        return Outcome.MET
    has_partly = bands.partly_from is not None or bands.partly_to is not None
    if has_partly and _within(number, bands.partly_from, bands.partly_to):
        return Outcome.PARTLY_MET
    return Outcome.NOT_MET


def _within(number: Decimal, low: int | None, high: int | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _in_words(moment: datetime, timed: bool) -> str:
    day = f"{moment.day} {moment:%B %Y}"
    return f"{day} at {moment:%H:%M}" if timed else day


def _read_option(question: Question, text: str) -> str:
    if question.option(text) is None:
        known = ", ".join(option.key for option in question.options)
        raise AnswerFault(f"'{text[:40]}' is not one of its options ({known})")
    return text


def _read_choices(question: Question, text: str) -> tuple[str, ...]:
    chosen = {_read_option(question, key) for key in text.split()}
    return tuple(option.key for option in question.options if option.key in chosen)


def _read_date(_question: Question, text: str) -> date:
    return _moment(text, timed=False).date()


def _read_interval(question: Question, text: str) -> Interval:
    timed = question.limit is not None and question.limit.unit is LimitUnit.HOURS
    start, slash, end = text.partition("/")
    if not slash:
        raise AnswerFault("write both dates with a slash between them, first the earlier one")
    interval = Interval(_moment(start, timed), _moment(end, timed))
    if interval.end < interval.start:
        raise AnswerFault(
            f"{question.to_label or 'The second date'} must not be before "
            f"{question.from_label or 'the first date'}"
        )
    return interval


def _read_number(_question: Question, text: str) -> Decimal:
    try:
        # Decimal would also read exponents, underscores and the digits of other scripts.
        number = Decimal(text if set(text) <= _NUMBER_SIGNS else "NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 1_000_000 or len(text) > 16:
        raise AnswerFault(f"'{text[:40]}' is not a number such as 3 or 2.5")
    return number


def _read_text(_question: Question, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise AnswerFault(f"the text is longer than {LONGEST_TEXT:,} characters")
    return text


def _moment(text: str, timed: bool) -> datetime:
    example = "2026-03-01T09:30" if timed else "2026-03-01"
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M" if timed else "%Y-%m-%d")  # noqa: DTZ007
    except ValueError:
        raise AnswerFault(f"'{text[:40]}' is not a date such as {example}") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise AnswerFault(f"the year {moment.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return moment


_READERS: Mapping[AnswerType, Callable[[Question, str], Value]] = {
    AnswerType.MET: _read_option,
    AnswerType.YES_NO: _read_option,
    AnswerType.GRADE: _read_option,
    AnswerType.CHOICE: _read_option,
    AnswerType.CHOICES: _read_choices,
    AnswerType.DATE: _read_date,
    AnswerType.INTERVAL: _read_interval,
    AnswerType.NUMBER: _read_number,
    AnswerType.TEXT: _read_text,
}
