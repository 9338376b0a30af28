"""E3: emails carry a link and no child data.

A council is full of canaries; every mail that the program can send is asked for, by page and by
command, and sent; each is searched, as a row and as it goes out.
"""

from __future__ import annotations

import ast
import email
import re
from datetime import UTC, date, datetime
from email.policy import default
from pathlib import Path

import pytest
from cli.conftest import environment, instance, run
from factories import (
    AT,
    KEY,
    TEAMS,
    agree_with_suggestions,
    complete_audit,
    drafts_for,
    make_entry,
    make_extract,
    make_person,
)
from flask import Flask
from sqlalchemy import select
from web.conftest import sign_in_to

from audit_app import clock
from audit_app.anchors import anchor_history
from audit_app.config import Settings
from audit_app.core.access import Role
from audit_app.core.lifecycle import AuditState
from audit_app.core.sampling import Filters
from audit_app.mail import send_due_mail
from audit_app.store.actions import propose_action
from audit_app.store.audits import record_answers
from audit_app.store.calibrations import (
    call_calibration,
    end_calibration,
    tell_readers,
)
from audit_app.store.concerns import escalate_overdue, raise_concern
from audit_app.store.cycles import create_cycle
from audit_app.store.instruments import latest_form, load_form
from audit_app.store.reminders import send_reminders
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import Audit, CaseFile, CaseloadEntry, Mail, RecordedAnswer
from audit_app.web.invitation.asking import set_up_limits

__all__ = ["environment", "instance", "run"]

ROOT = Path(__file__).resolve().parents[2]
BORN = date(2013, 7, 19)
BORN_IN_WORDS = ("2013-07-19", "19/07/2013", "19.7.2013", "19 July 2013", "190713")
EVIDENCE = "CANARY-EVIDENCE the child said so"
LINK = re.compile(
    r"http://127\.0\.0\.1:5000/"
    r"(?:invitation/[A-Za-z0-9_-]{43}|(?:concerns|actions|calibrations|audits)/\d+)\s"
)


@pytest.fixture
def canaries(session) -> list[str]:
    """A cycle drawn and audited; every value that could tell of a child."""
    lead = make_person(session, Role.QA_LEAD, "Quality Lead")
    managers = [
        make_person(session, Role.SENIOR_MANAGER, f"Manager {n}", TEAMS[n]) for n in range(2)
    ]
    entries = [
        make_entry(
            n, council_id=f"CANARYID{n:03}", worker=f"Canaryworker{n} Lee", date_of_birth=BORN
        )
        for n in range(40)
    ]
    make_extract(session, entries)
    version = latest_form(session, "monthly_sample")
    assert version is not None
    cycle = create_cycle(
        session, version, name="CANARYCYCLE", month="2026-11", auditors=managers, at=AT
    )
    draw_cycle_sample(session, cycle, Filters(), per_auditor=2, seed="s", by=lead, at=AT)
    audit = session.scalars(select(Audit)).first()
    assert audit is not None
    complete_audit(session, audit)
    for answer in session.scalars(select(RecordedAnswer)):
        answer.evidence = EVIDENCE
    session.commit()
    references = list(session.scalars(select(CaseFile.reference)))
    assert len(references) == 40
    return [
        "CANARYID",
        "Canaryworker",
        "CANARYCYCLE",
        "CANARY-EVIDENCE",
        KEY.decode(),
        *BORN_IN_WORDS,
        *references,
    ]


@pytest.fixture(autouse=True)
def fresh_limits(app: Flask) -> None:
    """No test is held back by what another asked for."""
    set_up_limits(app)


def ask_for_every_mail(as_role, client, run, session, settings: Settings) -> int:
    """Ask for each kind of mail, by each way that there is; how many that makes."""
    office = as_role(Role.ADMINISTRATOR)
    someone = {"name": "New Person", "scope": "", "team": "", "worker_name": "Canaryworker3 Lee"}
    sent = someone | {"email": "new@council.example", "role": "practitioner"}
    invited = office.send("/people/invite", sent)
    assert office.send(f"{invited.headers['Location']}/invitation").status_code == 302
    client.get("/sign-in/forgotten")
    client.send("/sign-in/forgotten", {"email": "quality.lead@council.example"})
    command = ("people", "invite", "by.command@council.example")
    assert run(*command, "--name", "By Command", "--role", "sub_group", "--team", "North").code == 0
    assert run(*command).code == 0
    session.rollback()
    assert anchor_history(session, settings, at=clock.now(), mail=True) is not None
    audit = session.scalars(select(Audit)).first()
    assert audit is not None
    site = settings.site_url
    raise_concern(session, audit, audit.auditor, EVIDENCE, hours=2, site_url=site, at=AT)
    assert escalate_overdue(session, site_url=site, at=clock.now()) == 1
    calibrate(session, audit, site)
    session.commit()
    submit_by_page(client.application, session)
    return 14


