"""Referrals of an extract: kept when it is read, counted for the whole list or a cycle's days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from audit_app.bank_holidays import is_bank_holiday
from audit_app.caseload.values import Caseload
from audit_app.core.cohorts import Among, Term, Within, lines_of
from audit_app.core.front_door import Figure, Referral, Told, front_door_figures
from audit_app.store.tables import Cycle, Extract, FrontDoorReferral, Sample

_ROWS_AT_ONCE = 5_000
_REFERRED = "event:referral"


@dataclass(frozen=True, slots=True)
class FrontDoorPage:
    """The figures of one extract for referrals from `first` to `last`, both included.

    Without limits of its own a period is that of the referrals listed. `kept`: the extract was
    read since referrals are counted, and its rows were not purged.
    """

    as_at: date
    first: date | None
    last: date | None
    kept: bool
    figures: tuple[Figure, ...]

    @property
    def has_list(self) -> bool:
        """Whether the extract had a list of referrals at all."""
        return any(figure.k is not None for figure in self.figures)


def store_front_door(session: Session, extract: Extract, caseload: Caseload) -> None:
    """Keep the referrals that were read; an extract of something else has none."""
    read = caseload.front_door
    if read is None:
        return
    extract.front_door = [what.value for what in read.told]
    rows = [{"extract_id": extract.id, **asdict(one)} for one in read.referrals]
    for begin in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(insert(FrontDoorReferral), rows[begin : begin + _ROWS_AT_ONCE])


def front_door_of_extract(
    session: Session, extract: Extract, first: date | None = None, last: date | None = None
) -> FrontDoorPage:
    """The figures of an extract's referrals in these days, or of all that it lists."""
    row = FrontDoorReferral
    asked = select(
        row.child,
        row.referred_on,
        row.nfa,
        row.decided_on,
        row.assessed_on,
        row.needs_service,
        row.service,
    )
    asked = asked.where(row.extract_id == extract.id).order_by(row.child, row.referred_on)
    if first is not None:
        asked = asked.where(row.referred_on >= first)
    if last is not None:
        asked = asked.where(row.referred_on <= last)
    found = [Referral(*values) for values in session.execute(asked)]
    days = [one.referred_on for one in found]
    told = {Told(what) for what in extract.front_door or ()}
    return FrontDoorPage(
        extract.as_at,
        first or min(days, default=None),
        last or max(days, default=None),
        extract.front_door is not None and extract.purged_at is None,
        front_door_figures(found, told, is_bank_holiday),
    )


def front_door_of_cycle(session: Session, cycle: Cycle) -> FrontDoorPage | None:
    """The figures beside the results of a cycle whose cohort was asked for by its referrals.

    The days are those of the cohort, the extract is the one that the sample was drawn from. A
    cycle that follows a cohort of referrals up has the days of the cycle that it follows.
    """
    sample = cycle.sample
    if sample is None:
        return None
    days = _days_of_referrals(sample) or _days_followed(session, sample)
    if days is None:
        return None
    return front_door_of_extract(session, sample.extract, days.first, days.last)


def _days_followed(session: Session, sample: Sample) -> Within | None:
    """The days of referral of the first cohort that the sample was drawn from again."""
    followed = [
        key
        for term in _terms(sample)
        if isinstance(term, Among) and term.field in ("cohort", "drawn") and term.wanted
        for key in term.values
    ]
    earlier = select(Sample).join(Cycle).where(Cycle.key.in_(followed)).order_by(Sample.id)
    found = (_days_of_referrals(one) for one in session.scalars(earlier)) if followed else ()
    return next(filter(None, found), None)


def _days_of_referrals(sample: Sample) -> Within | None:
    terms = (term for term in _terms(sample) if isinstance(term, Within))
    return next((term for term in terms if term.field == _REFERRED), None)


def _terms(sample: Sample) -> Iterator[Term]:
    """What the lines of a sample ask for."""
    words = sample.filters.get("lines")
    for line in lines_of(map(str, words)) if isinstance(words, list) else ():
        yield from line.terms(sample.extract.as_at)
