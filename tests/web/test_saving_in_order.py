"""B4, B5, B10: two windows, saves twice and late, a session that ended; no word is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from web.page_checks import errors_of, filled, parse, text_of

from audit_app import clock
from audit_app.store.audits import audits_of
from audit_app.store.sign_ins import end_sign_ins
from audit_app.store.tables import Audit, HistoryEntry, RecordedAnswer

QUESTION = "sup_challenge"
HIDDEN = ("question", "stamp", "window", "number")


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def client(council, signed_in):
    return signed_in(council.managers[0])


@pytest.fixture
def path(audit):
    return f"/audits/{audit.id}/sections/sup_main"


def evidence(session, audit, question=QUESTION):
    session.rollback()
    row = session.get(RecordedAnswer, (audit.id, question))
    return row.evidence if row else None


class Window:
    """A page that was opened once, and what it then sends."""

    def __init__(self, client, path, name):
        self.client, self.path, self.name = client, path, name
        self.number = 0
        shown = filled(client.get(path).text)
        self.stamp = next(s for s in shown["stamp"] if s.startswith(f"{QUESTION} "))

    def fields(self, words, number):
        return {
            "question": QUESTION,
            "stamp": self.stamp,
            "window": self.name,
            "number": str(number),
            QUESTION: "not_met",
            f"{QUESTION}_evidence": words,
        }

    def autosave(self, words, number=None, *, learns=True):
        self.number = number or self.number + 1
        answer = self.client.send(f"{self.path}/autosave", self.fields(words, self.number))
        if learns and answer.status_code == 200:
            self.stamp = answer.json["saved"].get(QUESTION, self.stamp)
        return answer


def test_an_autosave_is_acknowledged_with_its_time_progress_and_new_stamp(
    session, client, path, audit
):
    window = Window(client, path, "window-one")
    before = window.stamp
    answer = window.autosave("Page 3")
    assert answer.status_code == 200
    assert answer.json["conflicts"] == []
    assert answer.json["saved"][QUESTION] == window.stamp != before
    assert answer.json["progress"].startswith("1 of ")
    assert evidence(session, audit) == "Page 3"


def test_a_save_sent_ten_times_changes_once_and_an_old_one_never_wins(session, client, path, audit):
    window = Window(client, path, "window-one")
    for _ in range(10):
        window.autosave("first", 1, learns=False)
    window.autosave("third", 3, learns=False)
    window.autosave("second", 2, learns=False)
    assert evidence(session, audit) == "third"
    saved = select(func.count(HistoryEntry.id)).where(HistoryEntry.action == "saved")
    assert session.scalar(saved) == 2


def test_two_windows_are_shown_both_texts_and_nothing_is_overwritten(session, client, path, audit):
    one, other = Window(client, path, "window-one"), Window(client, path, "window-two")
    one.autosave("what the first window says")
    answer = other.autosave("what the second window says")
    assert (answer.json["conflicts"], answer.json["saved"]) == ([QUESTION], {})
    assert evidence(session, audit) == "what the first window says"
    page = client.send(path, other.fields("what the second window says", 2))
    words = text_of(parse(page.text))
    assert "what the first window says" in words
    assert "what the second window says" in words
    assert "in another window of yours" in words
    resolving = resolve(page.text)
    unchosen = client.send(path, resolving)
    assert list(errors_of(unchosen.text)) == ["#keep-1"]
    assert evidence(session, audit) == "what the first window says"
    client.send(path, resolving | {f"keep.{QUESTION}": "mine"})
    assert evidence(session, audit) == "what the second window says"


def test_what_was_saved_can_be_kept_instead(session, client, path, audit):
    one, other = Window(client, path, "window-one"), Window(client, path, "window-two")
    one.autosave("first")
    page = client.send(path, other.fields("second", 1))
    answer = client.send(path, resolve(page.text) | {f"keep.{QUESTION}": "saved"})
    assert answer.status_code == 302
    assert evidence(session, audit) == "first"


def test_a_window_that_did_not_touch_a_question_leaves_what_another_wrote(
    session, client, path, audit
):
    old = filled(client.get(path).text)
    Window(client, path, "window-one").autosave("written meanwhile")
    sent = {name: old[name] for name in HIDDEN}
    answer = client.send(path, sent | {"sup_file_signed": "met"})
    assert answer.status_code == 302
    assert evidence(session, audit) == "written meanwhile"
    assert evidence(session, audit, "sup_file_signed") == ""


def test_grades_and_texts_of_two_windows_meet_on_the_same_page(session, client, audit):
    address = f"/audits/{audit.id}/judgement"
    old = filled(client.get(address).text)
    client.fill(address, {"done_well": "first words"})
    page = client.send(address, {n: old[n] for n in HIDDEN} | {"done_well": "second words"})
    words = text_of(parse(page.text))
    assert "first words" in words
    assert "second words" in words
    session.rollback()
    assert session.get(Audit, audit.id).done_well == "first words"
    client.send(address, resolve(page.text) | {"keep./done_well": "mine"})
    session.rollback()
    assert session.get(Audit, audit.id).done_well == "second words"


def test_a_judgement_is_saved_place_by_place(session, client, audit):
    address = f"/audits/{audit.id}/judgement"
    shown = filled(client.get(address).text)
    stamp = next(s for s in shown["stamp"] if s.startswith("/difference_made "))
    sent = {"question": "/difference_made", "stamp": stamp, "window": "window-one", "number": "1"}
    answer = client.send(f"{address}/autosave", sent | {"difference_made": "School was told"})
    assert list(answer.json["saved"]) == ["/difference_made"]
    session.rollback()
    assert session.get(Audit, audit.id).difference_made == "School was told"


def test_who_has_been_signed_out_gets_their_words_back_and_saves_them(
    session, client, path, audit, council, signed_in
):
    window = Window(client, path, "window-one")
    sent = window.fields("Typed for twenty minutes", 0)
    end_sign_ins(session, council.managers[0], at=clock.now())
    session.commit()
    page = client.send(path, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 401, page.location
    assert "Typed for twenty minutes" in text_of(parse(page.text))
    assert evidence(session, audit) is None
    again = signed_in(council.managers[0])
    once_more = again.post(path, data=resend(page.text), headers={"Sec-Fetch-Site": "same-origin"})
    assert once_more.status_code == 400
    answer = again.send(path, resend(once_more.text))
    assert answer.status_code == 302
    assert evidence(session, audit) == "Typed for twenty minutes"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://localhost.elsewhere"}, {}],
)
def test_another_sites_form_is_never_shown_as_ones_own(client, path, headers):
    page = client.post(path, data={"sup_challenge_evidence": "planted words"}, headers=headers)
    assert page.status_code == 400
    assert "planted" not in page.text


def test_where_the_server_fails_the_words_come_back(client, path, app, monkeypatch):
    window = Window(client, path, "window-one")

    def fail(*_arguments, **_options):
        raise OSError("the disk is full")

    monkeypatch.setattr("audit_app.store.save_stamps.save_answers", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    sent = window.fields("Typed for twenty minutes", 0)
    page = client.send(path, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 500
    words = text_of(parse(page.text))
    assert "could not be saved" in words
    assert "Typed for twenty minutes" in words
    monkeypatch.undo()
    assert client.send(path, resend(page.text)).status_code == 302


def test_a_token_is_given_to_whom_the_audit_belongs(client, signed_in, council, audit):
    assert client.get(f"/audits/{audit.id}/form-token").json["token"]
    other = signed_in(council.managers[1])
    assert other.get(f"/audits/{audit.id}/form-token").status_code == 404


def test_a_submitted_audit_says_so_to_a_page_that_still_saves(session, client, path, audit):
    window = Window(client, path, "window-one")
    row = session.get(Audit, audit.id)
    row.state, row.submitted_at, row.scored_hash = "submitted", row.allocated_at, "0" * 64
    session.commit()
    answer = window.autosave("Too late")
    assert answer.status_code == 409
    assert "has been submitted" in answer.json["said"]


def resolve(page):
    """The hidden fields of the page that shows both texts."""
    return _hidden(page, "resolving")


def resend(page):
    """The hidden fields of the page that sends a form once more."""
    return _hidden(page, "question")


def _hidden(page, having):
    for form in parse(page).iter("form"):
        fields = {}
        for element in form.iter("input"):
            if element.get("type") == "hidden" and element.get("name") != "csrf_token":
                fields.setdefault(element.get("name"), []).append(element.get("value") or "")
        if having in fields:
            return fields
    raise AssertionError(f"no form with {having}")
