"""The front door as it is kept with an extract: counted by days, gone with the extract's rows."""

from __future__ import annotations

from datetime import date

from factories import AT, KEY, make_council, make_entry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.caseload.values import Caseload, FrontDoor
from audit_app.core.cohorts import lines_of
from audit_app.core.front_door import Figure, Referral, Service, Told
from audit_app.core.sampling import Filters
from audit_app.store.caseload import discard_extract, store_extract, use_extract
from audit_app.store.cycles import create_cycle
from audit_app.store.front_door import (
    FrontDoorPage,
    front_door_of_cycle,
    front_door_of_extract,
)
from audit_app.store.purging import _purge_extracts
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import Cycle, Extract, FrontDoorReferral

AS_AT = date(2026, 11, 2)
WEEK = "a referral in the week beginning 5 October 2026"
MONDAY, SUNDAY = date(2026, 10, 5), date(2026, 10, 11)
REFERRALS = (
    Referral(0, MONDAY, False, None, MONDAY, True, Service.PROVIDED),
    Referral(1, SUNDAY, True),
    Referral(1, date(2026, 10, 12), None),
    Referral(2, date(2026, 10, 4), False, date(2026, 10, 5)),
)


def keep(session: Session, front_door: FrontDoor | None, as_at: date = AS_AT) -> Extract:
    referred = (("referral", MONDAY),)
    entries = tuple(make_entry(n, events=referred) for n in range(20, 40))
    caseload = Caseload(entries, 20, (), (), (), front_door=front_door)
    return store_extract(session, caseload, as_at=as_at, by=None, key=KEY, at=AT)


def by_key(page: FrontDoorPage) -> dict[str, Figure]:
    return {figure.key: figure for figure in page.figures}


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(FrontDoorReferral)) or 0


def draw(session: Session, month: str, *lines: str) -> Cycle:
    earlier = session.scalars(select(Cycle).order_by(Cycle.id)).all()[0]
    people = [one.person for one in earlier.auditors]
    cycle = create_cycle(
        session, earlier.form_version, name=month, month=month, auditors=people, at=AT
    )
    filters = Filters(lines=lines_of(lines))
    draw_cycle_sample(session, cycle, filters, per_auditor=1, seed="s", by=None, at=AT)
    return cycle


def test_an_extract_s_referrals_are_counted_whole_or_by_days(session: Session) -> None:
    extract = keep(session, FrontDoor(tuple(Told), REFERRALS))
    whole = front_door_of_extract(session, extract)
    assert (whole.first, whole.last) == (date(2026, 10, 4), date(2026, 10, 12))
    assert by_key(whole)["children_referred"].k == 3
    decided = by_key(whole)["decided_in_a_working_day"]
    assert (decided.k, decided.n) == (2, 4)

    week = by_key(front_door_of_extract(session, extract, MONDAY, SUNDAY))
    assert week["children_referred"].k == 2
    assert (week["no_further_action"].k, week["no_further_action"].n) == (1, 2)
    assert (week["service_provided"].k, week["service_provided"].n) == (1, 1)


def test_no_list_an_empty_list_and_an_extract_of_before_are_three_things(session: Session) -> None:
    lacking = front_door_of_extract(session, keep(session, FrontDoor((), ())))
    empty = front_door_of_extract(session, keep(session, FrontDoor(tuple(Told), ())))
    before = front_door_of_extract(session, keep(session, None))
    assert (lacking.kept, lacking.has_list) == (True, False)
    assert (empty.kept, empty.has_list, empty.first) == (True, True, None)
    assert (before.kept, before.has_list) == (False, False)


def test_a_cycle_of_referrals_and_one_that_follows_it_up_have_the_days_of_the_cohort(
    session: Session,
) -> None:
    council = make_council(session)
    extract = keep(session, FrontDoor(tuple(Told), REFERRALS))
    use_extract(session, extract, replace=False, at=AT)
    assert front_door_of_cycle(session, council.cycle) is None
    themed = draw(session, "2026-12", WEEK)
    found = front_door_of_cycle(session, themed)
    assert found is not None
    assert (found.as_at, found.first, found.last) == (AS_AT, MONDAY, SUNDAY)
    assert by_key(found)["children_referred"].k == 2

    newer = keep(session, FrontDoor(tuple(Told), REFERRALS[:1]), date(2026, 11, 3))
    use_extract(session, newer, replace=False, at=AT)
    again = front_door_of_cycle(session, draw(session, "2027-01", f"drawn in {themed.key}"))
    assert again is not None
    assert (again.as_at, again.first, again.last) == (newer.as_at, MONDAY, SUNDAY)
    assert by_key(again)["children_referred"].k == 1


def test_referrals_go_when_the_extract_is_discarded_or_its_rows_are_purged(
    session: Session,
) -> None:
    make_council(session)
    discard_extract(session, keep(session, FrontDoor(tuple(Told), REFERRALS)))
    assert kept(session) == 0
    old = keep(session, FrontDoor(tuple(Told), REFERRALS), date(2024, 1, 1))
    use_extract(session, old, replace=False, at=AT)
    assert kept(session) == len(REFERRALS)
    _purge_extracts(session, date(2026, 1, 1), AT)
    assert kept(session) == 0
    session.expire_all()
    assert not front_door_of_extract(session, old).kept
