"""Claim A9: reads of a child's identifier, and refusals, are in the history, without case content.

Rows are counted; canaries that stand in the case file and in the evidence are searched for in
every column of the history and in everything that the site logged.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from factories import AT, Council, complete_audit
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session
from web.conftest import sign_in_to
from web.page_checks import CheckedClient

from audit_app.core.lifecycle import FindingKind
from audit_app.store.audits import form_of
from audit_app.store.findings import FindingText, draft_finding
from audit_app.store.tables import (
    Audit,
    CaseFile,
    CaseloadEntry,
    Cycle,
    HistoryEntry,
    Person,
    RecordedAnswer,
    RecordedState,
)
from audit_app.web.database import db

CHILD, WORKER, BORN = "canary-child-81", "Canary Worker", date(2011, 3, 27)
EVIDENCE, STATEMENT = "canary-evidence words", "canary-statement words"


@pytest.fixture
def audit(session: Session, council: Council) -> Audit:
    """A manager's audit, whose case file and evidence are full of canaries."""
    found = session.scalars(
        select(Audit).where(Audit.auditor_id == council.managers[0].id).order_by(Audit.id)
    ).first()
    assert found is not None
    case_file = session.get_one(CaseFile, found.case_file_id)
    case_file.council_id = CHILD
    session.execute(
        update(CaseloadEntry)
        .where(CaseloadEntry.case_file_id == case_file.id)
        .values(worker=WORKER, date_of_birth=BORN)
    )
    session.commit()
    return found


@pytest.fixture
def logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Callable[[], str]:
    """Everything that was logged or printed so far."""
    caplog.set_level("DEBUG")

    def so_far() -> str:
        printed = capfd.readouterr()
        return caplog.text + printed.out + printed.err

    return so_far


def rows(session: Session, action: str) -> list[HistoryEntry]:
    session.rollback()
    found = session.scalars(select(HistoryEntry).where(HistoryEntry.action == action))
    return list(found)


def every_word(session: Session) -> str:
    """Every column of every entry."""
    session.rollback()
    table = HistoryEntry.__table__
    return "\n".join(str(tuple(row)) for row in session.execute(select(table)))


def test_each_read_of_an_identifier_is_one_entry(
    session: Session,
    council: Council,
    audit: Audit,
    signed_in: Callable[[Person], CheckedClient],
    logged: Callable[[], str],
) -> None:
    client = signed_in(council.managers[0])
    assert CHILD not in client.get(f"/audits/{audit.id}").text
    for count in (1, 2):
        assert CHILD in client.send(f"/audits/{audit.id}/case-number").text
        shown = rows(session, "case number shown")
        assert len(shown) == count
        assert (shown[-1].person_id, shown[-1].subject_id) == (council.managers[0].id, audit.id)
    other = signed_in(council.managers[1])
    assert other.send(f"/audits/{audit.id}/case-number").status_code == 404
    assert len(rows(session, "case number shown")) == 2
    said = every_word(session) + logged()
    assert not [one for one in (CHILD, WORKER, BORN.isoformat()) if one in said]


def test_each_opening_of_an_attachment_is_one_entry_without_its_name(
    session: Session,
    council: Council,
    audit: Audit,
    signed_in: Callable[[Person], CheckedClient],
    logged: Callable[[], str],
) -> None:
    client = signed_in(council.managers[0])
    client.get(f"/audits/{audit.id}/attachments")
    sent = {"file": (BytesIO(EVIDENCE.encode()), "canary-name.txt")}
    assert client.send(f"/audits/{audit.id}/attachments", sent).status_code == 302
    for count in (1, 2):
        assert client.get("/audits/attachments/1").text == EVIDENCE
        opened = rows(session, "opened attachment")
        assert len(opened) == count
        assert (opened[-1].person_id, opened[-1].subject_id) == (council.managers[0].id, 1)
    other = signed_in(council.managers[1])
    assert other.get("/audits/attachments/1").status_code == 404
    assert len(rows(session, "opened attachment")) == 2
    assert rows(session, "refused")[-1].subject == "attachment"
    client.get(f"/audits/{audit.id}/attachments")
    assert client.send("/audits/attachments/1/remove").status_code == 302
    assert len(rows(session, "removed a file")) == 1
    assert "canary" not in every_word(session) + logged()


