"""Completion month by month, for the form that is audited in most months, against its target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from audit_app.reports.contents import RunPoint
from audit_app.store.cycles import CycleSummary
from audit_app.web.words import say_month

TARGET = 1.0
"""Every audit that counts. Source: Project SAFE, action 12: 100 % compliance."""
FEWEST, MOST = 2, 12


@dataclass(frozen=True, slots=True)
class CompletionRun:
    """What the chart and its table show; `headline` says it in a sentence."""

    title: str
    headline: str
    points: tuple[RunPoint, ...]
    months: tuple[str, ...]


def completion_run(summaries: Sequence[CycleSummary]) -> CompletionRun | None:
    """The run of the last twelve months; None where there are fewer than two."""
    drawn = [one for one in summaries if one.due]
    months = {(one.cycle.form_version.key, one.cycle.month) for one in drawn}
    if not months:
        return None
    [(form, number)] = Counter(key for key, _month in months).most_common(1)
    if number < FEWEST:
        return None
    of_form = [one for one in drawn if one.cycle.form_version.key == form]
    latest = sorted(month for key, month in months if key == form)[-MOST:]
    points = tuple(_point(month, of_form) for month in latest)
    whole = sum(point.k == point.n for point in points)
    last = points[-1]
    headline = (
        f"In {say_month(latest[-1])} {last.k} of {last.n} audits are submitted; "
        f"all were in {whole} of {len(points)} months"
    )
    return CompletionRun(of_form[0].cycle.form_version.title, headline, points, tuple(latest))


def _point(month: str, of_form: Sequence[CycleSummary]) -> RunPoint:
    of_month = [one for one in of_form if one.cycle.month == month]
    return RunPoint(
        say_month(month)[:3],
        sum(one.submitted for one in of_month),
        sum(one.due for one in of_month),
    )
