"""Small counts left out of a table, and as many more as keep anybody from reckoning them back.

A count of 1 to 5 is left out, wherever it stands. With only that, a margin would give it back: so
further counts are left out until each of those left out could be another number, whatever is
published and although everybody knows that nothing left out is nought.

The table with its margins is a graph: rows and columns are its points, and each count that is left
out is a line between its row and its column. A count can change where a way leads round: along it
counts go up and down in turn, so that every sum stays. A count of 1 cannot go down.
Source of the idea: Gusfield, "A graph theoretic approach to statistical data security", SIAM
Journal on Computing 17 (1988).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

SMALLEST, LARGEST = 1, 5
"""Counts from the one to the other are left out."""

Table = list[list[int]]
Cell = tuple[int, int]
Point = tuple[str, int]
Step = tuple[Point, Cell]


def suppress(rows: Sequence[Sequence[int]]) -> list[list[int | None]]:
    """The counts with a total behind each row and a row of totals below; None is left out.

    `rows`: counts that are not negative, each row as long as the others.
    """
    table = with_totals(rows)
    hidden = {cell for cell, count in _cells(table) if SMALLEST <= count <= LARGEST}
    while (
        pinned := next((c for c in sorted(hidden) if _is_pinned(table, hidden, c)), None)
    ) is not None:
        hidden |= _way_round(table, hidden, pinned)
    return [
        [None if (place, column) in hidden else count for column, count in enumerate(row)]
        for place, row in enumerate(table)
    ]


def with_totals(rows: Sequence[Sequence[int]]) -> Table:
    """The rows with their sums, and the row of sums of columns."""
    summed = [[*row, sum(row)] for row in rows]
    return [*summed, [sum(column) for column in zip(*summed, strict=True)]]


def _cells(table: Table) -> Iterator[tuple[Cell, int]]:
    for place, row in enumerate(table):
        for column, count in enumerate(row):
            yield (place, column), count


def _is_pinned(table: Table, hidden: set[Cell], cell: Cell) -> bool:
    """Whether a count that is left out can be one number only."""
    return not any(
        _cheapest(table, hidden, cell, up=up, adding=False) is not None for up in (True, False)
    )


def _way_round(table: Table, hidden: set[Cell], cell: Cell) -> set[Cell]:
    """The counts to be left out as well, few and small, so that this one can be larger.

    There is always a way: a count, its two totals and the total of all can grow together.
    """
    found = _cheapest(table, hidden, cell, up=True, adding=True)
    assert found is not None
    return found


def _cheapest(
    table: Table, hidden: set[Cell], cell: Cell, *, up: bool, adding: bool
) -> set[Cell] | None:
    """The counts along the way round by which one can go up (or down) by one; None: no way.

    `adding`: the way may also lead over counts that are not left out yet, at the cost of their
    size.
    """
    if not up and table[cell[0]][cell[1]] <= SMALLEST:
        return None
    start, end = ("row", cell[0]), ("column", cell[1])
    if up != _is_margin(table, cell):  # the sum of a row loses what its other counts gain
        start, end = end, start
    queue: list[tuple[int, Point, tuple[Cell, ...]]] = [(0, start, ())]
    seen: set[Point] = set()
    while queue:
        cost, point, way = heapq.heappop(queue)
        if point == end:
            return set(way)
        if point in seen:
            continue
        seen.add(point)
        for after, over in _steps(table, point):
            if over == cell or not (over in hidden or adding):
                continue
            more = 0 if over in hidden else table[over[0]][over[1]]
            heapq.heappush(queue, (cost + more, after, (*way, over)))
    return None


def _steps(table: Table, point: Point) -> Iterator[Step]:
    """Where one can go from a row or a column, over a count that can change as the step wants."""
    kind, number = point
    lines = range(len(table[0]) if kind == "row" else len(table))
    for other in lines:
        cell = (number, other) if kind == "row" else (other, number)
        count = table[cell[0]][cell[1]]
        grows = (kind == "row") != _is_margin(table, cell)
        if count > (0 if grows else SMALLEST):
            yield ("column" if kind == "row" else "row", other), cell


def _is_margin(table: Table, cell: Cell) -> bool:
    """Whether the count is a sum of a row or a column; the sum of all counts as neither."""
    return (cell[0] == len(table) - 1) != (cell[1] == len(table[0]) - 1)
