"""Exports on the site: what each role may take away of a cycle, and of one case file."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from factories import AT, complete_audit, make_person
from openpyxl import load_workbook
from sqlalchemy import select
from web.page_checks import errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.audits import Draft, record_answers
from audit_app.store.moderation import moderation_of
from audit_app.store.moderation_draw import choose_audit
from audit_app.store.people import Scope, appoint, appointments_of, end_appointment
from audit_app.store.tables import Audit, CaseFile, HistoryEntry, RecordedAnswer

FORMULA = "=1+1 canary evidence"


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


@pytest.fixture
def audits(council, session):
    """All but the last submitted; in each one answer's evidence may not be quoted."""
    found = session.scalars(select(Audit).order_by(Audit.id)).all()
    for audit in found[:-1]:
        complete_audit(session, audit)
        audit.grade_reason = "canary grade"
        answer = session.get_one(RecordedAnswer, (audit.id, "sup_challenge"))
        answer.quotable, answer.evidence = False, FORMULA
        quotable = session.get_one(RecordedAnswer, (audit.id, "chron_place"))
        quotable.evidence = "Ring 07700 900123 canary quote"
    record_answers(session, found[-1], [Draft("chron_place", None, evidence="canary draft")], at=AT)
    session.commit()
    return found


@pytest.fixture
def member(council, session, signed_in):
    """An independent member for the cycle."""
    person = make_person(session, Role.INDEPENDENT_MEMBER, "Ida Member")
    (whole,) = appointments_of(session, person)
    scope = Scope(cycle_id=council.cycle.id)
    appoint(session, person, Role.INDEPENDENT_MEMBER, scope=scope, at=AT)
    end_appointment(session, person, whole, at=AT)
    session.commit()
    return signed_in(person)


def words_of(answer):
    return text_of(parse(answer.get_data(as_text=True)))


def taken(client, council, form):
    answer = client.send(f"/exports/cycles/{council.cycle.key}/file", {"as": form})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=monthly-sample-")
    return answer.data


def test_the_qa_lead_takes_all_that_is_submitted(audits, council, signed_in, session):
    client = signed_in(council.lead)
    assert "5 submitted audits" in words_of(client.get(f"/exports/cycles/{council.cycle.key}"))
    data = json.loads(taken(client, council, "json"))
    assert len(data["audits"]) == 5
    assert data["sample"]["drawn"][0]["auditor"].endswith("@council.example")
    assert "canary draft" not in json.dumps(data)
    session.rollback()
    note = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert (note.action, note.subject, note.subject_id) == ("exported", "cycle", council.cycle.id)
    assert json.loads(note.detail) == {"format": [None, "json"], "audits": [None, 5]}


