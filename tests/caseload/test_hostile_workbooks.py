"""Files that are not workbooks, and workbooks made to do harm: refused before they are opened."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_BZIP2, ZIP_STORED, ZipFile, ZipInfo

import pytest
from caseload.annex_a import (
    AS_AT,
    Grid,
    change_parts,
    list_6_row,
    read_part,
    write_annex_a,
    write_grids,
)
from hypothesis import given
from hypothesis import strategies as st

from audit_app.caseload import shared_texts
from audit_app.caseload.read import read_caseload
from audit_app.caseload.values import CaseloadFault

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
WORKBOOK = "xl/workbook.xml"
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sound workbook, for each test to spoil."""
    return write_annex_a(tmp_path / "export.xlsx", [list_6_row("1"), list_6_row("2")])


def refusal(path: Path) -> str:
    with pytest.raises(CaseloadFault) as fault:
        read_caseload(path, as_at=AS_AT)
    message = str(fault.value)
    assert "nothing was imported" in message
    assert str(path.parent) not in message
    return message


def replace_in(path: Path, part: str, old: bytes, new: bytes) -> Path:
    before = read_part(path, part)
    assert old in before
    return change_parts(path, {part: before.replace(old, new)})


def test_the_sound_workbook_is_read(file: Path) -> None:
    assert len(read_caseload(file, as_at=AS_AT).entries) == 2


# Other kinds of file


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", OLD_OFFICE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "Save As"),
        ("a.xlsx", OLD_OFFICE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xls", b"<html><body><table>", "web page"),
        ("a.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "XML"),
        ("a.xlsx", b"Child Unique ID,Case status", "not a kind of file"),
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.png", b"\x89PNG\r\n", "not a kind of file"),
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 50, "damaged"),
        ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "no Excel workbook"),
    ],
)
def test_other_kinds_of_file(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert said in refusal(path)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("xl/workbook.bin", ".xlsb"),
        ("content.xml", ".ods"),
        ("word/document.xml", "Word"),
        ("something.txt", "no Excel workbook"),
    ],
)
def test_other_kinds_of_zip(tmp_path: Path, part: str, said: str) -> None:
    path = tmp_path / "a.xlsx"
    with ZipFile(path, "w") as other:
        other.writestr(part, "x")
    assert said in refusal(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "none.xlsx")
    assert "cannot be opened" in refusal(tmp_path)


