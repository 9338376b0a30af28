"""What a file is, by its content: what is taken, what is refused, and what becomes of its name."""

from __future__ import annotations

import pytest
from attachments.sample_files import GOOD, HTML, PDF, SVG, TEXT, office, picture

from audit_app.attachments.kinds import AttachmentFault, FileKind, check_file, clean_name

MEGABYTE = 1024**2


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_is_known_by_its_content(name: str) -> None:
    ending = name.rpartition(".")[2].replace("jpg", "jpeg")
    found = check_file(name, GOOD[name], largest=MEGABYTE)
    assert found.kind is FileKind(ending)
    assert (found.name, found.content) == (name, GOOD[name])


REFUSED = {
    "nothing in it": ("empty", "a.pdf", b""),
    "too large": ("larger than 1 MB", "a.txt", b"a" * (MEGABYTE + 1)),
    "a picture called a PDF": ("PNG picture", "a.pdf", picture()),
    "a text called a program": ("plain text", "a.bat", TEXT),
    "no ending": ("plain text", "note", TEXT),
    "a page called a PDF": ("not a PDF", "a.pdf", HTML),
    "a page after a PDF’s start, cut off": ("cut off", "a.pdf", b"%PDF-1.7\n" + HTML),
    "a page called a text": ("not a PDF", "a.txt", HTML),
    "a page behind words": ("not a PDF", "a.txt", b"Dear all, < script >alert(1)</script>"),
    "a vector picture": ("not a PDF", "a.svg", SVG),
    "a vector picture called a PNG": ("not a PDF", "a.png", SVG),
    "a program": ("not a PDF", "a.pdf", b"MZ\x90\0\3" + bytes(200)),
    "text that is not UTF-8": ("not a PDF", "a.txt", "seen".encode("utf-16")),
    "a cut-off PNG": ("damaged", "a.png", picture()[:-12]),
    "something behind a PNG": ("damaged", "a.png", picture() + b"<script>"),
    "a cut-off JPEG": ("damaged", "a.jpg", picture("JPEG")[:300]),
    "a zip": ("packed file", "a.docx", office("docx").replace(b"word/doc", b"word/dox")),
    "macros": ("macros", "a.docx", office("docx", {"word/vbaProject.bin": b"x"})),
    "a control": ("macros", "a.xlsx", office("xlsx", {"xl/activeX/activeX1.xml": b"<x/>"})),
    "a part that leads out": ("damaged", "a.docx", office("docx", {"word/../../evil.xml": b"x"})),
    "a bomb": ("damaged", "a.docx", office("docx", {"word/media/a.bin": bytes(60 * MEGABYTE)})),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_taken_is_refused_with_a_sentence(why: str) -> None:
    said, name, content = REFUSED[why]
    with pytest.raises(AttachmentFault) as refusal:
        check_file(name, content, largest=MEGABYTE)
    assert said in str(refusal.value)
    assert "Nothing was kept" in str(refusal.value)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\pat\\page 4.pdf", "page 4.pdf"),
        ("a\0b\r\nc\u202efdp.pdf", "a b c fdp.pdf"),
        ("Zoë’s <b>.png", "Zoë’s b.png"),
        ("." * 300, "file"),
        ("x" * 400 + ".pdf", "x" * 100 + ".pdf"),
        (".pdf", "pdf"),
        ("", "file"),
    ],
)
def test_a_name_leads_nowhere_and_can_be_seen(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


def test_a_file_that_is_nothing_but_its_start_is_no_pdf() -> None:
    assert check_file("a.PDF", PDF, largest=len(PDF)).name == "a.pdf"
    with pytest.raises(AttachmentFault):
        check_file("a.pdf", PDF[:9], largest=len(PDF))
