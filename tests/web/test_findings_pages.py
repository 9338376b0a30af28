"""Findings on the site: drafted from a figure, with evidence that may be quoted, and confirmed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from factories import complete_audit, make_council
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.lifecycle import FindingKind, FindingState
from audit_app.store.audits import Draft
from audit_app.store.findings import FindingText, draft_finding
from audit_app.store.tables import Audit, Finding, HistoryEntry, RecordedState

KEPT_TO_ITSELF = "This must never be quoted."
CHANGES = {
    "chron_place": Draft(
        "chron_place",
        RecordedState.ANSWERED,
        value="missing",
        evidence="There is no chronology on the file.",
        quotable=True,
    ),
    "chron_cumulative": Draft(
        "chron_cumulative", RecordedState.NOT_RECORDED, evidence=KEPT_TO_ITSELF
    ),
}
WRITTEN = {
    "kind": "area_for_development",
    "statement": "\0In 2 of 6 case files there is no chronology.",
    "root_cause": "Nobody is told where it belongs.",
    "action": "Agree one place for it.",
    "action_owner": "Head of service",
    "action_due": ["31", "3", "2027"],
}


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def council(session):
    made = make_council(session)
    for number, audit in enumerate(session.scalars(select(Audit).order_by(Audit.id))):
        complete_audit(session, audit, CHANGES if number < 2 else None)
    session.commit()
    return made


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


@pytest.fixture
def place(council):
    return f"/cycles/{council.cycle.key}/findings"


def choices(page):
    return {
        e.get("value"): next(
            text_of(label) for label in parse(page).iter("label") if label.get("for") == e.get("id")
        )
        for e in parse(page).iter("input")
        if e.get("name") == "quotes"
    }


def actions(session):
    return session.scalars(
        select(HistoryEntry.action)
        .where(HistoryEntry.subject == "finding")
        .order_by(HistoryEntry.id)
    ).all()


def test_each_theme_offers_its_figure(lead, place):
    page = text_of(next(parse(lead.get(place).text).iter("main")))
    assert "No finding has been drafted yet." in page
    assert "Chronology: 4 of 6" in page


def test_a_finding_goes_from_draft_to_confirmed_and_back(lead, place, session):
    page = lead.get(f"{place}/new?theme=chronology&question=chron_place").text
    assert "Met in <strong>4 of 6</strong> case files" in page
    quotes = {value for value, words in choices(page).items() if "no chronology" in words}
    assert len(quotes) == 2

    answer = lead.send(
        f"{place}/new?theme=chronology&question=chron_place", WRITTEN | {"quotes": sorted(quotes)}
    )
    finding = session.scalars(select(Finding)).one()
    assert answer.location == f"{place}/{finding.id}"
    assert (finding.theme, finding.question_id, finding.k, finding.n) == (
        "chronology",
        "chron_place",
        4,
        6,
    )
    assert (finding.kind, finding.action_due) == (
        FindingKind.AREA_FOR_DEVELOPMENT,
        date(2027, 3, 31),
    )
    assert finding.statement == "In 2 of 6 case files there is no chronology."
    assert {f"{quote.audit_id}:{quote.question_id}" for quote in finding.quotes} == quotes
    shown = lead.get(answer.location).text
    for words in ("31 March 2027", "Head of service", "There is no chronology on the file."):
        assert words in shown

    change = f"{answer.location}/change"
    assert choices(lead.get(change).text).keys() >= quotes
    ticked = [
        e.get("value")
        for e in parse(lead.get(change).text).iter("input")
        if e.get("checked") is not None
    ]
    assert set(ticked) == quotes | {"area_for_development"}
    assert 'value="2027"' in lead.get(change).text
    assert lead.send(change, WRITTEN | {"kind": "strength", "quotes": []}).status_code == 302
    session.rollback()
    assert (finding.kind, len(finding.quotes)) == (FindingKind.STRENGTH, 0)

    assert lead.send(f"{answer.location}/confirm").location == place
    assert "Confirmed" in lead.get(place).text
    assert lead.get(change).location == answer.location
    assert lead.send(change, WRITTEN).location == answer.location
    lead.send(f"{answer.location}/confirm")
    assert "Nothing was changed" in lead.get(place).text
    lead.send(f"{answer.location}/reopen")
    session.rollback()
    assert (finding.state, finding.kind) == (FindingState.DRAFT, FindingKind.STRENGTH)
    assert actions(session) == ["drafted", "changed", "confirmed", "reopened"]


def test_only_what_its_auditor_marked_can_be_quoted(lead, place, session):
    page = lead.get(f"{place}/new?theme=chronology").text
    assert KEPT_TO_ITSELF not in page
    audit = session.scalars(select(Audit).order_by(Audit.id)).first()
    forbidden = f"{audit.id}:chron_cumulative"
    assert forbidden not in choices(page)
    for value in (forbidden, "999:chron_place", "not a quote"):
        answer = lead.send(f"{place}/new?theme=chronology", WRITTEN | {"quotes": [value]})
        assert "#quotes" in errors_of(answer.text)
    assert session.scalars(select(Finding)).all() == []


def test_what_is_missing_is_said_and_what_was_typed_stays(lead, place, session):
    typed = {"action_owner": "Head of service", "action_due": ["31", "2", "2027"]}
    answer = lead.send(f"{place}/new?theme=chronology", typed)
    assert errors_of(answer.text) == {
        "#kind": "Choose whether this is a strength or an area for development",
        "#statement": "Write what the finding says",
        "#action": "Write the action that has this owner or due day",
        "#action_due-day": "Due must be a real date, such as 30 11 2026",
    }
    assert 'value="Head of service"' in answer.text
    assert session.scalars(select(Finding)).all() == []
    assert actions(session) == []


def test_a_new_figure_is_pointed_out_when_a_draft_is_changed(lead, place, council, session):
    finding = draft_finding(
        session,
        council.cycle,
        FindingText("chronology", None, FindingKind.STRENGTH, "It is there.", k=3, n=4),
        by=council.lead,
        at=clock.now(),
    )
    session.commit()
    page = lead.get(f"{place}/{finding.id}/change").text
    assert "When this was last saved it was 3 of 4" in page
    lead.send(f"{place}/{finding.id}/change", WRITTEN)
    session.refresh(finding)
    assert (finding.k, finding.n) == (4, 6)


@pytest.mark.parametrize(
    "rest", ["/new", "/new?theme=x", "/new?theme=chronology&question=chron_last_entry", "/7"]
)
def test_what_is_not_there_is_not_found(lead, place, rest):
    assert lead.get(place + rest).status_code == 404


def test_a_finding_of_another_cycle_is_not_found(lead, place, council, session):
    finding = draft_finding(
        session,
        council.cycle,
        FindingText("chronology", None, FindingKind.STRENGTH, "It is there.", k=3, n=4),
        by=council.lead,
        at=clock.now(),
    )
    session.commit()
    for rest in ("", "/change"):
        assert lead.get(f"/cycles/other/findings/{finding.id}{rest}").status_code == 404
    for action in ("confirm", "reopen"):
        assert lead.send(f"/cycles/other/findings/{finding.id}/{action}").status_code == 404
    assert lead.get(f"{place}/{finding.id}").status_code == 200


def test_the_list_does_not_ask_once_a_finding(lead, place, council, session, database):
    def draft(number):
        for _ in range(number):
            draft_finding(
                session,
                council.cycle,
                FindingText("chronology", None, FindingKind.STRENGTH, "It is there.", k=3, n=4),
                by=council.lead,
                at=clock.now(),
            )
        session.commit()

    def queries():
        with counted_queries(database) as sent:
            assert lead.get(place).status_code == 200
        return len(sent)

    draft(1)
    few = queries()
    draft(8)
    assert queries() == few
