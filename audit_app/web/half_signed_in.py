"""Between the password and the second factor: that state is kept in the cookie, so it is short.

Whoever kept such a cookie cannot use it later: not after ten minutes, and not once the password or
the second factor is another one, the account is disabled, or somebody is signed in with it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Flask, current_app, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_security.tf_plugin import tf_clean_session

from audit_app import clock
from audit_app.store.tables import Person
from audit_app.web.access import signed_in_person

GOES_ON_FOR = timedelta(minutes=10)
_BEGAN = "password_right"
_STEPS = frozenset(
    {
        "first_factor.begin",
        "first_factor.keep",
        "security.mf_recovery",
        "security.tf_select",
        "security.two_factor_setup",
        "security.two_factor_token_validation",
    }
)


def password_was_right(person: Person) -> None:
    """Note when, and what the person signs in with just now."""
    session[_BEGAN] = [clock.now().timestamp(), _signs_in_with(person)]


def sets_up_first_factor() -> Person | None:
    """Whose password was right just now, and who has no second factor yet; None: nobody.

    Somebody who has one must use it: a password alone never sets up another.
    """
    if session.get("tf_state") not in ("setup_from_login", "validating_profile"):
        return None
    people = current_app.extensions["security"].datastore
    person = people.find_user(fs_uniquifier=session.get("tf_user_id", ""))
    if not isinstance(person, Person) or person.tf_totp_secret or person.webauthn:
        return None
    return person


def set_up_half_signed_in(app: Flask) -> None:
    """Forget, before each request, what came of a password too long ago."""
    app.before_request(_forget_what_is_old)


def _forget_what_is_old() -> ResponseReturnValue | None:
    if request.endpoint in _STEPS and signed_in_person() is not None:
        return redirect("/")  # a second factor is changed on the account's pages
    if request.endpoint != "static" and "tf_user_id" in session and not _goes_on():
        tf_clean_session()  # type: ignore[no-untyped-call]
    return None


def _goes_on() -> bool:
    people = current_app.extensions["security"].datastore
    person = people.find_user(fs_uniquifier=session["tf_user_id"])
    began, with_what = session.get(_BEGAN, [0, ""])
    return (
        person is not None
        and person.active
        and clock.now().timestamp() - began <= GOES_ON_FOR.total_seconds()
        and with_what == _signs_in_with(person)
    )


def _signs_in_with(person: Person) -> str:
    passkeys = [passkey.id for passkey in person.webauthn]
    kept = f"{person.password} {person.tf_totp_secret} {passkeys}"  # salted, and encrypted
    return hashlib.sha256(kept.encode()).hexdigest()
