"""The methods by which a number of case files is drawn first, and shared out afterwards.

Each can be followed in a spreadsheet. Tickets are those of `core.sampling`: SHA-256 of
`seed:reference`. `audit_app.assignment` shares out what is chosen here.

- Simple random: the first `number` in the order of tickets.
- By team in proportion: each team (no team is one too) gives whole `number × its size ÷ frame`;
  what is left over goes to the teams with the largest remainders, on a tie to the smaller SHA-256
  of `seed:team`. From each team the first in the order of tickets.
- So many from each team: the first `number` of each; all of a team that has no more.
- Systematic: the frame in the order of team, then reference, numbered from 0. The start is the
  first eight hexadecimal digits of SHA-256 of `seed:start`, modulo the size of the frame; row
  `(start + i × size) ÷ number`, rounded down, is taken for i = 0, 1, …, number − 1. Every row is as
  likely as any other (but for at most size ÷ 2³²).
- Whole cohort: every case file of the frame.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from audit_app.core.sampling import Frame, FrameCase, SamplingFault, ticket_of
from audit_app.core.subjects import SubjectWords


class Method(StrEnum):
    """How the case files of a cycle are drawn."""

    PER_AUDITOR = "simple_random"
    FOR_AGENCIES = "for_each_agency"
    RANDOM = "random_number"
    PROPORTIONAL = "stratified_proportional"
    EACH_TEAM = "stratified_fixed"
    SYSTEMATIC = "systematic"
    WHOLE = "whole_cohort"

    @property
    def is_shared_out(self) -> bool:
        """Whether the case files are chosen first, whoever audits."""
        return self not in (Method.PER_AUDITOR, Method.FOR_AGENCIES)

    @property
    def has_number(self) -> bool:
        """Whether it asks how many case files, or how many of each team."""
        return self.is_shared_out and self is not Method.WHOLE

    @property
    def by_team(self) -> bool:
        """Whether each team gives its own share."""
        return self in (Method.PROPORTIONAL, Method.EACH_TEAM)


METHOD_WORDS: Mapping[Method, str] = {
    Method.PER_AUDITOR: "so many for each auditor, by chance",
    Method.FOR_AGENCIES: "so many for all agencies, by chance",
    Method.RANDOM: "so many of all, by chance",
    Method.PROPORTIONAL: "by chance, each team in proportion to its size",
    Method.EACH_TEAM: "by chance, so many from each team",
    Method.SYSTEMATIC: "at even steps through the list, from a start by chance",
    Method.WHOLE: "every one of them",
}

_CAUTIONS: Mapping[Method, str] = {
    Method.EACH_TEAM: (
        "Each team gave as many {many} as the next, whatever its size: a figure over all teams "
        "counts those of small teams for more than their share. Read it team by team."
    ),
    Method.WHOLE: (
        "Every {one} was taken, so chance had no part in which were seen: a range tells what so "
        "many would allow if they were a sample."
    ),
}


def say_caution(method: Method, what: SubjectWords) -> str:
    """What figures and their ranges, reckoned as of a simple random sample, do not say; or ""."""
    return _CAUTIONS.get(method, "").format(one=what.one, many=what.many)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case file of the sample; `position`: its place, from 1, in the order that the method uses.

    Of `SYSTEMATIC` that is team, then reference; of every other method the order of tickets.
    """

    case: FrameCase
    position: int


def choose_cases(
    frame: Frame, method: Method, number: int | None, *, seed: str, what: SubjectWords
) -> tuple[Chosen, ...]:
    """The sample in the order of its places; SamplingFault where it cannot be as asked for."""
    check_number(frame, method, number, what)
    size = number or 0
    if method is Method.SYSTEMATIC:
        listed = list_by_team(frame)
        rows = systematic_rows(len(listed), size, start_of(seed, len(listed)))
        return tuple(Chosen(listed[row], row + 1) for row in rows)
    ordered = sorted(frame.cases, key=lambda case: ticket_of(seed, case.reference))
    if not method.by_team:
        taken = ordered[: count_chosen(frame, method, size)]
        return tuple(Chosen(case, place) for place, case in enumerate(taken, start=1))
    left = shares_by_team(frame, method, size, seed)
    chosen = []
    for place, case in enumerate(ordered, start=1):
        if left[case.team]:
            left[case.team] -= 1
            chosen.append(Chosen(case, place))
    return tuple(chosen)


def check_number(frame: Frame, method: Method, number: int | None, what: SubjectWords) -> None:
    """SamplingFault where the number is missing, or the frame too small for it."""
    if not frame.cases:
        raise SamplingFault(f"No {what.one} can be drawn: widen the filters. Nothing was drawn.")
    if not method.has_number:
        return
    if number is None or number < 1:
        raise SamplingFault(f"Say how many {what.many} are to be drawn. Nothing was drawn.")
    if method is not Method.EACH_TEAM and number > len(frame.cases):
        raise SamplingFault(
            f"There are too few {what.many}: {number} were asked for, the frame holds "
            f"{len(frame.cases)}. Nothing was drawn: ask for fewer, or widen the filters."
        )


def shares_by_team(frame: Frame, method: Method, number: int, seed: str) -> dict[str | None, int]:
    """How many case files each team of the frame gives."""
    sizes: dict[str | None, int] = defaultdict(int)
    for case in frame.cases:
        sizes[case.team] += 1
    if method is Method.EACH_TEAM:
        return {team: min(number, size) for team, size in sizes.items()}
    total = len(frame.cases)
    shares = {team: number * size // total for team, size in sizes.items()}
    by_remainder = sorted(
        sizes, key=lambda team: (-(number * sizes[team] % total), ticket_of(seed, team or ""))
    )
    for team in by_remainder[: number - sum(shares.values())]:
        shares[team] += 1
    return shares


def count_chosen(frame: Frame, method: Method, number: int) -> int:
    """How many case files the method would take."""
    if method is Method.WHOLE:
        return len(frame.cases)
    if method is Method.EACH_TEAM:
        return sum(shares_by_team(frame, method, number, "").values())
    return number


def list_by_team(frame: Frame) -> list[FrameCase]:
    """The frame as the systematic method goes through it: by team, then reference."""
    return sorted(frame.cases, key=lambda case: (case.team or "", case.reference))


def start_of(seed: str, size: int) -> int:
    """Where the systematic method begins: a number from 0 to `size` − 1."""
    return int(hashlib.sha256(f"{seed}:start".encode()).hexdigest()[:8], 16) % size


def systematic_rows(size: int, number: int, start: int) -> Sequence[int]:
    """The rows, from 0, that `number` even steps through `size` rows meet."""
    return [(start + turn * size) // number for turn in range(number)]
