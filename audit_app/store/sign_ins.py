"""Sign-ins: each is a row that can be ended, whatever cookie somebody still holds."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, contains_eager

from audit_app.store.tables import Person, SignIn, SignInMethod

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
"""How often it is written down that somebody is there; the idle time is that exact."""


def begin_sign_in(
    session: Session, person: Person, *, method: SignInMethod, device: str, at: datetime
) -> str:
    """Begin a sign-in; return its token (256 bits), of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            person_id=person.id,
            token_hash=_hash(token),
            method=method,
            device=device[:200],
            began_at=at,
            confirmed_at=at,
            seen_at=at,
        )
    )
    session.flush()
    return token


def find_sign_in(session: Session, token: str, *, at: datetime) -> SignIn | None:
    """The sign-in of this token with its person; None when it is over, by whatever cause."""
    return session.scalar(
        select(SignIn)
        .join(SignIn.person)
        .options(contains_eager(SignIn.person))
        .where(
            SignIn.token_hash == _hash(token),
            SignIn.ended_at.is_(None),
            SignIn.seen_at >= at - IDLE,
            SignIn.began_at >= at - ABSOLUTE,
            Person.active,
        )
    )


def was_seen(session: Session, sign_in: SignIn, *, at: datetime) -> None:
    """Write down that somebody is there."""
    session.execute(
        update(SignIn).where(SignIn.id == sign_in.id, SignIn.seen_at < at).values(seen_at=at)
    )


def confirm_sign_in(sign_in: SignIn, *, at: datetime) -> None:
    """The person has just proved anew who they are."""
    sign_in.confirmed_at = at


def end_sign_in(sign_in: SignIn, *, at: datetime) -> None:
    """End it; its cookie is worth nothing from now on."""
    if sign_in.ended_at is None:
        sign_in.ended_at = max(at, sign_in.began_at)


def end_sign_ins(
    session: Session, person: Person, *, at: datetime, but: SignIn | None = None
) -> int:
    """End every sign-in of a person, or every one but this; how many were going on."""
    going_on = [one for one in sign_ins_of(session, person, at=at) if but is None or one != but]
    for one in going_on:
        end_sign_in(one, at=at)
    session.flush()
    return len(going_on)


def sign_ins_of(session: Session, person: Person, *, at: datetime) -> list[SignIn]:
    """The sign-ins of a person that have not ended, the one seen last first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(
                SignIn.person_id == person.id,
                SignIn.ended_at.is_(None),
                SignIn.seen_at >= at - IDLE,
                SignIn.began_at >= at - ABSOLUTE,
            )
            .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        )
    )


def find_own_sign_in(session: Session, person: Person, sign_in_id: int) -> SignIn | None:
    """One sign-in of this person."""
    return session.scalar(
        select(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person.id)
    )


def take_code(session: Session, person: Person, step: int) -> bool:
    """Note the time step of a one-time code as used; False where it, or a later one, was already.

    One statement, so that of two requests with the same code only one is let in.
    """
    taken = session.execute(
        update(Person)
        .where(
            Person.id == person.id, or_(Person.totp_counter.is_(None), Person.totp_counter < step)
        )
        .values(totp_counter=step)
        .execution_options(synchronize_session=False)
    )
    session.expire(person, ["totp_counter"])
    return getattr(taken, "rowcount", 0) == 1


def take_turn_with_recovery_codes(session: Session, person: Person) -> None:
    """Read them anew, and let no other request take one until this one is done."""
    session.refresh(person, ["mf_recovery_codes"], with_for_update=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
