"""What has to be known of a worksheet's XML before the reader library may see it.

The library lays a sheet out as one full rectangle, so two far cells in a file of 2 KB would end the
whole process (tafia/calamine issue 693). It also shows an error, and a formula without a saved
result, as an empty cell. Patterns run over the raw bytes: parsing would cost more than reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from audit_app.caseload.values import CaseloadFault

LAST_COLUMN = "CZ"
LAST_ROW = 99_999

# A cell's tag, whole: its address first or later, once, inside A1:CZ99999, in double quotes.
# The short form is what Excel writes; it is tried first because it is most cells.
_ADDRESSED = rb'r="[A-C]?[A-Z]\d{1,5}"'
_ATTRIBUTE = rb'(?!r=)[\w:.-]+="[^"<>]*"'
_USUAL = rb" " + _ADDRESSED + rb'(?: [st]="\w*")*+/?>'
_ALLOWED = rb"\s+(?:%b\s+)*+%b(?:\s+%b)*+\s*/?>" % (_ATTRIBUTE, _ADDRESSED, _ATTRIBUTE)
_NOT_ALLOWED = rb"c(?!%b)(?=[\s/>])(?!%b)" % (_USUAL, _ALLOWED)
_OUT_OF_BOUNDS = re.compile(rb"<" + _NOT_ALLOWED)
_OUT_OF_BOUNDS_PREFIXED = re.compile(rb"<(?:[^\s<>/:]+:)?" + _NOT_ALLOWED)

# What stands in few sheets is looked for by a pattern: faster than `in` over a large part.
_PREFIXED = re.compile(rb":c")
_ERROR = re.compile(rb'e"(?<=t="e")')
_FORMULA = re.compile(rb"<f")

_ADDRESS = re.compile(rb'\sr="([A-Z]+)(\d+)"')
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c(\s[^>]*\st="e"[^>]*)>')
_UNSAVED_FORMULA = re.compile(
    rb"<c(\s[^>]*)>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_NEWER_ERROR = re.compile(rb"<v>#(?:GETTING_DATA|[A-Z]+[!?])</v>")

HOLDS_ERROR = "The cell holds a spreadsheet error instead of a value; left empty."
HOLDS_UNSAVED_FORMULA = (
    "The cell holds a formula whose result was not saved; left empty. "
    "Open the file in Excel and save it, then import it again."
)
TOO_FAR = (
    "The sheet “{sheet}” has a cell outside A1 to {column}{row}, or without an address, so nothing "
    "was imported: delete everything beyond the list in Excel, save, and import again."
)

Place = tuple[int, int]
"""A cell by row and column, both from 0."""


def refuse_far_cells(sheet: str, xml: bytes) -> None:
    """Raises CaseloadFault where a cell lies outside the rectangle that may be laid out."""
    pattern = _OUT_OF_BOUNDS_PREFIXED if _PREFIXED.search(xml) else _OUT_OF_BOUNDS
    if pattern.search(xml):
        raise CaseloadFault(TOO_FAR.format(sheet=sheet, column=LAST_COLUMN, row=LAST_ROW))


def find_marks(xml: bytes) -> dict[Place, str]:
    """Cells that will read as empty though they are not, with the sentence that says so."""
    marks: dict[Place, str] = {}
    if _ERROR.search(xml):
        marks.update(dict.fromkeys(_places(_ERROR_CELL, xml), HOLDS_ERROR))
    if _FORMULA.search(xml):
        marks.update(dict.fromkeys(_places(_UNSAVED_FORMULA, xml), HOLDS_UNSAVED_FORMULA))
    return marks


def _places(pattern: re.Pattern[bytes], xml: bytes) -> Iterator[Place]:
    for cell in pattern.finditer(xml):
        if address := _ADDRESS.search(cell[1]):
            yield int(address[2]) - 1, column_index(address[1].decode("ascii"))


def column_index(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def tame_errors(xml: bytes) -> bytes:
    """Writes error names that are younger than the reader library (#SPILL!) as #N/A."""
    return _NEWER_ERROR.sub(b"<v>#N/A</v>", xml) if _ERROR.search(xml) else xml
