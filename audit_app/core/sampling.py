"""Drawing case files at random, so that anybody can draw the same sample again.

The draw (also described on each cycle's method page, so that it can be checked in a spreadsheet):

1. The frame is every case file of the extract that passes the filters.
2. Each case file gets a ticket: SHA-256 of the text `seed:reference`, written in hexadecimal.
3. The case files are put in the order of their tickets, smallest first. The sample is the first
   of them, as many as are asked for. A case file is passed over only when the sample with it could
   not be shared out as in step 4: as a rule because it already holds as many of that team as the
   auditors of other teams have places for.
4. The auditors are put in the order of SHA-256 of `seed:auditor`. In that order each takes the
   first case file of the sample, not yet taken, that is not of their own team nor one that they
   are or were the worker of; and so on, round by round, until each has as many as asked for. A case
   file is left for a later auditor only when the rest could no longer be shared out.

A ticket does not depend on the auditors, and the sample is settled before it is shared out: every
case file of the frame is as likely as any other to be in it (a simple random sample), but for the
limit in step 3. Case files of one team are equally likely to fall to a given auditor of another.
Those of a team that many auditors belong to are shared among fewer people, so each of these gets
them more often.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from audit_app.core.cohorts import Line
from audit_app.core.faults import Refusal
from audit_app.core.subjects import CASE_FILES, SubjectWords


class Exclusion(StrEnum):
    """Why a case file of the extract could not be drawn."""

    CLOSED = "closed"
    AUDITED_RECENTLY = "audited_recently"
    OUTSIDE_FILTERS = "outside_filters"
    OWN_TEAM = "own_team"


EXCLUSION_WORDS: Mapping[Exclusion, str] = {
    Exclusion.CLOSED: "closed on the day of the extract",
    Exclusion.AUDITED_RECENTLY: "audited in the last 12 months",
    Exclusion.OUTSIDE_FILTERS: "outside the filters of this sample",
    Exclusion.OWN_TEAM: "barred from an auditor as one of their own, or of their team",
}


@dataclass(frozen=True, slots=True)
class FrameCase:
    """A case file as the frame knows it: its reference, its team, and what a filter can ask."""

    reference: str
    team: str | None
    status: str | None
    age: int | None
    closed: bool
    last_audited: date | None
    meets_lines: bool = True
    """Whether it meets the lines of the cohort, which are asked where the facts are kept."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the frame is limited to; empty means no limit. Ages are whole years, inclusive."""

    statuses: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    age_from: int | None = None
    age_to: int | None = None
    lines: tuple[Line, ...] = ()
    """Lines of a cohort, all of which a case file has to meet."""

    @property
    def keeps_closed(self) -> bool:
        """Whether closed case files can be drawn, because a line may mean them."""
        return any(line.keeps_closed for line in self.lines)

    @property
    def keeps_audited(self) -> bool:
        """Whether case files audited lately can be drawn: a cycle's cohort is asked for again."""
        return any(line.keeps_audited for line in self.lines)

    def accepts(self, case: FrameCase) -> bool:
        """Whether the case file passes; an unknown age passes no age filter."""
        if not case.meets_lines:
            return False
        if self.statuses and case.status not in self.statuses:
            return False
        if self.teams and case.team not in self.teams:
            return False
        if self.age_from is None and self.age_to is None:
            return True
        if case.age is None:
            return False
        return (self.age_from or 0) <= case.age <= (self.age_to if self.age_to is not None else 99)


@dataclass(frozen=True, slots=True)
class SampleAuditor:
    """A person who is to audit: a key that never changes, and what bars case files.

    `own_cases`: the references of the case files that the person is or was the worker of, and
    `audited`: of those that they audited, which bar them where a sample is shared out.
    """

    key: str
    team: str | None
    own_cases: frozenset[str] = frozenset()
    audited: frozenset[str] = frozenset()

    def is_barred_from(self, case: FrameCase) -> bool:
        """Whether the case file is of the auditor's own team, or their own."""
        of_own_team = case.team is not None and case.team == self.team
        return of_own_team or case.reference in self.own_cases


