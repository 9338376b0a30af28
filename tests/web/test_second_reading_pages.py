"""Second readings on pages: naming a reader, reading blind, comparing, agreeing, returning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import (
    AT,
    complete_audit,
    drafts_for,
    household_library,
    make_council,
    make_person,
)
from sqlalchemy import select
from web.page_checks import errors_of, filled, parse, text_of
from web.query_counts import counted_queries

from audit_app.clock import day_of
from audit_app.core.access import Role
from audit_app.core.lifecycle import AuditState, ModerationState
from audit_app.store.agreeing import compared_grades
from audit_app.store.audits import Draft, audits_of, form_of
from audit_app.store.calibrations import call_calibration, readings_of
from audit_app.store.entries import repeated_sections, say_none
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.moderation_draw import choose_audit, set_rules
from audit_app.store.tables import Audit, HistoryEntry, RecordedState

FIRST, SECOND = "Words of the first auditor.", "Words of the second reader."


@pytest.fixture
def audit(session, council):
    """A manager's submitted audit with words of its own; nothing is drawn but by choice."""
    set_rules(session, council.cycle, {})
    found = session.scalars(
        select(Audit).where(Audit.auditor_id == council.managers[0].id).order_by(Audit.id)
    ).first()
    complete_audit(session, found, said_by(found, FIRST))
    session.commit()
    return found


@pytest.fixture
def lead(council, signed_in):
    return signed_in(council.lead)


def see_anew(session):
    """What pages have changed meanwhile."""
    session.rollback()
    session.expire_all()


def text_of_banner(page):
    """The headings of what the page says of what was done, and what was not."""
    return [
        text_of(one)
        for one in parse(page).iter()
        if "govuk-notification-banner__title" in one.get("class", "").split()
    ]


def said_by(audit, words, place="agreed_place"):
    """The best answers, each with these words as evidence."""
    changes = {
        draft.question_id: Draft(
            draft.question_id, RecordedState.ANSWERED, draft.value, None, words
        )
        for draft in drafts_for(form_of(audit))
    }
    changes["chron_place"] = Draft("chron_place", RecordedState.ANSWERED, place, None, words)
    return changes


def compared(session, council, audit):
    """Chosen and read by the QA lead, who found another answer."""
    moderation = chosen(session, council, audit)
    name_reader(session, moderation, council.lead, by=council.lead, at=AT)
    complete_audit(session, moderation.reading, said_by(audit, SECOND, "missing"))
    session.commit()
    return moderation


def chosen(session, council, audit):
    choose_audit(session, audit, "To learn.", by=council.lead, at=AT)
    session.commit()
    return moderation_of(session, audit.id)


def test_from_choosing_to_reading_on_the_form_of_every_audit(session, council, audit, lead):
    page = f"/cycles/{council.cycle.key}/second-readings"
    assert audit.case_file.reference in lead.get(page).text
    assert "Write why" in str(errors_of(lead.send(f"{page}/choose/{audit.id}").text))
    lead.send(f"{page}/choose/{audit.id}", {"because": "The grade is close."})
    see_anew(session)
    moderation = moderation_of(session, audit.id)
    assert "The grade is close." not in lead.get(page).text, "whoever reads it must not know why"
    assert "1 second reading waits for a reader" in lead.get("/").text
    assert "1 second reading waits for a reader" in lead.get(f"/cycles/{council.cycle.key}").text
    naming = f"{page}/{moderation.id}/reader"
    said = lead.get(naming).text
    assert "Manager 0 audited this case file first." in said
    lead.send(naming, {"reader": str(council.lead.id)})
    see_anew(session)
    reading = moderation.reading
    home = lead.get("/").text
    assert "Second reading" in home
    assert f"/audits/{reading.id}" in home
    task_list = lead.get(f"/audits/{reading.id}").text
    assert "Somebody else has audited this case file." in task_list
    section = next(one for _, one in form_of(audit).sections)
    assert lead.get(f"/audits/{reading.id}/sections/{section.key}").status_code == 200
    saved = {"question": "chron_place", "chron_place": "agreed_place"}
    lead.send(f"/audits/{reading.id}/sections/{section.key}", saved)
    assert "has been begun" in lead.get(naming).text


