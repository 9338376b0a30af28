"""The front door: referrals, what was decided and what followed, as far as Annex A tells it.

A referral is a child and a day of list 3; several rows of one day are one referral. The first
assessment of list 4 that began on that day or later, and before the child was referred again,
belongs to it. List 6 says on the day of the extract whether there is a plan or care.

In no list stands when a referral was decided. It is taken as decided within one working day
(Working Together's measure) where an assessment began by then, or where a column that the council
added says so; everything else is told as not told, and no figure guesses.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from audit_app.core.routes import working_day


class Told(StrEnum):
    """What the lists had, without which a figure cannot be told."""

    REFERRALS = "referrals"
    NFA = "nfa"
    DECIDED = "decided"
    ASSESSMENTS = "assessments"
    NEEDS_SERVICE = "needs_service"


class Service(StrEnum):
    """What list 6 says of a child on the day of the extract."""

    PROVIDED = "provided"
    NONE_SHOWN = "none_shown"
    NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral and what followed it; `child` is a number within the extract that names nobody."""

    child: int
    referred_on: date
    nfa: bool | None = None
    decided_on: date | None = None
    assessed_on: date | None = None
    needs_service: bool | None = None
    service: Service = Service.NONE_SHOWN


@dataclass(frozen=True, slots=True)
class Row3:
    """A row of list 3: whose (any key of the child), the day, the code, the council's column."""

    key: str
    day: date
    nfa: bool | None = None
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class Row4:
    """A row of list 4: whose, the day it began, whether the child was assessed as needing more."""

    key: str
    day: date
    needs_service: bool | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """k of n, or k alone, with its source; k is None where the lists lack what it needs.

    `beside` says what is not among k, so that nobody takes the rest for its opposite; `source`
    names the lists.
    """

    key: str
    title: str
    k: int | None
    n: int | None
    of: str
    source: str
    beside: tuple[str, ...] = ()


def join_lists(
    referrals: Iterable[Row3], assessments: Iterable[Row4], service: Mapping[str, Service]
) -> tuple[Referral, ...]:
    """Referrals in the order of children and days; `service` by key of those in list 6.

    Of rows of one day an action outweighs none, and the first decision counts that does not stand
    before the referral. Of several assessments the first start counts, and a need that any found.
    """
    days: dict[str, dict[date, Referral]] = {}
    numbers: dict[str, int] = {}
    for row in referrals:
        own = days.setdefault(row.key, {})
        number = numbers.setdefault(row.key, len(numbers))
        there = own.get(row.day) or Referral(
            number, row.day, service=service.get(row.key, Service.NONE_SHOWN)
        )
        decided = [day for day in (there.decided_on, row.decided_on) if day and day >= row.day]
        own[row.day] = replace(
            there,
            nfa=_weigh(there.nfa, row.nfa, first=False),
            decided_on=min(decided, default=None),
        )
    starts = {key: sorted(own) for key, own in days.items()}
    for found in assessments:
        before = bisect_right(starts.get(found.key, ()), found.day)
        if before:
            day = starts[found.key][before - 1]
            there = days[found.key][day]
            days[found.key][day] = replace(
                there,
                assessed_on=min(there.assessed_on or found.day, found.day),
                needs_service=_weigh(there.needs_service, found.needs_service, first=True),
            )
    return tuple(own[day] for own in days.values() for day in sorted(own))


def _weigh(one: bool | None, other: bool | None, *, first: bool) -> bool | None:
    """Of two answers the one that outweighs; a blank never does."""
    given = {one, other} - {None}
    return first if first in given else next(iter(given), None)


def is_decided_in_time(referral: Referral, is_bank_holiday: Callable[[date], bool]) -> bool | None:
    """Whether it was decided by the end of the next working day; None: the lists do not tell."""
    limit = working_day(referral.referred_on + timedelta(days=1), is_bank_holiday)
    if referral.assessed_on is not None and referral.assessed_on <= limit:
        return True
    return None if referral.decided_on is None else referral.decided_on <= limit


def front_door_figures(
    referrals: Sequence[Referral],
    told: Collection[Told],
    is_bank_holiday: Callable[[date], bool],
) -> tuple[Figure, ...]:
    """Every figure in the order of the seeds; the rows are those of the period that is asked."""
    figures = (
        _referred(referrals),
        _no_action(referrals),
        _decided(referrals, told, is_bank_holiday),
        _assessed(referrals),
        *_needs(referrals),
    )
    return tuple(
        figure if can_tell(figure.key, told) else replace(figure, k=None, n=None, beside=())
        for figure in figures
    )


