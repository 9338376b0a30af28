"""Calibrations on pages: begun, read blind by everybody, ended, and told without blame."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from factories import AT, TEAMS, complete_audit, make_person
from sqlalchemy import select
from store.test_calibrations import begun, file_of
from web.page_checks import errors_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.access import Role
from audit_app.core.lifecycle import CycleState
from audit_app.store.audits import Draft
from audit_app.store.calibrations import end_calibration, readings_of
from audit_app.store.tables import Calibration, HistoryEntry, Mail, RecordedState

CANARY = "Words that nobody else may read."
LATER = AT + timedelta(days=4)
MISSING = {
    "chron_place": Draft("chron_place", RecordedState.ANSWERED, value="missing", evidence=CANARY)
}


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


@pytest.fixture
def calibration(session, council):
    """Everybody reads a case file of the team West; nobody has begun."""
    made = begun(session, council)
    session.commit()
    return made


def submit(session, calibration, person, changes=None):
    reading = next(one for one in readings_of(session, calibration) if one.auditor_id == person.id)
    complete_audit(session, reading, changes, at=LATER)
    session.commit()
    return reading


def all_in(session, council, calibration):
    """All have submitted; the first manager found otherwise."""
    for person in (*council.managers, council.lead):
        submit(session, calibration, person, MISSING if person is council.managers[0] else None)
    assert calibration.state is CycleState.CLOSED


def day_fields(day):
    return {"due_on": [str(day.day), str(day.month), str(day.year)]}


def test_from_choosing_the_case_file_to_everybody_s_audit(session, council, lead, signed_in):
    version, own_team = council.cycle.form_version, file_of(session, TEAMS[0])
    assert "No calibration has been begun yet" in lead.get("/calibrations").text
    chosen = {"version": str(version.id), "reference": "none such"}
    assert "nothing with this reference" in str(
        errors_of(lead.send("/calibrations/begin", chosen).text)
    )
    chosen["reference"] = own_team.reference
    page = lead.send("/calibrations/begin", chosen).location
    said = lead.get(page).text
    assert "Manager 0 is in the team of this case file" in said
    due = day_fields(clock.today() + timedelta(days=14))
    one = str(council.managers[1].id)
    assert "Choose at least two people" in str(
        errors_of(lead.send(page, {"people": [one], **due}).text)
    )
    both = {"people": [one, str(council.managers[2].id)]}
    past = day_fields(clock.today() - timedelta(days=1))
    assert "due day has passed" in str(errors_of(lead.send(page, both | past).text))
    assert lead.send(page, both | due).status_code == 302
    session.rollback()
    calibration = session.scalars(select(Calibration)).one()
    bodies = [mail.body for mail in session.scalars(select(Mail))]
    assert len(bodies) == 2
    assert not any(own_team.reference in body for body in bodies)
    member = signed_in(council.managers[1])
    home = member.get("/").text
    assert "Several people audit this same case file" in home
    reading = next(
        one for one in readings_of(session, calibration) if one.auditor_id == council.managers[1].id
    )
    assert f"/audits/{reading.id}" in home
    tasks = member.get(f"/audits/{reading.id}").text
    assert "Please talk to nobody about the case file" in tasks
    assert "Actions for this case" not in tasks
    member.send(f"/audits/{reading.id}/actions", {"what": "Ask.", "owner": "1"})
    assert "0 of 2" in member.get(f"/calibrations/{calibration.id}").text


def test_nothing_of_it_is_on_any_page_of_another_before_the_end(
    session, council, calibration, lead, signed_in
):
    first = submit(session, calibration, council.managers[0], MISSING)
    member = signed_in(council.managers[1])
    pages = [
        f"/calibrations/{calibration.id}",
        f"/audits/{first.id}",
        f"/audits/{first.id}/answers",
        f"/audits/{first.id}/sections/chronology",
        "/history?subject=audit",
        f"/case-files/{calibration.case_file_id}",
        f"/cycles/{council.cycle.key}",
        f"/cycles/{council.cycle.key}/results",
        "/calibrations",
        "/",
    ]
    for client in (lead, member):
        for page in pages:
            said = client.get(page).text
            assert CANARY not in said, page
            assert "missing" not in said.lower().replace("missing or", ""), page
    refused = lead.send("/exports/case-file", {"named": calibration.case_file.reference})
    assert "calibration that goes on" in refused.text
    assert CANARY not in refused.text
    assert "1 of 4" in member.get(f"/calibrations/{calibration.id}").text
    assert "Manager 0" not in member.get(f"/calibrations/{calibration.id}").text
    assert "Manager 0" in lead.get(f"/calibrations/{calibration.id}").text


def test_the_last_submission_shows_where_they_differ_without_blame(
    session, council, calibration, lead, signed_in
):
    all_in(session, council, calibration)
    page = f"/calibrations/{calibration.id}"
    to_lead, to_first, to_second = (
        client.get(page).text
        for client in (lead, signed_in(council.managers[0]), signed_in(council.managers[1]))
    )
    assert "2 different answers: 3 against 1" in to_lead
    assert "Manager 0" in to_lead
    for said in (to_first, to_second):
        assert CANARY in said
        assert all(one.name not in said for one in council.managers if one.name not in header(said))
    assert f'You: <span class="app-typed-text">{CANARY}' in to_first
    assert f'Another auditor: <span class="app-typed-text">{CANARY}' in to_second
    assert "3 of 4" in to_second
    assert "Take it away" not in to_second
    assert f"/calibrations/{calibration.id}" in signed_in(council.managers[1]).get("/").text


def header(page):
    """The part of a page that names who is signed in."""
    return page.split("<main")[0]


def test_whoever_did_not_submit_is_named_to_the_caller_alone(
    session, council, calibration, lead, signed_in
):
    submit(session, calibration, council.managers[0], MISSING)
    page = f"/calibrations/{calibration.id}"
    late = signed_in(council.managers[1])
    assert late.send(f"{page}/end").status_code == 404
    assert lead.send(f"{page}/end").status_code == 302
    assert "Did not submit" in lead.get(page).text
    assert "You had not submitted when it ended" in late.get(page).text
    assert "Did not submit" not in late.get(page).text
    session.rollback()
    assert len(list(session.scalars(select(Mail)))) == 4
    assert "cannot become" in lead.send(f"{page}/end", follow_redirects=True).text


def test_it_is_taken_away_with_numbers_in_place_of_names(
    session, council, calibration, lead, signed_in
):
    page = f"/calibrations/{calibration.id}"
    assert lead.send(f"{page}/file", {"as": "csv"}).status_code == 404, "it goes on"
    all_in(session, council, calibration)
    table = lead.send(f"{page}/file", {"as": "csv"}).text
    assert CANARY in table
    assert not any(one.name in table or one.email in table for one in council.managers)
    data = json.loads(lead.send(f"{page}/file", {"as": "json"}).text)
    assert data["calibration"]["auditors"] == 4
    assert {row["auditor"] for row in data["answers"]} == {1, 2, 3, 4}
    assert sum(row["value"] == "missing" for row in data["answers"]) == 1
    assert lead.send(f"{page}/file", {"as": "exe"}).status_code == 404
    member = signed_in(council.managers[1])
    assert member.send(f"{page}/file", {"as": "csv"}).status_code == 404
    session.rollback()
    exported = select(HistoryEntry).where(
        HistoryEntry.subject == "calibration", HistoryEntry.action == "exported"
    )
    assert len(list(session.scalars(exported))) == 2


def test_it_is_hidden_from_whoever_takes_no_part(session, council, calibration, signed_in):
    stranger = make_person(session, Role.SENIOR_MANAGER, "Stranger", "Elsewhere")
    session.commit()
    client = signed_in(stranger)
    for path in (f"/calibrations/{calibration.id}", "/calibrations/begin"):
        assert client.get(path).status_code == 404
    version = council.cycle.form_version_id
    begin = f"/calibrations/begin/{version}/{calibration.case_file_id}"
    assert client.get(begin).status_code == 404
    assert "You take part in none" in client.get("/calibrations").text
    assert "Begin a calibration" not in client.get("/calibrations").text


def test_the_list_asks_no_more_for_more(session, council, calibration, lead):
    lead.get("/calibrations")
    with counted_queries(lead.application.extensions["database"]) as one:
        lead.get("/calibrations")
    end_calibration(session, calibration, by=council.lead, at=LATER)
    begun(session, council)
    begun(session, council, file_of(session, TEAMS[3]))
    session.commit()
    with counted_queries(lead.application.extensions["database"]) as three:
        lead.get("/calibrations")
    assert len(three) == len(one)
