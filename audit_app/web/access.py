"""Who may open which page: each view says its permission, and one hook asks for it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import NoReturn, ParamSpec, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.store.database import Database
from audit_app.store.history import record_history
from audit_app.store.tables import Person
from audit_app.web.database import db
from audit_app.web.keeping_words import SIGNED_OUT, sent_again_page

#: Nothing else can be opened without signing in.
OPEN_ENDPOINTS = frozenset(
    {
        "feed.read",
        "first_factor.begin",
        "first_factor.keep",
        "invitation.ask_for_link",
        "invitation.open_link",
        "invitation.use_council_account",
        "security.login",
        "security.logout",
        "security.mf_recovery",
        "security.tf_select",
        "security.two_factor_setup",
        "security.two_factor_token_validation",
        "security.wan_signin",
        "security.wan_signin_response",
        "single_sign_on.back",
        "single_sign_on.begin",
        "static",
    }
)

#: Steps on the way in; for somebody who is in they lead home, and never out again.
SIGN_IN_STEPS = frozenset(
    {
        "first_factor.begin",
        "first_factor.keep",
        "security.mf_recovery",
        "security.tf_select",
        "security.two_factor_setup",
        "security.two_factor_token_validation",
        "security.wan_signin",
        "security.wan_signin_response",
    }
)

#: What the sign-in library brings along and this site does not use.
SHUT_ENDPOINTS = frozenset(
    {
        "security.mf_recovery_codes",
        "security.two_factor_rescue",
        "security.two_factor_setup_validate",
        "security.verify",
        "security.wan_delete",
    }
)

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def requires(
    permission: Permission,
) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Declare the permission of a view. Put it directly above the function, below its route."""

    def declare(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def declared_permission(app: Flask, endpoint: str) -> Permission | None:
    """The permission that the view of an endpoint declares; None when it declares none."""
    permission = getattr(app.view_functions[endpoint], "permission", None)
    return permission if isinstance(permission, Permission) else None


def set_up_access(app: Flask) -> None:
    """Ask, before each request, whether this person may; a view without a permission is shut."""

    @app.before_request
    def ask() -> ResponseReturnValue | None:
        endpoint = request.endpoint
        if endpoint in SIGN_IN_STEPS and signed_in_person() is not None:
            return redirect("/")
        if endpoint is None or endpoint in OPEN_ENDPOINTS:
            return None
        if endpoint in SHUT_ENDPOINTS:
            abort(HTTPStatus.NOT_FOUND)
        person = signed_in_person()
        if person is None:
            kept = sent_again_page(SIGNED_OUT)
            if kept is not None:
                return kept, HTTPStatus.UNAUTHORIZED
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("security.login", next=back if back != "/" else None))
        permission = declared_permission(app, endpoint)
        if permission is None or not person.may(permission):
            _refuse(HTTPStatus.FORBIDDEN, endpoint, None)
        return None


def signed_in_person() -> Person | None:
    """The person who is signed in, read from the database in this request; None: nobody."""
    person = current_user._get_current_object() if current_user else None
    return person if isinstance(person, Person) and person.is_authenticated else None


def current_person() -> Person:
    """The person who is signed in; every view that declares a permission has one."""
    person = signed_in_person()
    if person is None:
        abort(HTTPStatus.UNAUTHORIZED)
    return person


def hidden(subject: str = "page", subject_id: int | None = None) -> NoReturn:
    """Answer 404: what does not exist, and what this person may not see, look the same."""
    _refuse(HTTPStatus.NOT_FOUND, subject, subject_id)


def _refuse(status: HTTPStatus, subject: str, subject_id: int | None) -> NoReturn:
    """Note the refusal in the history, whatever becomes of this request, and stop."""
    person = signed_in_person()
    person_id = person.id if person is not None else None
    db().rollback()
    database: Database = current_app.extensions["database"]
    with database.session() as session:
        refused = session.get(Person, person_id) if person_id is not None else None
        record_history(session, refused, "refused", subject, subject_id, at=clock.now())
    current_app.logger.info("refused: %s %s", int(status), subject)
    abort(status)
