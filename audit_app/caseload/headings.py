"""Finds which sheet is which list: by its headings, with its name to settle a tie.

Headings are compared without case, blanks, apostrophes, "(Y/N)" or a letter typed three times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from audit_app.caseload.annex_a import LISTS, AnnexList
from audit_app.caseload.sheets import Sheet

ROWS_SEARCHED = 15  # a title, notes and blank rows may stand above the headings

_YES_NO = re.compile(r"\(y/n\)+")
_TRIPLED = re.compile(r"(.)\1{2,}")
_NO_WORD = re.compile(r"[\W_]+")
_LIST_NAME = re.compile(r"\W*list[\W_]*0*(\d{1,2})(?!\d)")
# Tried in order: list 5's title names child protection too, early help has assessments too.
_NAMED_IN_WORDS = (
    (2, re.compile(r"early help")),
    (1, re.compile(r"contacts?\b")),
    (3, re.compile(r"referrals?\b")),
    (5, re.compile(r"section 47|\bs(?:ec)? ?47|\bicpcs?\b|strategy discussion")),
    (4, re.compile(r"assessments?\b")),
    (6, re.compile(r"child(?:ren)? in need|\bcin\b")),
    (7, re.compile(r"child protection|\bcpp?\b")),
    (9, re.compile(r"care leavers?|leaving care")),
    (8, re.compile(r"child(?:ren)? in care|looked after|\bcla\b|\blac\b|\bcic\b")),
)


@dataclass(frozen=True, slots=True)
class HeadedSheet:
    """A sheet with the row of its headings (from 0) and those headings, plain and compared."""

    sheet: Sheet
    row: int
    headings: tuple[str, ...]
    compared: tuple[str, ...]

    @property
    def has_rows(self) -> bool:
        """Whether any row below the headings holds anything."""
        return any(any(row) for row in islice(self.sheet.rows, self.row + 1, None))


def compare_heading(heading: str) -> str:
    """A heading in the form in which headings are compared."""
    text = _YES_NO.sub("", heading.casefold())
    return _TRIPLED.sub(r"\1\1", _NO_WORD.sub("", text))


def name_list(sheet_name: str) -> int | None:
    """The list that a sheet's name speaks of: "List_6", "list 06", "Children in Need" are 6."""
    if number := number_in_name(sheet_name):
        return number
    name = " ".join(sheet_name.casefold().replace("_", " ").split())
    return next((number for number, words in _NAMED_IN_WORDS if words.search(name)), None)


def number_in_name(sheet_name: str) -> int | None:
    """The number of a sheet that is named "List 6" or much like it."""
    numbered = _LIST_NAME.match(sheet_name.casefold())
    return int(numbered[1]) if numbered else None


def find_headings(sheet: Sheet, extra: Iterable[str] = (), *, least: int = 2) -> HeadedSheet | None:
    """The row, among the first, with the most known headings; None with fewer than ``least``.

    ``extra`` are headings that a mapping names, or those of another list.
    """
    known = _known_headings() | {compare_heading(heading) for heading in extra}
    best: HeadedSheet | None = None
    most = least - 1
    for place, row in enumerate(islice(sheet.rows, ROWS_SEARCHED)):
        headings = tuple(" ".join(str(cell).split()) for cell in row)
        compared = tuple(map(compare_heading, headings))
        hits = len(known.intersection(compared))
        if hits > most:
            best, most = HeadedSheet(sheet, place, headings, compared), hits
    return best


def find_columns(
    form: AnnexList, headed: HeadedSheet, mapping: Mapping[str, str]
) -> dict[str, int]:
    """Field → column of a list in a sheet; a mapping's heading stands for a field's usual ones."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headed.compared):
        places.setdefault(heading, place)
    columns: dict[str, int] = {}
    for column in form.columns:
        mapped = mapping.get(column.field)
        wanted = map(compare_heading, column.headings if mapped is None else (mapped,))
        present = next((heading for heading in wanted if heading in places), None)
        if present:
            columns[column.field] = places[present]
    return columns


def missing_headings(
    form: AnnexList, columns: Mapping[str, int], mapping: Mapping[str, str]
) -> tuple[str, ...]:
    """The headings, Ofsted's or the mapping's, that the list needs and the sheet lacks."""
    return tuple(
        mapping.get(column.field, column.headings[0])
        for column in form.columns
        if column.required and column.field not in columns
    )


def count_own_headings(columns: Mapping[str, int]) -> int:
    """How many of the columns found belong to one list only."""
    shared = {"council_id", "gender", "ethnicity", "date_of_birth", "age", "disability"}
    return len(columns.keys() - shared - {"team", "worker"})


@lru_cache(maxsize=1)
def _known_headings() -> frozenset[str]:
    return frozenset(
        compare_heading(heading)
        for form in LISTS
        for column in form.columns
        for heading in column.headings
    )
