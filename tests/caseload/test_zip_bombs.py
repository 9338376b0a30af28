"""Zips that would fill the memory: refused at once, by their directory, in flat memory."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path
from time import perf_counter
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from caseload.annex_a import (
    AS_AT,
    change_parts,
    list_6_row,
    read_part,
    write_annex_a,
)

from audit_app import workbook_archive as archive
from audit_app.caseload.read import read_caseload
from audit_app.caseload.values import CaseloadFault

SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK = "xl/workbook.xml"
MEGABYTE = 1_048_576


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


def write_bomb(path: Path, megabytes: int) -> Path:
    """A zip with a worksheet of so many blanks: one packed megabyte, over and over."""
    blanks = b" " * MEGABYTE
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)
    part = packed * megabytes + b"\x03\x00"
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(blanks, checksum)
    name = SHEET.encode()
    sizes = struct.pack("<3I2H", checksum, len(part), megabytes * MEGABYTE, len(name), 0)
    start = struct.pack("<5H", 20, 0, 8, 0, 33) + sizes
    member = b"PK\x03\x04" + start + name + part
    entry = b"PK\x01\x02\x14\x00" + start + struct.pack("<3H2I", 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(member), 0)
    path.write_bytes(member + entry + end)
    return path


def measure_refusal(path: Path) -> tuple[str, int, float]:
    """The message, the peak of memory in bytes and the seconds that it took."""
    tracemalloc.start()
    started = perf_counter()
    try:
        message = refusal(path)
        return message, tracemalloc.get_traced_memory()[1], perf_counter() - started
    finally:
        tracemalloc.stop()


def test_a_workbook_of_2_gb_in_a_small_zip_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write_bomb(tmp_path / "bomb.xlsx", 2_048)
    assert path.stat().st_size < 4 * MEGABYTE
    with ZipFile(path) as bomb, bomb.open(SHEET) as part:
        assert part.read(100) == b" " * 100, "a bomb that would go off"
        assert bomb.getinfo(SHEET).file_size == 2_048 * MEGABYTE
    message, peak, seconds = measure_refusal(path)
    assert "200 MB" in message
    assert peak < MEGABYTE
    assert seconds < 1


def test_a_part_packed_too_tightly_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    message, peak, _ = measure_refusal(write_bomb(tmp_path / "bomb.xlsx", 32))
    assert "too tightly" in message
    assert peak < MEGABYTE


def test_a_directory_that_lies_about_the_size_does_not_unpack_more(tmp_path: Path) -> None:
    path = write_annex_a(tmp_path / "bomb.xlsx", [list_6_row("1")])
    sheet = read_part(path, SHEET)
    change_parts(path, {SHEET: sheet + b" " * 96 * MEGABYTE})
    content = bytearray(path.read_bytes())
    # The size unpacked stands in the directory at 24 and in the member's own header at 22.
    with ZipFile(path) as book:
        header = book.getinfo(SHEET).header_offset
    entry = content.rfind(SHEET.encode()) - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", content, entry + 24, 4_096)
    struct.pack_into("<I", content, header + 22, 4_096)
    path.write_bytes(content)
    message, peak, _ = measure_refusal(path)
    assert "damaged" in message
    assert peak < 8 * MEGABYTE


def test_a_directory_with_too_many_entries_is_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with ZipFile(path, "w") as book:
        for number in range(archive.MAX_MEMBERS + 1):
            book.writestr(f"xl/{number}.xml", "")
    message, peak, _ = measure_refusal(path)
    assert "too many parts" in message
    assert peak < MEGABYTE


@pytest.mark.parametrize("entries", [1_500, 40_000])
def test_a_directory_that_says_it_is_short(tmp_path: Path, entries: int) -> None:
    path = tmp_path / "many.xlsx"
    with ZipFile(path, "w") as book:
        for number in range(entries):
            book.writestr(f"xl/{number}.xml", "")
    content = bytearray(path.read_bytes())
    struct.pack_into("<2H", content, content.rindex(b"PK\x05\x06") + 8, 1, 1)
    path.write_bytes(content)
    message, peak, _ = measure_refusal(path)
    assert "too many parts" in message
    assert peak < 4 * MEGABYTE


def test_a_zip64_directory_is_refused(file: Path) -> None:
    content = file.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)
    file.write_bytes(content[:end] + locator + content[end:])
    assert "ZIP64" in refusal(file)


def test_a_workbook_part_of_many_mb_is_not_parsed(file: Path) -> None:
    workbook = read_part(file, WORKBOOK)
    change_parts(file, {WORKBOOK: workbook + b" " * 3 * MEGABYTE})
    assert "small part" in refusal(file)


def test_a_sheet_of_a_few_mb_may_be_packed_tightly(file: Path) -> None:
    change_parts(file, {SHEET: read_part(file, SHEET) + b"\n" * 5 * MEGABYTE})
    assert len(read_caseload(file, as_at=AS_AT).entries) == 2


def test_one_part_read_by_many_entries_counts_each_time(tmp_path: Path) -> None:
    """Overlapping members: one packed part that many directory entries name."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as book:
        book.writestr("xl/aaa.xml", b" " * 9 * MEGABYTE)
    content = packed.getvalue()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entries = b"".join(
        content[start:end].replace(b"xl/aaa.xml", f"xl/{number:03}.xml".encode())
        for number in range(100)
    )
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 100, 100, len(entries), start, 0)
    path = tmp_path / "overlap.xlsx"
    path.write_bytes(content[:start] + entries + tail)
    message, peak, _ = measure_refusal(path)
    assert "200 MB" in message
    assert peak < MEGABYTE
