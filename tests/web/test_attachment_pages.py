"""Attaching a file to evidence, opening it and removing it, without scripts; and its place."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from attachments.daemon import EICAR, daemon, dead_address
from attachments.sample_files import HTML, PDF, TEXT, office
from factories import AT, complete_audit, make_person
from sqlalchemy import select
from web.page_checks import errors_of, filled

from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.access import Role
from audit_app.store.audits import Draft
from audit_app.store.exports_by_person import export_for
from audit_app.store.people import Scope, appoint
from audit_app.store.tables import Attachment, Audit, Cycle, HistoryEntry, RecordedState

QUESTION = "sup_challenge"
PLACE = "case note 3 March, page 4"


@pytest.fixture
def audit(session, council):
    wanted = select(Audit).where(Audit.auditor_id == council.managers[0].id).order_by(Audit.id)
    return session.scalars(wanted).first()


@pytest.fixture
def client(council, signed_in):
    return signed_in(council.managers[0])


@pytest.fixture
def folder(app):
    return AttachmentFolder.of(app.config["INSTANCE"])


@pytest.fixture
def attach(client, audit):
    def send(content=PDF, name="page 4.pdf", question=QUESTION, **more):
        where = f"/questions/{question}" if question else ""
        path = f"/audits/{audit.id}{where}/attachments"
        return client.send(path, {"file": (BytesIO(content), name)}, **more)

    return send


@pytest.fixture
def scanned_by(app):
    """Sets where the scanner listens, and puts it back."""

    def listen(address):
        app.config["CLAMAV_SOCKET"] = address

    yield listen
    app.config["CLAMAV_SOCKET"] = ""


def rows(session):
    session.rollback()
    return session.scalars(select(Attachment).order_by(Attachment.id)).all()


def appoint_for(session, member, cycle):
    """An independent member of this cycle, who reads its quotes."""
    scope = Scope(cycle_id=cycle.id)
    appoint(session, member, Role.INDEPENDENT_MEMBER, at=AT, scope=scope)


def test_a_file_is_attached_listed_opened_and_removed(session, client, audit, attach, folder):
    section = f"/audits/{audit.id}/sections/sup_main"
    assert "Attach a file" in client.get(section).text
    assert attach(follow_redirects=True).status_code == 200
    [row] = rows(session)
    id_ = row.id
    assert (row.question_id, row.name, row.added_by_id) == (
        QUESTION,
        "page 4.pdf",
        audit.auditor_id,
    )
    page = client.get(f"/audits/{audit.id}/questions/{QUESTION}/attachments").text
    assert "page 4.pdf" in page
    assert f"PDF, {len(PDF)} bytes" in page
    assert "1 file attached" in client.get(section).text
    assert "1 file attached" in client.get(f"/audits/{audit.id}").text
    opened = client.get(f"/audits/attachments/{id_}")
    assert opened.data == PDF
    assert opened.mimetype == "application/pdf"
    assert opened.headers["Content-Disposition"].startswith("attachment;")
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert opened.headers["Cache-Control"] == "no-store"
    assert "sandbox" in opened.headers["Content-Security-Policy"]
    client.get(f"/audits/{audit.id}/questions/{QUESTION}/attachments")
    assert client.send(f"/audits/attachments/{id_}/remove").status_code == 302
    assert not rows(session)
    assert not folder.names()
    assert client.get(f"/audits/attachments/{id_}").status_code == 404
    actions = session.scalars(select(HistoryEntry.action).order_by(HistoryEntry.id)).all()
    said = [one for one in actions if "attach" in one or "removed" in one]
    assert said == ["attached a file", "opened attachment", "removed a file"]


def test_a_file_of_the_whole_audit_stands_apart(session, client, audit, attach):
    attach(TEXT, "note.txt", question="")
    attach()
    client.get("/")  # which says what was attached last
    whole = client.get(f"/audits/{audit.id}/attachments").text
    before, after = whole.split("Attached elsewhere in this audit")
    assert "note.txt" in before
    assert "page 4.pdf" not in before
    assert "page 4.pdf" in after
    assert client.get(f"/audits/{audit.id}/questions/nothing/attachments").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (HTML, "page.pdf", "not a PDF"),
        (b"", "page.pdf", "is empty"),
        (PDF, "page.docx", "its content the file is a PDF"),
        (office("docx", {"word/vbaProject.bin": b"x"}), "a.docx", "macros"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_kept(session, attach, folder, content, name, said):
    attach(TEXT, "first.txt")
    answer = attach(content, name)
    assert said in errors_of(answer.text)["#file"]
    assert "first.txt" in answer.text
    assert len(rows(session)) == len(folder.names()) == 1


def test_without_a_file_the_page_asks_for_one(client, audit):
    client.get(f"/audits/{audit.id}/attachments")
    answer = client.send(f"/audits/{audit.id}/attachments", {})
    assert "Choose a file" in errors_of(answer.text)["#file"]


def test_a_file_that_is_too_large_says_so(app, session, attach, folder, monkeypatch):
    monkeypatch.setitem(app.config, "LARGEST_ATTACHMENT", 1024**2)
    answer = attach(b"a" * (1024**2 + 1), "long.txt")
    answer.request.environ["wsgi.input"].close()  # the test client's own copy
    assert answer.status_code == 413
    assert "larger than 1 MB" in errors_of(answer.text)["#file"]
    assert not rows(session)
    assert not folder.names()


def test_the_scanner_is_asked_first(session, attach, folder, scanned_by):
    with daemon() as clamd:
        scanned_by(clamd.address)
        assert attach(TEXT, "note.txt").status_code == 302
        answer = attach(b"Words " + EICAR, "bad.txt")
        assert "found something" in errors_of(answer.text)["#file"]
    assert clamd.read[0] == TEXT
    assert len(rows(session)) == len(folder.names()) == 1


def test_where_the_scanner_is_away_nothing_is_kept(session, attach, folder, scanned_by):
    scanned_by(dead_address())
    answer = attach(TEXT, "note.txt")
    assert "could not be checked" in errors_of(answer.text)["#file"]
    assert not rows(session)
    assert not folder.names()


def test_the_lead_opens_what_was_submitted_and_a_reader_of_quotes_never(
    session, council, audit, attach, signed_in
):
    attach()
    [row] = rows(session)
    lead = signed_in(session.merge(council.lead))
    address = f"/audits/attachments/{row.id}"
    session.rollback()
    member = make_person(session, Role.INDEPENDENT_MEMBER)
    cycle = session.get_one(Cycle, council.cycle.id)
    appoint(
        session,
        member,
        Role.INDEPENDENT_MEMBER,
        at=audit.allocated_at,
        scope=Scope(cycle_id=cycle.id),
    )
    session.commit()
    assert lead.get(address).status_code == 404, "not submitted yet"
    complete_audit(session, session.get_one(Audit, audit.id))
    session.commit()
    assert lead.get(address).data == PDF
    assert "page 4.pdf" in lead.get(f"/audits/{audit.id}/answers").text
    quotes = signed_in(member)
    assert quotes.get(address).status_code == 404
    assert "page 4.pdf" not in quotes.get(f"/cycles/{cycle.key}/results/supervision/answers").text
    assert lead.send(f"{address}/remove").status_code == 404


def test_a_file_that_was_changed_is_not_given_out(session, client, attach, folder):
    attach()
    [row] = rows(session)
    (folder.path / row.stored_as).write_bytes(b"%PDF something else")
    answer = client.get(f"/audits/attachments/{row.id}")
    assert answer.status_code == 410
    assert "cannot be opened" in answer.text


def test_the_place_is_saved_with_the_answer_and_shown(session, council, client, audit):
    path = f"/audits/{audit.id}/sections/sup_main"
    sent = {"question": QUESTION, QUESTION: "not_met", f"{QUESTION}_evidence": "No challenge"}
    client.fill(path, sent | {f"{QUESTION}_place": f"  {PLACE}\r\n", f"{QUESTION}_quotable": "y"})
    assert filled(client.get(path).text)[f"{QUESTION}_place"] == [PLACE]
    assert f"Where on the file: {PLACE}" in client.get(f"/audits/{audit.id}/check").text
    session.rollback()
    entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "saved")).all()[-1]
    assert PLACE not in entry.detail
    assert QUESTION in json.loads(entry.detail)


def test_a_place_alone_is_kept_and_is_no_evidence(client, audit):
    path = f"/audits/{audit.id}/sections/sup_main"
    client.fill(path, {"question": QUESTION, f"{QUESTION}_place": PLACE})
    assert filled(client.get(path).text)[f"{QUESTION}_place"] == [PLACE]
    client.fill(path, {"question": QUESTION, QUESTION: "not_met", f"{QUESTION}_place": PLACE})
    assert f"#{QUESTION}_evidence" in client.get(f"/audits/{audit.id}/check").text


@pytest.mark.parametrize("quotable", [True, False])
def test_an_export_has_the_place_and_masks_it_for_readers_of_quotes(
    session, council, audit, person, quotable
):
    place = "note of 01/02/2026 by pat@council.example"
    draft = Draft(
        QUESTION, RecordedState.ANSWERED, "met", evidence="Seen", quotable=quotable, place=place
    )
    complete_audit(session, audit, {QUESTION: draft})
    member = person(Role.INDEPENDENT_MEMBER)
    cycle = session.get_one(Cycle, council.cycle.id)
    appoint(
        session,
        member,
        Role.INDEPENDENT_MEMBER,
        at=audit.allocated_at,
        scope=Scope(cycle_id=cycle.id),
    )
    session.commit()

    def place_for(reader):
        [one] = export_for(session, reader, cycle).data["audits"]
        return next(row["place"] for row in one["answers"] if row["question"] == QUESTION)

    assert place_for(session.merge(council.lead)) == place
    assert "pat@council.example" not in place_for(member)
    assert bool(place_for(member)) == quotable
