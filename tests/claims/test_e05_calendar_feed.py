"""E5: a calendar feed's token has 128 bits or more, can be revoked, and its days tell of no child.

The feed is read over HTTP by nobody who is signed in, and parsed as a calendar programme would.
"""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256

import pytest
from claims.small_world import COUNCIL_ID, WORKER, World, make_world
from factories import AT
from icalendar import Calendar
from sqlalchemy import select

from audit_app.core.access import Role
from audit_app.core.plan import PlanDraft, PlanKind
from audit_app.store.people import end_appointment
from audit_app.store.plan import add_entry
from audit_app.store.tables import CalendarFeed, CaseFile, HistoryEntry
from audit_app.web.guessing import FEEDS

ADDRESS = re.compile(r"http://127\.0\.0\.1:5000(/calendar/([A-Za-z0-9_-]+)\.ics)")
TITLE, COHORT = "canarytitle", "canarycohort"


@pytest.fixture
def world(session) -> World:
    made = make_world(session)
    theme = PlanDraft(
        PlanKind.THEMED,
        TITLE,
        "2026-12",
        Role.INDEPENDENT_MEMBER,
        form="protection_plans",
        cohort=COHORT,
        body="The committee",
        report_on=date(2027, 1, 12),
    )
    add_entry(session, theme, by=None, at=AT)
    session.commit()
    return made


def made(client) -> tuple[str, str]:
    """The path of a feed that is made now, and its token."""
    found = ADDRESS.search(client.send("/account/calendar").text)
    assert found is not None
    return found[1], found[2]


def test_a_token_has_256_bits_is_shown_once_and_kept_as_a_hash(world, session, signed_in):
    client = signed_in(world.people[Role.QA_LEAD])
    (_, first), (_, second) = made(client), made(client)
    assert first != second
    assert len(second) == 43  # 32 bytes in base64
    assert second not in client.get("/account").text
    session.rollback()
    hashes = session.scalars(select(CalendarFeed.token_hash)).all()
    assert hashes == [sha256(second.encode()).hexdigest()]
    details = session.scalars(select(HistoryEntry.detail)).all()
    assert not [one for one in details if one and second in one]


@pytest.mark.parametrize("role", Role)
def test_everybody_reads_their_own_days_without_a_word_of_a_child(
    world, session, signed_in, client, role
):
    person = world.people[role]
    path, _token = made(signed_in(person))
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    said = [str(event["summary"]) for event in events]
    if role is Role.INDEPENDENT_MEMBER:
        assert "Reported to The committee: Children on child protection plans" in said
    if role is Role.SENIOR_MANAGER:
        assert any("to submit: Monthly case file sample" in one for one in said)
    if role in (Role.ADMINISTRATOR, Role.PRACTITIONER, Role.ACTION_OWNER):
        assert said == []
    assert len({str(event["uid"]) for event in events}) == len(events)
    references = session.scalars(select(CaseFile.reference)).all()
    for canary in (TITLE, COHORT, COUNCIL_ID, WORKER, "canary", person.name, *references):
        assert canary not in answer.text, canary


def test_a_feed_that_is_ended_or_replaced_is_not_there(world, session, signed_in, client):
    person = world.people[Role.SENIOR_MANAGER]
    browser = signed_in(person)
    (old, _), (new, _) = made(browser), made(browser)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    browser.send("/account/calendar/end")
    assert client.get(new).status_code == 404
    assert "Make a calendar feed" in browser.get("/account").text


def test_a_shut_account_has_no_feed(world, session, signed_in, client):
    person = world.people[Role.SENIOR_MANAGER]
    path, _token = made(signed_in(person))
    person.active = False
    session.commit()
    assert client.get(path).status_code == 404


def test_whose_role_has_ended_has_no_day_of_it_in_the_feed(world, session, signed_in, client):
    person = world.people[Role.SENIOR_MANAGER]
    path, _token = made(signed_in(person))
    assert "to submit" in client.get(path).text
    for appointment in list(person.roles):
        end_appointment(session, person, appointment, at=AT)
    session.commit()
    answer = client.get(path)
    assert answer.status_code == 200
    assert "to submit" not in answer.text


def test_guessing_addresses_is_limited_and_right_ones_are_not(world, signed_in, client):
    path, _token = made(signed_in(world.people[Role.QA_LEAD]))
    for _ in range(FEEDS.amount + 5):
        assert client.get(path).status_code == 200
    codes = [client.get(f"/calendar/{'x' * 43}.ics").status_code for _ in range(FEEDS.amount + 1)]
    assert codes == [404] * FEEDS.amount + [429]
