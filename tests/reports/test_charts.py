"""Charts: safe, titled, within the palette, readable without colour (claims D4 and D5)."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from reports.pack_factory import make_share

from audit_app.reports import svg
from audit_app.reports.charts import FlowStep, draw_flow, draw_share
from audit_app.reports.contents import RunPoint, TeamCell
from audit_app.reports.heat_map import (
    BANDS,
    HeatRow,
    draw_heat_key,
    draw_heat_map,
    draw_team_tiles,
)
from audit_app.reports.run_chart import draw_run_chart

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}"
GREYS = {svg.INK, svg.GREY, svg.LINE, svg.PALE, svg.WHITE}
CELLS = (
    TeamCell(HOSTILE, 9, 20, False),
    TeamCell("East", 0, 3, True),
    TeamCell("West", 0, 0, False),
)
POINTS = (RunPoint("Sep", 4, 20), RunPoint(HOSTILE, 0, 0), RunPoint("Nov", 9, 20, True))
CHARTS = {
    "share": draw_share(make_share(11, 24), uid="a", percent_from=20),
    "nothing": draw_share(make_share(0, 0), uid="a", percent_from=20),
    "run": draw_run_chart(POINTS, uid="a", title=HOSTILE, median=0.4, target=0.9),
    "heat": draw_heat_map([HOSTILE], [HeatRow(HOSTILE, CELLS[:1])], uid="a", title=HOSTILE),
    "tiles": draw_team_tiles(CELLS, uid="a", title=HOSTILE),
    "key": draw_heat_key(uid="a"),
    "flow": draw_flow([FlowStep(447, "all"), FlowStep(28, HOSTILE, HOSTILE)], uid="a"),
}


@pytest.fixture(params=CHARTS)
def chart(request) -> ElementTree.Element:
    markup = CHARTS[request.param]
    assert isinstance(markup, Markup)
    return ElementTree.fromstring(markup)


def test_a_chart_is_an_image_with_a_title_that_has_words(chart) -> None:
    assert chart.get("role") == "img"
    title = chart.find(f"{SVG}title")
    assert title is not None
    assert title.text
    ids = {element.get("id") for element in chart.iter() if element.get("id")}
    assert set(chart.get("aria-labelledby", "").split()) <= ids


def test_a_chart_holds_nothing_that_the_content_policy_forbids(chart) -> None:
    for element in chart.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "text", "rect", "path", "circle",
        }  # fmt: skip
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}


def test_chart_text_brings_its_own_font(chart) -> None:
    for text in chart.iter(f"{SVG}text"):
        assert text.get("font-size")
        assert text.get("font-family") == svg.FONT


def test_at_most_four_colours_beside_greys() -> None:
    used = set(re.findall(r"#[0-9A-Fa-f]{6}", "".join(CHARTS.values())))
    assert used - GREYS <= {"#12436D", "#28A197", "#801650", "#F46A25"}


def test_hostile_words_stay_words() -> None:
    for name in ("run", "heat", "tiles", "flow"):
        assert "<script" not in CHARTS[name]
        assert HOSTILE in "".join(ElementTree.fromstring(CHARTS[name]).itertext())


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [svg.BLUE, svg.TEAL, svg.PLUM, svg.ORANGE, svg.GREY])
def test_colours_stand_out_from_paper(colour: str) -> None:
    assert contrast(colour, svg.WHITE) >= 3


def test_the_range_stands_out_from_the_bar_below_it() -> None:
    assert contrast(svg.ORANGE, svg.BLUE) >= 3


def test_shades_differ_in_greyscale_and_their_words_are_legible() -> None:
    fills = [fill for _, fill, _, _ in BANDS]
    for one, other in combinations(fills, 2):
        assert contrast(one, other) >= 1.8
    for _, fill, ink, _ in BANDS:
        assert contrast(fill, ink) >= 4.5


def test_a_team_with_too_few_files_shows_no_count() -> None:
    words = "".join(ElementTree.fromstring(CHARTS["tiles"]).itertext())
    assert "too few" in words
    assert "3" not in words.replace(HOSTILE, "")


def test_no_percentage_in_the_title_of_a_small_share() -> None:
    assert "%" not in draw_share(make_share(3, 5), uid="a", percent_from=20)
    assert "28% to 65%" in CHARTS["share"]


@given(st.integers(1, 400), st.data())
def test_bar_and_range_stay_inside_and_the_bar_lies_within_the_range(
    n: int, data: st.DataObject
) -> None:
    share = make_share(data.draw(st.integers(0, n)), n)
    drawn = ElementTree.fromstring(draw_share(share, uid="a", percent_from=20, width=104))
    bar = float(drawn.findall(f"{SVG}rect")[1].get("width", ""))
    whisker = drawn.find(f"{SVG}path")
    assert whisker is not None
    ends = [float(x) for x in re.findall(r"[ML]([\d.]+) ", whisker.get("d", ""))]
    assert min(ends) - 0.02 <= 2 + bar <= max(ends) + 0.02
    assert min(ends) >= 2
    assert max(ends) <= 102


def test_the_line_stops_where_scoring_changed_and_where_nothing_was_scored() -> None:
    drawn = ElementTree.fromstring(CHARTS["run"])
    traces = [
        path.get("d", "") for path in drawn.iter(f"{SVG}path") if path.get("stroke") == svg.BLUE
    ]
    assert [trace.count("M") for trace in traces] == [2]
    assert "L" not in traces[0]
    assert len(list(drawn.iter(f"{SVG}circle"))) == 2
    assert "scored differently" in CHARTS["run"]


@given(
    st.lists(
        st.integers(0, 30).flatmap(
            lambda n: st.tuples(st.integers(0, n), st.just(n), st.booleans())
        ),
        max_size=24,
    ),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_any_run_chart_is_well_formed_and_within_its_frame(months, median) -> None:
    run = [RunPoint(str(i), k, n, cut) for i, (k, n, cut) in enumerate(months)]
    drawn = ElementTree.fromstring(
        draw_run_chart(run, uid="a", title="Months", median=median, target=1.0)
    )
    height = float(drawn.get("height", ""))
    for circle in drawn.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx", "")) <= svg.WIDTH
        assert 0 <= float(circle.get("cy", "")) <= height


@given(st.floats(0, 600), st.floats(1, 200), st.floats(1, 60))
def test_hatching_stays_in_its_tile(x: float, w: float, h: float) -> None:
    drawn = ElementTree.fromstring(svg.hatch(x, 10, w, h))
    for px, py in re.findall(r"[ML]([\d.]+) ([\d.]+)", drawn.get("d", "")):
        assert x - 0.01 <= float(px) <= x + w + 0.01
        assert 9.99 <= float(py) <= 10 + h + 0.01