def test_a_file_larger_than_the_limit_is_not_opened(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit_app.caseload.files.MAX_FILE", 1_000)
    assert "larger than" in refusal(file)


# Names, packing and markup


@pytest.mark.parametrize(
    "name", ["../evil.xml", "xl/../../evil.xml", "/etc/evil.xml", "C:\\evil.xml", "..\\evil.xml"]
)
def test_names_that_leave_the_archive(file: Path, name: str) -> None:
    change_parts(file, {name: b"<x/>"})
    assert "outside" in refusal(file)


def test_two_parts_of_one_name(file: Path) -> None:
    with ZipFile(file, "a") as book:
        book.writestr("xl\\workbook.xml", "<x/>")
    assert "one name" in refusal(file)


def test_an_unusual_packing(file: Path) -> None:
    with ZipFile(file, "a", ZIP_BZIP2) as book:
        book.writestr("xl/more.xml", "<x/>")
    assert "packing" in refusal(file)


def test_an_encrypted_part(file: Path) -> None:
    content = bytearray(file.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1
    file.write_bytes(content)
    assert "encrypted" in refusal(file)


LAUGHS = b"""<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">]>"""


@pytest.mark.parametrize("part", [SHEET, WORKBOOK, TEXTS, "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize(
    "markup", [LAUGHS, b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">', b"<!doctype x>"]
)
def test_a_dtd_or_entities_in_any_part_that_is_read(file: Path, part: str, markup: bytes) -> None:
    xml = read_part(file, part)
    declaration = xml.index(b"?>") + 2
    change_parts(file, {part: xml[:declaration] + markup + xml[declaration:]})
    assert "entities" in refusal(file)


def test_markup_hidden_in_utf_16(file: Path) -> None:
    xml = read_part(file, SHEET).decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    change_parts(file, {SHEET: xml.encode("utf-16")})
    assert "UTF-8" in refusal(file)


# What would end the process inside the reader library


@pytest.mark.parametrize(
    "tag",
    [
        b'<c r="XFD1048576"',
        b'<c r="xfd1048576"',
        b'<c r="A100000"',
        b'<c r="DA3"',
        b"<c r='XFD1048576'",
        b'<c  r = "XFD1048576"',
        b'<c\nr="XFD3"',
        b'<c s="1" r="XFD3"',
        b'<c r="A3" r="XFD1048576"',
        b'<c s=">" r="XFD1048576"',
        b'<c a=\'r="A3"\' r="XFD3"',
        b"<c",
        b'<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD3"',
    ],
)
def test_a_cell_far_away_or_nowhere(file: Path, tag: bytes) -> None:
    replace_in(file, SHEET, b'<c r="A3"', tag)
    message = refusal(file)
    assert "“List_6”" in message
    assert "CZ99999" in message


def test_a_cell_far_away_in_a_sheet_that_is_no_list(tmp_path: Path) -> None:
    notes = Grid("Notes", [[None] * 110 + ["x"]])
    path = write_annex_a(tmp_path / "export.xlsx", [list_6_row("1")], after=[notes])
    assert "“Notes”" in refusal(path)


def test_the_last_cell_that_is_allowed_is_read(tmp_path: Path) -> None:
    headings = [*list_6_row("1"), *(f"Local {number}" for number in range(90))]
    row = [*list_6_row("1").values(), *range(90)]
    assert len(headings) == 104
    path = write_grids(tmp_path / "export.xlsx", [Grid("List_6", [headings, row])])
    assert len(read_caseload(path, as_at=AS_AT).entries[0].local) == 90


def test_cells_with_the_address_after_the_style_are_read(file: Path) -> None:
    xml = read_part(file, SHEET).replace(b'<c r="A3" t="s">', b'<c  t="s"\n r="A3" >')
    change_parts(file, {SHEET: xml})
    assert len(read_caseload(file, as_at=AS_AT).entries) == 2


def test_a_workbook_with_prefixed_names_is_read(file: Path) -> None:
    xml = read_part(file, SHEET)
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    assert space in xml
    for name in (b"worksheet", b"sheetData", b"row", b"c", b"v"):
        for opening in (b"<", b"</"):
            for after in (b" ", b">"):
                xml = xml.replace(opening + name + after, opening + b"x:" + name + after)
    xml = xml.replace(space, space + space.replace(b"xmlns=", b" xmlns:x="))
    change_parts(file, {SHEET: xml})
    assert len(read_caseload(file, as_at=AS_AT).entries) == 2


def test_a_number_of_texts_out_of_proportion(file: Path) -> None:
    texts = read_part(file, TEXTS)
    start = texts.index(b'uniqueCount="') + len('uniqueCount="')
    change_parts(file, {TEXTS: texts[:start] + b"40000000" + texts[start:]})
    assert "number of texts" in refusal(file)


def test_one_long_text_named_by_every_cell(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = read_part(file, SHEET).count(b't="s"')
    longest = b"x" * 3_000
    texts = read_part(file, TEXTS).replace(b"<t>North</t>", b"<t>" + longest + b"</t>")
    change_parts(file, {TEXTS: texts})
    monkeypatch.setattr(shared_texts, "MAX_TEXT", 3_000 * cells - 1)
    assert len(read_caseload(file, as_at=AS_AT).entries) == 2, "long, but named by two cells only"
    monkeypatch.setattr(shared_texts, "MAX_TEXT", 6_000)
    assert "repeats more text" in refusal(file)


@pytest.mark.parametrize(
    "text",
    [
        b"<si><t>" + b"x" * 3_000 + b"</t></si>",
        b"<si><r><t>" + b"x" * 1_500 + b"</t></r><r><t>" + b"x" * 1_500 + b"</t></r></si>",
        b'<si><t a="&lt;/si>"><![CDATA[' + b"x" * 3_000 + b"]]></t></si>",
        b"<!-- <si></si> --><si><t>" + b"x" * 3_000 + b"</t></si>",
    ],
)
def test_texts_are_measured_whatever_they_look_like(text: bytes) -> None:
    table = b"<sst><si><t>a</t></si>" + text + b"<si/></sst>"
    assert shared_texts.measure_texts(table) == [1, 3_000, 0]


@pytest.mark.parametrize(
    "texts",
    [
        b"<si><t>a</t></si><!-- </si><si> --><si><t>b</t></si>",
        b"<si><t><![CDATA[</si><si>]]></t></si>",
        b"<si><si><t>a</t></si></si>",
        b"<x:si><t>a</t></x:si>",
        b"<si a='1'><t>a</t></si>",
        b"<si/>",
        b"",
    ],
)
def test_only_tables_in_the_form_of_excel_are_bounded_without_being_measured(texts: bytes) -> None:
    assert shared_texts.bound_usual_texts(b"<sst>" + texts + b"</sst>") is None


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"])), min_size=1))
def test_no_text_is_longer_than_its_bound(texts: list[str]) -> None:
    rows = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    table = f"<sst>{rows}</sst>".encode()
    bound = shared_texts.bound_usual_texts(table)
    assert bound is not None
    assert bound >= max(shared_texts.measure_texts(table))


def test_a_bounded_table_is_still_parsed() -> None:
    with pytest.raises(CaseloadFault, match="damaged"):
        shared_texts.bound_usual_texts(b"<sst><si><t>&none;</t></si></sst>")


def test_a_text_within_a_text_is_refused() -> None:
    with pytest.raises(CaseloadFault):
        shared_texts.measure_texts(b"<sst><si><si><t>a</t></si></si></sst>")


def test_two_sheets_of_one_part(file: Path) -> None:
    workbook = read_part(file, WORKBOOK)
    sheet = workbook[workbook.index(b"<sheet ") : workbook.index(b"</sheets>")]
    again = sheet.replace(b'name="List_6"', b'name="Again"').replace(b'"1"', b'"2"')
    change_parts(file, {WORKBOOK: workbook.replace(sheet, sheet + again)})
    assert "share a part" in refusal(file)


@pytest.mark.parametrize("part", [WORKBOOK, "xl/_rels/workbook.xml.rels", SHEET, TEXTS])
@pytest.mark.parametrize("content", [b"", b"<", b"<a><b></a>", b"\xff" * 40, None])
def test_damaged_parts(file: Path, part: str, content: bytes | None) -> None:
    change_parts(file, {part: content})
    refusal(file)


@pytest.mark.parametrize("part", [WORKBOOK, "xl/_rels/workbook.xml.rels", TEXTS])
@pytest.mark.parametrize("encoding", [b"none", b"utf-7", b"utf-32"])
def test_a_part_in_an_encoding_that_nobody_reads(file: Path, part: str, encoding: bytes) -> None:
    replace_in(file, part, b"UTF-8", encoding)
    assert "damaged" in refusal(file)


def test_macros_pictures_and_caches_are_not_even_unpacked(file: Path) -> None:
    extra = {
        "xl/vbaProject.bin": b"\0" * 500,
        "xl/media/image1.png": b"\x89PNG",
        "xl/pivotCache/pivotCacheRecords1.xml": b"<!DOCTYPE x><c r='XFD1'>",
    }
    change_parts(file, extra)
    assert len(read_caseload(file, as_at=AS_AT).entries) == 2


def test_the_reader_library_sees_only_what_was_checked(file: Path) -> None:
    """A second directory at the end, which another zip reader might prefer, changes nothing."""
    hidden = BytesIO()
    with ZipFile(hidden, "w", ZIP_STORED) as book:
        book.writestr(ZipInfo("xl/workbook.xml"), LAUGHS)
    file.write_bytes(hidden.getvalue() + file.read_bytes())
    assert len(read_caseload(file, as_at=AS_AT).entries) == 2
    file.write_bytes(file.read_bytes() + hidden.getvalue())
    refusal(file)
