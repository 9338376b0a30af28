"""The pack as HTML: complete, escaped, each chart with a headline and a table (claim D5)."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from reports.pack_factory import make_empty_pack, make_pack

from audit_app.reports.designs import Design
from audit_app.reports.render import render_html, sort_questions

HOSTILE = (
    '<img src="file:///etc/hostname"><link rel=attachment href=file:///etc/hostname>'
    "{{7*7}}{% include '/etc/hostname' %}</style></title><script>alert(1)</script>"
)


@pytest.fixture(scope="session")
def html(design: Design, pack) -> str:
    return render_html(design, pack)


class Outline(HTMLParser):
    """Sections of a page with what they hold, and all ids and link targets."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.sections: list[dict[str, int]] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.targets.append(given.get("href") or "")
        if tag == "section":
            self.sections.append({})
        if self.sections:
            self.sections[-1][tag] = self.sections[-1].get(tag, 0) + 1


def test_ids_are_unique_and_links_stay_inside(html: str) -> None:
    outline = Outline(html)
    assert len(outline.ids) == len(set(outline.ids))
    assert {target.removeprefix("#") for target in outline.targets} <= set(outline.ids)
    assert all(target.startswith("#") for target in outline.targets)


def test_nothing_outside_the_document_is_named(html: str) -> None:
    outline = Outline(html)
    assert not outline.tags & {"img", "link", "script", "iframe", "object", "embed", "style"}
    assert "style=" not in html
    assert set(re.findall(r"https?://[^\"]+", html)) == {"http://www.w3.org/2000/svg"}


def test_every_page_with_a_chart_has_a_headline_and_a_table(html: str) -> None:
    drawn = [section for section in Outline(html).sections if section.get("svg")]
    assert len(drawn) == 9
    for section in drawn:
        assert section.get("h1") == 1
        assert section.get("table", 0) >= 1


def test_run_charts_stand_over_a_table_of_their_numbers(html: str, pack) -> None:
    tables = re.findall(r'<table class="months">(.*?)</table>', html, flags=re.DOTALL)
    printed = [
        [int(cell) for cell in re.findall(r"<td[^>]*>(\d+)</td>", table)] for table in tables
    ]
    for spread in pack.themes:
        points = spread.run.points
        assert [*(point.k for point in points), *(point.n for point in points)] in printed
        if (common := spread.run.common) is not None:
            assert [*(p.k for p in common.points), *(p.n for p in common.points)] in printed
            assert common.sentence in html


def test_a_break_is_marked_in_the_table_and_said_beneath_it(html: str, pack) -> None:
    broken = [p for spread in pack.themes for p in spread.run.points if p.breaks_before]
    assert broken
    assert html.count('<th class="breaks">') == len(broken)
    for point in broken:
        assert f"{point.label}: {point.break_words}." in html


def test_weakest_questions_come_first_and_unscored_ones_last(pack) -> None:
    for spread in pack.themes:
        shares = [question.share for question in sort_questions(spread.questions)]
        rates = [share.rate for share in shares if share.n]
        assert rates == sorted(rates)
        assert all(share.n for share in shares[: len(rates)])


def free_text(value: object) -> object:
    """The same contents with hostile words at the end of every piece of text."""
    if is_dataclass(value) and not isinstance(value, type):
        hostile = {
            part.name: free_text(getattr(value, part.name))
            for part in fields(value)
            if part.name not in ("key", "change")
        }
        return replace(value, **hostile)
    if isinstance(value, tuple):
        return tuple(free_text(part) for part in value)
    return value + HOSTILE if isinstance(value, str) else value


def test_no_field_can_bring_markup_or_a_template(design: Design) -> None:
    hostile = free_text(make_pack(case_files=4))
    html = render_html(design, hostile)
    assert not Outline(html).tags & {"img", "link", "script", "style"}
    assert "{{7*7}}" in html
    assert not re.search(r"(?<!\d)49(?!\d)", html.split("<body")[0])
    assert html.count("&lt;img") > 300


def test_a_name_that_the_contents_lack_is_an_error(design: Design, pack, tmp_path) -> None:
    (tmp_path / "report.html").write_text("{{ pack.cover.titel }}", encoding="utf-8")
    with pytest.raises(UndefinedError, match="titel"):
        render_html(replace(design, folder=tmp_path), pack)


def test_a_design_cannot_reach_python(design: Design, pack, tmp_path) -> None:
    text = "{{ pack.__class__.__mro__ }}"
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    with pytest.raises(SecurityError):
        render_html(replace(design, folder=tmp_path), pack)


def test_an_empty_cycle_still_gives_a_pack(design: Design) -> None:
    html = render_html(design, make_empty_pack())
    for words in (
        "Not yet approved",
        "No action is proposed",
        "No case file has been audited yet",
        "No team has an audited case file yet",
        "not scored",
        "no case file drawn has been audited",
    ):
        assert words in html
    assert "Children’s safety" not in html
    assert "Exempt" not in html


def test_pages_of_the_site_never_load_the_pdf_libraries() -> None:
    code = (
        "import sys, audit_app.reports.render, audit_app.reports.designs;"
        "sys.exit(any(name in sys.modules for name in ('weasyprint', 'pikepdf')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
