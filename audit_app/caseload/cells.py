"""Cells read into values: each reader gives a value, None for an empty cell, or raises Unclear.

A reader never guesses: what can be read in two ways is unclear. The reason that it gives is a
sentence without its end, to which the table adds what was done; it never repeats the cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from audit_app.caseload.annex_a import Kind
from audit_app.caseload.codes import CATEGORY, ETHNICITY, GENDER, NFA, STATUS, YES_NO, CodeList
from audit_app.caseload.sheets import Cell

# A date outside these years is a slip of the pen or a stand-in for "none" (31/12/9999).
FIRST_YEAR, LAST_YEAR = 1950, 2100

BLANKS = frozenset({"", "nan", "NaN", "NaT", "<NA>", "NULL", "None", "N/A", "n/a", "-"})
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!).*")
_HIDDEN = str.maketrans("", "", "\ufeff\u200b\u200c\u200d\u2060\u00ad")

_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})" + _CLOCK)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})" + _CLOCK)
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{1,2}" + _CLOCK)
_WHOLE_DECIMAL = re.compile(r"(\d+)\.0+")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_NEED = re.compile(r"(?:[a-z]\s*\)\s*)?(N\d)(?!\w).*", re.IGNORECASE)
_CLOSURE = re.compile(r"(?:[a-z]\s*\)\s*)?(RC[1-9])(?!\w).*", re.IGNORECASE)
_FOUR_LETTERS = re.compile(r"\b[A-Z]{4}\b")

EXACT_DIGITS = 15  # of a number in a spreadsheet; any further digit is lost


class Unclear(Exception):
    """Why a cell could not be read."""


def clean_text(text: str) -> str:
    """Without outer, doubled, non-breaking or invisible spaces; empty for "nan", "NULL", "N/A"."""
    cleaned = " ".join(text.translate(_HIDDEN).split())
    if cleaned in BLANKS:
        return ""
    if cleaned.startswith("#") and _ERROR.fullmatch(cleaned):
        raise Unclear("The cell holds a spreadsheet error instead of a value")
    return cleaned


def read_text(cell: Cell) -> str | None:
    """Text; whole numbers without a decimal point, dates as YYYY-MM-DD."""
    if isinstance(cell, str):
        return clean_text(cell) or None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def read_id(cell: Cell) -> str | None:
    """A council's id as written, trimmed: 1001.0 is 1001, leading zeros stay."""
    if isinstance(cell, bool | date | time | timedelta):
        raise Unclear("The spreadsheet has turned the id into something else")
    if isinstance(cell, int | float):
        if not float(cell).is_integer() or abs(cell) >= 10**EXACT_DIGITS:
            raise Unclear("The spreadsheet has rounded the id")
        return str(int(cell))
    if cell.isalnum() and cell not in BLANKS:
        return cell
    text = clean_text(cell)
    if _ROUNDED.fullmatch(text):
        raise Unclear("The spreadsheet has rounded the id")
    whole = _WHOLE_DECIMAL.fullmatch(text)
    return (whole[1] if whole else text) or None


def read_date(cell: Cell) -> date | None:
    """A true date, DD/MM/YYYY or YYYY-MM-DD, with or without a time of day, from 1950 to 2100."""
    if isinstance(cell, datetime):
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, str):
        text = clean_text(cell)
        if not text:
            return None
        day = _read_written_date(text)
    else:
        raise Unclear("A bare number or time stands where a date belongs")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unclear(f"The year is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def _read_written_date(text: str) -> date:
    match = _DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if match is None:
        if _SHORT_YEAR.fullmatch(text):
            raise Unclear("The year of the date has only two digits")
        raise Unclear("This is not a date written DD/MM/YYYY or YYYY-MM-DD")
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError as fault:
        raise Unclear("There is no such day in the calendar") from fault


def read_count(cell: Cell) -> int | None:
    """A whole number from 0 to 999."""
    number = _read_number(cell)
    if number is None:
        return None
    if not number.is_integer() or not 0 <= number <= 999:
        raise Unclear("This is not a whole number from 0 up")
    return int(number)


def read_age(cell: Cell) -> float | None:
    """An age in years, decimals allowed; -1 is a child not yet born."""
    number = _read_number(cell)
    if number is not None and not (number == -1 or 0 <= number < 130):
        raise Unclear("This is not an age in years")
    return number


def _read_number(cell: Cell) -> float | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = clean_text(cell) if isinstance(cell, str) else "no number"
    if not text:
        return None
    try:
        return float(text)
    except ValueError as fault:
        raise Unclear("This is not a number") from fault


def read_ethnicity(cell: Cell) -> str | None:
    """The one four-letter code in the cell, whatever stands around it."""
    text = read_text(cell)
    if text is None:
        return None
    found = ETHNICITY.intersection(_FOUR_LETTERS.findall(text.upper()))
    if len(found) != 1:
        raise Unclear("No single ethnicity code of the list stands here")
    return next(iter(found))


def _code_reader(codes: CodeList) -> Callable[[Cell], str | None]:
    def read_code(cell: Cell) -> str | None:
        text = read_text(cell)
        if text is None:
            return None
        value = codes.find(text)
        if value is None:
            raise Unclear("This value is not on the code list")
        return value

    return read_code


def _pattern_reader(pattern: re.Pattern[str]) -> Callable[[Cell], str | None]:
    def read_code(cell: Cell) -> str | None:
        text = read_text(cell)
        if text is None:
            return None
        match = pattern.fullmatch(text)
        if match is None:
            raise Unclear("This value is not on the code list")
        return match[1].upper()

    return read_code


READERS: Mapping[Kind, Callable[[Cell], object]] = {
    Kind.ID: read_id,
    Kind.TEXT: read_text,
    Kind.DATE: read_date,
    Kind.COUNT: read_count,
    Kind.AGE: read_age,
    Kind.STATUS: _code_reader(STATUS),
    Kind.GENDER: _code_reader(GENDER),
    Kind.ETHNICITY: read_ethnicity,
    Kind.YES_NO: _code_reader(YES_NO),
    Kind.NFA: _code_reader(NFA),
    Kind.NEED: _pattern_reader(_NEED),
    Kind.CLOSURE: _pattern_reader(_CLOSURE),
    Kind.CATEGORY: _code_reader(CATEGORY),
}
