"""A design and its contents → HTML. Nothing heavy is imported, so pages may use it too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from audit_app.core.subjects import capital
from audit_app.reports import charts, heat_map, run_chart, wording
from audit_app.reports.charts import FlowStep
from audit_app.reports.contents import (
    CompletionMonth,
    PackContents,
    QuestionRow,
    RunPoint,
    SampleStory,
    ThemeSpread,
)
from audit_app.reports.designs import Design
from audit_app.reports.heat_map import HeatRow

THEMES_A_MAP = 6
"""More columns than this, and theme titles no longer stand above the tiles of a heat map."""


def render_html(design: Design, contents: PackContents) -> str:
    """The whole report as one HTML document without any reference to another file.

    The environment is sandboxed and escapes every value; a name that the contents do not hold
    raises `jinja2.UndefinedError` instead of printing nothing.
    """
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(design.folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=lambda share: wording.say_count(share.k, share.n),
        day=wording.say_day,
        percent=wording.say_percent,
        range=partial(wording.say_range, what=contents.what),
    )
    environment.globals.update(
        draw_share=charts.draw_share,
        draw_flow=charts.draw_flow,
        draw_heat_map=heat_map.draw_heat_map,
        draw_team_tiles=heat_map.draw_team_tiles,
        draw_heat_key=heat_map.draw_heat_key,
        draw_run_chart=run_chart.draw_run_chart,
        flow_steps=list_flow_steps,
        completion_points=list_completion_points,
        weakest_first=sort_questions,
        heat_maps=split_heat_maps,
        say_completion=partial(wording.say_completion, what=contents.what),
        say_count=wording.say_count,
        teams_headline=partial(wording.teams_headline, what=contents.what),
        capital=capital,
        what=contents.what,
    )
    template = environment.get_template("report.html")
    return template.render(design=design, pack=contents)


def sort_questions(questions: Sequence[QuestionRow]) -> list[QuestionRow]:
    """Weakest first by share met, larger n first among equals; what is not scored last."""
    return sorted(
        questions, key=lambda row: (row.share.n == 0, row.share.n and row.share.rate, -row.share.n)
    )


def list_flow_steps(sample: SampleStory) -> list[FlowStep]:
    """From the extract to the audits completed."""
    left_out = sum(exclusion.count for exclusion in sample.exclusions)
    replaced = f"{sample.replaced} replaced, " if sample.replaced else ""
    how = "all of them" if sample.all_taken else "by chance"
    return [
        FlowStep(sample.in_extract, "in the extract"),
        FlowStep(sample.frame_size, "could be drawn", f"{left_out:,} left out"),
        FlowStep(sample.drawn, "drawn", f"{replaced}{how}"),
        FlowStep(sample.completed, "audited", _not_audited(sample)),
    ]


def _not_audited(sample: SampleStory) -> str:
    """How many were left out since the draw, where any were, and how many are not done yet."""
    gone, missing = sample.drawn - sample.due, sample.due - sample.completed
    return f"{gone} left out, {missing} not done" if gone else f"{missing} not audited"


def list_completion_points(months: Sequence[CompletionMonth]) -> list[RunPoint]:
    """Audits completed of those due, as points of a run chart."""
    return [RunPoint(month.label, month.completed, month.due) for month in months]


def split_heat_maps(themes: Sequence[ThemeSpread]) -> list[tuple[list[str], list[HeatRow]]]:
    """Teams by themes, in as many maps as the number of themes needs: (theme titles, rows)."""
    maps = []
    for start in range(0, len(themes), THEMES_A_MAP):
        part = themes[start : start + THEMES_A_MAP]
        rows = [
            HeatRow(cells[0].team, cells)
            for cells in zip(*(spread.teams for spread in part), strict=True)
        ]
        maps.append(([spread.row.title for spread in part], rows))
    return maps