def test_the_tables_hold_a_row_for_each_answer_and_no_formula(audits, council, signed_in):
    client = signed_in(council.lead)
    rows = list(csv.DictReader(io.StringIO(taken(client, council, "csv").decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(taken(client, council, "xlsx")))
    sheet = list(book.active.iter_rows(values_only=True))
    assert list(rows[0]) == list(sheet[0])
    assert len(rows) == len(sheet) - 1 > 100
    assert {row["Evidence"] for row in rows} >= {f"'{FORMULA}"}
    assert not [row for row in rows for cell in row.values() if cell.startswith("=")]
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    assert FORMULA in {row[list(sheet[0]).index("Evidence")] for row in sheet}
    assert isinstance(sheet[1][list(sheet[0]).index("Weight")], int)


def test_an_independent_member_takes_figures_without_names(audits, council, member):
    for form in ("json", "csv"):
        text = taken(member, council, form).decode("utf-8-sig")
        assert "canary grade" not in text
        assert "canary evidence" not in text
        assert "canary quote" in text
        assert "07700" not in text
        assert "@council.example" not in text
        assert "Manager" not in text
        assert "auditor " in text
    data = json.loads(taken(member, council, "json"))
    assert "sample" not in data
    assert len(data["audits"]) == 5
    assert [row for row in data["audits"][0]["answers"] if row["evidence"] and row["quotable"]]


def test_a_manager_takes_their_own_submitted_audits_only(audits, council, signed_in):
    own = [audit for audit in audits[:-1] if audit.auditor_id == council.managers[0].id]
    client = signed_in(council.managers[0])
    data = json.loads(taken(client, council, "json"))
    assert [row["case_reference"] for row in data["audits"]] == [
        audit.case_file.reference for audit in own
    ]
    others = {audit.case_file.reference for audit in audits} - {
        audit.case_file.reference for audit in own
    }
    assert not [one for one in others if one in json.dumps(data)]
    assert "sample" not in data


def test_nobody_takes_a_cycle_that_they_do_not_see(audits, council, as_role):
    for role in (Role.SENIOR_MANAGER, Role.INDEPENDENT_MEMBER):
        client = as_role(role)
        assert "nothing to take away yet" in words_of(client.get("/exports"))
        assert client.get(f"/exports/cycles/{council.cycle.key}").status_code == 404
        answer = client.send(f"/exports/cycles/{council.cycle.key}/file", {"as": "csv"})
        assert answer.status_code == 404


def test_no_export_holds_the_councils_number(audits, council, signed_in, session):
    for audit in audits:
        audit.case_file.council_id = f"canarynumber{audit.id}"
    session.commit()
    client = signed_in(council.lead)
    assert "canarynumber" not in taken(client, council, "csv").decode()
    assert "canarynumber" not in taken(client, council, "json").decode()


def test_an_unknown_form_is_not_there(audits, council, signed_in):
    client = signed_in(council.lead)
    answer = client.send(f"/exports/cycles/{council.cycle.key}/file", {"as": "../../x"})
    assert answer.status_code == 404


def test_everything_about_a_case_file_is_given_once_asked_and_noted(
    audits, council, signed_in, session
):
    client = signed_in(council.lead)
    case_file = audits[0].case_file
    assert "Everything held about a case file" in words_of(client.get("/exports"))
    for named in (case_file.reference, case_file.council_id):
        answer = client.send("/exports/case-file", {"named": named, "json": "1"})
        assert answer.mimetype == "application/json"
        data = json.loads(answer.data)
        assert data["case_file"]["council_id"] == case_file.council_id
    answer = client.send("/exports/case-file", {"named": case_file.reference, "html": "1"})
    assert answer.headers["Content-Disposition"].endswith(".html")
    assert FORMULA in answer.get_data(as_text=True)
    session.rollback()
    notes = session.scalars(
        select(HistoryEntry.subject_id).where(HistoryEntry.action == "exported everything")
    ).all()
    assert notes == [case_file.id] * 3


def test_a_case_file_that_is_not_there_is_said_so(council, signed_in):
    client = signed_in(council.lead)
    page = client.send("/exports/case-file", {"named": "0000-0000", "html": "1"})
    said = errors_of(page.get_data(as_text=True))
    assert said == {"#named": "There is no case file with this reference or number"}
    page = client.send("/exports/case-file", {"html": "1"}).get_data(as_text=True)
    assert "#named" in errors_of(page)


def test_subject_access_is_the_unscoped_qa_leads(audits, council, member, signed_in, session):
    number = session.scalars(select(CaseFile.council_id)).first()
    for client in (member, signed_in(council.managers[0])):
        assert client.get("/exports/case-file").status_code == 404
        assert client.send("/exports/case-file", {"named": number}).status_code == 404
        assert "Everything held" not in words_of(client.get("/exports"))


def test_the_pages_cost_as_many_queries_however_many_audits(
    audits, council, signed_in, session, database
):
    client = signed_in(council.lead)
    path = f"/exports/cycles/{council.cycle.key}"
    if moderation_of(session, audits[0].id) is None:
        choose_audit(session, audits[0], "To learn.", by=council.lead, at=AT)
        session.commit()
    with counted_queries(database) as many:
        client.get(path)
    for audit in session.scalars(select(Audit).where(Audit.id > audits[0].id)):
        audit.purged_at = AT
    session.commit()
    with counted_queries(database) as few:
        assert "1 submitted audit," in words_of(client.get(path))
    assert len(many) == len(few)