def can_tell(figure: str, told: Collection[Told]) -> bool:
    """Whether the lists had what the figure needs; a decision shows in either of two ways."""
    if figure == "decided_in_a_working_day":
        return Told.REFERRALS in told and not {Told.ASSESSMENTS, Told.DECIDED}.isdisjoint(told)
    return NEEDED[figure] <= set(told)


_OUTCOMES = frozenset({Told.REFERRALS, Told.ASSESSMENTS, Told.NEEDS_SERVICE})
NEEDED: Mapping[str, frozenset[Told]] = {
    "children_referred": frozenset({Told.REFERRALS}),
    "no_further_action": frozenset({Told.REFERRALS, Told.NFA}),
    "assessed": frozenset({Told.REFERRALS, Told.ASSESSMENTS}),
    "needs_a_service": _OUTCOMES,
    "service_provided": _OUTCOMES,
    "no_service_shown": _OUTCOMES,
}
"""What each other figure cannot be told without."""


def _referred(referrals: Sequence[Referral]) -> Figure:
    children = len({one.child for one in referrals})
    beside = [f"in {len(referrals)} referrals"] if len(referrals) > children else []
    title = "Children referred"
    return Figure("children_referred", title, children, None, "", "3", tuple(beside))


def _no_action(referrals: Sequence[Referral]) -> Figure:
    coded = [one.nfa for one in referrals if one.nfa is not None]
    return Figure(
        "no_further_action",
        "Referrals that ended in no further action",
        sum(coded),
        len(coded),
        "referrals with a code",
        "3",
        _counted((len(referrals) - len(coded), "without a code that can be read")),
    )


def _decided(
    referrals: Sequence[Referral], told: Collection[Told], is_bank_holiday: Callable[[date], bool]
) -> Figure:
    seen = [(one, is_decided_in_time(one, is_bank_holiday)) for one in referrals]
    untold = [one for one, in_time in seen if in_time is None]
    no_action = sum(one.nfa is True for one in untold)
    later = sum(one.nfa is not True and one.assessed_on is not None for one in untold)
    return Figure(
        "decided_in_a_working_day",
        "Referrals shown to be decided within one working day",
        sum(in_time is True for _, in_time in seen),
        len(referrals),
        "referrals",
        "3, 4 and the council’s column" if Told.DECIDED in told else "3 and 4",
        _counted(
            (sum(in_time is False for _, in_time in seen), "decided later"),
            (no_action, "with no further action: when it was decided is in no list"),
            (later, "assessed from a later day on: when it was decided is in no list"),
            (len(untold) - no_action - later, "of which nothing more is told"),
        ),
    )


def _assessed(referrals: Sequence[Referral]) -> Figure:
    assessed = sum(one.assessed_on is not None for one in referrals)
    title = "Referrals after which an assessment began"
    return Figure("assessed", title, assessed, len(referrals), "referrals", "3 and 4")


def _needs(referrals: Sequence[Referral]) -> tuple[Figure, Figure, Figure]:
    assessed = {one.child for one in referrals if one.assessed_on is not None}
    outcomes: dict[int, bool | None] = {}
    for one in referrals:
        if one.needs_service is not None:
            outcomes[one.child] = _weigh(outcomes.get(one.child), one.needs_service, first=True)
    needing = {child for child, needs in outcomes.items() if needs}
    services = {one.child: one.service for one in referrals if one.child in needing}
    having = list(services.values())
    closed = having.count(Service.NOT_TOLD)
    of = "children assessed as needing a service"
    return (
        Figure(
            "needs_a_service",
            "Children assessed as needing a service",
            len(needing),
            len(outcomes),
            "children with an outcome",
            "3 and 4",
            _counted((len(assessed - set(outcomes)), "assessed without an outcome in the list")),
        ),
        Figure(
            "service_provided",
            "Of these, with a plan or in care on the day of the extract",
            having.count(Service.PROVIDED),
            len(needing),
            of,
            "4 and 6",
            _counted((closed, "closed since or without a status: what they had is not told")),
        ),
        Figure(
            "no_service_shown",
            "Of these, with no service shown (unmet need itself is in no list)",
            having.count(Service.NONE_SHOWN),
            len(needing),
            of,
            "4 and 6",
        ),
    )


def _counted(*parts: tuple[int, str]) -> tuple[str, ...]:
    return tuple(f"{number} {words}" for number, words in parts if number)
