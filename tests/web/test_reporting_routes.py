"""Reporting routes: shipped ones, whom an edition goes to, told on publishing, late on home."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from factories import AT
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.audit_plan.read_routes import read_routes
from audit_app.core.access import Role
from audit_app.core.routes import Rhythm
from audit_app.store.editions import store_edition
from audit_app.store.plan_files import load_routes
from audit_app.store.routes import routes_due
from audit_app.store.tables import ReportingRoute, RouteReport

TODAY = date(2026, 11, 20)
SENT = {
    "body": "Leader and Lead Member",
    "what": "Results of audits",
    "rhythm": "quarterly",
    "first_on": ["1", "9", "2026"],
}


@pytest.fixture
def lead(council, signed_in, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
    return signed_in(council.lead)


@pytest.fixture
def edition(session, council):
    made = store_edition(
        session,
        council.cycle,
        design="qa_sub_group",
        number=1,
        title="Pack",
        data_cut_off=TODAY,
        data_hash="0" * 64,
        content=b"%PDF",
        page_count=1,
        by_id=council.lead.id,
        at=AT,
    )
    session.commit()
    return made


def due(session, route_id: int) -> tuple[date, bool]:
    session.rollback()
    [line] = [one for one in routes_due(session, today=TODAY) if one.route.id == route_id]
    return line.due_on, line.late


def test_the_shipped_routes_are_due_from_the_day_on_which_they_are_loaded(session, lead):
    rows = read_routes()
    assert len(rows) == 7
    assert {row.rhythm for row in rows} == set(Rhythm) - {Rhythm.YEARLY}
    assert load_routes(session, rows, begins=TODAY, by=None, at=AT) == 7
    assert load_routes(session, rows, begins=TODAY, by=None, at=AT) == 0
    session.commit()
    lines = routes_due(session, today=TODAY)
    assert not any(line.late for line in lines)
    assert [line.due_on for line in lines] == sorted(line.due_on for line in lines)
    page = text_of(parse(lead.get("/plan/routes").text))
    assert "Number, nature and reasons of unallocated cases" in page
    with counted_queries(lead.application.extensions["database"]) as sent:
        lead.get("/plan/routes")
    assert len([one for one in sent if "route" in one]) == 3


def test_an_edition_tells_its_bodies_when_another_person_publishes_it(
    session, lead, council, edition, signed_in
):
    assert lead.send("/plan/routes/new", SENT).location == "/plan/routes"
    session.rollback()
    [route] = session.scalars(select(ReportingRoute))
    assert due(session, route.id) == (date(2026, 9, 1), True)
    assert "1 late report to bodies" in text_of(parse(lead.get("/").text))
    chosen = lead.send(f"/plan/routes/editions/{edition.id}", {"routes": [str(route.id)]})
    assert chosen.location == f"/editions/{edition.id}"
    assert "Leader and Lead Member: when it is published" in text_of(
        parse(lead.get(f"/editions/{edition.id}").text)
    )
    assert due(session, route.id)[1]  # nobody is told before it is published
    assert "An edition waits to be published" in lead.get("/plan/routes").text
    assert signed_in(council.managers[0]).send(f"/editions/{edition.id}/publish").status_code == 302
    assert due(session, route.id) == (date(2026, 12, 1), False)
    assert "told on 20 November 2026" in lead.get(f"/editions/{edition.id}").text
    assert "late report" not in lead.get("/").text


def test_a_body_that_is_chosen_no_more_is_not_told_and_what_was_told_stays(session, lead, edition):
    lead.send("/plan/routes/new", SENT)
    session.rollback()
    [route] = session.scalars(select(ReportingRoute))
    page = f"/plan/routes/editions/{edition.id}"
    lead.send(page, {"routes": [str(route.id)]})
    lead.send(page, {})
    session.rollback()
    assert session.scalars(select(RouteReport)).all() == []
    told, day = f"/plan/routes/{route.id}/told", {"settles": "2026-09-01"}
    assert 'value="2026-09-01"' in lead.get("/plan/routes").text
    assert lead.send(told, day).status_code == 302
    assert due(session, route.id) == (date(2026, 12, 1), False)
    said = lead.send(told, day, follow_redirects=True).text  # sent twice, it settles one day
    assert "Not done" in said
    assert "was told of this day already" in said
    assert due(session, route.id) == (date(2026, 12, 1), False)
    assert lead.send(f"/plan/routes/{route.id}/end").status_code == 302
    assert "No body is named yet" in lead.get("/plan/routes").text
    assert lead.get(f"/plan/routes/{route.id}/change").status_code == 404


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"body": ""}, "#body"),
        ({"what": "x" * 201}, "#what"),
        ({"rhythm": "hourly"}, "#rhythm"),
        ({"first_on": ["31", "2", "2026"]}, "#first_on-day"),
    ],
)
def test_what_is_amiss_is_said(session, lead, changes, target):
    assert target in errors_of(lead.send("/plan/routes/new", SENT | changes).text)


def test_two_routes_do_not_say_the_same_and_only_the_lead_changes_them(session, lead, as_role):
    lead.send("/plan/routes/new", SENT)
    assert "says the same" in errors_of(lead.send("/plan/routes/new", SENT).text)["#body"]
    session.rollback()
    [route] = session.scalars(select(ReportingRoute))
    changed = lead.send(f"/plan/routes/{route.id}/change", SENT | {"rhythm": "monthly"})
    assert changed.location == "/plan/routes"
    assert due(session, route.id) == (date(2026, 9, 1), True)
    reader = as_role(Role.SUB_GROUP)
    assert "Leader and Lead Member" in reader.get("/plan/routes").text
    assert reader.send(f"/plan/routes/{route.id}/told").status_code == 403
