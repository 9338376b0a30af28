"""Opens the zip of a workbook without trusting it (OWASP ASVS 5.0, V5.2 and V1.5.1).

Every limit is checked on the zip's directory before a byte is unpacked, and held again while
unpacking, because a directory can lie.
"""

from __future__ import annotations

import io
import os
import posixpath
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from audit_app.core.faults import Refusal

MEGABYTE = 1_048_576
MAX_FILE = 50 * MEGABYTE
MAX_UNPACKED = 200 * MEGABYTE
MAX_RATIO = 200
RATIO_FROM = 10 * MEGABYTE  # small members may shrink as far as they like
MAX_MEMBERS = 1_000
MAX_DIRECTORY = MEGABYTE

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
OLD_OFFICE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TEXTS = "xl/sharedStrings.xml"
SMALL_PARTS = ("[Content_Types].xml", "_rels/.rels", WORKBOOK, RELATIONS)
SMALL = 2 * MEGABYTE
LARGE_PARTS = ("xl/styles.xml", TEXTS)

END_RECORD = b"PK\x05\x06"
ENCRYPTED_FLAG = 0x1
UNSAFE_MARKUP = re.compile(rb"<!(?i:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)")

DAMAGED = (
    "This workbook is damaged, so nothing was imported: open it in Excel, save it again as "
    "“Excel Workbook (.xlsx)” and import that file."
)
HOSTILE = (
    "This workbook is built in a way that Excel does not build one ({reason}), so it was not "
    "opened and nothing was imported: open it in Excel, save it as “Excel Workbook "
    "(.xlsx)” and import that file."
)
TOO_LARGE = (
    "This workbook would take more than {limit} MB when unpacked, so it was not opened and nothing "
    "was imported: take out what is not needed, such as empty formatted rows, and import it again."
)


class WorkbookFault(Refusal):
    """The workbook was refused; the message is one sentence for the person who imports it."""


class Archive:
    """The members of an opened zip by name, read one at a time and checked as they are read."""

    def __init__(self, source: ZipFile, at_most: int = MAX_UNPACKED) -> None:
        """Takes an open zip; raises WorkbookFault where its directory breaks a limit."""
        members = source.infolist()
        refuse_members(members, at_most)
        self._source = source
        self._members = {member_path(member): member for member in members}
        if len(self._members) != len(members):
            raise WorkbookFault(HOSTILE.format(reason="two parts have one name"))

    @property
    def names(self) -> tuple[str, ...]:
        """What its members are called."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read_xml(self, name: str, *, at_most: int = MAX_UNPACKED) -> bytes:
        """An XML part of ``at_most`` bytes; raises WorkbookFault on a DTD, entity or UTF-16."""
        member = self._members[name]
        if member.file_size > at_most:
            raise WorkbookFault(HOSTILE.format(reason="a small part is very large"))
        with self._source.open(member) as stream:
            # In pieces: zipfile stops at the stated size, but only after it has unpacked a piece.
            part = b"".join(iter(lambda: stream.read(MEGABYTE), b""))
        if UNSAFE_MARKUP.search(part):
            raise WorkbookFault(HOSTILE.format(reason="it declares entities of its own"))
        if b"\0" in part:  # UTF-16 would hide markup from the searches here and elsewhere
            raise WorkbookFault(HOSTILE.format(reason="a part is not in UTF-8"))
        return part


@contextmanager
def open_archive(zipped: Path | bytes, at_most: int = MAX_UNPACKED) -> Iterator[Archive]:
    """Opens a zip whose directory keeps the limits; any damage becomes a WorkbookFault.

    ``at_most``: bytes that its parts may come to when unpacked.
    """
    try:
        with io.BytesIO(zipped) if isinstance(zipped, bytes) else zipped.open("rb") as file:
            refuse_directory(file, file.seek(0, os.SEEK_END))
            with ZipFile(file) as source:
                yield Archive(source, at_most)
    except (
        BadZipFile,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        RuntimeError,
        UnicodeError,
        ValueError,
        struct.error,
        zlib.error,
    ) as fault:
        raise WorkbookFault(DAMAGED) from fault


def refuse_directory(file: BinaryIO, size: int) -> None:
    """Refuses a directory that is too large to list safely (zipfile lists it as it opens)."""
    tail_size = min(size, 65_535 + 22)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    end = tail.rfind(END_RECORD)
    if end < 0 or end + 22 > len(tail):
        raise WorkbookFault(DAMAGED)
    entries, directory_size = struct.unpack_from("<HI", tail, end + 10)
    # 0xFFFF and 0xFFFFFFFF point to a ZIP64 record, which no workbook within the limits needs.
    if entries > MAX_MEMBERS or directory_size > MAX_DIRECTORY:
        raise WorkbookFault(HOSTILE.format(reason="it has too many parts"))
    if b"PK\x06\x07" in tail[max(0, end - 20) : end]:
        raise WorkbookFault(HOSTILE.format(reason="it is a ZIP64 archive"))


def refuse_members(members: list[ZipInfo], at_most: int) -> None:
    """Refuses bombs, encrypted members, odd packing and names that leave the archive."""
    if len(members) > MAX_MEMBERS:
        raise WorkbookFault(HOSTILE.format(reason="it has too many parts"))
    if sum(member.file_size for member in members) > at_most:
        raise WorkbookFault(TOO_LARGE.format(limit=at_most // MEGABYTE))
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * member.compress_size:
            raise WorkbookFault(HOSTILE.format(reason="a part is packed too tightly"))
        if member.flag_bits & ENCRYPTED_FLAG:
            raise WorkbookFault(HOSTILE.format(reason="its parts are encrypted"))
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise WorkbookFault(HOSTILE.format(reason="an unusual packing"))


def member_path(member: ZipInfo) -> str:
    """The member's name with forward slashes; raises WorkbookFault where it leaves the archive."""
    path = PurePosixPath(member.orig_filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in str(path) or "\0" in str(path):
        raise WorkbookFault(HOSTILE.format(reason="a part's name points outside it"))
    return str(path)


def list_sheet_parts(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Each sheet's name with the part that holds it, in the order of the workbook."""
    try:
        relations = ElementTree.fromstring(parts[RELATIONS])  # noqa: S314 - no DTD
        workbook = ElementTree.fromstring(parts[WORKBOOK])  # noqa: S314
    except (ElementTree.ParseError, LookupError, ValueError) as fault:
        raise WorkbookFault(DAMAGED) from fault
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in workbook.iterfind(".//{*}sheets/{*}sheet"):
        key = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        target = targets.get(key, "").replace("\\", "/")
        part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        yield sheet.get("name", ""), part
