"""Replying to an audit, disputing a grade, what families say, and how much the practice sees."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from claims.small_world import EVIDENCE, WORKER, World, make_world
from factories import complete_audit, make_person
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from web.conftest import sign_in_to
from web.page_checks import errors_of, parse, text_of

from audit_app import clock
from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.access import Role
from audit_app.core.lifecycle import ReplyState
from audit_app.core.replies import OVERALL, PracticeSees, last_day_to_reply
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.store.audits import form_of
from audit_app.store.exports import export_audits
from audit_app.store.moderation import name_reader
from audit_app.store.replies import ask_for_reply
from audit_app.store.tables import FamilyFeedback, HistoryEntry, Mail, Reply, ReplyPart

LEAD, MANAGER, PRACTITIONER = Role.QA_LEAD, Role.SENIOR_MANAGER, Role.PRACTITIONER
WORDS = "The visit was made and stands in another record."


@pytest.fixture
def world(session) -> World:
    """The world, in which nobody has replied yet."""
    made = make_world(session)
    session.delete(made.dispute.reply)
    session.commit()
    return made


@pytest.fixture
def practice(world, signed_in):
    return signed_in(world.people[PRACTITIONER])


@pytest.fixture
def lead(world, signed_in):
    return signed_in(world.people[LEAD])


def words_of(answer):
    assert answer.status_code == 200
    return text_of(next(parse(answer.text).iter("main")))


def the_reply(session) -> Reply:
    session.rollback()
    return session.scalars(select(Reply)).one()


def test_a_working_day_is_neither_weekend_nor_bank_holiday():
    assert last_day_to_reply(date(2026, 12, 23), 1, is_bank_holiday) == date(2026, 12, 24)
    assert last_day_to_reply(date(2026, 12, 24), 1, is_bank_holiday) == date(2026, 12, 29)


def test_a_draft_is_kept_as_it_stands_and_read_by_nobody_else(practice, lead, world, session):
    page = f"/replies/{world.submitted.id}"
    assert "Reply by" in words_of(practice.get(page)) or "last day" in words_of(practice.get(page))
    answer = practice.send(page, {"overall_words": WORDS * 200, "overall_disputed": "y"})
    assert answer.location == page
    kept = the_reply(session)
    assert kept.state is ReplyState.UNSENT
    assert WORDS in practice.get(page).text
    assert WORDS not in lead.get(f"/audits/{world.submitted.id}/answers").text
    assert "No reply has come yet" in words_of(lead.get("/replies"))
    errors = errors_of(practice.send(page, {"overall_disputed": "y", "step": "send"}).text)
    assert set(errors) == {"#overall_why", "#overall_words"}
    assert the_reply(session).state is ReplyState.UNSENT


def test_a_reply_goes_its_way_and_says_nowhere_whose_it_is(
    practice, lead, world, session, signed_in
):
    theme = form_of(world.submitted).banks[0].key
    page = f"/replies/{world.submitted.id}"
    sent = {"overall_words": WORDS, f"{theme}_disputed": "y", f"{theme}_why": "It was there."}
    practice.send(page, sent | {"step": "send"})
    kept = the_reply(session)
    assert kept.state is ReplyState.SENT
    assert WORDS in words_of(practice.get(page))
    practice.send(page, {"overall_words": "Something else", "step": "send"})
    assert {part.words for part in the_reply(session).parts} == {WORDS, ""}

    assert "1 disputed grade to answer" in words_of(lead.get("/"))
    listed = lead.get("/replies")
    [dispute] = session.scalars(select(ReplyPart).where(ReplyPart.disputed))
    assert f"/replies/disputes/{dispute.id}" in listed.text
    name = world.people[PRACTITIONER].name
    manager = signed_in(world.people[MANAGER])
    for text in (
        words_of(listed),
        words_of(lead.get(f"/audits/{world.submitted.id}/answers")),
        words_of(lead.get(f"/replies/disputes/{dispute.id}")),
        words_of(manager.get(f"/audits/{world.submitted.id}")),
    ):
        assert name not in text
    assert WORDS in words_of(manager.get(f"/audits/{world.submitted.id}"))

    answer = {"answer": "referred", "reason": "Somebody else reads it."}
    address = f"/replies/disputes/{dispute.id}"
    assert set(errors_of(lead.send(address).text)) == {"#answer", "#reason"}
    assert lead.send(address, answer).location == "/replies"
    lead.send(address, {"answer": "grade_stands", "reason": "No."})
    session.rollback()
    assert dispute.answer_reason == "Somebody else reads it."
    assert "Referred to a second reading" in words_of(practice.get(page))
    actions = session.execute(select(HistoryEntry.action, HistoryEntry.subject)).all()
    assert {("sent", "reply"), ("answered a dispute of", "audit")} <= set(actions)


def test_a_second_reader_answers_no_dispute_before_their_reading_is_in(
    practice, lead, world, session
):
    sent = {"overall_disputed": "y", "overall_why": "Why", "overall_words": WORDS, "step": "send"}
    practice.send(f"/replies/{world.submitted.id}", sent)
    reader, at = world.people[LEAD], clock.now()
    [dispute] = session.scalars(select(ReplyPart).where(ReplyPart.disputed))
    address = f"/replies/disputes/{dispute.id}"
    assert address in lead.get("/replies").text
    name_reader(session, world.waiting_reading, reader, by=reader, at=at)
    session.commit()
    closed = lead.get("/replies")
    assert "1 reply is left out" in words_of(closed)
    assert world.submitted.case_file.reference not in closed.text
    assert "disputed grade to answer" not in words_of(lead.get("/"))
    for page in (address, f"/replies/family/{world.submitted.id}"):
        assert lead.get(page).status_code == 404
    complete_audit(session, world.waiting_reading.reading)
    session.commit()
    assert address in lead.get("/replies").text
    assert "left out" not in words_of(lead.get("/replies"))
    assert lead.get(address).status_code == 200


def test_the_report_says_what_was_replied_and_not_by_whom(practice, world, session):
    name = world.people[PRACTITIONER].name
    sent = {"overall_words": f"{WORDS} {WORKER} 9 did.", "step": "send"}
    practice.send(f"/replies/{world.submitted.id}", sent)
    session.rollback()
    contents = gather_pack(
        session, world.cycle, load_design("qa_sub_group"), edition=1, council="Anywhere"
    )
    [entry] = [one for one in contents.appendix if one.replies]
    assert entry.reference == world.submitted.case_file.reference
    [said] = entry.replies
    assert said.heading == "The audit as a whole"
    assert WORDS in said.words
    assert WORKER not in said.words  # names that the caseload knows are left out
    assert name not in repr(entry)
    data = export_audits(session, world.cycle)
    [given] = [one["practice_reply"] for one in data["audits"] if one["practice_reply"]]
    assert [part["part"] for part in given] == [OVERALL]
    assert name not in repr(given)


def test_a_late_reply_is_kept_and_marked(practice, lead, world, session, monkeypatch):
    late = world.submitted.submitted_at + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: late)
    monkeypatch.setattr(clock, "today", lambda: late.date())
    client = practice  # signed in before the clock moved
    assert client.get("/").status_code == 302
    client = sign_in_to(practice.application, world.people[PRACTITIONER])
    page = f"/replies/{world.submitted.id}"
    assert "You can still send a reply" in words_of(client.get(page))
    client.send(page, {"overall_words": WORDS, "step": "send"})
    assert the_reply(session).late


@pytest.mark.parametrize("level", PracticeSees)
def test_the_practice_sees_as_much_as_the_cycle_says(practice, lead, world, session, level):
    page = f"/replies/cycles/{world.cycle.key}"
    lead.send(page, {"shown": level.value, "days": "5", "because": "police"})
    answer = practice.get(f"/case-files/audits/{world.submitted.id}")
    if level is PracticeSees.NOTHING:
        assert answer.status_code == 404
        assert practice.get(f"/replies/{world.submitted.id}").status_code == 404
        assert world.submitted.case_file.reference not in practice.get("/").text
        return
    assert (EVIDENCE in answer.text) == (level is PracticeSees.EVERYTHING)
    reason = world.submitted.suggested_reason
    assert (reason in words_of(answer)) == (level is not PracticeSees.GRADES)
    assert form_of(world.submitted).grade(world.submitted.grade).label in words_of(answer)


def test_a_cycle_that_leaves_what_its_form_says_gives_a_reason(lead, world, session):
    page = f"/replies/cycles/{world.cycle.key}"
    sent = {"shown": "grades", "days": "5"}
    refused = lead.send(page, sent)
    assert errors_of(refused.text) == {"#because": "Choose why it is not what the form says"}
    lead.send(page, sent | {"because": "court"})
    session.rollback()
    entry = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert json.loads(entry.detail) == {
        "because": [None, "court"],
        "days": [10, 5],
        "shown": ["everything", "grades"],
    }
    assert lead.send(page, sent | {"days": "6"}).status_code == 302
    assert lead.send(page, {"shown": "everything", "days": "6"}).status_code == 302


def test_what_a_family_said_stands_with_the_audit_by_role(lead, world, session):
    page = f"/replies/family/{world.submitted.id}"
    assert set(errors_of(lead.send(page).text)) == {"#voice", "#words"}
    lead.send(page, {"voice": "child", "words": "She listened to me."})
    session.rollback()
    assert session.scalars(select(FamilyFeedback)).one().words == "She listened to me."
    read = words_of(lead.get(f"/audits/{world.submitted.id}/answers"))
    assert "A child or young person" in read
    assert "She listened to me." in read


def test_whose_case_file_it_is_gets_a_mail_that_names_no_child(world, session):
    at = clock.now()
    make_person(session, PRACTITIONER, "Another Worker").worker_name = "Nobody At All"
    session.flush()
    to = {"site_url": "https://audit.example", "council": "Anywhere", "at": at}
    assert ask_for_reply(session, world.submitted, **to) == 1
    mail = session.scalars(select(Mail)).one()
    assert mail.address == world.people[PRACTITIONER].email
    assert f"https://audit.example/case-files/audits/{world.submitted.id}\n" in mail.body
    for secret in (world.submitted.case_file.reference, world.submitted.case_file.council_id):
        assert secret not in mail.body + mail.subject
    world.cycle.shown_to_practice = PracticeSees.NOTHING
    assert ask_for_reply(session, world.submitted, **to) == 0


def test_a_reply_is_one_a_person_and_audit_with_its_moment(world, session):
    for wrong in ({"state": ReplyState.SENT}, {"state": ReplyState.UNSENT, "late": True}):
        session.add(Reply(audit_id=world.submitted.id, person_id=1, saved_at=clock.now(), **wrong))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    assert OVERALL not in [bank.key for bank in form_of(world.submitted).banks]
