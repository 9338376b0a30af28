"""The compiled pack: complete, tagged, navigable (claim D6)."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise

import pikepdf
import pypdf
import pytest
from pdfua import validate
from pikepdf import Name
from reports.pack_factory import make_empty_pack, make_pack

from audit_app.reports.compile import compile_pack
from audit_app.reports.contents import PackContents
from audit_app.reports.designs import Design


@pytest.fixture(scope="session")
def reader(pack_pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pack_pdf))


@pytest.fixture(scope="session")
def pages(reader: pypdf.PdfReader) -> list[str]:
    return [squeeze(page.extract_text()) for page in reader.pages]


@pytest.fixture(scope="session")
def document(pack_pdf: bytes):
    with pikepdf.open(BytesIO(pack_pdf)) as opened:
        yield opened


def squeeze(words: str) -> str:
    """Words in one line: where a line breaks is the layout's own business."""
    return " ".join(words.split())


def elements(document: pikepdf.Pdf, *tags: str) -> list[pikepdf.Object]:
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary)
        and item.get("/Type") == Name.StructElem
        and str(item.get("/S")) in tags
    ]


def outline(reader: pypdf.PdfReader) -> dict[str, int]:
    """Bookmark → page number."""

    def walk(items):
        for item in items:
            if isinstance(item, list):
                yield from walk(item)
            else:
                yield item.title, reader.get_destination_page_number(item) + 1

    return dict(walk(reader.outline))


def test_every_question_and_its_count_is_printed(pages: list[str], pack: PackContents) -> None:
    text = " ".join(pages)
    for spread in pack.themes:
        assert squeeze(spread.statement) in text
        for question in spread.questions:
            assert squeeze(question.text) in text
            if question.share.n:
                assert f"{question.share.k} of {question.share.n}" in text


def test_every_case_file_stands_on_its_own_page_with_its_evidence(
    reader: pypdf.PdfReader, pages: list[str], pack: PackContents
) -> None:
    bookmarks = outline(reader)
    starts = []
    for entry in pack.appendix:
        start = next(page for title, page in bookmarks.items() if title.startswith(entry.reference))
        starts.append(start)
        text = pages[start - 1] + " " + pages[start]
        assert pages[start - 1].find(f"Case file {entry.reference}:") >= 0
        for answer in entry.adverse:
            assert answer.question in text
            assert (answer.evidence or "Evidence is kept with the audit.") in text
    assert starts == sorted(set(starts))


def test_findings_are_printed_with_the_files_own_words(
    pages: list[str], pack: PackContents
) -> None:
    text = " ".join(pages)
    for spread in pack.themes:
        for finding in spread.strengths + spread.areas:
            assert finding.statement in text
            for quote in finding.quotes:
                assert f"{squeeze(quote.text)} Case file {quote.case_reference}" in text
            for action in finding.actions:
                assert action.text in text


def test_the_one_page_is_one_page(reader: pypdf.PdfReader, pages: list[str]) -> None:
    bookmarks = outline(reader)
    assert bookmarks["In one page"] == 2
    assert bookmarks["Contents"] == 3
    assert "The sub-group is asked to" in pages[1]


def test_a_theme_with_findings_is_a_spread_of_two_pages(
    reader: pypdf.PdfReader, pages: list[str], pack: PackContents
) -> None:
    bookmarks = outline(reader)
    followers = [row.title for row in pack.summary.themes[1:]] + ["Actions proposed"]
    for spread, follower in zip(pack.themes, followers, strict=True):
        start = bookmarks[spread.row.title]
        if spread.areas or spread.strengths:
            assert bookmarks[follower] == start + 2
            assert spread.run.headline not in pages[start - 1]
            assert spread.run.headline in pages[start]


def test_page_numbers_in_the_contents_are_right(
    reader: pypdf.PdfReader, pages: list[str], pack: PackContents
) -> None:
    bookmarks = outline(reader)
    titles = ["In one page", "What was looked at", "Team by team"]
    titles += [row.title for row in pack.summary.themes]
    titles += ["Actions proposed", "Appendix: the case files", "Method and provenance"]
    for title in titles:
        printed = re.search(rf"{re.escape(title)} (\d+)\b", pages[2])
        assert printed is not None, title
        assert int(printed[1]) == bookmarks[title]


