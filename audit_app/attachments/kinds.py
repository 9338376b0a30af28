"""What an uploaded file is, by its content; its name must not say something else (ASVS V5.2)."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from PIL import Image

from audit_app.core.faults import Refusal
from audit_app.workbook_archive import MEGABYTE, WorkbookFault, open_archive

LONGEST_STEM = 100
MOST_PIXELS = 80_000_000
MOST_UNPACKED = 50 * MEGABYTE

_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x00IEND\xaeB`\x82"
_JPEG_START = b"\xff\xd8\xff"
_ZIP_START = b"PK\x03\x04"
_TYPES = "[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PROGRAMS = re.compile(rb"macroenabled|vbaproject|activex|oleobject", re.IGNORECASE)
_MARKUP = re.compile(r"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
_OTHER_TEXT = ("<", "{\\rtf", "#!", "%!", "MZ")


class FileKind(StrEnum):
    """The kinds of files that are taken; the value is also the ending of their names."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    WORD = "docx"
    EXCEL = "xlsx"
    TEXT = "txt"


KIND_WORDS: Mapping[FileKind, str] = MappingProxyType(
    {
        FileKind.PDF: "PDF",
        FileKind.PNG: "PNG picture",
        FileKind.JPEG: "JPEG picture",
        FileKind.WORD: "Word document",
        FileKind.EXCEL: "Excel workbook",
        FileKind.TEXT: "plain text",
    }
)
MEDIA_TYPES: Mapping[FileKind, str] = MappingProxyType(
    {
        FileKind.PDF: "application/pdf",
        FileKind.PNG: "image/png",
        FileKind.JPEG: "image/jpeg",
        FileKind.WORD: f"{_OFFICE}wordprocessingml.document",
        FileKind.EXCEL: f"{_OFFICE}spreadsheetml.sheet",
        FileKind.TEXT: "text/plain; charset=utf-8",
    }
)
_MAIN_PARTS: Mapping[FileKind, tuple[str, str]] = MappingProxyType(
    {
        FileKind.WORD: ("word/document.xml", f"{_OFFICE}wordprocessingml.document.main+xml"),
        FileKind.EXCEL: ("xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet.main+xml"),
    }
)
_ENDINGS: Mapping[str, FileKind] = MappingProxyType(
    {kind.value: kind for kind in FileKind} | {"jpg": FileKind.JPEG}
)
NOT_KEPT = "Nothing was kept of it, and what is attached already is still there."
TAKEN = "a PDF, a PNG or JPEG picture, a Word document (.docx), an Excel workbook (.xlsx) or a text"


class AttachmentFault(Refusal):
    """A file cannot be attached: one or two sentences for the person who sent it."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be attached, under a name that is safe to give out again."""

    name: str
    kind: FileKind
    content: bytes


def check_file(sent_name: str, content: bytes, *, largest: int) -> CheckedFile:
    """The file with its kind; AttachmentFault where it is not one that is taken.

    `largest`: bytes that it may have.
    """
    if not content:
        raise AttachmentFault(f"The file is empty. {NOT_KEPT}")
    if len(content) > largest:
        raise AttachmentFault(
            f"The file is larger than {largest // MEGABYTE} MB. {NOT_KEPT} Save the pages that "
            "matter as a file of their own."
        )
    kind = kind_of(content)
    stem, _dot, ending = clean_name(sent_name).rpartition(".")
    if _ENDINGS.get(ending.lower()) is not kind:
        said = f"“.{ending[:12]}”" if stem and ending.isalnum() else "in no such way"
        raise AttachmentFault(
            f"By its content the file is a {KIND_WORDS[kind]}, but its name ends {said}. "
            f"{NOT_KEPT} Check that it is the file that you mean, or save it anew."
        )
    return CheckedFile(f"{stem}.{ending.lower()}", kind, content)


def kind_of(content: bytes) -> FileKind:
    """The kind by content alone; AttachmentFault where it is none of those that are taken."""
    if content.startswith((b"%PDF-1.", b"%PDF-2.")):
        if b"%%EOF" not in content[-1024:]:
            raise AttachmentFault(f"The PDF is cut off. {NOT_KEPT} Save it anew and send that.")
        return FileKind.PDF
    if content.startswith((_PNG_START, _JPEG_START)):
        return _check_picture(content)
    if content.startswith(_ZIP_START):
        return _check_office(content)
    if _is_plain_text(content):
        return FileKind.TEXT
    raise AttachmentFault(f"By its content this is not {TAKEN}. {NOT_KEPT}")


def clean_name(sent: str) -> str:
    """The last part of a name, without what leads elsewhere or cannot be seen; never empty."""
    last = unicodedata.normalize("NFC", sent).replace("\\", "/").rpartition("/")[2]
    seen = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in last)
    plain = " ".join(re.sub(r'[<>:"|?*]', " ", seen).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_STEM] or "file"
    return f"{stem[:LONGEST_STEM].strip('. ') or 'file'}.{ending[:12].strip()}"


def _check_picture(content: bytes) -> FileKind:
    """Reads the picture as its format says; of a JPEG at an eighth of its size."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            kind = FileKind.PNG if picture.format == "PNG" else FileKind.JPEG
            sound = picture.width * picture.height <= MOST_PIXELS
            if sound and kind is FileKind.PNG:
                picture.verify()
                sound = content.endswith(_PNG_END)
            elif sound:
                picture.draft("RGB", (1, 1))
                picture.load()
    except (
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ):
        sound = False
    if not sound:
        raise AttachmentFault(
            f"The picture is damaged, or has more than {MOST_PIXELS // 1_000_000} million points. "
            f"{NOT_KEPT} Save it anew and send that."
        )
    return kind


def _check_office(content: bytes) -> FileKind:
    """A Word document or an Excel workbook by its parts, without macros or embedded programs."""
    try:
        with open_archive(content, MOST_UNPACKED) as archive:
            types = archive.read_xml(_TYPES, at_most=2 * MEGABYTE)
            if _PROGRAMS.search(types) or _PROGRAMS.search("\n".join(archive.names).encode()):
                raise AttachmentFault(
                    f"The file holds macros or embedded programs. {NOT_KEPT} Save it as a PDF and "
                    "send that."
                )
            for kind, (part, media_type) in _MAIN_PARTS.items():
                if part in archive and media_type.encode() in types:
                    archive.read_xml(part)
                    return kind
    except WorkbookFault:
        raise AttachmentFault(
            f"The file is damaged, or built as Word and Excel do not build one. {NOT_KEPT} Open "
            "it, save it anew and send that."
        ) from None
    raise AttachmentFault(f"This is a packed file, not {TAKEN}. {NOT_KEPT}")


def _is_plain_text(content: bytes) -> bool:
    """UTF-8 without signs that steer anything, and no markup that a browser would run."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(unicodedata.category(one) == "Cc" and one not in "\t\n\r\f" for one in set(text)):
        return False
    return not text.lstrip().startswith(_OTHER_TEXT) and not _MARKUP.search(text)
