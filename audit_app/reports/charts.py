"""The charts of packs and result pages, as safe SVG strings. Numbers and words come in, drawn.

Every chart has a title that says its numbers, at most four colours beside greys, words beside
each colour, and can be read in greyscale. A page that shows one prints the same numbers in a
table and gives each chart a `uid` of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from audit_app.reports import svg
from audit_app.reports.contents import Share
from audit_app.reports.wording import say_count, say_range


def draw_share(share: Share, *, uid: str, percent_from: int, width: float = 150) -> Markup:
    """A bar for k of n with its interval, for a table row; empty where nothing was scored."""
    height, middle, inner = 16.0, 8.0, width - 4
    if share.low is None or share.high is None:
        words = svg.text(0, 12, "not scored", fill=svg.GREY)
        return svg.draw(words, uid=uid, width=width, height=height, title="Not scored", desc="")
    low, high = 2 + inner * share.low, 2 + inner * share.high
    whisker = (
        f"M{svg.place(low)} {middle}L{svg.place(high)} {middle}"
        f"M{svg.place(low)} 1L{svg.place(low)} 15M{svg.place(high)} 1L{svg.place(high)} 15"
    )
    body = Markup("").join(
        [
            svg.rect(2, 3, inner, 10, fill=svg.WHITE, stroke=svg.LINE),
            svg.rect(2, 3, inner * share.rate, 10, fill=svg.BLUE),
            svg.path(whisker, stroke=svg.ORANGE, width=2),
        ]
    )
    title = f"{say_count(share.k, share.n)} met"
    if share.n >= percent_from:
        title += f"; the sample allows {say_range(share, percent_from)}"
    desc = "The bar is the share met. The line with two ends is the range that the sample allows."
    return svg.draw(body, uid=uid, width=width, height=height, title=title, desc=desc)


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A box of the flow: how many, what they are, and what happened on the way into it."""

    count: int
    label: str
    before: str = ""


def draw_flow(steps: Sequence[FlowStep], *, uid: str) -> Markup:
    """Boxes joined by arrows, with words under each arrow."""
    gap = 76.0
    box = (svg.WIDTH - 2 - gap * (len(steps) - 1)) / len(steps)
    height = 66.0
    body = []
    for i, step in enumerate(steps):
        x = 1 + i * (box + gap)
        middle = x + box / 2
        body.append(svg.rect(x, 1, box, height - 2, fill=svg.WHITE, stroke=svg.BLUE))
        body.append(svg.text(middle, 27, f"{step.count:,}", anchor="middle", bold=True, size=20))
        body.append(svg.text_lines(middle, 47, step.label, 14, anchor="middle"))
        if i:
            body.append(svg.line(x - gap + 6, 22, x - 8, 22, stroke=svg.BLUE, width=2))
            tip = f"M{svg.place(x - 13)} 16L{svg.place(x - 7)} 22L{svg.place(x - 13)} 28"
            body.append(svg.path(tip, stroke=svg.BLUE, width=2))
            body.append(
                svg.text_lines(x - gap / 2, 43, step.before, 11, anchor="middle", fill=svg.GREY)
            )
    parts = [
        f"{step.count:,} {step.label}" + (f" ({step.before})" if step.before else "")
        for step in steps
    ]
    title = f"From the extract to the audits: {'; then '.join(parts)}."
    return svg.draw(
        Markup("").join(body), uid=uid, width=svg.WIDTH, height=height, title=title, desc=""
    )


def draw_count(count: int, of: int, *, uid: str, width: float = 110) -> Markup:
    """A bar for how many of a few said something, for a table row that says it in numbers too."""
    inner = width - 4
    body = Markup("").join(
        [
            svg.rect(2, 3, inner, 10, fill=svg.WHITE, stroke=svg.LINE),
            svg.rect(2, 3, inner * count / of, 10, fill=svg.BLUE),
        ]
    )
    title, desc = f"{count} of {of}", "The bar is the share of those who said this."
    return svg.draw(body, uid=uid, width=width, height=16.0, title=title, desc=desc)
