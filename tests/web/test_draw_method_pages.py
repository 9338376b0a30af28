"""The ways of drawing on the site: chosen, counted, drawn, and told on the method page."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from factories import complete_audit, make_council
from sqlalchemy import select
from web.page_checks import errors_of
from web.test_cycles_pages import open_another, tables

from audit_app import clock
from audit_app.core.lifecycle import CycleState
from audit_app.core.sampling import ticket_of
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.store.tables import Audit, HistoryEntry, SampleCase


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def council(session):
    made = make_council(session)
    session.commit()
    return made


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


@pytest.fixture
def cycle(session, council):
    return open_another(session, council)


def asked(method, **more):
    return {"method": method, "per_auditor": "2", "number": "", "most_each": "", **more}


def draw(lead, cycle, method, **more):
    answer = lead.send(f"/cycles/{cycle.key}/draw", asked(method, **more))
    assert answer.status_code == 302, errors_of(answer.text)
    return lead.get(f"/cycles/{cycle.key}/method").text


def test_what_would_be_drawn_is_said_before(lead, cycle):
    page = lead.get(f"/cycles/{cycle.key}/draw?method=stratified_fixed&number=3&per_auditor=2").text
    assert "12 case files will be drawn from 34 (by chance, so many from each team)" in page
    assert "and shared out among 3 auditors" in page
    page = lead.get(f"/cycles/{cycle.key}/draw?method=whole_cohort&most_each=9&per_auditor=2").text
    assert "34 case files would be needed, 27 can be given to 3 auditors" in page


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"method": "systematic"}, {"#number": "Enter how many are drawn"}),
        ({"method": "systematic", "number": "x"}, {"#number": None}),
        ({"method": "random_number", "number": "501"}, {"#number": None}),
        ({"method": "by_hand"}, {"#method": "Choose how they are drawn"}),
        ({"method": "for_each_agency"}, {"#method": "Choose how they are drawn"}),
    ],
)
def test_what_cannot_be_meant_is_said(lead, cycle, session, changes, errors):
    for answer in (
        lead.get(f"/cycles/{cycle.key}/draw?{urlencode(asked(**changes))}"),
        lead.send(f"/cycles/{cycle.key}/draw", asked(**changes)),
    ):
        found = errors_of(answer.text)
        assert found.keys() == errors.keys()
        assert all(words is None or found[at] == words for at, words in errors.items())
    session.rollback()
    assert cycle.state is CycleState.OPEN


def test_what_stands_in_the_way_is_said_and_nothing_is_drawn(lead, cycle, session):
    team = {"team": ["North", "South"], "most_each": "5"}
    answer = lead.send(f"/cycles/{cycle.key}/draw", asked("whole_cohort", **team))
    (said,) = errors_of(answer.text).values()
    assert "cannot be shared out, so nothing was drawn" in said
    session.rollback()
    assert cycle.state is CycleState.OPEN


def test_teams_in_proportion_are_told_team_by_team(lead, cycle, session):
    page = draw(lead, cycle, "stratified_proportional", number="10")
    _left_out, teams, drawn, auditors, given = tables(page)
    assert sum(int(row[2]) for row in teams[1:]) == 10
    assert sum(int(row[1]) for row in teams[1:]) == 34
    assert len(drawn) == len(given) == 11
    assert [row[4] for row in drawn[1:]] == sorted(row[4] for row in drawn[1:])
    assert len(auditors) == 4
    assert [row[1] for row in given[1:]] == [row[1] for row in drawn[1:]]
    assert [row[2] for row in given[1:]] == [row[3] for row in drawn[1:]]
    assert any(": own team" in row[4] for row in given[1:])
    assert "Nobody gets more than 4" in page
    assert "gave the same case files to the same people" in page
    assert len(session.scalars(select(Audit).where(Audit.cycle_id == cycle.id)).all()) == 10
    detail = session.scalars(select(HistoryEntry.detail).order_by(HistoryEntry.id)).all()[-1]
    assert "stratified_proportional" in str(detail)


def test_a_systematic_sample_can_be_counted_through_the_list(lead, cycle):
    page = draw(lead, cycle, "systematic", number="6", seed="winter")
    start = int(ticket_of("winter", "start")[:8], 16) % 34
    assert f"modulo 34: {start}." in page
    (frame,) = tables(lead.get(f"/cycles/{cycle.key}/frame").text)
    assert [row[2] for row in frame[1:]] == sorted(row[2] for row in frame[1:])
    rows = [(start + turn * 34) // 6 for turn in range(6)]
    assert [n for n, row in enumerate(frame[1:]) if row[3] == "drawn"] == rows


def test_a_whole_cohort_says_that_chance_decided_nothing(lead, cycle):
    page = draw(lead, cycle, "whole_cohort")
    assert "34 case files were drawn from 34 for Next 2026-12: every one of them" in page
    assert "chance decided nothing" in page


@pytest.mark.parametrize(
    ("method", "more", "caution"),
    [
        ("whole_cohort", {}, "so chance had no part in which were seen"),
        ("stratified_fixed", {"number": "2"}, "Read it team by team"),
        ("stratified_proportional", {"number": "8"}, None),
    ],
)
def test_figures_say_what_their_ranges_do_not(lead, cycle, session, method, more, caution):
    draw(lead, cycle, method, **more)
    audit = session.scalars(select(Audit).where(Audit.cycle_id == cycle.id)).first()
    complete_audit(session, audit)
    session.flush()
    story = gather_pack(session, cycle, load_design("qa_sub_group"), edition=1, council="Anywhere")
    session.commit()
    page = lead.get(f"/cycles/{cycle.key}/results").text
    said = [one.text for one in story.sample.limits if not one.can]
    for caution_here in ("chance had no part", "Read it team by team"):
        there = caution is not None and caution_here in caution
        assert (caution_here in page) == there
        assert any(caution_here in text for text in said) == there
    assert story.sample.all_taken == (method == "whole_cohort")
    assert (caution or "") in (story.method.interval_note or "")


def test_a_sample_that_was_changed_says_where(lead, cycle, session, council):
    draw(lead, cycle, "random_number", number="5")
    first = session.scalars(
        select(SampleCase).where(SampleCase.sample_id == cycle.sample.id)
    ).first()
    first.ticket = "f" * 64
    session.commit()
    page = lead.get(f"/cycles/{cycle.key}/method").text
    assert f"The ticket at place {first.position} is not the one" in page
    assert "tell whoever keeps this site" in page
    assert "did not give" not in lead.get(f"/cycles/{council.cycle.key}/method").text
