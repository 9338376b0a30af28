"""An account of a draw for its method page: made again from frame and seed, turn by turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit_app.core.sampling import Drawn, Frame, SampleAuditor, ticket_of
from audit_app.store.redrawing import Redrawn
from audit_app.store.tables import CycleAuditor, Sample, SampleCase


@dataclass(frozen=True, slots=True)
class AuditorTicket:
    """An auditor's place in the order in which they take."""

    number: str
    name: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One case file taken: in which round, by whom, at which place, and the rule that decided."""

    round: int
    name: str
    reference: str
    place: int
    why: str


@dataclass(frozen=True, slots=True)
class DrawAccount:
    """`turns` is empty where the draw made again is not the stored one, which must not happen."""

    auditors: tuple[AuditorTicket, ...]
    turns: tuple[Turn, ...]
    passed_over: tuple[int, ...]
    """Places before the last drawn one that are not in the sample."""
    teams: Mapping[str, str | None]
    """Reference of each drawn case file to its team in the frame."""
    difference: str | None
    """Where the stored sample is another."""


def account_for_draw(
    redrawn: Redrawn,
    members: Sequence[CycleAuditor],
    sample: Sample,
    cases: Sequence[SampleCase],
    references: Mapping[int, str],
) -> DrawAccount:
    """Say why each turn of the draw made again went as it did, where it is the stored one."""
    frame, auditors = redrawn.frame, redrawn.auditors
    names = {str(member.person_id): member.person.name for member in members}
    names[""] = "Each agency"
    teams = {case.reference: case.team for case in frame.cases}
    order = sorted(auditors, key=lambda auditor: ticket_of(sample.seed, auditor.key))
    places = {one.position for one in cases}
    return DrawAccount(
        tuple(
            AuditorTicket(one.key, names[one.key], ticket_of(sample.seed, one.key)) for one in order
        ),
        () if redrawn.difference else tuple(_turns(redrawn.drawn, frame, auditors, names)),
        tuple(place for place in range(1, max(places, default=0)) if place not in places),
        {(ref := references[one.case_file_id]): teams.get(ref) for one in cases},
        redrawn.difference,
    )


def _turns(
    drawn: Sequence[Drawn],
    frame: Frame,
    auditors: Sequence[SampleAuditor],
    names: Mapping[str, str],
) -> list[Turn]:
    by_key = {auditor.key: auditor for auditor in auditors}
    cases = {case.reference: case for case in frame.cases}
    if any(not one.auditor for one in drawn):
        free_of_all = "nobody who answers is barred from it"
        return [Turn(1, names[""], one.reference, one.position, free_of_all) for one in drawn]
    free = {one.position: one.reference for one in drawn}
    turns = []
    for number, one in enumerate(drawn):
        skipped = sorted(place for place in free if place < one.position)
        auditor = by_key[one.auditor]
        own = [place for place in skipped if auditor.is_barred_from(cases[free[place]])]
        left = [place for place in skipped if place not in own]
        turns.append(
            Turn(
                number // len(auditors) + 1,
                names[one.auditor],
                one.reference,
                one.position,
                _why(own, left),
            )
        )
        del free[one.position]
    return turns


def _why(own: Sequence[int], left: Sequence[int]) -> str:
    said = []
    if own:
        said.append(f"{_places(own)} in the auditor’s own team, or the auditor’s own")
    if left:
        said.append(f"{_places(left)} left for a later auditor, so that all could be shared out")
    return "; ".join(said) if said else "first free place"


def _places(places: Sequence[int]) -> str:
    numbers = ", ".join(map(str, places))
    return f"place {numbers} is" if len(places) == 1 else f"places {numbers} are"
