"""The few SVG parts that every chart is made of. Each value is escaped on its way in.

Text carries `font-size` and `font-family` of its own because WeasyPrint's SVG ignores the CSS
`font` shorthand; there is no `style` attribute because the site's content policy forbids it.
"""

from __future__ import annotations

from textwrap import wrap

from markupsafe import Markup

BLUE, TEAL, PLUM, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
"""The Government Analysis Function's four-colour palette; each has 3:1 contrast on white."""
INK, GREY, LINE, PALE, WHITE = "#0B0C0C", "#505A5F", "#B1B4B6", "#F3F2F1", "#FFFFFF"
FONT = "Arial, Liberation Sans, sans-serif"
SMALL = 12
"""Size of all chart text in pixels: 9 pt, the design's smallest."""
LINE_HEIGHT = 14
WIDTH = 612.0
"""Width of a full chart in pixels: the text column of an A4 page with wide margins."""


def place(value: float) -> str:
    """A coordinate in pixels with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def draw(body: Markup, *, uid: str, width: float, height: float, title: str, desc: str) -> Markup:
    """A whole drawing. `uid` must be unique on the page; the title is what a PDF reads aloud."""
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        'aria-labelledby="{uid}-title {uid}-desc" width="{w}" height="{h}" '
        'viewBox="0 0 {w} {h}"><title id="{uid}-title">{title}</title>'
        '<desc id="{uid}-desc">{desc}</desc>{body}</svg>'
    ).format(uid=uid, w=place(width), h=place(height), title=title, desc=desc, body=body)


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    bold: bool = False,
    size: int = SMALL,
) -> Markup:
    """One line of text with its baseline at y."""
    return Markup(
        '<text x="{}" y="{}" text-anchor="{}" fill="{}" font-size="{}" font-family="{}" '
        'font-weight="{}">{}</text>'
    ).format(place(x), place(y), anchor, fill, size, FONT, "bold" if bold else "normal", words)


def rect(x: float, y: float, w: float, h: float, *, fill: str, stroke: str = "none") -> Markup:
    """A rectangle with an outline of one pixel where `stroke` is given."""
    return Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" stroke-width="1"/>'
    ).format(place(x), place(y), place(w), place(h), fill, stroke)


def path(d: str, *, stroke: str, width: float = 1, dash: str = "none") -> Markup:
    """Lines without a fill."""
    return Markup(
        '<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>'
    ).format(d, stroke, place(width), dash)


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str, width: float = 1, dash: str = "none"
) -> Markup:
    """A straight line."""
    return path(
        f"M{place(x1)} {place(y1)}L{place(x2)} {place(y2)}", stroke=stroke, width=width, dash=dash
    )


def dot(x: float, y: float, radius: float, *, fill: str) -> Markup:
    """A dot with a white rim, so that it stands clear of its line."""
    return Markup(
        '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="#FFFFFF" stroke-width="1"/>'
    ).format(place(x), place(y), place(radius), fill)


def hatch(x: float, y: float, w: float, h: float, *, gap: float = 7) -> Markup:
    """Diagonal hatching cut at the edges: a pattern element would need an id and prints worse."""
    parts = []
    offset = gap
    while offset < w + h:
        x1, y1 = x + max(0.0, offset - h), y + min(h, offset)
        x2, y2 = x + min(w, offset), y + max(0.0, offset - w)
        parts.append(f"M{place(x1)} {place(y1)}L{place(x2)} {place(y2)}")
        offset += gap
    return path("".join(parts), stroke=LINE)


def text_lines(
    x: float, y: float, words: str, chars: int, *, anchor: str = "start", fill: str = INK
) -> Markup:
    """Words broken into lines of at most `chars` characters, the first baseline at y."""
    return Markup("").join(
        text(x, y + i * LINE_HEIGHT, part, anchor=anchor, fill=fill)
        for i, part in enumerate(_break(words, chars))
    )


def count_lines(words: str, chars: int) -> int:
    """How many lines `text_lines` will take."""
    return len(_break(words, chars))


def _break(words: str, chars: int) -> list[str]:
    """Lines of whole words; a word longer than a line is cut with a hyphen."""
    pieces = []
    for word in words.split():
        while len(word) > chars:
            pieces.append(word[: chars - 1] + "-")
            word = word[chars - 1 :]
        pieces.append(word)
    return wrap(" ".join(pieces), chars, break_on_hyphens=False)