def calibrate(session, audit: Audit, site: str) -> None:
    """Ask two people to read one case file, and tell them that the calibration has ended."""
    free = select(CaseFile).where(CaseFile.id.not_in(select(Audit.case_file_id)))
    readers = [make_person(session, Role.QA_LEAD, f"Reader {n}") for n in range(2)]
    calibration = call_calibration(
        session,
        audit.form_version,
        session.scalars(free.order_by(CaseFile.id)).first(),
        readers,
        due_on=date(2027, 1, 1),
        by=readers[0],
        at=clock.now(),
    )
    tell_readers(session, calibration, site_url=site, council="C", at=clock.now())
    end_calibration(session, calibration, by=readers[0], at=clock.now())
    tell_readers(session, calibration, site_url=site, council="C", at=clock.now())


def submit_by_page(app: Flask, session) -> None:
    """Submit an audit of a practitioner's own case file, who is then asked for a reply.

    Its auditor proposes an action, whose owner is told as well.
    """
    audit = session.scalars(select(Audit).where(Audit.state == AuditState.ALLOCATED)).first()
    entry = session.scalar(
        select(CaseloadEntry).where(CaseloadEntry.case_file_id == audit.case_file_id)
    )
    make_person(session, Role.PRACTITIONER, "Case Holder").worker_name = entry.worker
    owner = make_person(session, Role.ACTION_OWNER)
    propose_action(session, audit, EVIDENCE, owner, date(2026, 12, 1), by=audit.auditor, at=AT)
    record_answers(session, audit, drafts_for(load_form(audit.form_version)), at=AT)
    agree_with_suggestions(session, audit)
    session.commit()
    submitted = sign_in_to(app, audit.auditor).send(f"/audits/{audit.id}/check")
    assert submitted.location == f"/audits/{audit.id}/submitted"
    session.rollback()


def test_no_mail_holds_child_data(
    canaries: list[str], as_role, client, run, session, database, tmp_path: Path
) -> None:
    settings = Settings("sqlite://", tmp_path, "secret", anchor_address="keeper@council.example")
    asked = ask_for_every_mail(as_role, client, run, session, settings)
    rows = list(session.scalars(select(Mail).order_by(Mail.id)))
    assert len(rows) == asked
    texts = [f"{row.address}\n{row.subject}\n{row.body}" for row in rows]
    assert send_due_mail(database, settings) == asked
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == asked
    for file in files:
        message = email.message_from_bytes(file.read_bytes(), policy=default)
        texts.append(f"{message.items()}\n{message.get_content()}")
        assert message.get_content_type() == "text/plain"
        assert not list(message.iter_attachments())
    assert [(text, canary) for text in texts for canary in canaries if canary in text] == []


def test_a_reminder_holds_one_link_and_no_child_data(canaries: list[str], session) -> None:
    """Before, on and after the due day, and to the QA lead in the end."""
    site = "http://127.0.0.1:5000"
    for day in ((2026, 11, 26), (2026, 11, 30), (2026, 12, 3), (2026, 12, 9)):
        send_reminders(session, site_url=site, at=datetime(*day, 9, tzinfo=UTC))
    mails = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert len(mails) == 7  # three to each of two managers, one to the QA lead
    for mail in mails:
        link = "cycles/monthly_sample-2026-11" if mail is mails[-1] else "my-audits"
        assert [line for line in mail.body.splitlines() if "http" in line] == [f"{site}/{link}"]
        text = f"{mail.subject}\n{mail.body}"
        assert [canary for canary in canaries if canary in text] == []


def test_a_mail_to_a_person_holds_one_link_and_loses_it_once_sent(
    canaries: list[str], as_role, client, run, session, database, tmp_path: Path
) -> None:
    settings = Settings("sqlite://", tmp_path, "secret", anchor_address="keeper@council.example")
    ask_for_every_mail(as_role, client, run, session, settings)
    rows = list(session.scalars(select(Mail).order_by(Mail.id)))
    links = [LINK.findall(row.body) for row in rows if row.address != "keeper@council.example"]
    assert re.findall(r"\shttp://127\.0\.0\.1:5000/case-files/audits/[0-9]+\s", rows[-1].body)
    assert [row.body.count("http") for row in rows if row.address[0] != "k"] == [1] * 13
    assert [len(found) for found in links] == [1] * 12 + [0]
    assert (
        len({link for found in links for link in found}) == 10
    )  # one concern, and the end of a calibration, told twice
    send_due_mail(database, settings)
    session.rollback()
    session.expire_all()
    assert {row.body for row in session.scalars(select(Mail))} == {""}


def test_no_other_place_asks_for_mail() -> None:
    """A new kind of mail has to be added to the search above, and then here."""
    callers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "audit_app").rglob("*.py")
        if "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in ("ask_to_send", "Mail", "mail_link")
    }
    assert callers == {
        "audit_app/anchors.py",
        "audit_app/cli/people.py",
        "audit_app/store/actions.py",
        "audit_app/store/calibrations.py",
        "audit_app/store/concerns.py",
        "audit_app/store/mail.py",
        "audit_app/store/mailed_links.py",
        "audit_app/store/reminders.py",
        "audit_app/store/replies.py",
        "audit_app/web/invitation/routes.py",
        "audit_app/web/people/person_page.py",
    }
