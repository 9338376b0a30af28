"""Who may not audit what, whatever their role: own case file, own team, own report.

Pure rules on plain values; `store.independence` reads the values and asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from audit_app.core.subjects import SubjectWords


class Bar(StrEnum):
    """Why somebody may not audit a case file."""

    OWN_CASE = "own_case"
    OWN_TEAM = "own_team"
    OWN_AUDIT = "own_audit"


BAR_WORDS: Mapping[Bar, str] = {
    Bar.OWN_CASE: "is or was the {worker} of this {one}",
    Bar.OWN_TEAM: "is in the team of this {one}, or has been since it was drawn",
    Bar.OWN_AUDIT: "audited this {one} first",
}


def say_bars(bars: Iterable[Bar], what: SubjectWords) -> str:
    """Why somebody may not audit one of these, as a predicate."""
    said = (BAR_WORDS[bar].format(worker=what.worked_by, one=what.one) for bar in sorted(bars))
    return " and ".join(said)


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

    `workers`: all that any extract ever named, supervisors among them; `teams`: the one that it had
    when it was drawn, and those of the extracts in use since. `audited_by`: of a second reading,
    who audited it first.
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
