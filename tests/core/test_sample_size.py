"""How many case files are enough: against scipy, statsmodels, the textbook, and by brute force."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from core.core_factory import unhurried
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom
from statsmodels.stats.proportion import samplesize_confint_proportion

from audit_app.core.intervals import CONFIDENCE, wilson
from audit_app.core.sample_size import (
    MONTHS,
    MOST_FRAME,
    by_month,
    by_size,
    enough_to_see,
    enough_within,
    is_seen,
    lacking,
    months_for,
    points_within,
    rarest_seen,
)
from audit_app.core.sample_size_words import (
    say_month_of_seeing,
    say_month_within,
    say_points,
    say_rarest,
    say_reach,
    say_seen,
    say_within,
)

frames = st.integers(1, 400)
percents = st.integers(1, 100)
points = st.integers(1, 50)
surenesses = st.integers(50, 99)


def chance_of_seeing(frame: int, missing: int, drawn: int) -> float:
    return 1 - float(hypergeom(frame, missing, drawn).pmf(0))


@given(frames, points)
@unhurried
def test_enough_is_enough_and_one_fewer_is_not(frame: int, wish: int) -> None:
    drawn = enough_within(frame, wish)
    assert points_within(frame, drawn) <= wish
    assert drawn == 1 or points_within(frame, drawn - 1) > wish


@given(frames, percents, surenesses)
@unhurried
def test_as_many_as_it_takes_to_see_it_once(frame: int, percent: int, sure: int) -> None:
    missing = lacking(frame, percent)
    assert missing >= frame * percent / 100 > missing - 1
    drawn = enough_to_see(frame, missing, sure)
    assert chance_of_seeing(frame, missing, drawn) >= sure / 100 - 1e-9
    assert drawn == 1 or chance_of_seeing(frame, missing, drawn - 1) < sure / 100 + 1e-9


@given(frames.flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))), surenesses)
@unhurried
def test_the_rarest_that_is_seen(count: tuple[int, int], sure: int) -> None:
    frame, drawn = count
    rarest = rarest_seen(frame, drawn, sure)
    assert is_seen(frame, rarest, drawn, sure)
    assert rarest == 1 or not is_seen(frame, rarest - 1, drawn, sure)
    assert enough_to_see(frame, rarest, sure) <= drawn


def test_seen_is_exact_where_the_chance_is_the_wish_itself() -> None:
    # 1 of 10 missing, 9 drawn: seen in exactly 90 of 100; 1 of 2, 1 drawn: in exactly 50.
    assert is_seen(10, 1, 9, 90)
    assert not is_seen(10, 1, 9, 91)
    assert not is_seen(10, 1, 8, 90)
    assert is_seen(2, 1, 1, 50)


@pytest.mark.parametrize("wish", [1, 3, 5, 10, 20, 50])
@pytest.mark.parametrize("frame", [1, 2, 8, 120, 500, MOST_FRAME])
def test_the_textbook_says_the_same(frame: int, wish: int) -> None:
    endless = samplesize_confint_proportion(0.5, wish / 100, alpha=1 - CONFIDENCE)
    assert enough_within(frame, wish) == math.ceil(endless / (1 + (endless - 1) / frame) - 1e-9)


@pytest.mark.parametrize("wish", [5, 10, 15, 20])
def test_no_end_of_wilsons_interval_is_farther_than_was_said(wish: int) -> None:
    endless = math.ceil(samplesize_confint_proportion(0.5, wish / 100, alpha=1 - CONFIDENCE))
    assert points_within(10**9, endless) <= wish < points_within(10**9, endless - 1)
    far = []
    for found in range(endless + 1):
        said = wilson(found, endless)
        assert said is not None
        far.append(max(found / endless - said.low, said.high - found / endless))
    assert wish / 100 * 0.97 < max(far) <= wish / 100


@pytest.mark.parametrize("frame", [20, 60, 120, 300])
@pytest.mark.parametrize("wish", [5, 10, 20])
def test_the_share_lies_within_in_19_of_20_samples(frame: int, wish: int) -> None:
    """Every share that the frame can have, with the chance of each sample reckoned exactly."""
    drawn = enough_within(frame, wish)
    for having in range(frame + 1):
        found = range(max(0, having + drawn - frame), min(having, drawn) + 1)
        near = [k for k in found if abs(k / drawn - having / frame) <= wish / 100 + 1e-9]
        share_of_samples = float(hypergeom(frame, having, drawn).pmf(near).sum())
        assert share_of_samples > 0.93, (having, share_of_samples)


def test_the_whole_frame_leaves_nothing_open() -> None:
    assert points_within(120, 120) == 0
    assert points_within(1, 1) == 0
    assert rarest_seen(120, 120, 99) == 1


@pytest.mark.parametrize("drawn", [0, -1, 121])
def test_what_cannot_be_drawn_is_refused(drawn: int) -> None:
    with pytest.raises(ValueError, match=f"^{drawn} of 120 cannot be drawn$"):
        points_within(120, drawn)
    with pytest.raises(ValueError, match=f"^{drawn} of 120 cannot be drawn$"):
        rarest_seen(120, drawn, 90)


@given(frames, st.integers(1, 60), surenesses)
@unhurried
def test_tables_say_more_with_each_row_and_end_with_the_frame(
    frame: int, a_month: int, sure: int
) -> None:
    for rows in (by_size(frame, sure), [reach for _, reach in by_month(frame, a_month, sure)]):
        for one, more in pairwise(rows):
            assert one.drawn < more.drawn <= frame
            assert one.points > more.points
            assert one.rarest >= more.rarest
    months = [month for month, _ in by_month(frame, a_month, sure)]
    assert months == list(MONTHS[: len(months)])
    assert len(months) == len(MONTHS) or months[-1] * a_month >= frame


@given(frames, st.integers(1, 60))
@unhurried
def test_the_month_in_which_there_are_as_many(drawn: int, a_month: int) -> None:
    months = months_for(drawn, a_month)
    assert (months - 1) * a_month < drawn <= months * a_month


def test_sentences() -> None:
    assert say_within(120, 10) == (
        "54 of 120 case files: then each share is known to within ±10 points, in 19 of 20 samples."
    )
    assert say_within(8, 10) == "All 8 case files: a smaller sample cannot give ±10 points."
    assert say_within(1, 1) == "The only case file: a smaller sample cannot give ±1 point."
    assert say_seen(120, 20, 90) == (
        "10 of 120 case files: then a practice that is missing in 20% (24 of 120) is seen missing "
        "at least once, in at least 90 of 100 samples."
    )
    assert say_month_of_seeing(120, 24, 20, 90) == (
        "After 1 month, with 24 case files: enough to see what is missing in 20%."
    )
    assert (
        say_month_within(120, 24, 10)
        == "After 3 months, with 72 case files: enough for ±10 points."
    )
    assert say_month_within(1, 24, 10) == "After 1 month, with 1 case file: enough for ±10 points."


@pytest.mark.parametrize(
    ("said", "of"),
    [(0.0, "exactly"), (0.4, "±1 point"), (10.0, "±10 points"), (10.01, "±11 points")],
)
def test_points_are_never_told_smaller_than_they_are(said: float, of: str) -> None:
    assert say_points(said) == of


def test_a_reach_in_one_line() -> None:
    (_, first), *_, (_, last) = by_month(1000, 100, 90)
    assert say_reach(first, 1000, 90) == (
        "with 100 case files: each share is known to within ±10 points; what is missing in "
        f"{first.rarest} of 1,000 (2%) or more is seen at least once, in 90 of 100 samples."
    )
    assert say_rarest(last, 1000) == "1 of 1,000 (under 1%)"
    assert "each share is known exactly;" in say_reach(last, 1000, 90)
