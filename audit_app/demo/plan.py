"""What demo council is asked for: its size, its months, and the seed that settles all the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from audit_app.core.faults import Refusal
from audit_app.demo.days import add_months, month_of

FEWEST_CASE_FILES = 40
CASE_FILES_FOR_ALL = 150
"""From here up all the managers can draw two a month without meeting a case file twice a year."""
MANAGERS = 14
MOST_MONTHS = 24
MONTHS_WITH_FINDINGS = 7
SETTLED_AFTER = timedelta(days=8)
"""In the last month all is done by its 8th day, so from the 9th nothing lies ahead of today."""

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class DemoFault(Refusal):
    """One sentence: why no demo council was made."""


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """`months` completed cycles before `until` (`2026-11`), whose own cycle is under way."""

    until: str
    case_files: int = 400
    months: int = 12
    seed: int = 2026

    def __post_init__(self) -> None:
        if not _MONTH.fullmatch(self.until):
            raise DemoFault(f"“{self.until}” is not a month such as 2026-11. Nothing was made.")
        if not 1 <= self.months <= MOST_MONTHS:
            raise DemoFault(
                f"Ask for 1 to {MOST_MONTHS} months of completed audits, not {self.months}. "
                "Nothing was made."
            )
        if self.case_files < FEWEST_CASE_FILES:
            raise DemoFault(
                f"Ask for at least {FEWEST_CASE_FILES} case files: with fewer, managers who draw "
                "two a month would meet the same ones again within a year. Nothing was made."
            )

    @property
    def completed(self) -> tuple[str, ...]:
        """The months of the completed cycles, in order."""
        return tuple(add_months(self.until, -n) for n in range(self.months, 0, -1))

    @property
    def managers(self) -> int:
        """How many senior managers audit: a small council has fewer."""
        return min(MANAGERS, max(2, self.case_files * MANAGERS // CASE_FILES_FOR_ALL))

    @property
    def action_month(self) -> str:
        """The cycle whose findings lead to the action on supervision."""
        return self.completed[max(0, self.months - MONTHS_WITH_FINDINGS)]

    def months_back(self, months: int) -> str:
        """The completed month so many months before `until`, or the first one there is."""
        return self.completed[-min(months, self.months)]

    def effect_of_action(self, month: str) -> float:
        """How much of the action is felt in a month, 0 to 1: half of it while it is being done."""
        if month <= self.action_month:
            return 0.0
        return 0.55 if month == add_months(self.action_month, 1) else 1.0

    def dice(self, *about: object) -> Random:
        """A random source of its own for each matter, so that one does not shift the others."""
        text = ":".join(str(one) for one in (self.seed, *about))
        return Random(text)  # noqa: S311 # nothing here is a secret

    def draw_seed(self, cycle_key: str) -> str:
        """The seed of a cycle's draw, as the store would make one."""
        return f"{self.dice('draw', cycle_key).getrandbits(64):016x}"


def default_month(today: date) -> str:
    """This month; in its first days the month before, so that no moment lies ahead of today."""
    return month_of(today - SETTLED_AFTER)
