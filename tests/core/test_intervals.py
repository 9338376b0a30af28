"""Intervals and changes, against statsmodels, scipy and the published examples."""

from __future__ import annotations

import math
from itertools import product

import pytest
from core.core_factory import unhurried
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from audit_app.core.intervals import (
    CHANGE_WORDS,
    CONFIDENCE,
    EXACT_BELOW,
    Change,
    chance_of_gap,
    change_between,
    difference,
    wilson,
)

SIZES = (1, 2, 3, 8, 20, 28, 50, 337)


def counts_of(n: int) -> set[int]:
    """Both ends, their neighbours, and some between."""
    return {0, 1, n // 3, n // 2, (4 * n) // 5, n - 1, n}


COUNTS = [(k, n) for n in SIZES for k in sorted(counts_of(n))]
counts = st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("n", [*range(1, 31), 50, 400, 100_000])
def test_wilson_as_statsmodels_computes_it(n: int, confidence: float) -> None:
    for k in counts_of(n):
        low, high = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
        ours = wilson(k, n, confidence)
        assert ours is not None
        assert ours.low == pytest.approx(low, abs=1e-9)
        assert ours.high == pytest.approx(high, abs=1e-9)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(2, 2, 34, 100), (6, 8, 41, 93), (15, 20, 53, 89), (38, 50, 63, 86)],
)
def test_wilson_in_the_published_examples(k: int, n: int, low: int, high: int) -> None:
    said = wilson(k, n)
    assert said is not None
    assert (round(said.low * 100), round(said.high * 100)) == (low, high)


@given(counts)
@unhurried
def test_wilson_holds_the_share_within_0_and_1(count: tuple[int, int]) -> None:
    k, n = count
    said = wilson(k, n)
    assert said is not None
    assert 0 <= said.low <= k / n <= said.high <= 1
    assert (said.low == 0) == (k == 0)
    assert (said.high == 1) == (k == n)
    mirrored = wilson(n - k, n)
    assert mirrored is not None
    assert mirrored.low == pytest.approx(1 - said.high, abs=1e-12)


def test_of_nothing_nothing_is_said() -> None:
    assert wilson(0, 0) is None
    assert difference(0, 0, 1, 2) is None
    assert difference(1, 2, 0, 0) is None
    assert change_between(0, 0, 1, 2) is Change.NO_COMPARISON
    assert change_between(1, 2, 0, 0) is Change.NO_COMPARISON


@pytest.mark.parametrize(("k", "n"), [(3, 2), (-1, 2), (1, 0), (0, -1)])
def test_what_is_not_a_count_is_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=rf"^{k} of {n} is not a count$"):
        wilson(k, n)


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_difference_as_statsmodels_computes_it(k: int, n: int) -> None:
    for before, n_before in COUNTS:
        low, high = confint_proportions_2indep(
            k, n, before, n_before, method="newcomb", compare="diff", alpha=1 - CONFIDENCE
        )
        ours = difference(k, n, before, n_before)
        assert ours is not None
        assert ours.low == pytest.approx(low, abs=1e-9)
        assert ours.high == pytest.approx(high, abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(k, n) for k, n in COUNTS if n <= 50])
def test_the_exact_test_as_scipy_computes_it(k: int, n: int) -> None:
    for before, n_before in COUNTS:
        table = [[k, n - k], [before, n_before - before]]
        theirs = fisher_exact(table).pvalue
        assert chance_of_gap(k, n, before, n_before) == pytest.approx(theirs, abs=1e-9)


OPPOSITE = {Change.BETTER: Change.WORSE, Change.WORSE: Change.BETTER}


@given(counts, counts)
@unhurried
def test_looking_back_turns_better_into_worse(now: tuple[int, int], then: tuple[int, int]) -> None:
    change = change_between(*now, *then)
    assert change_between(*then, *now) is OPPOSITE.get(change, change)
    not_met_now, not_met_then = (now[1] - now[0], now[1]), (then[1] - then[0], then[1])
    assert change_between(*not_met_now, *not_met_then) is OPPOSITE.get(change, change)
    if change is not Change.WITHIN_CHANCE:
        risen = now[0] / now[1] > then[0] / then[1]
        assert change is (Change.BETTER if risen else Change.WORSE)


@given(counts)
@unhurried
def test_no_change_is_within_chance(count: tuple[int, int]) -> None:
    assert change_between(*count, *count) is Change.WITHIN_CHANCE


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        ((2, 2), (0, 2), Change.WITHIN_CHANCE),
        ((1, 1), (0, 7), Change.WITHIN_CHANCE),
        ((3, 3), (0, 3), Change.WITHIN_CHANCE),
        ((4, 4), (0, 4), Change.BETTER),
        ((0, 4), (4, 4), Change.WORSE),
        ((12, 28), (15, 28), Change.WITHIN_CHANCE),
        ((20, 28), (12, 28), Change.BETTER),
        ((12, 28), (20, 28), Change.WORSE),
        ((19, 27), (11, 26), Change.BETTER),
        ((7, 10), (2, 10), Change.BETTER),  # the exact test alone would say 0.07
        ((7, 9), (3, 10), Change.WITHIN_CHANCE),
    ],
)
def test_change(now: tuple[int, int], before: tuple[int, int], change: Change) -> None:
    assert change_between(*now, *before) is change


def false_alarms(n: int, n_before: int) -> float:
    """How often at worst two samples of one and the same practice are called a change."""
    moved = [
        (k, before)
        for k, before in product(range(n + 1), range(n_before + 1))
        if change_between(k, n, before, n_before) is not Change.WITHIN_CHANCE
    ]
    worst = 0.0
    for share in (at / 50 for at in range(1, 50)):
        now = binom.pmf(range(n + 1), n, share)
        then = binom.pmf(range(n_before + 1), n_before, share)
        worst = max(worst, float(sum(now[k] * then[before] for k, before in moved)))
    return worst


@pytest.mark.parametrize(
    ("n", "n_before", "at_most"),
    [
        (2, 2, 0.05),
        (2, 20, 0.05),
        (3, 9, 0.05),
        (8, 8, 0.05),
        (9, 28, 0.05),
        (EXACT_BELOW, EXACT_BELOW, 0.06),
        (EXACT_BELOW, 28, 0.06),
        (28, 28, 0.06),
    ],
)
def test_chance_alone_is_seldom_called_a_change(n: int, n_before: int, at_most: float) -> None:
    assert false_alarms(n, n_before) <= at_most


def test_every_change_has_its_words() -> None:
    assert set(CHANGE_WORDS) == set(Change)
    assert math.isclose(CONFIDENCE, 0.95)
