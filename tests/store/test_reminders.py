"""Reminders: to everybody once of each kind, also after a crash; none to those who are exempt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from factories import AT, complete_audit, make_council, make_person
from sqlalchemy import select, update
from store.smtp_server import mail_server

from audit_app import jobs
from audit_app.config import Settings
from audit_app.core.access import Role
from audit_app.core.exemptions import ExemptionReason
from audit_app.core.lifecycle import ExemptionState
from audit_app.core.reminders import ReminderDays, ReminderKind
from audit_app.mail import send_due_mail
from audit_app.store.audits import audits_of
from audit_app.store.cycles import close_cycle
from audit_app.store.database import Database
from audit_app.store.exemptions import ask_exemption
from audit_app.store.reminders import reminded, send_reminders, set_reminders
from audit_app.store.tables import Cycle, Mail, Person, Reminder

SITE = "http://127.0.0.1:5000"
EARLY, BEFORE, DAY, AFTER, LATE = (
    datetime(*day, 9, tzinfo=UTC)
    for day in ((2026, 11, 24), (2026, 11, 25), (2026, 11, 30), (2026, 12, 2), (2026, 12, 7))
)


@pytest.fixture
def council(session):
    return make_council(session)


def addresses(session) -> list[str]:
    return list(session.scalars(select(Mail.address).order_by(Mail.id)))


def remind(session, at: datetime) -> int:
    return send_reminders(session, site_url=SITE, at=at)


def test_everybody_who_is_behind_is_reminded_once_of_each_kind(session, council):
    done, *behind = council.managers
    for audit in audits_of(session, done):
        complete_audit(session, audit)
    asked = [remind(session, at) for at in (EARLY, BEFORE, BEFORE, DAY, DAY, AFTER, AFTER, LATE)]
    assert asked == [0, 2, 0, 2, 0, 2, 0, 1]
    to = [one.email for one in behind]
    assert sorted(addresses(session)[:6]) == sorted(to * 3)
    assert addresses(session)[6:] == [council.lead.email]
    mails = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert all("2 audits to submit" in mail.body for mail in mails[:6])
    assert all(f"{SITE}/my-audits\n" in mail.body for mail in mails[:6])
    assert f"{SITE}/cycles/{council.cycle.key}\n" in mails[6].body
    assert "4 audits are not submitted" in mails[6].body
    assert reminded(session, council.cycle) == {
        ReminderKind.BEFORE: 2,
        ReminderKind.ON_THE_DAY: 2,
        ReminderKind.AFTER: 2,
        ReminderKind.ESCALATION: 1,
    }


def test_a_worker_that_stood_still_sends_one_reminder_and_not_three(session, council):
    assert remind(session, AFTER) == 3
    assert set(session.scalars(select(Reminder.kind))) == {ReminderKind.AFTER}


def test_nobody_is_reminded_who_is_exempt_or_shut_or_whose_cycle_is_closed(session, council):
    exempt, shut, left = council.managers
    asked = ask_exemption(
        session,
        council.cycle,
        exempt,
        ExemptionReason.AWAY,
        (AT.date(), AT.date()),
        by=council.lead,
        at=AT,
    )
    asked.state, asked.decided_by_id, asked.decided_at = ExemptionState.GRANTED, shut.id, AT
    shut.active = False
    session.flush()
    assert remind(session, DAY) == 1
    assert addresses(session) == [left.email]
    close_cycle(council.cycle, at=DAY)
    session.flush()
    assert remind(session, LATE) == 0


def test_the_days_and_the_name_of_a_cycle_are_its_own(session, council):
    named = make_person(session, Role.SENIOR_MANAGER, "Named Person")
    days = ReminderDays(before=0, after=1, escalate=1)
    set_reminders(session, council.cycle, days, named, by=council.lead, at=AT)
    assert remind(session, BEFORE) == 0
    assert remind(session, datetime(2026, 12, 1, 9, tzinfo=UTC)) == 4
    assert addresses(session)[-1] == named.email
    named.active = False  # whoever is named and gone is told for by every QA lead
    assert remind(session, LATE) == 1
    assert addresses(session)[-1] == council.lead.email


@pytest.fixture
def kept(database: Database) -> Cycle:
    """The council, committed."""
    with database.session() as session:
        return make_council(session).cycle


def test_a_crash_before_the_commit_leaves_nothing_and_after_it_sends_nothing_twice(
    database: Database, kept: Cycle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class CrashError(Exception):
        """The worker dies."""

    settings = Settings("sqlite://", tmp_path, "secret")
    monkeypatch.setattr(jobs, "now", lambda: DAY)

    def dies(session, **more):
        send_reminders(session, **more)
        raise CrashError

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "send_reminders", dies)
        with pytest.raises(CrashError):
            jobs.remind_auditors(database, settings)
    assert count(database) == (0, 0)
    for _ in range(3):
        jobs.remind_auditors(database, settings)
    assert count(database) == (3, 3)
    monkeypatch.setattr(jobs, "now", lambda: LATE.replace(hour=3))
    jobs.remind_auditors(database, settings)
    assert count(database) == (3, 3)  # nobody is reminded at night


def test_a_mail_server_that_is_down_delays_reminders_and_loses_none(
    database: Database, kept: Cycle, tmp_path: Path
) -> None:
    with database.session() as session:
        assert send_reminders(session, site_url=SITE, at=DAY) == 3
    with mail_server() as server:
        port = server.port
    settings = Settings(
        "sqlite://",
        tmp_path,
        "secret",
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="a@b.example",
    )
    assert send_due_mail(database, settings) == 0  # nobody listens there
    with database.session() as session:
        # saving goes on, and so does reminding
        assert send_reminders(session, site_url=SITE, at=AFTER) == 3
        session.execute(update(Mail).values(next_try_at=AT - timedelta(days=99)))
    with mail_server(port) as server:
        assert send_due_mail(database, settings) == 6
        assert send_due_mail(database, settings) == 0
    assert len(server.received) == len(set(map(str, server.received))) == 6
    with database.session() as session:
        people = session.scalars(select(Person.email).join(Reminder)).all()
    assert sorted(server.recipients) == sorted(people)


def count(database: Database) -> tuple[int, int]:
    with database.session(writes=False) as session:
        kinds = session.scalars(select(Reminder.kind)).all()
        return len(kinds), len(session.scalars(select(Mail.id)).all())


def test_the_due_day_is_the_one_that_a_reminder_says(session, council):
    council.cycle.due_on = date(2026, 11, 27)
    session.flush()
    remind(session, datetime(2026, 11, 27, 9, tzinfo=UTC))
    subjects = set(session.scalars(select(Mail.subject)))
    assert subjects == {"Audits to submit: due on 27 November 2026"}
