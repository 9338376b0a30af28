"""What hypothesis draws for the rules of the core: questions, answers, forms and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from core.core_factory import SCALE, make_bank, make_form, make_question
from hypothesis import strategies as st

from audit_app.core.answers import FIRST_YEAR, LAST_YEAR, Answer, AnswerState, Interval, Value
from audit_app.core.question_bank import (
    AnswerType,
    AuditForm,
    Band,
    Cap,
    Condition,
    JudgementRules,
    Limit,
    LimitUnit,
    Outcome,
    Question,
)

_DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
_MINUTES = st.datetimes(datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


def questions(
    id_: str = "asked", types: Sequence[AnswerType] = tuple(AnswerType)
) -> st.SearchStrategy[Question]:
    """One question of any of the types, with any weight."""
    return st.builds(
        _make,
        st.just(id_),
        st.sampled_from(types),
        st.integers(1, 3),
        st.booleans(),
        st.sampled_from(LimitUnit),
    )


def _make(id_: str, type_: AnswerType, weight: int, critical: bool, unit: LimitUnit) -> Question:
    limited = {"limit": Limit(unit, 5, 10)} if type_ is AnswerType.INTERVAL else {}
    return make_question(id_, type_, weight=weight, critical=critical, **limited)


@st.composite
def values(draw: st.DrawFn, question: Question) -> Value:
    """Any value that answers the question."""
    keys = [option.key for option in question.options]
    if question.type is AnswerType.CHOICES:
        chosen = draw(st.sets(st.sampled_from(keys), min_size=1))
        return tuple(key for key in keys if key in chosen)
    if keys:
        return draw(st.sampled_from(keys))
    if question.type is AnswerType.DATE:
        return draw(_DAYS)
    if question.type is AnswerType.INTERVAL:
        timed = question.limit is not None and question.limit.unit is LimitUnit.HOURS
        whole_days = _DAYS.map(lambda day: datetime(day.year, day.month, day.day))
        moments = _MINUTES if timed else whole_days
        start, end = sorted([draw(moments), draw(moments)])
        return Interval(start, end)
    if question.type is AnswerType.NUMBER:
        return draw(st.decimals(-999_999, 999_999, places=draw(st.integers(0, 8))).map(Decimal))
    return draw(st.text(min_size=1, max_size=60).map(str.strip).filter(bool))


@st.composite
def answers(draw: st.DrawFn, question: Question) -> Answer:
    """Any answer to the question, its two states without a value included."""
    state = draw(st.sampled_from(AnswerState))
    value = draw(values(question)) if state is AnswerState.ANSWERED else None
    return Answer(state, value)


@st.composite
def filled_forms(
    draw: st.DrawFn, *, follow_ups: bool = True
) -> tuple[AuditForm, dict[str, Answer]]:
    """A form of one to three themes with answers to some of its questions.

    With `follow_ups`, some questions are shown only after certain answers to the one before.
    """
    banks, given = [], {}
    for theme in range(draw(st.integers(1, 3))):
        asked: list[Question] = []
        for number in range(draw(st.integers(1, 5))):
            question = draw(questions(f"t{theme}_q{number}"))
            if follow_ups and asked and draw(st.booleans()):
                keys = [*(option.key for option in asked[-1].options), "not_recorded"]
                shown_for = draw(st.sets(st.sampled_from(keys), min_size=1))
                question = replace(
                    question, shown_when=Condition(asked[-1].id, frozenset(shown_for))
                )
            asked.append(question)
            answer = draw(st.none() | answers(question))
            if answer is not None:
                given[question.id] = answer
        banks.append(make_bank(f"theme_{theme}", *asked))
    return make_form(*banks, rules=draw(rules())), given


@st.composite
def rules(draw: st.DrawFn) -> JudgementRules:
    """Bands and caps of any strictness; a cap that takes partly met takes what is worse, too."""
    grades = [grade.key for grade in SCALE]
    worst_first = [Outcome.NOT_RECORDED, Outcome.NOT_MET, Outcome.PARTLY_MET]
    outcomes = st.sampled_from([frozenset(worst_first[:2]), frozenset(worst_first)])
    count = st.integers(1, 3)
    theme_cap = st.builds(Cap, st.sampled_from(grades[1:]), count, outcomes)
    overall_cap = st.builds(
        Cap, st.sampled_from(grades[1:]), count, theme_grade=st.sampled_from(grades[1:])
    )
    return JudgementRules(
        theme_bands=draw(_bands()),
        theme_caps=tuple(draw(st.lists(theme_cap, max_size=3))),
        overall_bands=draw(_bands()),
        overall_caps=tuple(draw(st.lists(overall_cap, max_size=3))),
        met_from=draw(st.sampled_from(grades[:-1])),
    )


@st.composite
def _bands(draw: st.DrawFn) -> tuple[Band, ...]:
    bounds = sorted(draw(st.sets(st.integers(1, 100), min_size=3, max_size=3)), reverse=True)
    return tuple(Band(grade.key, bound) for grade, bound in zip(SCALE, [*bounds, 0], strict=True))
