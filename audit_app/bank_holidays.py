"""Bank holidays in England, for timescales in working days."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays


@cache
def _of_year(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_bank_holiday(day: date) -> bool:
    """Whether the day is a bank holiday in England (proclaimed days included where known)."""
    return day in _of_year(day.year)
