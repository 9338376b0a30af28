"""How long what is kept is kept: a number of months for each kind of thing."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class Kept(StrEnum):
    """A kind of thing that expires."""

    AUDITS = "audits"
    EXTRACTS = "extracts"
    ACCOUNTS = "accounts"


KEPT_WORDS: Mapping[Kept, str] = {
    Kept.AUDITS: "Audits, counted from the day they were submitted",
    Kept.EXTRACTS: "Extracts of the caseload, counted from their day, but never the newest one",
    Kept.ACCOUNTS: "Accounts, counted from the day they were disabled",
}

#: Months. A council sets its own; these are what its record-keeping schedule would be asked for.
DEFAULT_MONTHS: Mapping[Kept, int] = {Kept.AUDITS: 72, Kept.EXTRACTS: 18, Kept.ACCOUNTS: 24}


def expired_before(today: date, months: int) -> date:
    """The day before which a thing is kept no longer: `months` calendar months before today.

    Where that month is shorter, its last day.
    """
    number = today.year * 12 + today.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
