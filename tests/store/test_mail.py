"""Mail waits in rows and goes once, by a real mail server or into files."""

from __future__ import annotations

import email
import stat
import threading
from datetime import datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest
from factories import AT
from sqlalchemy import select, update
from store.smtp_server import mail_server, make_certificate

from audit_app import clock, mail
from audit_app.config import Settings
from audit_app.mail import send_due_mail
from audit_app.store.database import Database
from audit_app.store.mail import LEASE, MailFault, ask_to_send, take_mail, waiting_mail
from audit_app.store.tables import Mail

PAT = "pat@council.example"
BODY = "Open https://audits.council.example/invitation/a-long-token – it’s yours\n.\nA dot alone.\n"


def settings_for(tmp_path: Path, smtp_url: str = "") -> Settings:
    return Settings(
        "sqlite://", tmp_path, "secret", smtp_url=smtp_url, mail_from="audits@council.example"
    )


def ask(database: Database, address: str = PAT, at: datetime | None = None) -> None:
    with database.session() as session:
        ask_to_send(session, address, "Your account", BODY, at=at or clock.now())


def rows(database: Database) -> list[Mail]:
    with database.session(writes=False) as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def make_due(database: Database) -> None:
    """As if the time to try again had come."""
    with database.session() as session:
        session.execute(update(Mail).values(next_try_at=clock.now() - timedelta(seconds=1)))


def test_a_mail_goes_by_the_server_once_and_its_body_is_forgotten(
    database: Database, tmp_path: Path
) -> None:
    ask(database)
    with mail_server() as server:
        settings = settings_for(tmp_path, f"smtp://127.0.0.1:{server.port}")
        assert [send_due_mail(database, settings) for _ in range(2)] == [1, 0]
    (message,) = server.received
    assert (message["To"], message["From"]) == (PAT, "audits@council.example")
    assert message["Subject"] == "Your account"
    assert message.get_content().replace("\r\n", "\n") == BODY
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@council.example>")
    assert server.recipients == [PAT]
    (row,) = rows(database)
    assert (row.body, row.fault, row.attempts) == ("", "", 1)
    assert row.sent_at is not None


def test_without_a_server_mail_is_a_file_for_the_owner_alone(
    database: Database, tmp_path: Path
) -> None:
    ask(database, at=AT)
    assert send_due_mail(database, settings_for(tmp_path)) == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "2026-11-02-090000-1.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    assert message["To"] == PAT
    assert message.get_content().replace("\r\n", "\n") == BODY


def test_a_server_that_is_down_loses_nothing(database: Database, tmp_path: Path) -> None:
    with mail_server() as server:
        port = server.port
    settings = settings_for(tmp_path, f"smtp://127.0.0.1:{port}")
    for _ in range(3):
        ask(database)
    assert send_due_mail(database, settings) == 0
    assert [row.attempts for row in rows(database)] == [1, 0, 0]  # one was enough to see it
    assert {row.fault for row in rows(database)} == {
        "The mail could not be handed over (ConnectionRefusedError)."
    }
    assert send_due_mail(database, settings) == 0
    assert [row.attempts for row in rows(database)] == [1, 0, 0]  # not due yet
    make_due(database)
    with mail_server(port) as server:
        assert send_due_mail(database, settings) == 3
    assert len(server.received) == 3
    assert {row.fault for row in rows(database)} == {""}


