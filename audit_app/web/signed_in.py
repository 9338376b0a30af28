"""The sign-in behind a cookie: each request looks its row up; one that ended lets nobody in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import user_logged_out
from flask_security import logout_user, user_authenticated
from flask_security.utils import set_request_attr

from audit_app import clock
from audit_app.store.database import Database
from audit_app.store.history import record_history
from audit_app.store.sign_ins import (
    SEEN_EVERY,
    begin_sign_in,
    end_sign_in,
    find_sign_in,
    was_seen,
)
from audit_app.store.tables import Person, SignIn, SignInMethod
from audit_app.web.access import OPEN_ENDPOINTS
from audit_app.web.database import db
from audit_app.web.devices import device_words
from audit_app.web.guessing import guesses
from audit_app.web.keeping_words import SIGNED_OUT, sent_again_page
from audit_app.web.refusals import note_left_out

TOKEN = "sign_in"  # noqa: S105 # a key of the session
CONFIRMED_FOR = timedelta(minutes=15)
_KEPT = ("_user_id", "_fresh", "_id", "fs_paa", "fs_cc", "identity.name", "identity.auth_type")
_METHOD_OF_VIEW = {
    "first_factor.keep": SignInMethod.PASSWORD_AND_PASSKEY,
    "security.two_factor_token_validation": SignInMethod.PASSWORD_AND_CODE,
    "security.mf_recovery": SignInMethod.PASSWORD_AND_RECOVERY_CODE,
}


def set_up_sessions(app: Flask) -> None:
    """Keep sign-ins on the server: begun, looked up, and ended there."""
    app.login_manager.user_loader(_person_of_session)  # type: ignore[attr-defined]
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.before_request(_refuse_what_ended)


def current_sign_in() -> SignIn | None:
    """The sign-in of this request, if there is one that goes on."""
    if "sign_in" not in g:
        token = session.get(TOKEN)
        g.sign_in = find_sign_in(db(), token, at=clock.now()) if isinstance(token, str) else None
    found: SignIn | None = g.sign_in
    return found


def was_confirmed_lately() -> bool:
    """Whether the person proved, in the last quarter of an hour, who they are."""
    sign_in = current_sign_in()
    if sign_in is None:
        return False
    by_passkey = datetime.fromtimestamp(session.get("fs_paa", 0), UTC)  # the library's own note
    return clock.now() - max(sign_in.confirmed_at, by_passkey) <= CONFIRMED_FOR


def _person_of_session(uniquifier: str) -> Person | None:
    sign_in = current_sign_in()
    if sign_in is None or sign_in.person.fs_uniquifier != uniquifier:
        return None
    # What the library's own pages ask for: by what somebody came, and when they last proved it.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", max(sign_in.confirmed_at.timestamp(), session.get("fs_paa", 0)))
    return sign_in.person


def _begin(_app: Flask, user: Person, authn_via: list[str] | None = None, **_more: object) -> None:
    """Begin anew: a token from before signing in is worth nothing afterwards."""
    at = clock.now()
    before = session.get(TOKEN)
    if isinstance(before, str) and (old := find_sign_in(db(), before, at=at)) is not None:
        end_sign_in(old, at=at)
    method = _method(authn_via or [])
    token = begin_sign_in(
        db(), user, method=method, device=device_words(request.user_agent.string), at=at
    )
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept, **{TOKEN: token})
    g.pop("sign_in", None)
    note_left_out(db(), at)
    record_history(
        db(), user, "signed in", "person", user.id, at=at, detail={"method": method.value}
    )
    if method is not SignInMethod.SINGLE_SIGN_ON:
        guesses().remember_device(user)


def _method(authn_via: list[str]) -> SignInMethod:
    if "single_sign_on" in authn_via:
        return SignInMethod.SINGLE_SIGN_ON
    if request.endpoint == "security.wan_signin_response":
        second = "tf_user_id" in session  # left there by the password, until this is done
        return SignInMethod.PASSWORD_AND_PASSKEY if second else SignInMethod.PASSKEY
    method = _METHOD_OF_VIEW.get(request.endpoint or "")
    if method is None:  # nobody comes in by a password alone, nor by a view not thought of
        abort(HTTPStatus.FORBIDDEN)
    return method


def _end(_app: Flask, **_more: object) -> None:
    sign_in = g.get("sign_in")
    if sign_in is None or request.method != "POST":
        return
    at = clock.now()
    session.pop(TOKEN, None)
    end_sign_in(sign_in, at=at)
    record_history(db(), sign_in.person, "signed out", "person", sign_in.person_id, at=at)


def _refuse_what_ended() -> ResponseReturnValue | None:
    if request.endpoint == "static" or TOKEN not in session:
        return None
    sign_in = current_sign_in()
    if sign_in is None:
        logout_user()
        session.clear()
        if request.endpoint in OPEN_ENDPOINTS:
            return None
        kept = sent_again_page(SIGNED_OUT)
        if kept is not None:
            return kept, HTTPStatus.UNAUTHORIZED
        flash(
            "You were signed out, because the page was left for a while. What you saved is kept.",
            "info",
        )
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=back if back != "/" else None))
    at = clock.now()
    if at - sign_in.seen_at >= SEEN_EVERY:
        _note(sign_in, at)
    return None


def _note(sign_in: SignIn, at: datetime) -> None:
    """On a page that is only read, in a transaction of its own: reading must not wait."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        was_seen(db(), sign_in, at=at)
        return
    database: Database = current_app.extensions["database"]
    with database.session() as writing:
        was_seen(writing, sign_in, at=at)
