"""Judgement, check answers, submitting, and the read view afterwards."""

from __future__ import annotations

import pytest
from factories import agree_with_suggestions, complete_audit, drafts_for
from sqlalchemy import select
from web.page_checks import errors_of, filled, parse, text_of

from audit_app import clock
from audit_app.core.lifecycle import AuditState
from audit_app.store.audits import (
    Draft,
    audits_of,
    form_of,
    record_answers,
    suggestions_for,
    what_is_missing,
)
from audit_app.store.tables import Audit, HistoryEntry, RecordedAnswer, RecordedState


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def client(council, signed_in):
    return signed_in(council.managers[0])


@pytest.fixture
def answered(session, audit):
    """The audit with every question answered, one of them adversely."""
    not_met = Draft(
        "sup_challenge",
        RecordedState.ANSWERED,
        value="not_met",
        evidence="<b>Nothing</b> tests the thinking",
        quotable=True,
    )
    record_answers(
        session, audit, drafts_for(form_of(audit), {"sup_challenge": not_met}), at=clock.now()
    )
    session.commit()
    return audit


def again(session, audit):
    session.rollback()
    return session.get(Audit, audit.id)


def grades(audit, value="good"):
    names = [theme.theme for theme in suggestions_for(audit).themes] + ["overall"]
    return {f"grade_{name}": value for name in names}


def test_before_any_answer_there_is_nothing_to_grade(client, audit):
    page = client.get(f"/audits/{audit.id}/judgement").text
    assert page.count("no question that counts has been answered yet") == 6
    assert "grade_overall" not in filled(page)
    answer = client.fill(f"/audits/{audit.id}/judgement", grades(audit))
    assert answer.location == f"/audits/{audit.id}/check"


def test_suggested_grades_stand_beside_ones_own_which_are_not_preset(client, answered):
    page = client.get(f"/audits/{answered.id}/judgement").text
    suggestions = suggestions_for(answered)
    words = text_of(parse(page))
    for theme in suggestions.themes:
        assert theme.suggestion.reason in words
    assert suggestions.overall.reason in words
    assert not [name for name in filled(page) if name.startswith("grade_")]


def test_grades_reasons_and_words_are_kept_complete_or_not(session, client, answered):
    sent = {
        "grade_chronology": "inadequate",
        "reason_chronology": "It was {{7*7}} made\r\nlast week",
        "grade_overall": "nonsense",
        "done_well": "<script>alert(1)</script>",
        "difference_made": "",
    }
    answer = client.fill(f"/audits/{answered.id}/judgement", sent | {"later": "1"})
    assert answer.location == f"/audits/{answered.id}"
    audit = again(session, answered)
    chronology = next(theme for theme in audit.themes if theme.theme == "chronology")
    assert (chronology.grade, chronology.grade_reason) == (
        "inadequate",
        "It was {{7*7}} made\nlast week",
    )
    assert audit.grade is None
    page = client.get(f"/audits/{answered.id}/judgement").text
    shown = filled(page)
    assert shown["grade_chronology"] == ["inadequate"]
    assert shown["reason_chronology"] == ["It was {{7*7}} made\nlast week"]
    assert shown["done_well"] == ["<script>alert(1)</script>"]
    for text in (page, client.get(f"/audits/{answered.id}/check").text):
        assert "<script>alert" not in text
        assert "49 made" not in text


def test_the_task_list_says_how_far_everything_is(session, client, answered):
    page = text_of(parse(client.get(f"/audits/{answered.id}").text))
    assert "Judgement Your grade for each theme" in page
    assert "6 to do first" in page  # five themes and the whole
    agree_with_suggestions(session, answered)
    session.commit()
    assert "Ready to submit" in client.get(f"/audits/{answered.id}").text


def test_submitting_says_what_is_missing_with_links_to_the_very_field(session, client, audit):
    answer = client.send(f"/audits/{audit.id}/check")
    assert answer.status_code == 200
    assert "<title>Error: Check your answers" in answer.text
    said = errors_of(answer.text)
    missing = what_is_missing(audit)
    assert list(said.values()) == [lack.what for lack in missing]
    assert again(session, audit).state is AuditState.ALLOCATED
    for link in said:
        path, _hash, field = link.partition("#")
        ids = {element.get("id") for element in parse(client.get(path).text).iter()}
        assert field in ids, link


def test_missing_evidence_and_reasons_lead_to_their_boxes(session, client, answered):
    record_answers(
        session,
        answered,
        [Draft("sup_challenge", RecordedState.ANSWERED, value="not_met")],
        at=clock.now(),
    )
    session.commit()
    client.fill(f"/audits/{answered.id}/judgement", grades(answered, "inadequate"))
    links = errors_of(client.send(f"/audits/{answered.id}/check").text)
    assert any(link.endswith("#sup_challenge_evidence") for link in links)
    assert any(link.endswith("/judgement#reason_overall") for link in links)
    for link in links:
        path, _hash, field = link.partition("#")
        assert field in {element.get("id") for element in parse(client.get(path).text).iter()}


