"""A question bank owned in the browser: drafted, uploaded, edited, tried, published."""

from __future__ import annotations

import pytest
from factories import shipped_library
from web.page_checks import parse, text_of

from audit_app.core.access import Role
from audit_app.store.bank_drafts import draft_of, load_draft


def main_of(page):
    return text_of(next(parse(page).iter("main")))


@pytest.fixture
def lead(as_role):
    return as_role(Role.QA_LEAD)


@pytest.fixture
def draft(lead, session):
    """A draft of the shipped bank on the chronology, as published."""
    assert lead.send("/banks/chronology/1.0/draft").status_code == 302
    return current(session)


def current(session):
    session.rollback()
    session.expire_all()
    return draft_of(session, "chronology")


def fields_of(page, address):
    """What a browser would send of the form on the page that edits something."""
    sent = {}
    for form in parse(page).iter("form"):
        if form.get("action", address) != address or form.get("method") != "post":
            continue
        for control in form.iter():
            name, kind = control.get("name"), control.get("type")
            if not name or name == "csrf_token" or control.tag == "button":
                continue
            if control.tag == "select":
                chosen = [o for o in control.iter("option") if o.get("selected") is not None]
                sent[name] = chosen[0].get("value") if chosen else ""
            elif control.tag == "textarea":
                sent[name] = (control.text or "").removeprefix("\n")
            elif kind not in ("radio", "checkbox"):
                sent[name] = control.get("value") or ""
            elif control.get("checked") is not None:
                sent.setdefault(name, []).append(control.get("value"))
    return sent


def edited(client, address, **changes):
    page = client.get(address)
    assert page.status_code == 200, address
    return client.send(address, fields_of(page.text, address) | changes)


def test_a_question_is_saved_as_it_stands_when_nothing_was_changed(lead, draft, session):
    for question in load_draft(draft).questions:
        address = f"/banks/drafts/{draft.id}/questions/{question.id}"
        assert edited(lead, address).status_code == 302, question.id
    assert current(session).changes == 0
    assert load_draft(draft) == shipped_library().banks["chronology"]