def test_it_is_tried_after_1_2_4_minutes_and_then_each_hour(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        settings = settings_for(tmp_path, f"smtp://127.0.0.1:{server.port}")
    monkeypatch.setattr(mail, "now", lambda: moment)
    moment = AT
    ask(database, at=AT)
    waits = []
    for _ in range(9):
        assert send_due_mail(database, settings) == 0
        (row,) = rows(database)
        waits.append((row.next_try_at - moment) / timedelta(minutes=1))
        moment = row.next_try_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_an_address_that_is_refused_holds_up_nobody(database: Database, tmp_path: Path) -> None:
    ask(database, "gone@council.example")
    ask(database, PAT)
    with mail_server(refuses={"gone@council.example"}) as server:
        settings = settings_for(tmp_path, f"smtp://127.0.0.1:{server.port}")
        assert send_due_mail(database, settings) == 1
    assert server.recipients == [PAT]
    gone, pat = rows(database)
    assert gone.fault == "The mail server does not take mail for this address."
    assert (gone.sent_at, gone.body) == (None, BODY)
    assert pat.sent_at is not None
    with database.session() as session:
        assert waiting_mail(session, "gone@council.example") is not None
        assert waiting_mail(session, PAT) is None


def test_a_server_that_hangs_up_gets_it_again(database: Database, tmp_path: Path) -> None:
    ask(database)
    with mail_server(hangs_up=True) as server:
        settings = settings_for(tmp_path, f"smtp://127.0.0.1:{server.port}")
        assert send_due_mail(database, settings) == 0
        make_due(database)
        server.hangs_up = False
        assert send_due_mail(database, settings) == 1
    assert len(server.received) == 1


def test_two_workers_send_each_mail_once(database: Database, tmp_path: Path) -> None:
    for n in range(12):
        ask(database, f"person{n}@council.example")
    with mail_server() as server:
        settings = settings_for(tmp_path, f"smtp://127.0.0.1:{server.port}")
        sent: list[int] = []
        workers = [
            threading.Thread(target=lambda: sent.append(send_due_mail(database, settings)))
            for _ in range(2)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
    assert sorted(server.recipients) == sorted(f"person{n}@council.example" for n in range(12))
    assert sum(sent) == 12


def test_what_a_dead_worker_took_is_sent_after_its_lease(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(database, at=AT)
    with database.session() as session:
        assert take_mail(session, at=AT) is not None  # and then the machine went off
    for after, expected in ((LEASE - timedelta(seconds=1), 0), (LEASE, 1)):
        monkeypatch.setattr(mail, "now", lambda moment=AT + after: moment)
        assert send_due_mail(database, settings_for(tmp_path)) == expected


def test_a_certificate_is_checked(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = make_certificate(tmp_path)
    ask(database)
    for scheme, implicit in (("smtp", False), ("smtps", True)):
        with mail_server(tls=context, implicit=implicit) as server:
            url = f"{scheme}://us%40er:pass@127.0.0.1:{server.port}"
            make_due(database)
            assert send_due_mail(database, settings_for(tmp_path, url)) == 0
        assert (server.received, server.logins) == ([], [])
    (row,) = rows(database)
    assert row.fault == "The mail server’s certificate is not one that this machine trusts."
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for scheme, implicit in (("smtp", False), ("smtps", True)):
        with mail_server(tls=context, implicit=implicit) as server:
            url = f"{scheme}://us%40er:pass@127.0.0.1:{server.port}"
            ask(database)
            make_due(database)
            assert send_due_mail(database, settings_for(tmp_path, url)) >= 1
        assert set(server.encrypted) == {True}
        assert server.logins


def test_another_machine_without_encryption_gets_nothing(
    database: Database, tmp_path: Path
) -> None:
    """127.0.0.2 is a host that the program does not know as its own machine."""
    ask(database)
    with mail_server() as server:
        settings = settings_for(tmp_path, f"smtp://user:pass@127.0.0.2:{server.port}")
        assert send_due_mail(database, settings) == 0
    assert (server.received, server.logins) == ([], [])
    assert "no encryption" in rows(database)[0].fault


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("pat@council.example\nBcc: eve@else.example", "Hello"),
        ("pat@council.example\r", "Hello"),
        (PAT, "Hello\r\nBcc: eve@else.example"),
        (PAT, "Hello\x00"),
        ("", "Hello"),
        (PAT, ""),
    ],
)
def test_no_heading_can_be_added(database: Database, address: str, subject: str) -> None:
    with pytest.raises(MailFault, match="None was sent"), database.session() as session:
        ask_to_send(session, address, subject, BODY, at=AT)
    assert rows(database) == []


def test_an_address_that_is_several_goes_nowhere(database: Database, tmp_path: Path) -> None:
    ask(database, "pat@council.example, eve@else.example")
    ask(database, PAT)
    assert send_due_mail(database, settings_for(tmp_path)) == 1
    several, pat = rows(database)
    assert (several.sent_at, pat.sent_at is None) == (None, False)


def test_a_mail_is_asked_for_with_its_change_or_not_at_all(database: Database) -> None:
    def ask_and_stop() -> None:
        with database.session() as session:
            ask_to_send(session, PAT, "Hello", BODY, at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_stop()
    assert rows(database) == []