def test_check_answers_shows_everything_with_change_links(client, answered):
    page = client.get(f"/audits/{answered.id}/check").text
    words = text_of(parse(page))
    assert "<b>Nothing</b> tests the thinking" in words
    for question in form_of(answered).questions.values():
        if question.shown_when is None:
            assert question.text in words
    changes = [a for a in parse(page).iter("a") if text_of(a).startswith("Change question")]
    assert len(changes) == len(answered.answers)
    section, _hash, _id = changes[0].get("href").partition("#")
    assert client.fill(section, {}).location == f"/audits/{answered.id}/check"
    assert words.index("6 things to do before you can submit") < words.index("Voice of the child")


def test_submitting_scores_and_closes_the_audit(session, client, answered):
    client.fill(f"/audits/{answered.id}/judgement", grades(answered) | {"done_well": "Plan"})
    audit = again(session, answered)
    reasons = {f"reason_{theme.theme}": "Because I read it so" for theme in audit.themes}
    client.fill(
        f"/audits/{audit.id}/judgement",
        grades(audit) | reasons | {"reason_overall": "Because", "done_well": "Plan"},
    )
    answer = client.send(f"/audits/{audit.id}/check")
    assert answer.location == f"/audits/{audit.id}/submitted"
    assert "What happens next" in client.get(answer.location).text
    audit = again(session, answered)
    assert audit.state is AuditState.SUBMITTED
    assert (audit.grade, audit.done_well) == ("good", "Plan")
    assert audit.points is not None
    assert audit.suggested_grade is not None
    actions = [entry.action for entry in session.scalars(select(HistoryEntry))]
    assert actions.count("submitted") == 1


@pytest.fixture
def submitted(session, answered):
    complete_audit(session, answered)
    session.commit()
    return answered


def test_a_submitted_audit_is_read_only(session, client, submitted):
    before = [(row.question_id, row.value) for row in again(session, submitted).answers]
    home = f"/audits/{submitted.id}"
    for path in ("/sections/sup_main", "/judgement", "/check"):
        assert client.get(home + path).location == home, path
        data = {"question": "sup_challenge", "sup_challenge": "met", "grade_overall": "inadequate"}
        assert client.send(home + path, data).location == home, path
    after = again(session, submitted)
    assert [(row.question_id, row.value) for row in after.answers] == before


def test_the_read_view_keeps_both_grades_side_by_side(session, client, submitted):
    audit = again(session, submitted)
    page = text_of(parse(client.get(f"/audits/{audit.id}").text))
    for theme in audit.themes:
        assert theme.suggested_reason in page
    assert "Suggested grade, and why" in page
    assert "Auditor’s grade" in page
    assert audit.done_well in page
    assert "Submitted 5 November 2026" in page
    assert "Change question" not in page


def test_those_who_see_results_read_any_submitted_audit_and_no_other(
    council, session, signed_in, answered, submitted
):
    lead = signed_in(council.lead)
    page = lead.get(f"/audits/{submitted.id}/answers")
    assert page.status_code == 200
    assert "Show the council’s case number" not in page.text
    other = audits_of(session, council.managers[1])[0]
    assert lead.get(f"/audits/{other.id}/answers").status_code == 404
    assert signed_in(council.managers[1]).get(f"/audits/{submitted.id}/answers").status_code == 403


def test_the_case_number_is_shown_on_request_and_that_is_recorded(council, session, client, audit):
    number = audit.case_file.council_id
    home = f"/audits/{audit.id}"
    for path in ("/", home, f"{home}/sections/sup_main", f"{home}/check", f"{home}/judgement"):
        assert f">{number}<" not in client.get(path).text
    assert client.get(f"{home}/case-number").status_code == 405
    answer = client.send(f"{home}/case-number")
    assert f">{number}<" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    session.rollback()
    entry = session.scalars(
        select(HistoryEntry).where(HistoryEntry.action == "case number shown")
    ).one()
    assert (entry.person_id, entry.subject, entry.subject_id) == (
        council.managers[0].id,
        "audit",
        audit.id,
    )


def test_nothing_typed_stands_in_the_history(session, client, answered):
    client.send(f"/audits/{answered.id}/case-number")
    session.rollback()
    entries = [f"{e.action} {e.subject}" for e in session.scalars(select(HistoryEntry))]
    assert not [e for e in entries if "Nothing" in e or answered.case_file.council_id in e]


def test_answers_of_hidden_follow_ups_are_not_shown(session, client, answered):
    record_answers(
        session,
        answered,
        [Draft("chron_place", RecordedState.ANSWERED, value="missing", evidence="none")],
        at=clock.now(),
    )
    session.commit()
    page = text_of(parse(client.get(f"/audits/{answered.id}/check").text))
    assert form_of(answered).questions["chron_up_to_date"].text not in page
    assert session.get(RecordedAnswer, (answered.id, "chron_up_to_date")) is not None
