"""The run chart: a share of case files month by month, with median, target and breaks."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from audit_app.reports import svg
from audit_app.reports.contents import RunPoint
from audit_app.reports.wording import say_count, say_target

LEFT, RIGHT = 62.0, 82.0
"""Pixels kept for the axis words and for the names of the lines.

Months stand in equal columns between LEFT and WIDTH - RIGHT, so that a table with the same
columns can stand right below and carry the labels.
"""
TOP, PLOT = 10.0, 104.0


def draw_run_chart(
    points: Sequence[RunPoint],
    *,
    uid: str,
    title: str,
    median: float | None,
    target: float | None,
    labels: bool = True,
    of: str = "files",
) -> Markup:
    """Draw it. `labels` False leaves months and counts to a table below with equal columns.

    A month without a scored file has no dot; where `breaks_before`, the line stops and a
    dotted upright says that scoring changed. `of` names what is counted, if
    the axis is to say it.
    """
    column = (svg.WIDTH - LEFT - RIGHT) / max(len(points), 1)
    places = [
        (LEFT + column * (i + 0.5), _height(point.k / point.n) if point.n else None)
        for i, point in enumerate(points)
    ]
    body = [_draw_axis(of), _draw_levels(median, target, points, column)]
    body += [
        _draw_break(LEFT + column * i, i > len(points) / 2)
        for i, point in enumerate(points)
        if point.breaks_before and i
    ]
    body.append(svg.path(_trace(points, places), stroke=svg.BLUE, width=2))
    body += [svg.dot(x, y, 4, fill=svg.BLUE) for x, y in places if y is not None]
    if labels:
        body += [_draw_label(x, point) for (x, _), point in zip(places, points, strict=True)]
    height = TOP + PLOT + (38 if labels else 6)
    desc = "; ".join(f"{point.label} {say_count(point.k, point.n)}" for point in points)
    return svg.draw(
        Markup("").join(body), uid=uid, width=svg.WIDTH, height=height, title=title, desc=desc
    )


def _height(rate: float) -> float:
    return TOP + PLOT * (1 - rate)


def _draw_axis(of: str) -> Markup:
    words = {1.0: f"all {of}".rstrip(), 0.5: "half", 0.0: "none"}
    return Markup("").join(
        svg.line(LEFT, _height(rate), svg.WIDTH - RIGHT, _height(rate), stroke=svg.LINE)
        + svg.text(LEFT - 8, _height(rate) + 4, label, anchor="end", fill=svg.GREY)
        for rate, label in words.items()
    )


def _draw_levels(
    median: float | None, target: float | None, points: Sequence[RunPoint], column: float
) -> Markup:
    """Target and median, named at the right end where no month can cover the words."""
    end, x = svg.WIDTH - RIGHT, svg.WIDTH - RIGHT + 6
    body = []
    if target is not None:
        y = _height(target)
        body.append(svg.line(LEFT, y, end, y, stroke=svg.TEAL, width=3))
        body.append(svg.text_lines(x, y + 4, f"target: {say_target(target)}", 12))
    if median is not None:
        start = max((i for i, point in enumerate(points) if point.breaks_before), default=0)
        y = _height(median)
        body.append(
            svg.line(LEFT + column * start, y, end, y, stroke=svg.GREY, width=1.5, dash="5 3")
        )
        words_y = y + 4
        if target is not None and abs(y - _height(target)) < 2.4 * svg.LINE_HEIGHT:
            words_y = _height(target) + 4 + 2.2 * svg.LINE_HEIGHT
        body.append(svg.text(x, words_y, "median"))
    return Markup("").join(body)


def _draw_break(x: float, words_left: bool) -> Markup:
    anchor, shift = ("end", -5) if words_left else ("start", 5)
    return svg.line(x, TOP - 4, x, TOP + PLOT, stroke=svg.PLUM, width=2, dash="2 3") + svg.text(
        x + shift, TOP + PLOT - 6, "scored differently", anchor=anchor
    )


def _trace(points: Sequence[RunPoint], places: Sequence[tuple[float, float | None]]) -> str:
    parts, pen = [], "M"
    for point, (x, y) in zip(points, places, strict=True):
        if y is None:
            pen = "M"
            continue
        if point.breaks_before:
            pen = "M"
        parts.append(f"{pen}{svg.place(x)} {svg.place(y)}")
        pen = "L"
    return "".join(parts) or "M0 0"


def _draw_label(x: float, point: RunPoint) -> Markup:
    count = f"{point.k}/{point.n}" if point.n else "–"
    return svg.text(x, TOP + PLOT + 18, point.label, anchor="middle") + svg.text(
        x, TOP + PLOT + 33, count, anchor="middle", fill=svg.GREY
    )