def test_no_page_shows_the_first_audit_to_its_blind_reader(session, council, audit, lead):
    moderation = chosen(session, council, audit)
    key = council.cycle.key
    pages = [
        f"/audits/{audit.id}/answers",
        f"/cycles/{key}/results/chronology/answers",
        f"/cycles/{key}/results/chronology/answers/chron_place",
        f"/cycles/{key}/findings/new?theme=chronology",
        f"/second-readings/{moderation.id}",
        f"/case-files/{audit.case_file_id}",
        f"/exports/cycles/{key}",
        "/history",
    ]
    for row in audit.answers:
        row.quotable = True
    session.commit()
    before = [lead.get(page).text for page in pages]
    assert sum(FIRST in text for text in before) >= 3
    name_reader(session, moderation, council.lead, by=council.lead, at=AT)
    session.commit()
    assert not [page for page in pages if FIRST in lead.get(page).text]
    assert lead.get(pages[0]).status_code == 404
    taken = lead.send(f"/exports/cycles/{key}/file", {"as": "json"})
    assert FIRST not in taken.text
    assert "left out" in lead.get(f"/exports/cycles/{key}").text
    reading = lead.get(f"/audits/{moderation.reading_id}").text
    assert FIRST not in reading
    assert "not met" not in reading
    everything = lead.send("/exports/case-file", {"named": audit.case_file.reference, "json": "1"})
    assert FIRST not in everything.text
    complete_audit(session, moderation.reading, said_by(audit, SECOND))
    session.commit()
    assert FIRST in lead.get(f"/audits/{audit.id}/answers").text


def test_a_second_reader_is_saved_while_typing_and_names_entries(session, signed_in):
    council = make_council(session, form="household_form", library=household_library())
    audit = audits_of(session, council.managers[0])[0]
    say_none(session, audit.auditor, audit, repeated_sections(audit)["male"], at=AT)
    complete_audit(session, audit)
    moderation = moderation_of(session, audit.id)  # drawn, since its grade is the lowest
    name_reader(session, moderation, council.lead, by=council.lead, at=AT)
    session.commit()
    lead = signed_in(council.lead)
    home = f"/audits/{moderation.reading_id}"
    shown = filled(lead.get(f"{home}/sections/home").text)
    sent = {name: shown[name] for name in ("question", "stamp", "window")} | {"number": "1"}
    sent |= {"home_visited": "met", "home_visited_evidence": "Page 3"}
    saved = lead.send(f"{home}/sections/home/autosave", sent)
    assert (saved.status_code, saved.json["conflicts"]) == (200, [])
    assert "token" in lead.get(f"{home}/form-token").json
    lead.send(f"{home}/asked-for/male", {"label": "father"})
    assert "father" in lead.get(f"{home}/asked-for/male").text
    assert lead.get(f"{home}/actions").status_code == 403, "who reads again proposes nothing"


def test_no_list_leads_a_blind_reader_to_what_is_closed(session, council, audit, lead):
    moderation = chosen(session, council, audit)
    lists = [f"/cycles/{council.cycle.key}", f"/case-files/{audit.case_file_id}"]
    address, words = f'href="/audits/{audit.id}/answers"', "until you have submitted"
    assert all(address in lead.get(page).text for page in lists)
    name_reader(session, moderation, council.lead, by=council.lead, at=AT)
    session.commit()
    for page in lists:
        text = lead.get(page).text
        assert address not in text, page
        assert words in text, page
    complete_audit(session, moderation.reading)
    session.commit()
    for page in lists:
        text = lead.get(page).text
        assert address in text, page
        assert words not in text, page


def test_both_stand_side_by_side_with_what_differs_first(session, council, audit, lead):
    moderation = compared(session, council, audit)
    text = lead.get(f"/second-readings/{moderation.id}").text
    assert FIRST in text
    assert SECOND in text
    assert text.index("answers differ") < text.index("answers are the same")
    assert "· differs" in text
    assert f"{moderation.answers_agreed} of {moderation.answers_compared}" in text
    assert "Compare both readings" in lead.get("/").text


def test_grades_are_agreed_with_a_reason_and_shown_for_ever(
    session, council, audit, lead, signed_in
):
    moderation = compared(session, council, audit)
    here = f"/second-readings/{moderation.id}"
    sent = {f"grade_{pair.part}": pair.first.grade for pair in compared_grades(moderation)}
    refused = lead.send(f"{here}/agree", sent).text
    assert "Write why you settled on this grade" in str(errors_of(refused))
    sent |= {name.replace("grade_", "reason_"): "Seen by both." for name in sent}
    lead.send(f"{here}/agree", sent)
    again = lead.send(f"{here}/agree", sent, follow_redirects=True).text
    assert text_of_banner(again) == ["Done", "Not done"]
    assert "This is not the time to agree on grades" in again
    see_anew(session)
    assert moderation.state is ModerationState.AGREED
    for client, page in (
        (lead, here),
        (lead, f"/audits/{audit.id}/answers"),
        (signed_in(council.managers[0]), f"/audits/{audit.id}"),
    ):
        text = client.get(page).text
        assert "Grades of both readers" in text, page
        assert "Seen by both." in text
    assert "pair of readings" in lead.get(f"/cycles/{council.cycle.key}").text
    entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "agreed on grades"))
    assert "Seen" not in entry.one().detail


