"""Mail as rows: asked for in the transaction that needs it, and taken by a worker to be sent.

A mail is sent at least once. Two workers cannot take it at the same moment; but a worker that dies
after the mail server said yes, and before the row says so, leaves it to be sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit_app.core.faults import Refusal
from audit_app.store.tables import Mail

#: How long a worker has for one mail; after that it is taken to have died.
LEASE = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=1)


class MailFault(Refusal):
    """One sentence: why a mail cannot be sent as it is."""


def ask_to_send(session: Session, address: str, subject: str, body: str, *, at: datetime) -> Mail:
    """Ask for a mail; it goes once the transaction is committed. It must hold no case data.

    MailFault when the address or the subject holds a line end or another control character, which
    could add a heading to the mail.
    """
    if not (address and subject and address.isprintable() and subject.isprintable()):
        raise MailFault("A mail needs an address and a subject of one line each. None was sent.")
    mail = Mail(address=address, subject=subject, body=body, asked_at=at, next_try_at=at)
    session.add(mail)
    session.flush()
    return mail


def take_mail(session: Session, *, at: datetime) -> Mail | None:
    """Take the oldest of the mails that are due; None when none is. Commit before sending it.

    Those that were tried least go first, so that one which never goes holds up no other.
    """
    mail = session.scalar(
        select(Mail)
        .where(Mail.sent_at.is_(None), Mail.next_try_at <= at)
        .order_by(Mail.attempts, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if mail is None:
        return None
    mail.attempts += 1
    mail.next_try_at = at + LEASE
    session.flush()
    return mail


def note_sent(session: Session, mail: Mail, *, at: datetime) -> None:
    """It is sent: the body, which may hold a link that lets somebody in, is forgotten."""
    session.execute(update(Mail).where(Mail.id == mail.id).values(sent_at=at, body="", fault=""))


def note_fault(session: Session, mail: Mail, fault: str, *, at: datetime, server: bool) -> None:
    """It could not be sent: try again after 1, 2, 4 … minutes, at most an hour.

    `server`: the fault is the server's, so that every mail waits until then.
    """
    wait = min(timedelta(minutes=2 ** min(mail.attempts - 1, 6)), LONGEST_WAIT)
    again = at + wait
    session.execute(
        update(Mail)
        .where(Mail.id == mail.id, Mail.sent_at.is_(None), Mail.attempts == mail.attempts)
        .values(next_try_at=again, fault=fault)
    )
    if server:
        session.execute(
            update(Mail)
            .where(Mail.sent_at.is_(None), Mail.next_try_at <= at)
            .values(next_try_at=again, fault=fault)
        )


def waiting_mail(session: Session, address: str) -> Mail | None:
    """The newest mail to this address that has not gone yet."""
    return session.scalar(
        select(Mail)
        .where(Mail.address == address, Mail.sent_at.is_(None))
        .order_by(Mail.id.desc())
        .limit(1)
    )
