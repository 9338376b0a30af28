"""Claim D3: no published count and no margin gives a small count back (checked by an optimiser)."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from audit_app.core.suppression import suppress, with_totals


def tables() -> st.SearchStrategy[list[list[int]]]:
    counts = st.one_of(st.integers(0, 8), st.integers(0, 40))
    return st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=6
        )
    )


def bounds_of(published: list[list[int | None]], cell: tuple[int, int]) -> tuple[float, float]:
    """The least and the most that a count can be, for whoever knows all that is published."""
    height, width = len(published), len(published[0])

    def at(row: int, column: int) -> int:
        return row * width + column

    sums = []
    for row in range(height):
        line = [0.0] * (height * width)
        for column in range(width):
            line[at(row, column)] = -1.0 if column == width - 1 else 1.0
        sums.append(line)
    for column in range(width):
        line = [0.0] * (height * width)
        for row in range(height):
            line[at(row, column)] = -1.0 if row == height - 1 else 1.0
        sums.append(line)
    known = [(1, None) if count is None else (count, count) for row in published for count in row]
    found = []
    for sign in (1.0, -1.0):
        wanted = [0.0] * (height * width)
        wanted[at(*cell)] = sign
        answer = linprog(wanted, A_eq=sums, b_eq=[0.0] * len(sums), bounds=known)
        assert answer.status in (0, 3)  # 3: without end
        found.append(float("inf") if answer.status == 3 else sign * answer.fun)
    return found[0], found[1]


@settings(deadline=None, max_examples=60)
@given(tables())
@example([[10, 1, 1]])
@example([[3, 0], [0, 30]])
@example([[1]])
@example([[6, 3], [20, 9], [7, 8]])
def test_no_count_that_is_left_out_can_be_reckoned_back(rows):
    published, true = suppress(rows), with_totals(rows)
    for place, row in enumerate(published):
        for column, count in enumerate(row):
            if count is not None:
                assert count == true[place][column]
                assert not 1 <= count <= 5
                continue
            assert true[place][column] > 0
            low, high = bounds_of(published, (place, column))
            assert high - low > 0.99, (rows, published, (place, column))
            assert low <= true[place][column] <= high


def test_what_has_no_small_count_is_published_whole():
    rows = [[6, 0], [12, 9]]
    assert suppress(rows) == with_totals(rows)


def test_as_little_as_is_needed_is_left_out():
    published = suppress([[3, 20], [30, 7], [40, 50]])
    assert sum(count is None for row in published for count in row) == 4
    assert published[2] == [40, 50, 90]
    assert published[3] == [73, 77, 150]