def test_a_returned_audit_shows_its_comments_where_they_belong(
    session, council, audit, lead, signed_in
):
    moderation = compared(session, council, audit)
    here = f"/second-readings/{moderation.id}"
    assert "at least one comment" in lead.send(f"{here}/return", follow_redirects=True).text
    sent = {"comment_chron_place": "Is it there?", "comment_judgement": "And the grade?"}
    lead.send(f"{here}/return", sent)
    see_anew(session)
    assert audit.state is AuditState.IN_PROGRESS
    author = signed_in(council.managers[0])
    assert "Returned to you with comments" in author.get("/").text
    task_list = author.get(f"/audits/{audit.id}").text
    section = next(
        s for _, s in form_of(audit).sections if any(q.id == "chron_place" for q in s.questions)
    )
    assert f"/audits/{audit.id}/sections/{section.key}#chron_place" in task_list
    asked = author.get(f"/audits/{audit.id}/sections/{section.key}").text
    assert "Is it there?" in asked
    assert "And the grade?" in author.get(f"/audits/{audit.id}/judgement").text
    version = f"/second-readings/of-audit/{audit.id}/versions/1"
    assert version in task_list
    assert FIRST in author.get(version).text
    assert FIRST in lead.get(version).text
    assert SECOND not in author.get(version).text
    assert signed_in(council.managers[1]).get(version).status_code == 404
    author.send(f"/audits/{audit.id}/check")
    see_anew(session)
    assert moderation.state is ModerationState.COMPARING
    assert "Version 1" in author.get(f"/audits/{audit.id}").text


def test_who_reads_the_file_in_a_calibration_opens_no_second_reading_of_it(
    session, council, audit, lead, signed_in
):
    moderation = compared(session, council, audit)
    others = [make_person(session, Role.QA_LEAD, name) for name in ("Other Lead", "Third Lead")]
    session.commit()
    here = f"/second-readings/{moderation.id}"
    listed = f"/cycles/{council.cycle.key}/second-readings"
    client = signed_in(others[0])
    assert FIRST in client.get(here).text
    calibration = call_calibration(
        session,
        council.cycle.form_version,
        audit.case_file,
        others,
        due_on=day_of(AT + timedelta(days=9)),
        by=council.lead,
        at=AT + timedelta(days=1),
    )
    session.commit()
    assert client.get(here).status_code == 404
    assert "You read this file yourself" in client.get(listed).text
    assert f'href="{here}"' not in client.get(listed).text
    assert FIRST in lead.get(here).text
    see_anew(session)
    complete_audit(session, readings_of(session, calibration)[0], at=AT + timedelta(days=2))
    session.commit()
    assert FIRST in client.get(here).text


def test_rules_are_changed_and_kept_in_the_history(session, council, audit, lead):
    page = f"/cycles/{council.cycle.key}/second-readings"
    wrong = lead.send(f"{page}/rules", {"borderline": "2", "random_share": "200"}).text
    assert errors_of(wrong) == {"#random_share": "Enter a whole number from 0 to 100"}
    lead.send(f"{page}/rules", {"override": "y", "borderline": "3", "random_share": "25"})
    see_anew(session)
    kept = {row.reason.value: row.number for row in council.cycle.rules}
    assert kept == {"borderline": 3, "override": None, "random_share": 25}
    entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "changed rules"))
    assert '"random_share":[false,25]' in entry.one().detail.replace(" ", "")


def test_a_named_manager_reads_and_compares_only_theirs(session, council, audit, signed_in, lead):
    moderation = chosen(session, council, audit)
    manager = make_person(session, Role.SENIOR_MANAGER, "Extra Manager")
    session.commit()
    client, here = signed_in(manager), f"/second-readings/{moderation.id}"
    assert client.get(here).status_code == 404
    lead.send(
        f"/cycles/{council.cycle.key}/second-readings/{moderation.id}/reader",
        {"reader": str(manager.id)},
    )
    assert "until the second reading is in" in client.get(here).text
    assert client.get(f"/cycles/{council.cycle.key}/second-readings").status_code == 404
    assert client.get(f"/audits/{audit.id}").status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_one(session, council, audit, lead):
    page = f"/cycles/{council.cycle.key}/second-readings"
    chosen(session, council, audit)
    with counted_queries(lead.application.extensions["database"]) as one:
        lead.get(page)
    for other in session.scalars(select(Audit).where(Audit.id != audit.id)).all():
        complete_audit(session, other)
        chosen(session, council, other)
    with counted_queries(lead.application.extensions["database"]) as many:
        lead.get(page)
    assert len(many) == len(one)