def test_each_refusal_is_one_entry_without_content(
    session: Session,
    council: Council,
    audit: Audit,
    signed_in: Callable[[Person], CheckedClient],
    logged: Callable[[], str],
) -> None:
    other = signed_in(council.managers[1])
    asked = [
        (other.get(f"/audits/{audit.id}"), 404),
        (other.get(f"/audits/{audit.id}?word={CHILD}"), 404),
        (other.get(f"/caseload?word={EVIDENCE}"), 403),
        (other.send("/caseload/import", {"as_at": EVIDENCE}), 403),
        (other.get("/cycles/canary-cycle/results"), 403),
    ]
    assert [answer.status_code for answer, _wanted in asked] == [wanted for _, wanted in asked]
    refused = rows(session, "refused")
    assert len(refused) == len(asked)
    assert {row.person_id for row in refused} == {council.managers[1].id}
    assert [row.subject_id for row in refused][:2] == [audit.id, audit.id]
    assert "canary" not in every_word(session) + logged()


def test_a_finding_notes_that_words_changed_and_not_which(
    session: Session,
    council: Council,
    audit: Audit,
    signed_in: Callable[[Person], CheckedClient],
    logged: Callable[[], str],
) -> None:
    cycle = session.get_one(Cycle, council.cycle.id)
    complete_audit(session, session.get_one(Audit, audit.id))
    theme = form_of(session.get_one(Audit, audit.id)).banks[0].key
    text = FindingText(theme, None, FindingKind.STRENGTH, "Canary before.", 1, 1)
    finding = draft_finding(session, cycle, text, by=council.lead, at=AT)
    session.commit()
    client = signed_in(council.lead)
    here = f"/cycles/{cycle.key}/findings/{finding.id}"
    client.get(f"{here}/change")
    data = {"kind": "area_for_development", "statement": STATEMENT}
    assert client.send(f"{here}/change", data).status_code == 302
    client.send(f"{here}/confirm")
    client.send(f"{here}/reopen")
    assert '"kind":["strength","area_for_development"]' in rows(session, "changed")[0].detail
    assert '"statement":"changed"' in rows(session, "changed")[0].detail
    assert rows(session, "confirmed")[0].detail == '{"state":["draft","confirmed"]}'
    assert rows(session, "reopened")[0].detail == '{"state":["confirmed","draft"]}'
    assert "anary" not in every_word(session) + logged()


def test_an_error_of_the_program_logs_no_content(
    fresh_app: Flask,
    session: Session,
    council: Council,
    audit: Audit,
    logged: Callable[[], str],
) -> None:
    client = sign_in_to(fresh_app, council.managers[0])
    assert client.post("/audits/1/sections/x", data={"a": EVIDENCE}).status_code == 400
    assert client.get(f"/nowhere/{audit.id}", query_string={"q": EVIDENCE}).status_code == 404
    assert client.send(f"/audits/{audit.id}/sections/nothing", {"a": EVIDENCE}).status_code == 404
    said = logged()
    assert EVIDENCE not in every_word(session) + said


def test_a_fault_of_the_database_logs_no_content(
    fresh_app: Flask,
    session: Session,
    council: Council,
    audit: Audit,
    monkeypatch: pytest.MonkeyPatch,
    logged: Callable[[], str],
) -> None:
    """The statement that fails holds evidence, which drivers like to repeat."""

    def fail(*_arguments: object, **_named: object) -> None:
        db().execute(
            insert(RecordedAnswer),
            [
                {
                    "audit_id": audit.id,
                    "question_id": "a.question",
                    "state": RecordedState.ANSWERED,
                    "value": None,  # against a check of the schema
                    "evidence": EVIDENCE,
                    "recorded_at": AT,
                }
            ],
        )

    monkeypatch.setattr("audit_app.web.audits.routes.submit_audit", fail)
    client = sign_in_to(fresh_app, council.managers[0])
    answer = client.send(f"/audits/{audit.id}/check")
    assert answer.status_code == 500
    said = logged()
    assert "Exception on" in said or "IntegrityError" in said
    assert EVIDENCE not in said + answer.text
