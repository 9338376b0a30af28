"""What was typed into the controls of a field: kept as it is, and read as days and times."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from audit_app.core.answers import AnswerFault

#: The ending of each control's name → what was typed into the controls with that name.
Parts = Mapping[str, list[str]]

DATE_PARTS = ("_day", "_month", "_year")
_MONTHS = {f"{date(2000, month, 1):%B}".lower(): month for month in range(1, 13)}
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")


def load_parts(typed: str | None) -> Parts:
    """The parts that were stored as JSON text; other text is a part of its own."""
    try:
        parts = json.loads(typed or "{}")
    except ValueError:
        return {"": [str(typed)]}
    if not isinstance(parts, dict):
        return {"": [str(parts)]}
    return {
        str(end): [str(value) for value in (values if isinstance(values, list) else [values])]
        for end, values in parts.items()
    }


def read_time(parts: Parts, end: str, named: str) -> str:
    """A time of day as `HH:MM`; AnswerFault says what is wrong with it."""
    time = typed(parts, f"{end}_time")
    found = _TIME.fullmatch(time)
    if found is None:
        said = f"“{time}” is not a time" if time else f"{named} needs a time"
        raise AnswerFault(f"{said}: write it as 14:30")
    return f"{int(found[1]):02}:{found[2]}"


def typed(parts: Parts, ending: str) -> str:
    """What stands in one control."""
    return " ".join(parts.get(ending, [])).strip()


def read_day(parts: Parts, end: str, named: str) -> str:
    """A day in ISO form from its three parts; AnswerFault says what is wrong with it."""
    day, month, year = (typed(parts, end + part) for part in DATE_PARTS)
    lacking = [word for word, part in (("day", day), ("month", month), ("year", year)) if not part]
    if len(lacking) == len(DATE_PARTS):
        raise AnswerFault(f"{named} is missing")
    if lacking:
        raise AnswerFault(f"{named} needs a {' and a '.join(lacking)}")
    if not re.fullmatch(r"[0-9]{4}", year):
        raise AnswerFault(f"the year of {named} must have 4 figures, such as 2026")
    try:
        return date(int(year), _read_month(month), _read_figures(day)).isoformat()
    except ValueError:
        raise AnswerFault(f"“{day} {month} {year}” is not a real date") from None


def _read_month(text: str) -> int:
    said = text.lower()
    named = [number for name, number in _MONTHS.items() if len(said) > 2 and name.startswith(said)]
    return named[0] if named else _read_figures(text)


def _read_figures(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text):
        raise ValueError(text)
    return int(text)


def day_parts(end: str, day: date | datetime) -> dict[str, list[str]]:
    """The three parts of a day."""
    values = (str(day.day), str(day.month), str(day.year))
    return {end + part: [value] for part, value in zip(DATE_PARTS, values, strict=True)}


def clean_values(values: Iterable[str]) -> list[str]:
    """The values of one control, without empty ones."""
    return [clean for value in values if (clean := clean_text(value))]


def clean_text(text: str | None) -> str:
    """Words as they are stored: plain line ends, and no NUL, which not every database takes."""
    return (text or "").replace("\r\n", "\n").replace("\0", "").strip()