@dataclass(frozen=True, slots=True)
class Frame:
    """The case files that can be drawn, with counts of those of the extract that cannot, by why."""

    cases: tuple[FrameCase, ...]
    excluded: Mapping[Exclusion, int]

    @property
    def hash(self) -> str:
        """SHA-256 over the sorted lines `reference<TAB>team`, each ended by a line feed."""
        lines = sorted(f"{case.reference}\t{case.team or ''}\n" for case in self.cases)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Drawn:
    """One case file drawn for one auditor, or without one for all of them; `position` is its place
    in the order of tickets.
    """

    auditor: str
    reference: str
    position: int
    ticket: str


class SamplingFault(Refusal):
    """One sentence: why no sample can be drawn."""


def build_frame(cases: Iterable[FrameCase], filters: Filters, *, audited_since: date) -> Frame:
    """Sort out the case files that cannot be drawn, each under the first reason it meets."""
    kept: list[FrameCase] = []
    excluded: Counter[Exclusion] = Counter()
    for case in cases:
        if case.closed and not filters.keeps_closed:
            excluded[Exclusion.CLOSED] += 1
        elif not filters.accepts(case):
            excluded[Exclusion.OUTSIDE_FILTERS] += 1
        elif not filters.keeps_audited and _is_recent(case.last_audited, audited_since):
            excluded[Exclusion.AUDITED_RECENTLY] += 1
        else:
            kept.append(case)
    return Frame(tuple(sorted(kept, key=lambda case: case.reference)), dict(excluded))


def _is_recent(audited: date | None, since: date) -> bool:
    return audited is not None and audited >= since


def draw_sample(
    frame: Frame,
    auditors: Sequence[SampleAuditor],
    *,
    per_auditor: int,
    seed: str,
    what: SubjectWords = CASE_FILES,
) -> tuple[Drawn, ...]:
    """Draw `per_auditor` case files for each auditor, without replacement, as this module says.

    SamplingFault when there are too few case files, or one of them, or an auditor, is named twice;
    then nothing is drawn. `what` the sentence calls them.
    """
    _check_request(frame, auditors, per_auditor, what)
    if per_auditor * len(auditors) > len(frame.cases):
        raise SamplingFault(_too_few(frame, auditors, per_auditor, what))
    places = sorted(auditors, key=lambda auditor: ticket_of(seed, auditor.key)) * per_auditor
    sample = _take_first(frame, places, seed)
    if len(sample) < len(places):
        raise SamplingFault(_too_few(frame, auditors, per_auditor, what))
    drawn: list[Drawn] = []
    for turn, auditor in enumerate(places, start=1):
        position, case = next(
            (position, case)
            for position, case in sample.items()
            if not auditor.is_barred_from(case)
            and _can_share([c for p, c in sample.items() if p != position], places[turn:])
        )
        del sample[position]
        ticket = ticket_of(seed, case.reference)
        drawn.append(Drawn(auditor.key, case.reference, position, ticket))
    return tuple(drawn)


def draw_for_all(
    frame: Frame,
    auditors: Sequence[SampleAuditor],
    *,
    wanted: int,
    seed: str,
    what: SubjectWords = CASE_FILES,
) -> tuple[Drawn, ...]:
    """Draw `wanted` case files that all the auditors get: each agency answers its part on it.

    The first in the order of tickets are taken; passed over is what one of the auditors is barred
    from. SamplingFault as in `draw_sample`.
    """
    _check_request(frame, auditors, wanted, what)
    ordered = sorted(frame.cases, key=lambda case: ticket_of(seed, case.reference))
    free = [
        Drawn("", case.reference, position, ticket_of(seed, case.reference))
        for position, case in enumerate(ordered, start=1)
        if not any(auditor.is_barred_from(case) for auditor in auditors)
    ]
    if len(free) < wanted:
        raise SamplingFault(
            f"There are too few {what.many}: {wanted} were asked for, the frame holds "
            f"{len(frame.cases)}, and {len(free)} of them are barred from nobody who answers. "
            "Nothing was drawn: ask for fewer, or widen the filters."
        )
    return tuple(free[:wanted])


