"""Methods that draw first and share out afterwards: stored, allocated, and drawn again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from agency_council import make_agency_council
from factories import AT, complete_audit, make_council
from sqlalchemy.orm import Session
from store.store_answers import audits_in, every_row
from store.test_drawing import another_cycle, make_cycle
from store.test_left_out import exempt

from audit_app.core.cohorts import read_lines
from audit_app.core.sampling import Filters, SamplingFault
from audit_app.core.sampling_methods import Method
from audit_app.store.cycles import create_cycle, find_cycle
from audit_app.store.database import Database
from audit_app.store.instruments import latest_form
from audit_app.store.redrawing import draw_again
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import Cycle, Sample

LATER = AT + timedelta(days=500)


def draw(
    session: Session,
    cycle: Cycle,
    method: Method,
    number: int | None = None,
    *,
    most: int | None = None,
    filters: Filters | None = None,
) -> Sample:
    sample = draw_cycle_sample(
        session,
        cycle,
        filters or Filters(),
        per_auditor=most,
        seed="seed for tests",
        by=None,
        at=LATER,
        method=method,
        number=number,
    )
    session.expire_all()
    return sample


def draw_in(
    database: Database, key: str, method: Method, number: int | None, most: int | None
) -> None:
    """Draw in a transaction of its own."""
    with database.session() as session:
        cycle = find_cycle(session, key)
        assert cycle is not None
        draw(session, cycle, method, number, most=most)


def load_of(session: Session, cycle: Cycle) -> list[int]:
    return sorted(Counter(audit.auditor_id for audit in audits_in(session, cycle)).values())


@pytest.mark.parametrize(
    ("method", "number", "drawn"),
    [
        (Method.RANDOM, 7, 7),
        (Method.PROPORTIONAL, 10, 10),
        (Method.EACH_TEAM, 2, 8),
        (Method.SYSTEMATIC, 6, 6),
        (Method.WHOLE, None, 40),
    ],
)
def test_each_method_is_allocated_evenly_and_comes_out_again(
    session: Session, method: Method, number: int | None, drawn: int
) -> None:
    cycle = make_cycle(session)
    sample = draw(session, cycle, method, number)
    assert (sample.method, sample.number, sample.per_auditor) == (method, number, drawn)
    load = load_of(session, cycle)
    assert sum(load) == drawn
    assert max(load) - min(load) <= 1
    for audit in audits_in(session, cycle):
        assert audit.team_id != audit.auditor.team_id
    again = draw_again(session, cycle, sample)
    assert again.difference is None
    assert len(again.drawn) == drawn


def test_each_team_gives_its_share(session: Session) -> None:
    cycle = make_cycle(session)
    draw(session, cycle, Method.PROPORTIONAL, 10)
    shares = Counter(audit.team_id for audit in audits_in(session, cycle))
    assert sorted(shares.values()) == [2, 2, 3, 3]


def test_nobody_is_given_what_they_audited_before(session: Session) -> None:
    council = make_council(session, managers=2, per_auditor=6)
    before = {(audit.auditor_id, audit.case_file_id) for audit in audits_in(session, council.cycle)}
    for audit in audits_in(session, council.cycle):
        complete_audit(session, audit, at=AT)
    cycle = another_cycle(session, council.managers, "2028-03")
    sample = draw(session, cycle, Method.WHOLE, filters=Filters(teams=frozenset({"East", "West"})))
    given = {(audit.auditor_id, audit.case_file_id) for audit in audits_in(session, cycle)}
    assert len(given) == 20
    assert {case for _, case in given} & {case for _, case in before}
    assert given.isdisjoint(before)
    assert draw_again(session, cycle, sample).difference is None
    for member in cycle.auditors:
        member.audited_cases = []
    session.flush()
    found = draw_again(session, cycle, sample).difference
    assert found is not None
    assert found.startswith("The first difference is at place ")


def test_an_earlier_cohort_is_followed_up_by_the_same_person(session: Session) -> None:
    council = make_council(session, managers=1, per_auditor=5)
    for audit in audits_in(session, council.cycle):
        complete_audit(session, audit, at=AT)
    cycle = another_cycle(session, council.managers, "2028-03")
    again = Filters(lines=read_lines(f"drawn in {council.cycle.key}"))
    draw(session, cycle, Method.WHOLE, filters=again)
    assert {audit.case_file_id for audit in audits_in(session, cycle)} == {
        audit.case_file_id for audit in audits_in(session, council.cycle)
    }


def test_who_is_away_is_given_nothing(session: Session) -> None:
    council = make_council(session, managers=3)
    cycle = another_cycle(session, council.managers, "2028-03")
    exempt(session, cycle, council.managers[0], council.lead)
    sample = draw(session, cycle, Method.RANDOM, 8)
    readers = {audit.auditor_id for audit in audits_in(session, cycle)}
    assert readers == {person.id for person in council.managers[1:]}
    assert draw_again(session, cycle, sample).difference is None


@pytest.mark.parametrize(
    ("method", "number", "most", "why"),
    [
        (
            Method.WHOLE,
            None,
            19,
            r"40 case files .* can go to 38 places alone, 19 for each auditor",
        ),
        (Method.RANDOM, 41, None, "41 were asked for, the frame holds 40"),
        (Method.RANDOM, None, None, "Say how many case files"),
        (Method.PER_AUDITOR, None, None, "Say how many case files each auditor gets"),
    ],
)
def test_what_is_impossible_leaves_nothing_stored(
    database: Database, method: Method, number: int | None, most: int | None, why: str
) -> None:
    with database.session() as session:
        key = make_cycle(session, managers=2).key
    before = every_row(database)
    with pytest.raises(SamplingFault, match=why):
        draw_in(database, key, method, number, most)
    assert every_row(database) == before


def test_the_rule_that_stands_in_the_way_is_said_by_name(session: Session) -> None:
    cycle = make_cycle(session, managers=2)
    with pytest.raises(SamplingFault, match=r"Manager 1 alone, with room for 5: Manager 0 barred"):
        draw(session, cycle, Method.WHOLE, most=5, filters=Filters(teams=frozenset({"North"})))


def test_agencies_are_not_shared_out_among(session: Session) -> None:
    council = make_agency_council(session)
    version = latest_form(session, "multi_agency_case")
    assert version is not None
    cycle = create_cycle(
        session, version, name="More", month="2028-03", agencies=council.answering, at=AT
    )
    with pytest.raises(SamplingFault, match="Every agency answers on all that is drawn"):
        draw(session, cycle, Method.RANDOM, 3)
