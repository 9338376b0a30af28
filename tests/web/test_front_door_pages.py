"""The front door beside an extract and beside results: said with its lists, shown to no other."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from factories import make_council
from store.test_front_door import REFERRALS, WEEK, draw, keep
from web.page_checks import parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.caseload.values import FrontDoor
from audit_app.core.access import Role
from audit_app.core.front_door import Told
from audit_app.store.caseload import use_extract
from audit_app.store.front_door import front_door_of_cycle

HEADING = "The front door, as the lists tell it"


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def council(session):
    made = make_council(session)
    session.commit()
    return made


def figures(page):
    """Title to count and lists, from the table of figures."""
    (table,) = [
        one for one in parse(page.text).iter("table") if "Figures of the front" in text_of(one)
    ]
    rows = [[text_of(cell) for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
    return {title: (count, lists) for title, count, _beside, lists in rows[1:]}


def test_an_extract_says_k_of_n_with_its_lists_and_what_it_lacks(council, signed_in, session):
    lead = signed_in(council.lead)
    told = tuple(set(Told) - {Told.NFA, Told.DECIDED})
    extract = keep(session, FrontDoor(told, REFERRALS))
    session.commit()
    page = lead.get(f"/caseload/{extract.id}")
    found = figures(page)
    assert found["Children referred"] == ("3", "3")
    assert found["Referrals that ended in no further action"][0] == "Not in the lists"
    count, lists = found["Referrals shown to be decided within one working day"]
    assert count.startswith("2 of 4")
    assert lists == "3 and 4"
    assert "Referrals from 4 October 2026 to 12 October 2026" in text_of(parse(page.text))


def test_an_extract_without_the_list_or_of_before_says_so(council, signed_in, session):
    lead = signed_in(council.lead)
    lacking = keep(session, FrontDoor((), ()))
    before = keep(session, None, date(2026, 11, 3))
    session.commit()
    assert "has no list of referrals" in lead.get(f"/caseload/{lacking.id}").text
    assert "read before they were counted" in lead.get(f"/caseload/{before.id}").text


def test_only_a_cycle_of_referrals_shows_the_front_door_beside_its_results(
    council, signed_in, as_role, session, database
):
    lead = signed_in(council.lead)
    extract = keep(session, FrontDoor(tuple(Told), REFERRALS))
    use_extract(session, extract, replace=False, at=clock.now())
    cycle = draw(session, "2026-12", WEEK)
    session.commit()
    assert HEADING not in lead.get(f"/cycles/{council.cycle.key}/results").text
    page = lead.get(f"/cycles/{cycle.key}/results")
    assert "Referrals from 5 October 2026 to 11 October 2026" in text_of(parse(page.text))
    assert figures(page)["Children referred"] == ("2", "3")
    for role in (Role.SENIOR_MANAGER, Role.SUB_GROUP, Role.ACTION_OWNER):
        other = as_role(role)
        for address in (f"/cycles/{cycle.key}/results", f"/caseload/{extract.id}"):
            refused = other.get(address)
            assert refused.status_code in (403, 404)
            assert HEADING not in refused.text
    session.expire_all()
    with counted_queries(database) as sent:
        front_door_of_cycle(session, cycle)
    assert len(sent) < 8
