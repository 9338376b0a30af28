"""Signing in and out with Flask-Security, of which nothing else is on; how long a session lasts."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import (
    LoginForm,
    Security,
    SQLAlchemySessionUserDatastore,
    logout_user,
    user_authenticated,
)
from flask_security.utils import validate_redirect_url
from werkzeug.local import LocalProxy
from wtforms import Field

from audit_app import clock
from audit_app.passwords import LANES, MEMORY_KIB, NORMAL_FORM, PASSES
from audit_app.store.tables import Appointment, Passkey, Person
from audit_app.web.access import OPEN_ENDPOINTS, signed_in_person
from audit_app.web.database import db

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)

_SETTINGS = {
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_LOGIN_USER_TEMPLATE": "sign_in.html",
    "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_FRESHNESS": timedelta(minutes=-1),  # no page asks for the password again
    "SECURITY_FLASH_MESSAGES": False,
    # Known and unknown addresses, disabled accounts and wrong passwords read the same.
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        "The email address or the password is not right. Check both and try again.",
        "error",
    ),
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "ID",
        "argon2__memory_cost": MEMORY_KIB,
        "argon2__time_cost": PASSES,
        "argon2__parallelism": LANES,
    },
    "SECURITY_PASSWORD_NORMALIZE_FORM": NORMAL_FORM,
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
    # Roles come with the person already (selectin).
    "SECURITY_JOIN_USER_ROLES": False,
}


class SignInForm(LoginForm):
    """Address and password; a session is never remembered past its end."""

    remember = None
    error_target = "email"

    def validate_next(self, field: Field) -> None:
        """Forget an address on another site: the person then comes to the home page."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""


def set_up_sign_in(app: Flask) -> None:
    """Add /sign-in and /sign-out, and end sessions that are idle or old."""
    app.config.update(_SETTINGS)
    session = LocalProxy(db)
    people = SQLAlchemySessionUserDatastore(session, Person, Appointment, Passkey)  # type: ignore[arg-type]
    security = Security(app, people, login_form=SignInForm)
    security.want_json(lambda _request: False)
    user_authenticated.connect(_start_session, app)
    app.before_request(_end_old_session)


def _start_session(_app: Flask, **_more: object) -> None:
    """Begin anew: a token from before signing in is worth nothing afterwards."""
    session.pop("csrf_token", None)
    session["signed_in_at"] = session["seen_at"] = int(clock.now().timestamp())


def _end_old_session() -> ResponseReturnValue | None:
    if request.endpoint == "static" or signed_in_person() is None:
        return None
    now = int(clock.now().timestamp())
    idle = now - int(session.get("seen_at", 0)) > IDLE.total_seconds()
    if idle or now - int(session.get("signed_in_at", 0)) > ABSOLUTE.total_seconds():
        logout_user()
        session.clear()
        if request.endpoint in OPEN_ENDPOINTS:
            return None
        flash("You were signed out, because the page was left for a while. What you saved is kept.")
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=back))
    session["seen_at"] = now
    return None
