"""D8: neither the crown nor GDS Transport is carried or named; both are for gov.uk only."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pikepdf
from reports.pack_factory import make_pack

from audit_app.core.access import Role
from audit_app.reports.compile import compile_pack
from audit_app.reports.designs import load_design

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "audit_app" / "web"
PLACES = (WEB / "static", WEB / "templates", WEB / "assets", ROOT / "reports", ROOT / "docs")
READABLE = {".css", ".scss", ".js", ".mjs", ".html", ".svg", ".json", ".yml", ".md", ".jinja"}
TYPEFACE = re.compile(r"gds[\s_-]*transport|\bnta\b(?!-)", re.IGNORECASE)
CROWN = re.compile(r"crown|crest|coat[-_ ]of[-_ ]arms|royal[-_ ]arms", re.IGNORECASE)
FONT_FILES = {".woff", ".woff2", ".ttf", ".otf", ".eot"}


def carried() -> list[Path]:
    files = [*WEB.glob("*/templates/**/*"), *(f for place in PLACES for f in place.rglob("*"))]
    return [f for f in files if f.is_file() and "node_modules" not in f.parts]


def test_no_file_is_one_of_them() -> None:
    files = carried()
    assert len(files) > 40
    assert (WEB / "static" / "built" / "app.css") in files, "the assets are not built"
    for file in files:
        assert file.suffix.lower() not in FONT_FILES, file
        assert not CROWN.search(file.name), file
        assert not TYPEFACE.search(file.name), file


def test_no_style_or_template_names_them() -> None:
    for file in carried():
        if file.suffix not in READABLE or file.suffix == ".md":
            continue
        text = file.read_text("utf-8")
        if file.suffix in (".css", ".scss"):
            assert not TYPEFACE.search(text), file
            assert "@font-face" not in text, file
        if file.suffix in (".html", ".svg", ".jinja"):
            assert not TYPEFACE.search(text), file
            assert not CROWN.search(text), file


def test_no_page_shows_them(client, as_role) -> None:
    for page in (client.get("/sign-in").text, as_role(Role.QA_LEAD).get("/").text):
        assert not CROWN.search(page)
        assert not TYPEFACE.search(page)
        assert "govuk-header__logotype-crown" not in page
        assert "GOV.UK" not in page


def test_no_pdf_embeds_the_typeface() -> None:
    pdf = compile_pack(
        load_design("qa_sub_group"), make_pack(case_files=1), progress=lambda *_: None
    )
    with pikepdf.open(BytesIO(pdf)) as document:
        names = {
            str(item["/FontName"])
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        }
    assert names, "a PDF without a font proves nothing"
    assert not [name for name in names if re.search(r"transport|gds|nta", name, re.IGNORECASE)]
