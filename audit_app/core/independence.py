"""Who may not audit what, whatever their role: own case file, own team, own report.

Pure rules on plain values; `store.independence` reads the values and asks here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Bar(StrEnum):
    """Why somebody may not audit a case file."""

    OWN_CASE = "own_case"
    OWN_TEAM = "own_team"
    OWN_AUDIT = "own_audit"


BAR_WORDS: Mapping[Bar, str] = {
    Bar.OWN_CASE: "is or was the worker of this case file",
    Bar.OWN_TEAM: "is in the team of this case file, or has been since it was drawn",
    Bar.OWN_AUDIT: "audited this case file first",
}


@dataclass(frozen=True, slots=True)
class Membership:
    """That somebody was in a team; `ended_at` None: still."""

    team: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonTies:
    """What ties a person to case files: their name as workers are written, their teams, and who
    they are, for what they audited themself.
    """

    worker: str | None = None
    memberships: tuple[Membership, ...] = ()
    person: int | None = None

    def teams_since(self, moment: datetime) -> frozenset[int]:
        """The teams that the person was in at the moment or after it."""
        return frozenset(
            one.team for one in self.memberships if one.ended_at is None or one.ended_at > moment
        )


@dataclass(frozen=True, slots=True)
class AuditTies:
    """What ties a case file to people while its audit goes on.

    `workers`: all that any extract ever named; `teams`: the one that it had when it was drawn, and
    those of the extracts in use since. `audited_by`: of a second reading, who audited it first.
    """

    allocated_at: datetime
    workers: frozenset[str] = frozenset()
    teams: frozenset[int] = frozenset()
    audited_by: frozenset[int] = frozenset()


def bars_between(person: PersonTies, audit: AuditTies) -> frozenset[Bar]:
    """Every reason why this person may not do this audit; none: they may."""
    bars = set()
    if person.worker is not None and person.worker in audit.workers:
        bars.add(Bar.OWN_CASE)
    if person.teams_since(audit.allocated_at) & audit.teams:
        bars.add(Bar.OWN_TEAM)
    if person.person in audit.audited_by:
        bars.add(Bar.OWN_AUDIT)
    return frozenset(bars)


def is_own_report(compiled_by: int | None, person: int) -> bool:
    """Whether a person would approve what they compiled themselves."""
    return compiled_by == person
