"""What people change of their own account: how they sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from audit_app.store.history import record_history
from audit_app.store.sign_ins import end_sign_ins
from audit_app.store.tables import Passkey, Person, SignIn


def change_password(
    session: Session, person: Person, hashed: str, *, but: SignIn | None, at: datetime
) -> None:
    """Keep another password; every sign-in ends but this one."""
    person.password = hashed
    ended = end_sign_ins(session, person, but=but, at=at)
    detail = {"sign_ins": [ended + 1, 1]}
    record_history(session, person, "changed password", "person", person.id, at=at, detail=detail)


def set_letter_keys(session: Session, person: Person, on: bool, *, at: datetime) -> None:
    """Whether letters choose answers in audit forms."""
    if person.letter_keys == on:
        return
    detail = {"letter_keys": [person.letter_keys, on]}
    person.letter_keys = on
    record_history(session, person, "changed settings", "person", person.id, at=at, detail=detail)


def use_authenticator(
    session: Session,
    person: Person,
    secret: str,
    method: str,
    *,
    but: SignIn | None,
    at: datetime,
) -> None:
    """Take codes of another authenticator app from now on; every sign-in ends but this one."""
    had = person.tf_totp_secret is not None
    person.tf_totp_secret = secret
    person.tf_primary_method = method
    person.totp_counter = None
    ended = end_sign_ins(session, person, but=but, at=at)
    detail = {"authenticator": [had, True], "sign_ins": [ended + 1, 1]}
    record_history(
        session, person, "changed authenticator", "person", person.id, at=at, detail=detail
    )


def has_second_factor_besides(person: Person, passkey: Passkey) -> bool:
    """Whether the person could still sign in without this passkey."""
    others = [one for one in person.webauthn if one is not passkey]
    return bool(others or person.tf_totp_secret or person.sso_object)
