"""Words that seem to name somebody are warned of on the audit form, and never refused."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import func, select

from audit_app.store.audits import audits_of
from audit_app.store.tables import HistoryEntry, RecordedAnswer

WORDS = "Worker 3 rang from M1 1AA"
SECTION = "sections/sup_main"
SENT = {"question": "sup_challenge", "sup_challenge": "not_met", "sup_challenge_evidence": WORDS}


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def client(signed_in, council):
    return signed_in(council.managers[0])


def test_the_page_is_shown_once_more_and_nothing_is_lost(client, audit, session):
    path = f"/audits/{audit.id}/{SECTION}"
    first = client.send(path, SENT)
    assert first.status_code == 200
    assert "This seems to hold a postcode and the full name of a worker." in first.text
    session.rollback()  # sees what was kept meanwhile
    assert session.scalar(select(RecordedAnswer.evidence)) == WORDS
    told = re.findall(r'name="told" value="(\w+)"', first.text)
    assert client.send(path, SENT | {"told": told}).status_code == 302
    changed = SENT | {"sup_challenge_evidence": "At M2 2BB", "told": told}
    assert client.send(path, changed).status_code == 200


def test_save_and_come_back_later_is_never_held_up(client, audit):
    assert client.send(f"/audits/{audit.id}/{SECTION}", SENT | {"later": "1"}).status_code == 302


def test_the_judgement_warns_as_well(client, audit):
    path = f"/audits/{audit.id}/judgement"
    page = client.send(path, {"done_well": "Worker 3 did", "difference_made": "0161 496 0000"})
    assert page.status_code == 200
    assert page.text.count("app-words__said") == 2
    told = re.findall(r'name="told" value="(\w+)"', page.text)
    sent = {"done_well": "Worker 3 did", "difference_made": "0161 496 0000", "told": told}
    assert client.send(path, sent).status_code == 302


def test_words_are_checked_before_they_are_saved(client, audit, session):
    entries = session.scalar(select(func.count(HistoryEntry.id)))
    session.rollback()
    found = client.send(f"/audits/{audit.id}/check-words", {"words": WORDS}).get_json()
    session.rollback()
    assert found["marks"] == [
        {"kind": "name", "start": 0, "end": 8},
        {"kind": "postcode", "start": 19, "end": 25},
    ]
    assert found["said"].startswith("This seems to hold")
    assert session.scalar(select(func.count(RecordedAnswer.question_id))) == 0
    assert session.scalar(select(func.count(HistoryEntry.id))) == entries
    clean = client.send(f"/audits/{audit.id}/check-words", {"words": "Seen alone."}).get_json()
    assert clean == {"said": "", "told": "", "marks": []}


def test_anothers_audit_is_not_there(signed_in, council, audit):
    other = signed_in(council.managers[1])
    assert other.send(f"/audits/{audit.id}/check-words", {"words": "x"}).status_code == 404


def test_a_save_notes_codes_and_no_words(client, audit, session):
    path = f"/audits/{audit.id}/{SECTION}"
    client.send(path, SENT)
    client.send(path, SENT)
    client.fill(path, SENT | {"sup_challenge_evidence": "Other words"})
    client.fill(f"/audits/{audit.id}/judgement", {"done_well": "Good work"})
    session.rollback()
    saved = select(HistoryEntry.detail).where(HistoryEntry.action == "saved")
    assert [json.loads(one) for one in session.scalars(saved.order_by(HistoryEntry.id))] == [
        {"sup_challenge": [None, "not_met"]},
        {"sup_challenge": "changed"},
        {"done_well": "changed"},
    ]
    assert "Answers saved" in client.get(f"/audits/{audit.id}").text
