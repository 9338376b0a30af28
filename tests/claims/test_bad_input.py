"""Bad input, as issue 3 lists it: refused, logged without content, and no error page leaks.

Uploads called `../../x` are in `test_a14_hostile_uploads.py`, links to localhost in
`test_a13_pdf.py`, forged single sign-on tokens in `test_e01_*.py`.
"""

from __future__ import annotations

import logging
import secrets

import pytest
from claims.every_page import addresses, make_full_site
from factories import complete_audit
from flask.sessions import TaggedJSONSerializer
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, text
from web.conftest import SECRET

from audit_app.core.access import Permission, Role
from audit_app.store.audits import audits_of
from audit_app.store.tables import (
    Audit,
    Cycle,
    Finding,
    FindingQuote,
    HistoryEntry,
    RecordedAnswer,
)
from audit_app.web import access
from audit_app.web.database import db

CANARY = "CANARY7f3 Jo lives at 4 Elm Row"
LEAKS = ("Traceback", "/audit_app/", "site-packages", "sqlalchemy", "SELECT ", "INSERT ", CANARY)


def check_page(answer) -> None:
    """The answer tells nothing of what stands behind it."""
    for leak in LEAKS:
        assert leak not in answer.text, leak


@pytest.fixture
def site(session, tmp_path):
    return make_full_site(session, tmp_path)


@pytest.fixture
def lead(site, signed_in):
    return signed_in(site.people[Role.QA_LEAD])


def signed_by(key: str, values: dict[str, object]) -> str:
    """A session cookie as somebody makes it who knows, or guesses, a key."""
    signer = URLSafeTimedSerializer(
        key,
        salt="cookie-session",
        serializer=TaggedJSONSerializer(),
        signer_kwargs={"key_derivation": "hmac"},
    )
    return str(signer.dumps(values))


@pytest.mark.parametrize("kind", ["noise", "another key", "no signature", "known id", "huge"])
def test_a_forged_session_is_nobodys(app, site, kind) -> None:
    lead = site.people[Role.QA_LEAD]
    values = {"_user_id": lead.fs_uniquifier, "_fresh": True, "seen_at": 2_000_000_000}
    cookie = {
        "noise": secrets.token_urlsafe(60),
        "another key": signed_by("not the key of the site", values),
        "no signature": signed_by(SECRET, values).rsplit(".", 1)[0],
        # Signed with the right key, and still there must be a row of the sign-in.
        "known id": signed_by(SECRET, {"_user_id": str(lead.id), "_fresh": True}),
        "huge": "A" * 3_500,
    }[kind]
    client = app.test_client()
    client.set_cookie("session", cookie)
    for path in ("/", "/caseload", "/cycles"):
        answer = client.get(path)
        assert answer.status_code == 302, kind
        assert answer.location.startswith("/sign-in")


def test_a_cookie_is_worth_nothing_after_signing_out(app, site, signed_in) -> None:
    client = signed_in(site.people[Role.QA_LEAD])
    client.get("/")
    kept = client.get_cookie("session")
    assert kept is not None
    assert client.send("/sign-out").status_code == 302
    thief = app.test_client()
    thief.set_cookie("session", kept.value)
    assert thief.get("/").status_code == 302


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "tJ1vV9bqGmW3k0sYzQe8xR5uLh2oN7cA4dPfKiBtEws",
        "../../x",
        "%00",
        "a" * 3000,
        "{{7919*7907}}",
    ],
)
def test_a_forged_mailed_link_opens_nothing(client, token) -> None:
    for path in (f"/invitation/{token}", f"/invitation/{token}/council-account"):
        answer = client.get(path)
        assert answer.status_code in (302, 404, 405), path
        check_page(answer)
        if answer.status_code == 302:
            assert answer.location.startswith("/sign-in")
        assert str(7919 * 7907) not in answer.text


