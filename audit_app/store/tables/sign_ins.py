"""Who is signed in where, and the links by which people first come in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.store.tables.base import Base, Hash, Key, Name, one_of
from audit_app.store.tables.people import Person


class SignInMethod(StrEnum):
    """By what a person was known: each is two factors."""

    PASSWORD_AND_CODE = "password_and_code"  # noqa: S105 # not a password
    PASSWORD_AND_PASSKEY = "password_and_passkey"  # noqa: S105
    PASSWORD_AND_RECOVERY_CODE = "password_and_recovery_code"  # noqa: S105
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"


class SignIn(Base):
    """One sign-in on one device, until it ends; the cookie holds a token of which this is the hash.

    `confirmed_at`: when the person last proved, in this sign-in, who they are.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="ends_after_it_began"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    method: Mapped[SignInMethod] = mapped_column(one_of(SignInMethod))
    device: Mapped[Name] = mapped_column(default="")
    began_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class LinkPurpose(StrEnum):
    """What a mailed link is for."""

    INVITATION = "invitation"
    NEW_PASSWORD = "new_password"  # noqa: S105 # not a password


class MailedLink(Base):
    """A link that lets one person in once; the link holds a token of which this is the hash."""

    __tablename__ = "mailed_link"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Mail(Base):
    """A mail to be sent once, kept in the transaction that asks for it. It holds no case data."""

    __tablename__ = "mail"

    id: Mapped[Key]
    address: Mapped[str]
    subject: Mapped[Name]
    body: Mapped[str]
    """Cleared once it is sent, because it may hold a link that lets somebody in."""
    asked_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="")
