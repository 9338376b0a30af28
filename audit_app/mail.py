"""Sending mail: by the council's mail server, or into files where no server is set."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from audit_app.clock import now
from audit_app.config import Settings
from audit_app.store.database import Database
from audit_app.store.mail import note_fault, note_sent, take_mail
from audit_app.store.tables import Mail

TIMEOUT_SECONDS = 20
_PORTS = {"smtp": 587, "smtps": 465}
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


_OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)


class ServerFault(OSError):
    """The mail server cannot be used as it is set up."""


def send_due_mail(database: Database, settings: Settings) -> int:
    """Send every mail that is due, each once; how many went.

    One that cannot go is tried again later. Where the server does not answer, all of them wait.
    """
    sent = 0
    while True:
        with database.session() as session:
            mail = take_mail(session, at=now())
        if mail is None:
            return sent
        try:
            _send(message_of(mail, settings), mail, settings)
        except (OSError, ValueError, MessageError) as fault:  # smtplib's are OSErrors
            alone = not isinstance(fault, OSError) or isinstance(fault, _OF_ONE_MAIL)
            with database.session() as session:
                note_fault(session, mail, say_fault(fault), at=now(), server=not alone)
        else:
            with database.session() as session:
                note_sent(session, mail, at=now())
            sent += 1


def message_of(mail: Mail, settings: Settings) -> EmailMessage:
    """The message as it is sent; a mail that is sent again carries the same Message-ID."""
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = Address(addr_spec=mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.asked_at)
    domain = message["From"].addresses[0].domain
    message["Message-ID"] = f"<{mail.asked_at:%Y%m%d%H%M%S%f}.{mail.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="quoted-printable")
    return message


def say_fault(fault: Exception) -> str:
    """What went wrong, without the answer of the server, which may repeat the mail."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return "The mail server did not take the name and password of this program."
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return "The mail server does not take mail for this address."
    if isinstance(fault, ssl.SSLError):
        return "The mail server’s certificate is not one that this machine trusts."
    if isinstance(fault, ServerFault):
        return str(fault)
    return f"The mail could not be handed over ({type(fault).__name__})."


def _send(message: EmailMessage, mail: Mail, settings: Settings) -> None:
    if not settings.smtp_url:
        _write(message, mail, settings.mail_folder)
        return
    url = urlsplit(settings.smtp_url)
    with _connect(url) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        sender = message["From"].addresses[0].addr_spec
        server.send_message(message, from_addr=sender, to_addrs=[mail.address])


def _connect(url: SplitResult) -> smtplib.SMTP:
    """A connection that is encrypted and whose certificate was checked.

    Only a server on this machine may do without: a mail can hold a link that lets somebody in.
    """
    host, port = url.hostname or "localhost", url.port or _PORTS[url.scheme]
    trust = ssl.create_default_context()
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=trust)
    server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trust)
        elif host not in _HERE:
            raise ServerFault("The mail server offers no encryption (STARTTLS), so nothing goes.")
    except BaseException:
        server.close()
        raise
    return server


def _write(message: EmailMessage, mail: Mail, folder: Path) -> None:
    """Write the mail into the folder, for the owner of this program alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{mail.asked_at:%Y-%m-%d-%H%M%S}-{mail.id}.eml"
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.as_bytes())
    unfinished.replace(path)