def ticket_of(seed: str, key: str) -> str:
    """SHA-256 of `seed:key` in hexadecimal: the order of the draw."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def _check_request(
    frame: Frame, auditors: Sequence[SampleAuditor], per_auditor: int, words: SubjectWords
) -> None:
    if per_auditor < 1:
        raise SamplingFault(f"Ask for at least one {words.one} for each auditor.")
    if not auditors:
        raise SamplingFault(
            "The cycle has no auditors, so nothing was drawn: open a cycle with people who audit."
        )
    references = Counter(case.reference for case in frame.cases)
    named = Counter(auditor.key for auditor in auditors)
    for what, counted in ((f"The {words.one}", references), ("The auditor", named)):
        twice = next((key for key, count in counted.items() if count > 1), None)
        if twice is not None:
            raise SamplingFault(f"{what} {twice} is there more than once. Name each only once.")


def _take_first(frame: Frame, places: Sequence[SampleAuditor], seed: str) -> dict[int, FrameCase]:
    """The sample by place in the order of tickets; shorter than `places` when there are too few."""
    ordered = sorted(frame.cases, key=lambda case: ticket_of(seed, case.reference))
    sample: dict[int, FrameCase] = {}
    for position, case in enumerate(ordered, start=1):
        if len(sample) < len(places) and _can_share([*sample.values(), case], places):
            sample[position] = case
    return sample


def _can_share(cases: Sequence[FrameCase], places: Sequence[SampleAuditor]) -> bool:
    """Whether each case file can go to another place, none to an auditor who is barred from it.

    With no more case files than places this holds when no team has more case files than there are
    places of auditors outside it (Hall's theorem: two teams together are barred from nobody). Where
    a case file is an auditor's own, places are tried out instead.
    """
    own_cases = frozenset().union(*(auditor.own_cases for auditor in places))
    if any(case.reference in own_cases for case in cases):
        return _can_match(cases, places)
    held = Counter(case.team for case in cases if case.team is not None)
    own = Counter(auditor.team for auditor in places)
    return all(count <= len(places) - own[team] for team, count in held.items())


def _can_match(cases: Sequence[FrameCase], places: Sequence[SampleAuditor]) -> bool:
    """The same, tried out: a case file that finds no free place moves another one on (Kuhn)."""
    room = Counter(places)
    taken: dict[SampleAuditor, list[FrameCase]] = {auditor: [] for auditor in room}

    def seat(case: FrameCase, tried: set[SampleAuditor]) -> bool:
        fit = [one for one in room if one not in tried and not one.is_barred_from(case)]
        for auditor in fit:
            if len(taken[auditor]) < room[auditor]:
                taken[auditor].append(case)
                return True
        for auditor in fit:
            if auditor in tried:
                continue
            tried.add(auditor)
            for place, other in enumerate(taken[auditor]):
                if seat(other, tried):
                    taken[auditor][place] = case
                    return True
        return False

    return all(seat(case, set()) for case in cases)


def _too_few(
    frame: Frame, auditors: Sequence[SampleAuditor], per_auditor: int, what: SubjectWords
) -> str:
    fewest = min(
        sum(not auditor.is_barred_from(case) for case in frame.cases) for auditor in auditors
    )
    people = "1 auditor" if len(auditors) == 1 else f"{len(auditors)} auditors"
    return (
        f"There are too few {what.many}: {people} × {per_auditor} were asked for, the frame holds "
        f"{len(frame.cases)}, and one auditor may draw from only {fewest} of them. Nothing was "
        "drawn: ask for fewer, or widen the filters."
    )
