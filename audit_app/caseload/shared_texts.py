"""How much text a workbook's cells take from its table of shared texts.

A long text that stands once in the table may be named by every cell, and the reader library copies
it for each: a file of a few MB would fill the memory. It also reserves room for as many texts as
the table says it has (tafia/calamine issue 684).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.parsers import expat

from audit_app.caseload.values import CaseloadFault
from audit_app.workbook_archive import DAMAGED, HOSTILE, MEGABYTE

MAX_TEXT = 256 * MEGABYTE

_TEXT_CELL = b't="s"'
_SHORTEST_CELL = len('<c t="s"><v>0</v>')
_UNUSUAL = re.compile(rb"<[!?]|<si[^>]|</?[\w.-]+:")  # comments, CDATA, attributes, prefixes
_TEXT_INDEX = re.compile(rb't="s"[^<>]*><v>(\d+)</v></c>')
_LARGE_COUNT = re.compile(rb"""uniqueCount\s*=\s*["'][^"']{8}""")

TOO_MUCH_TEXT = (
    "This workbook repeats more text than any caseload export, so it was not opened and nothing "
    "was imported: export only the lists that are needed."
)


def refuse_text_flood(table: bytes, sheets: Sequence[bytes]) -> None:
    """Raises CaseloadFault where the cells would come to more than ``MAX_TEXT`` characters.

    Cells × longest text settles nearly every file, as a rule by upper bounds of both; only the
    others are added up cell by cell.
    """
    if _LARGE_COUNT.search(table):
        raise CaseloadFault(HOSTILE.format(reason="its number of texts is out of all proportion"))
    bound = bound_usual_texts(table)
    if bound is not None and bound * sum(map(len, sheets)) <= MAX_TEXT * _SHORTEST_CELL:
        return
    lengths = measure_texts(table)
    longest = max(lengths, default=0)
    if longest * sum(sheet.count(_TEXT_CELL) for sheet in sheets) <= MAX_TEXT:
        return
    total = 0
    for sheet in sheets:
        indexes = [int(index) for index in _TEXT_INDEX.findall(sheet)]
        total += sum(lengths[index] for index in indexes if index < len(lengths))
        total += (sheet.count(_TEXT_CELL) - len(indexes)) * longest
        if total > MAX_TEXT:
            raise CaseloadFault(TOO_MUCH_TEXT)


def bound_usual_texts(table: bytes) -> int | None:
    """No text of the table is longer than this; None where it is not in the form of Excel.

    In that form `</si>` only ever ends a text, and texts follow each other with nothing between.
    """
    if _UNUSUAL.search(table, 1) or table.count(b"<si>") != table.count(b"</si><si>") + 1:
        return None
    parse_table(expat.ParserCreate(), table)
    return max(map(len, table.split(b"</si>")))


def measure_texts(table: bytes) -> list[int]:
    """The length of each text of the table in characters, in order."""
    lengths: list[int] = []
    inside = False
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def begin(name: str, _attributes: object) -> None:
        nonlocal inside
        if name == "si" or name.endswith(":si"):
            if inside:
                raise CaseloadFault(HOSTILE.format(reason="a shared text holds another"))
            inside = True
            lengths.append(0)

    def end(name: str) -> None:
        nonlocal inside
        if name == "si" or name.endswith(":si"):
            inside = False

    def count(text: str) -> None:
        if inside:
            lengths[-1] += len(text)

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = count
    parse_table(parser, table)
    return lengths


def parse_table(parser: expat.XMLParserType, table: bytes) -> None:
    """Raises CaseloadFault where the table is no XML, or in an encoding that nobody reads."""
    try:
        parser.Parse(table, True)
    except (expat.ExpatError, LookupError, ValueError) as fault:
        raise CaseloadFault(DAMAGED) from fault
