"""The council's open case files month by month: referrals, changes of status, moves, closures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from audit_app.caseload.values import CaseEntry, Caseload, CaseStatus
from audit_app.demo.case_entries import (
    HELD_BY,
    change_status,
    close_case,
    is_grown_up,
    open_case,
    pick,
    work_on,
)
from audit_app.demo.days import add_months, first_day
from audit_app.demo.front_door import invent_front_door
from audit_app.demo.people import TEAMS, InventedNames
from audit_app.demo.plan import DemoRequest

#: Of 100 open case files, so many have each status.
SHARES = {
    CaseStatus.CHILD_IN_NEED_PLAN: 45,
    CaseStatus.OPEN_ASSESSMENT: 20,
    CaseStatus.CHILD_PROTECTION_PLAN: 18,
    CaseStatus.LOOKED_AFTER: 17,
}
#: What becomes of 1,000 case files in a month, beside those that are closed.
_MOVES = {
    CaseStatus.OPEN_ASSESSMENT: {"child_in_need_plan": 250, "child_protection_plan": 40},
    CaseStatus.CHILD_IN_NEED_PLAN: {"child_protection_plan": 11, "looked_after": 4},
    CaseStatus.CHILD_PROTECTION_PLAN: {"child_in_need_plan": 60, "looked_after": 8},
    CaseStatus.LOOKED_AFTER: {"child_in_need_plan": 8},
}
_CLOSED_SOONER = {
    CaseStatus.OPEN_ASSESSMENT: 2.0,
    CaseStatus.CHILD_IN_NEED_PLAN: 1.4,
    CaseStatus.CHILD_PROTECTION_PLAN: 0.35,
    CaseStatus.LOOKED_AFTER: 0.3,
}
WORKERS_PER_TEAM = 7
KEPT_AFTER_CLOSURE = timedelta(days=183)
"""Annex A list 6 also holds the case files that were closed in the last six months."""


def turnover(case_files: int) -> float:
    """The share of open case files that closes in a month.

    A small council's files must turn over faster, as 28 new ones are audited each month and none
    twice within a year.
    """
    return min(0.25, max(0.07, 36 / case_files))


USUAL_TURNOVER = turnover(400)


def invent_extracts(request: DemoRequest) -> Iterator[tuple[str, date, Caseload]]:
    """Each month up to `until`, the 1st of it, and the caseload on that day."""
    council, dice = _Council(request), request.dice("front door")
    for month in (*request.completed, request.until):
        day = first_day(month)
        entries = council.move_to(day)
        yield (
            month,
            day,
            Caseload(
                entries,
                len(entries),
                sheets=(),
                doubtful=(),
                unmatched=(),
                front_door=invent_front_door(dice, entries, day),
            ),
        )


class _Council:
    def __init__(self, request: DemoRequest) -> None:
        self.size = request.case_files
        self.dice = request.dice("caseload")
        names = InventedNames(request.seed + 1)
        self.workers = {team: [names.next() for _ in range(WORKERS_PER_TEAM)] for team in TEAMS}
        self.pace = max(1.0, turnover(self.size) / USUAL_TURNOVER)
        self.last_id = 104_000
        self.entries: list[CaseEntry] = []
        start = first_day(add_months(request.completed[0], -6))
        self._begin(start)
        for month in range(1, 6):  # so that files closed in the last six months are there too
            self.move_to(first_day(add_months(f"{start:%Y-%m}", month)))

    def move_to(self, day: date) -> tuple[CaseEntry, ...]:
        """A month of work: what the extract of that day says."""
        before = day - timedelta(days=28)
        kept = [e for e in self.entries if not self._long_closed(e, day)]
        closing = self._choose_closing([e for e in kept if e.status is not CaseStatus.CLOSED], day)
        moved: list[CaseEntry] = []
        for entry in kept:
            if entry.status is CaseStatus.CLOSED:
                moved.append(entry)
            elif entry.council_id in closing:
                moved.append(close_case(self.dice, entry, before, day))
            else:
                moved.append(self._work(self._move(entry, before, day), day))
        moved += self._referrals(moved, day)
        self.entries = moved
        return tuple(sorted(moved, key=lambda entry: entry.council_id))

    def _begin(self, day: date) -> None:
        statuses = self.dice.choices(list(SHARES), list(SHARES.values()), k=self.size)
        self.entries = [
            self._with_worker(open_case(self.dice, self._next_id(), status, day))
            for status in statuses
        ]

    def _choose_closing(self, open_now: list[CaseEntry], day: date) -> set[str]:
        wanted = round(turnover(self.size) * len(open_now) * self.dice.uniform(0.85, 1.15))
        order = sorted(
            open_now,
            key=lambda e: self.dice.random() ** (1 / _CLOSED_SOONER[CaseStatus(e.status or "")]),
            reverse=True,
        )
        grown = {entry.council_id for entry in open_now if is_grown_up(entry, day)}
        return grown | {entry.council_id for entry in order[:wanted]}

    def _move(self, entry: CaseEntry, before: date, day: date) -> CaseEntry:
        assert entry.status is not None
        moves = _MOVES[entry.status]
        turn = self.dice.random() * 1000 / self.pace
        for status, chance in moves.items():
            if turn < chance and not (entry.unborn and status == CaseStatus.LOOKED_AFTER):
                return change_status(self.dice, entry, CaseStatus(status), before, day)
            turn -= chance
        if self.dice.random() < 0.02:
            return entry._replace(team=pick(self.dice, HELD_BY[entry.status]), worker=None)
        return entry

    def _work(self, entry: CaseEntry, day: date) -> CaseEntry:
        if self.dice.random() < 0.02:
            entry = entry._replace(worker=None)
        return self._with_worker(work_on(self.dice, entry, day))

    def _with_worker(self, entry: CaseEntry) -> CaseEntry:
        if entry.worker is not None:
            return entry
        return entry._replace(worker=self.dice.choice(self.workers[entry.team or ""]))

    def _referrals(self, entries: list[CaseEntry], day: date) -> list[CaseEntry]:
        now = Counter(entry.status for entry in entries)
        size = round(self.size * self.dice.uniform(0.985, 1.015))
        lacking = {s: max(0.0, share * size / 100 - now[s]) + 0.2 for s, share in SHARES.items()}
        open_now = sum(now[status] for status in SHARES)
        new = self.dice.choices(list(lacking), list(lacking.values()), k=max(0, size - open_now))
        since = day - timedelta(days=28)
        return [
            self._with_worker(open_case(self.dice, self._next_id(), status, day, since=since))
            for status in new
        ]

    def _next_id(self) -> str:
        self.last_id += self.dice.randint(1, 9)
        return str(self.last_id)

    @staticmethod
    def _long_closed(entry: CaseEntry, day: date) -> bool:
        return entry.cin_closure is not None and entry.cin_closure < day - KEPT_AFTER_CLOSURE
