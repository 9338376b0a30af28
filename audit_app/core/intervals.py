"""How sure a count from a sample can be: Wilson's interval, and the change between two samples."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import comb, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
EXACT_BELOW = 10
"""Where either sample is smaller, a change must also pass Fisher's exact test."""


@dataclass(frozen=True, slots=True)
class Range:
    """What the sample allows, from `low` to `high`: shares 0 to 1, or their difference -1 to 1."""

    low: float
    high: float


class Change(StrEnum):
    """How a count stands against the one before it."""

    BETTER = "better"
    WORSE = "worse"
    WITHIN_CHANCE = "within_chance"
    NO_COMPARISON = "no_comparison"


CHANGE_WORDS = {
    Change.BETTER: "better, more than chance would explain",
    Change.WORSE: "worse, more than chance would explain",
    Change.WITHIN_CHANCE: "within what chance would give",
    Change.NO_COMPARISON: "nothing to compare with",
}


def wilson(k: int, n: int, confidence: float = CONFIDENCE) -> Range | None:
    """Wilson's score interval for k of n; None when n is 0.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a count")
    if n == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = k / n, z * z / n
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / n + weight / (4 * n))
    low = 0.0 if k == 0 else centre - half
    high = 1.0 if k == n else centre + half
    return Range(low, high)


def difference(k: int, n: int, k_before: int, n_before: int) -> Range | None:
    """Newcombe's interval (hybrid score, no continuity correction) for k/n less k_before/n_before.

    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17 (1998), 873-890, method 10. None when either n is 0.
    """
    now, before = wilson(k, n), wilson(k_before, n_before)
    if now is None or before is None:
        return None
    share, share_before = k / n, k_before / n_before
    gap = share - share_before
    below = sqrt((share - now.low) ** 2 + (before.high - share_before) ** 2)
    above = sqrt((now.high - share) ** 2 + (share_before - before.low) ** 2)
    return Range(gap - below, gap + above)


def chance_of_gap(k: int, n: int, k_before: int, n_before: int) -> float:
    """How likely chance alone gives a gap as unlikely as this one or more so, 0 to 1.

    Source: Fisher's exact test, two-sided by the sum of small probabilities; R. A. Fisher, The
    logic of inductive inference, Journal of the Royal Statistical Society 98 (1935), 39-82.
    """
    met = k + k_before
    ways = [comb(n, i) * comb(n_before, met - i) for i in range(max(0, met - n_before), met + 1)]
    seen = comb(n, k) * comb(n_before, k_before)
    return sum(way for way in ways if way <= seen) / comb(n + n_before, met)


def change_between(k: int, n: int, k_before: int, n_before: int) -> Change:
    """Whether the share rose or fell by more than two samples of this size differ by chance.

    Newcombe's interval must leave out 0. It is too narrow for a handful of case files (it would
    call 2 of 2 after 0 of 2 a change), so below `EXACT_BELOW` the exact test must agree.
    """
    gap = difference(k, n, k_before, n_before)
    if gap is None:
        return Change.NO_COMPARISON
    small = min(n, n_before) < EXACT_BELOW
    if small and chance_of_gap(k, n, k_before, n_before) > 1 - CONFIDENCE:
        return Change.WITHIN_CHANCE
    if gap.low > 0:
        return Change.BETTER
    if gap.high < 0:
        return Change.WORSE
    return Change.WITHIN_CHANCE
