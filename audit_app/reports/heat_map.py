"""Themes and teams as tiles: the weaker, the darker; too few case files: hatched, and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from audit_app.reports import svg
from audit_app.reports.contents import TeamCell
from audit_app.reports.wording import list_words

BANDS = (
    (0.5, svg.BLUE, svg.WHITE, "fewer than half"),
    (0.75, svg.LINE, svg.INK, "half to three quarters"),
    (1.01, svg.PALE, svg.INK, "three quarters or more"),
)
"""Upper end of the share met, fill, text colour and words of each shade."""
LEFT, TILE, GAP = 156.0, 24.0, 3.0
"""Pixels: room for the teams' names, height of a tile, space between tiles."""
TILES_A_ROW = 4


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One team and its cells, in the order of the themes."""

    team: str
    cells: tuple[TeamCell, ...]


def draw_heat_map(
    themes: Sequence[str], rows: Sequence[HeatRow], *, uid: str, title: str
) -> Markup:
    """Teams down, themes across; each tile holds its count."""
    column = (svg.WIDTH - LEFT) / max(len(themes), 1)
    chars = max(int((column - 8) / 6), 4)
    lines = max((svg.count_lines(theme, chars) for theme in themes), default=1)
    head = svg.LINE_HEIGHT * lines + 6
    body = [
        svg.text_lines(
            LEFT + column * i,
            head - 6 - svg.LINE_HEIGHT * (svg.count_lines(theme, chars) - 1),
            theme,
            chars,
        )
        for i, theme in enumerate(themes)
    ]
    for j, row in enumerate(rows):
        y = head + j * (TILE + GAP)
        body.append(svg.text(0, y + TILE / 2 + 4, row.team))
        for i, cell in enumerate(row.cells):
            body.append(_draw_tile(LEFT + i * column, y, column - GAP, cell))
    height = head + len(rows) * (TILE + GAP)
    desc = "How many met each theme, by team. A table beside it holds the same numbers."
    return svg.draw(
        Markup("").join(body), uid=uid, width=svg.WIDTH, height=height, title=title, desc=desc
    )


def draw_team_tiles(cells: Sequence[TeamCell], *, uid: str, title: str) -> Markup:
    """One theme: the teams' names above their tiles, several in a row."""
    column = svg.WIDTH / TILES_A_ROW
    body = []
    step = TILE + svg.LINE_HEIGHT + 10
    for i, cell in enumerate(cells):
        x, y = i % TILES_A_ROW * column, i // TILES_A_ROW * step
        body.append(svg.text(x, y + 12, cell.team))
        body.append(_draw_tile(x, y + 17, column - 8, cell))
    height = -(-len(cells) // TILES_A_ROW) * step
    words = "; ".join(
        f"{cell.team} " + ("too few" if cell.too_few else f"{cell.k} of {cell.n}") for cell in cells
    )
    return svg.draw(
        Markup("").join(body), uid=uid, width=svg.WIDTH, height=height, title=title, desc=words
    )


def draw_heat_key(*, uid: str) -> Markup:
    """The shades in words."""
    body, x = [], 0.0
    for _, fill, _, words in BANDS:
        body += [svg.rect(x + 0.5, 2, 14, 12, fill=fill, stroke=svg.GREY)]
        body += [svg.text(x + 20, 12, words)]
        x += 34 + 6.2 * len(words)
    body += [svg.rect(x + 0.5, 2, 14, 12, fill=svg.WHITE, stroke=svg.GREY)]
    body += [svg.hatch(x + 0.5, 2, 14, 12, gap=5), svg.text(x + 20, 12, "too few files")]
    words = list_words([band[3] for band in BANDS])
    title = f"Dark to light: {words} of the files met it. Hatched: too few files to show."
    return svg.draw(
        Markup("").join(body), uid=uid, width=svg.WIDTH, height=18, title=title, desc=""
    )


def _draw_tile(x: float, y: float, w: float, cell: TeamCell) -> Markup:
    middle, base = x + w / 2, y + TILE / 2 + 4
    if cell.too_few or not cell.n:
        words = "too few" if cell.too_few else "not scored"
        return Markup("").join(
            [
                svg.rect(x, y, w, TILE, fill=svg.WHITE, stroke=svg.GREY),
                svg.hatch(x, y, w, TILE),
                svg.rect(middle - 32, y + 4, 64, TILE - 8, fill=svg.WHITE),
                svg.text(middle, base, words, anchor="middle", fill=svg.GREY),
            ]
        )
    _, fill, ink, _ = next(band for band in BANDS if cell.k / cell.n < band[0])
    return svg.rect(x, y, w, TILE, fill=fill, stroke=svg.GREY) + svg.text(
        middle, base, f"{cell.k} of {cell.n}", anchor="middle", fill=ink
    )
