"""Figures of a cycle as its pages show them: team grids and months, from the same counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from audit_app.reports.contents import RunChart, RunPoint
from audit_app.reports.gather_themes import run_chart, team_cells
from audit_app.reports.heat_map import HeatRow
from audit_app.store.results import CycleResults
from audit_app.web.words import say_month

TEAM_FROM = 8
"""Below this number of case files a team's tile is hatched and says “too few”, as in the pack."""
THEMES_A_MAP = 6
"""More columns than this, and titles no longer stand above the tiles."""


@dataclass(frozen=True, slots=True)
class TeamGrid:
    """Themes across, teams down."""

    titles: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One cycle of the run: its month, its key, k of n, and why figures before stand apart.

    `common`: the figure, in answers, of the questions that are alike on both sides of the break.
    """

    month: str
    cycle_key: str
    k: int
    n: int
    break_words: str
    common: RunPoint | None


def team_grids(results: CycleResults) -> Iterator[TeamGrid]:
    """Every theme by team over the last six months, in as many grids as the titles need."""
    themes = [result.theme for result in results.themes]
    for start in range(0, len(themes), THEMES_A_MAP):
        part = themes[start : start + THEMES_A_MAP]
        columns = [team_cells(results, theme, TEAM_FROM) for theme in part]
        rows = tuple(HeatRow(cells[0].team, cells) for cells in zip(*columns, strict=True))
        if rows:
            yield TeamGrid(tuple(results.form.bank(theme).title for theme in part), rows)


def say_team_months(results: CycleResults) -> str:
    """Which months the team grid covers."""
    if not results.team_months:
        return say_month(results.cycle.month)
    first, last = (say_month(results.team_months[place]) for place in (0, -1))
    return first if first == last else f"{first} to {last}"


def run_of(results: CycleResults, theme: str) -> tuple[RunChart, list[MonthRow]]:
    """A theme month by month, as a chart and as a table of the same numbers."""
    chart = run_chart(results, theme)
    common = chart.common.points if chart.common is not None and chart.common.points else ()
    rows = [
        MonthRow(
            say_month(point.month), point.cycle_key, drawn.k, drawn.n, drawn.break_words, alike
        )
        for point, drawn, alike in zip_longest(results.run, chart.points, common)
    ]
    return chart, rows