def test_a_changed_address_names_nobody_elses_audit(session, site, signed_in) -> None:
    owner = session.scalars(select(Audit).order_by(Audit.id)).first()
    assert owner is not None
    thief = signed_in(site.people[Role.INDEPENDENT_MEMBER])
    thief.get("/")
    section = f"/audits/{owner.id}/sections/sup_main"
    for path in (section, f"/audits/{owner.id}/judgement", f"/audits/{owner.id}/check"):
        sent = {"question": ["sup_challenge"], "sup_challenge_evidence": CANARY}
        answer = thief.send(path, sent)
        assert answer.status_code == 404
        check_page(answer)
    assert thief.send(f"/audits/{owner.id}/case-number").status_code == 404
    assert not session.scalars(
        select(RecordedAnswer).where(RecordedAnswer.evidence == CANARY)
    ).all()
    session.rollback()
    refused = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "refused")).all()
    assert len(refused) >= 4
    assert CANARY not in repr([(one.subject, one.detail) for one in refused])


def test_a_form_field_of_another_audits_changes_that_audit_not(session, site, signed_in) -> None:
    """The ids stand in the address alone: fields that name another thing are not looked at."""
    manager = site.people[Role.SENIOR_MANAGER]
    mine = next(one for one in audits_of(session, manager) if one.submitted_at is None)
    theirs = session.scalars(
        select(Audit).where(Audit.auditor_id != manager.id).order_by(Audit.id)
    ).first()
    assert theirs is not None
    client = signed_in(manager)
    client.get(f"/audits/{mine.id}/sections/sup_main")
    before = _answers(session, theirs)
    sent = {
        "audit": theirs.id,
        "audit_id": theirs.id,
        "auditor_id": theirs.auditor_id,
        "question": ["sup_challenge", "voice_heard_nowhere", "../../x"],
        "sup_challenge_evidence": CANARY,
        "state": "submitted",
        "score": "100",
    }
    answer = client.send(f"/audits/{mine.id}/sections/sup_main", sent)
    assert answer.status_code < 500
    assert _answers(session, theirs) == before
    session.rollback()
    session.refresh(mine)
    assert mine.submitted_at is None


def _answers(session, audit):
    session.rollback()
    rows = session.scalars(
        select(RecordedAnswer)
        .where(RecordedAnswer.audit_id == audit.id)
        .order_by(RecordedAnswer.question_id)
    )
    return [(row.question_id, row.state, row.value, row.evidence) for row in rows]


def test_a_finding_is_reached_through_its_own_cycle_only(session, site, lead) -> None:
    finding = session.scalars(select(Finding).order_by(Finding.id)).first()
    other = session.scalars(select(Cycle.key).where(Cycle.id != finding.cycle_id)).first()
    state = finding.state
    for end in ("confirm", "reopen", "change"):
        assert lead.send(f"/cycles/{other}/findings/{finding.id}/{end}").status_code == 404
    session.rollback()
    session.refresh(finding)
    assert finding.state is state


def test_a_quote_of_another_cycle_or_of_no_audit_is_refused(session, site, lead) -> None:
    key = site.parts["key"][1]
    cycle = session.scalars(select(Cycle).where(Cycle.key == key)).one()
    other = session.scalars(
        select(Audit).where(Audit.cycle_id != cycle.id).order_by(Audit.id)
    ).first()
    if other.submitted_at is None:
        complete_audit(session, other)
        session.commit()
    address = f"/cycles/{key}/findings/new?theme=supervision"
    lead.get(address)
    typed = {"kind": "strength", "statement": "One sentence that stands alone."}
    count = len(session.scalars(select(Finding)).all())
    for quote in (
        f"{other.id}:sup_challenge",
        "999999:sup_challenge",
        "x",
        ":",
        "1:../../x",
        "²:a",
    ):
        answer = lead.send(address, typed | {"quotes": quote})
        assert answer.status_code == 200, quote
        check_page(answer)
    session.rollback()
    assert len(session.scalars(select(Finding)).all()) == count
    assert not session.scalars(select(FindingQuote).where(FindingQuote.audit_id == other.id)).all()


