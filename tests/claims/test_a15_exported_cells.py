"""A15: no exported cell is a formula, and what was exported comes back as it was."""

from __future__ import annotations

import csv
import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from audit_app.spreadsheets import Cell, begins_formula, write_csv, write_xlsx

HEADINGS = ("=first", "Second", "Third")
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'", "")
PAYLOADS = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://127.0.0.1/")', "http://127.0.0.1/x", "")

texts = st.one_of(
    st.builds("".join, st.tuples(st.sampled_from(BEGINNINGS), st.sampled_from(PAYLOADS))),
    st.builds("".join, st.tuples(st.sampled_from(BEGINNINGS), st.text(max_size=30))),
    st.sampled_from(["a;=1+1", 'a"\r\n=1+1', "_x003D_1+1", "mailto:a@council.example"]),
)
cells = st.one_of(
    texts,
    st.none(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 6)),
)
tables = st.lists(st.tuples(cells, cells, cells), max_size=6)


def kept(text: str) -> str:
    """What of a text a spreadsheet can hold."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c
        for c in lines
        if (c in "\t\n" or ord(c) >= 32)
        and ord(c) not in (0x7F, 0xFFFE, 0xFFFF)
        and not 0xD800 <= ord(c) <= 0xDFFF
    )


@given(tables)
def test_no_cell_of_a_csv_file_is_a_formula(rows: list[tuple[Cell, ...]]) -> None:
    """Reopened as a spreadsheet reads it, no text begins like a formula."""
    data = write_csv(HEADINGS, rows)
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read[0] == ["'=first", "Second", "Third"]
    assert len(read) == len(rows) + 1
    for row, back in zip(rows, read[1:], strict=True):
        for cell, written in zip(row, back, strict=True):
            if isinstance(cell, str):
                assert not begins_formula(written)
                assert written.removeprefix("'") == kept(cell).removeprefix("'")
            elif cell is None:
                assert written == ""
            else:
                assert float(written) == cell, "a number stays a number"


@given(tables)
def test_no_cell_of_a_workbook_is_a_formula(rows: list[tuple[Cell, ...]]) -> None:
    """Reopened, each text is a text cell, no cell is a formula or a link, and all round trips."""
    data = write_xlsx("Answers", HEADINGS, rows)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<f " not in sheet
        assert "hyperlink" not in sheet
    book = load_workbook(io.BytesIO(data))
    (opened,) = book.worksheets
    for number, row in enumerate(rows, start=2):
        for column, cell in enumerate(row, start=1):
            back = opened.cell(number, column)
            assert back.data_type != "f"
            assert back.hyperlink is None
            if isinstance(cell, str) and kept(cell):
                assert back.data_type == "s"
                assert back.value == kept(cell)
            elif not isinstance(cell, str):
                assert back.value == cell


def test_the_same_rows_are_the_same_bytes() -> None:
    """Nothing of the day, the machine or a person stands in the file."""
    rows: list[tuple[Cell, ...]] = [("a", 1, None)]
    assert write_xlsx("Answers", HEADINGS, rows) == write_xlsx("Answers", HEADINGS, rows)


def test_any_title_makes_a_sheet() -> None:
    """Titles that the format refuses are made to fit; “History” is a name that Excel keeps."""
    for title in ("History", "a/b:c[d]*?\\'", "", "'''", "x" * 80):
        (name,) = load_workbook(io.BytesIO(write_xlsx(title, HEADINGS, []))).sheetnames
        assert 0 < len(name) <= 31
        assert name.casefold() != "history"
