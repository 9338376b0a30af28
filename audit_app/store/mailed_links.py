"""Links by which a person comes in once: made, mailed, found again and used."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from audit_app.store.mail import ask_to_send
from audit_app.store.tables import LinkPurpose, MailedLink, Person

TOKEN_BYTES = 32
LASTS: Mapping[LinkPurpose, timedelta] = MappingProxyType(
    {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.NEW_PASSWORD: timedelta(hours=1)}
)

_SUBJECTS: Mapping[LinkPurpose, str] = MappingProxyType(
    {
        LinkPurpose.INVITATION: "Your account for case file audits",
        LinkPurpose.NEW_PASSWORD: "A new password for case file audits",
    }
)
_BODIES: Mapping[LinkPurpose, str] = MappingProxyType(
    {
        LinkPurpose.INVITATION: """Hello

You have been given an account for case file audits at {council}.

Open this link to set up how you sign in:

{link}

The link works once, for 7 days. If it no longer works, ask an administrator to
send the invitation again.

If you do not know what this is about, you need do nothing.
""",
        LinkPurpose.NEW_PASSWORD: """Hello

Somebody, probably you, asked for a new password for case file audits at
{council}.

Open this link to choose one:

{link}

The link works once, for 1 hour. Your present password stays as it is until
then. If you did not ask for this, you need do nothing.
""",
    }
)


def make_link(session: Session, person: Person, purpose: LinkPurpose, at: datetime) -> str:
    """Make a link's token; only its hash is kept. The person's older links no longer work."""
    session.execute(
        update(MailedLink)
        .where(MailedLink.person_id == person.id, MailedLink.used_at.is_(None))
        .values(used_at=at)
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        MailedLink(
            person_id=person.id,
            purpose=purpose,
            token_hash=_hash(token),
            made_at=at,
            expires_at=at + LASTS[purpose],
        )
    )
    session.flush()
    return token


def find_link(session: Session, token: str, at: datetime) -> MailedLink | None:
    """The link with this token, where it is unused and not too old and its person is active."""
    return session.scalar(
        select(MailedLink)
        .join(MailedLink.person)
        .where(
            MailedLink.token_hash == _hash(token),
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > at,
            Person.active,
        )
        .options(joinedload(MailedLink.person))
        .with_for_update(of=MailedLink)
    )


def open_link(session: Session, person: Person, at: datetime) -> MailedLink | None:
    """The person's link that still works."""
    return session.scalar(
        select(MailedLink).where(
            MailedLink.person_id == person.id,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > at,
        )
    )


def use_link(link: MailedLink, at: datetime) -> None:
    """It lets nobody in again."""
    link.used_at = at


def mail_link(
    session: Session,
    person: Person,
    purpose: LinkPurpose,
    *,
    site_url: str,
    council: str,
    at: datetime,
) -> str:
    """Make a link and mail it to the person; the link itself, whole.

    `site_url`: from the settings, never from a request, whose host anybody can set.
    """
    link = f"{site_url}/invitation/{make_link(session, person, purpose, at)}"
    body = _BODIES[purpose].format(council=council, link=link)
    ask_to_send(session, person.email, _SUBJECTS[purpose], body, at=at)
    return link


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