@pytest.mark.parametrize(
    "written",
    ["999999999999999999999", "0", "-1", "1'--", "%2e%2e%2f", "1 OR 1=1", "\N{SUPERSCRIPT TWO}"],
)
def test_an_id_that_is_none_is_not_found(lead, written) -> None:
    for path in (
        f"/audits/{written}",
        f"/editions/{written}",
        f"/cycles/{written}",
        f"/caseload/{written}",
    ):
        answer = lead.get(path)
        assert answer.status_code in (403, 404), path
        check_page(answer)


PAGED = {
    "caseload.show_extract",
    "exports.show_exports",
    "history.show_history",
    "results.show_answers",
    "retention.show_asked",
    "retention.show_due",
}
PAGES = ("-1", "0", "x", "9" * 30, "1'", "²")


def test_a_page_number_that_is_none_is_no_fault(app, site, lead) -> None:
    """Lists in pages are asked for each of them, every other address for one in turn."""
    assert set(app.view_functions) >= PAGED
    for turn, (rule, path) in enumerate(addresses(app, site, "GET")):
        for page in PAGES if rule.endpoint in PAGED else (PAGES[turn % len(PAGES)],):
            answer = lead.get(f"{path}?page={page}", buffered=True)
            assert answer.status_code < 500, (path, page)


@pytest.mark.parametrize(
    "day", [["9" * 30, "11", "2026"], ["1", "11"], ["1"] * 9, ["²", "1", "2026"]]
)
def test_a_day_that_is_none_is_said_and_nothing_breaks(lead, day) -> None:
    lead.get("/caseload/import")
    answer = lead.send("/caseload/import", {"as_at": day})
    assert answer.status_code == 200
    assert "must be a real date" in answer.text


def test_every_post_with_noise_is_refused_without_a_fault_or_a_trace(
    app, site, lead, caplog
) -> None:
    """Noise of the wrong kinds in every field that a form could have."""
    caplog.set_level(logging.DEBUG)
    for _, path in addresses(app, site, "POST"):
        page = lead.get(path)
        names = set(_names(page.text)) if page.mimetype == "text/html" else set()
        for noise in (
            CANARY,
            f"{CANARY}\0",
            "9" * 400,
            f"\ud800{CANARY}".encode("utf-8", "replace"),
        ):
            data = dict.fromkeys(names | {"confirm", "role", "team"}, noise)
            data["csrf_token"] = lead.token
            answer = FlaskClient.open(lead, path, method="POST", data=data)
            assert answer.status_code < 500, (path, noise)
            assert "Traceback" not in answer.text
    assert CANARY not in caplog.text


def _names(page: str) -> list[str]:
    return [part.split('"', 1)[0] for part in page.split(' name="')[1:] if "csrf" not in part[:12]]


def break_in_sql() -> str:
    """A statement that fails while it carries what somebody typed."""
    db().execute(text("INSERT INTO no_such_table VALUES (:words)"), {"words": CANARY})
    return "never"


def break_in_words() -> str:
    raise ValueError(f"cannot read {CANARY}")


@pytest.mark.parametrize("broken", [break_in_sql, break_in_words])
def test_a_fault_is_logged_without_content(fresh_app, person, monkeypatch, caplog, broken) -> None:
    monkeypatch.setattr(access, "OPEN_ENDPOINTS", access.OPEN_ENDPOINTS | {"broken"})
    fresh_app.add_url_rule("/broken", "broken", broken)
    caplog.set_level(logging.DEBUG)
    answer = fresh_app.test_client().get(f"/broken?q={CANARY}")
    assert answer.status_code == 500
    check_page(answer)
    assert "was not saved" in answer.text
    assert CANARY not in caplog.text
    assert "CANARY7f3" not in caplog.text
    assert "broken" in caplog.text, "where it broke is in the log"


def test_a_refusal_is_logged_without_content(caplog, lead) -> None:
    caplog.set_level(logging.DEBUG)
    answer = lead.get("/editions/999999?q=CANARY7f3")
    assert answer.status_code == 404
    assert "CANARY7f3" not in answer.text
    assert "CANARY7f3" not in caplog.text
    assert Permission.SEE_HOME.value not in answer.text