def test_page_numbers_in_the_index_of_case_files_are_right(
    reader: pypdf.PdfReader, pages: list[str], pack: PackContents
) -> None:
    bookmarks = outline(reader)
    index = pages[bookmarks["Appendix: the case files"] - 1]
    for entry in pack.appendix:
        grade = entry.overall.auditor
        start = next(page for title, page in bookmarks.items() if title.startswith(entry.reference))
        line = rf"{entry.reference} {entry.team} {grade} {len(entry.adverse)} (\d+)"
        printed = re.search(line, index)
        assert printed is not None, entry.reference
        assert int(printed[1]) == start


def test_heads_and_feet(pages: list[str], pack: PackContents) -> None:
    marking = pack.cover.marking or ""
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert marking in page
        assert "Edition 1" in page
    assert "QA sub-group pack · November 2026 · Edition 1" in pages[5]


def test_language_title_and_marks(document: pikepdf.Pdf, pack: PackContents) -> None:
    root = document.Root
    assert str(root.Lang) == "en-GB"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert bool(root.MarkInfo.Marked)
    assert str(document.docinfo.Title).startswith(pack.cover.title)
    assert str(document.docinfo.CreationDate) == "D:20261130"
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_every_header_cell_has_a_scope(document: pikepdf.Pdf) -> None:
    scopes = [str(cell.A.Scope) for cell in elements(document, "/TH")]
    assert scopes.count("/Column") > 100
    assert scopes.count("/Row") > 100
    assert len(scopes) == scopes.count("/Column") + scopes.count("/Row")


def test_every_figure_says_what_it_shows(document: pikepdf.Pdf, pack: PackContents) -> None:
    spoken = [str(figure.Alt) for figure in elements(document, "/Figure")]
    assert all(spoken)
    assert "11 of 24 met; the sample allows 28% to 65%" in spoken
    questions = sum(len(spread.questions) for spread in pack.themes)
    assert len(spoken) >= questions + len(pack.themes) * 2


def test_headings_have_words_and_skip_no_level(document: pikepdf.Pdf) -> None:
    headings = elements(document, "/H1", "/H2", "/H3")
    assert all(len(heading.K) for heading in headings)
    levels = [int(str(heading.S)[2]) for heading in in_reading_order(document)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def in_reading_order(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    found, waiting = [], [document.Root.StructTreeRoot]
    while waiting:
        item = waiting.pop()
        if str(item.get("/S", "")) in ("/H1", "/H2", "/H3"):
            found.append(item)
        kids = item.get("/K")
        if isinstance(kids, pikepdf.Array):
            waiting += [kid for kid in reversed(list(kids)) if isinstance(kid, pikepdf.Dictionary)]
    return found


def test_links_are_printed_and_described(document: pikepdf.Pdf) -> None:
    links = [link for page in document.pages for link in page.get("/Annots", [])]
    assert len(links) > 40
    assert all(int(link.F) & 4 and str(link.Contents) for link in links)
    assert all(page.obj.Tabs == Name.S for page in document.pages if "/Annots" in page)


@pytest.mark.parametrize("make", [make_pack, make_empty_pack])
def test_a_validator_finds_nothing(design: Design, make, tmp_path) -> None:
    file = tmp_path / "pack.pdf"
    file.write_bytes(compile_pack(design, make(), progress=lambda *step: None))
    assert [f"{finding.rule_id}: {finding.message}" for finding in validate(file).findings] == []


def test_every_font_is_embedded_and_of_one_family(reader: pypdf.PdfReader) -> None:
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            for part in font.get_object().get("/DescendantFonts", []):
                described = part.get_object()["/FontDescriptor"]
                names.add(described["/FontName"].split("+")[-1])
                assert any(name.startswith("/FontFile") for name in described)
    assert names
    assert {name.split("-")[0] for name in names} <= {"Liberation", "Arial"}
