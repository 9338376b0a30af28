"""How many case files to draw, and what can be said of them: before a sample is drawn.

The frame is every case file that could be drawn; the draw is by chance and without replacement.
Shares are given in percent and in percentage points, as people say them.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from math import comb, sqrt
from statistics import NormalDist

from audit_app.core.intervals import CONFIDENCE

MOST_FRAME = 50_000
SIZES = (10, 20, 30, 40, 50, 75, 100, 150, 200, 300)
MONTHS = (1, 2, 3, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be said of `drawn` case files of the frame.

    `points`: each share is known to within so many. `rarest`: what is missing in so many case files
    of the frame, or more, is as good as sure to be seen.
    """

    drawn: int
    points: float
    rarest: int


def points_within(frame: int, drawn: int) -> float:
    """How far the share of the frame can lie from the share that is found, in points, at worst.

    The farther end of Wilson's interval, for whatever share puts it farthest: half of z / sqrt(n),
    reached where that end is 50 %. For a frame of N, n is drawn x (N - 1) / (N - drawn), by the
    variance of a share in W. G. Cochran, Sampling Techniques (3rd edition, 1977), section 3.2.
    """
    _check_drawn(frame, drawn)
    if drawn == frame:
        return 0.0
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    return 50 * z * sqrt((frame - drawn) / (drawn * (frame - 1)))


def enough_within(frame: int, points: int) -> int:
    """The fewest case files by which each share is known to within so many points.

    The same as n0 / (1 + (n0 - 1) / N) with n0 = z^2 / 4d^2, rounded up: Cochran, section 4.4.
    """
    sizes = range(1, frame + 1)
    return sizes[bisect_left(sizes, True, key=lambda drawn: points_within(frame, drawn) <= points)]


def lacking(frame: int, percent: int) -> int:
    """The fewest case files of the frame that are at least so many percent of it."""
    return -(-frame * percent // 100)


def is_seen(frame: int, missing: int, drawn: int, sure: int) -> bool:
    """Whether what is missing in `missing` case files is seen at least once, `sure` times in 100.

    None is seen with the chance C(N - missing, drawn) / C(N, drawn): the hypergeometric
    distribution, Cochran, section 3.5; for detection as in R. M. Cannon and R. T. Roe, Livestock
    Disease Surveys (1982). In whole numbers, so exact; `missing` and `drawn` may change places.
    """
    few, many = sorted((missing, drawn))
    return 100 * comb(frame - many, few) <= (100 - sure) * comb(frame, few)


def enough_to_see(frame: int, missing: int, sure: int) -> int:
    """The fewest case files with which that is seen at least once, so surely."""
    sizes = range(1, frame + 1)
    return sizes[bisect_left(sizes, True, key=lambda drawn: is_seen(frame, missing, drawn, sure))]


def rarest_seen(frame: int, drawn: int, sure: int) -> int:
    """In how few case files of the frame it may be missing to be seen at least once, so surely."""
    _check_drawn(frame, drawn)
    counts = range(1, frame + 1)
    return counts[
        bisect_left(counts, True, key=lambda missing: is_seen(frame, missing, drawn, sure))
    ]


def reach_of(frame: int, drawn: int, sure: int) -> Reach:
    """What can be said of so many case files."""
    return Reach(drawn, points_within(frame, drawn), rarest_seen(frame, drawn, sure))


def by_size(frame: int, sure: int) -> list[Reach]:
    """What can be said of 10, 20, 30 and so on, up to the whole frame."""
    sizes = sorted({min(size, frame) for size in SIZES})
    return [reach_of(frame, size, sure) for size in sizes]


def by_month(frame: int, a_month: int, sure: int) -> list[tuple[int, Reach]]:
    """What can be said after how many months, until the frame is used up."""
    return [
        (month, reach_of(frame, min(month * a_month, frame), sure))
        for earlier, month in pairwise((0, *MONTHS))
        if earlier * a_month < frame
    ]


def months_for(drawn: int, a_month: int) -> int:
    """After how many months there are so many case files."""
    return -(-drawn // a_month)


def _check_drawn(frame: int, drawn: int) -> None:
    if not 1 <= drawn <= frame:
        raise ValueError(f"{drawn} of {frame} cannot be drawn")
