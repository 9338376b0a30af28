"""Signing in with the council's own account (OpenID Connect)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import asdict
from http import HTTPStatus

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security import login_user
from flask_security.utils import validate_redirect_url

from audit_app import clock
from audit_app.config import SingleSignOn
from audit_app.store.database import Database
from audit_app.store.history import record_history
from audit_app.store.mailed_links import find_link
from audit_app.store.sign_ins import confirm_sign_in
from audit_app.store.single_sign_on import bind_council_account, find_by_council_account
from audit_app.store.tables import LinkPurpose, Person
from audit_app.web.access import signed_in_person
from audit_app.web.database import db, take_turn_to_write
from audit_app.web.refusals import note_refusal
from audit_app.web.signed_in import current_sign_in
from audit_app.web.single_sign_on.claims import Asked, CouncilAccount, NotLetIn
from audit_app.web.single_sign_on.provider import Provider, ProviderFault

pages = Blueprint("single_sign_on", __name__, template_folder="templates")

ASKED = "single_sign_on"
LASTS = 600
"""Seconds that a person may take at the provider."""
LONGEST_PATH = 1000
"""Characters of the page to go to: the cookie that keeps it has an end."""


@pages.get("/sign-in/council")
def begin() -> ResponseReturnValue:
    """Send the person to the provider; who follows an invitation first reads what will happen."""
    provider = _provider()
    link = str(session.get("mailed_link") or "")
    asked = Asked(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        at=int(clock.now().timestamp()),
        then=_local(request.args.get("next", "")),
        again="again" in request.args and signed_in_person() is not None,
        link=link,
    )
    try:
        address = provider.address(asked, _back())
    except ProviderFault as fault:
        return _cannot_reach(fault)
    session.pop("mailed_link", None)
    session[ASKED] = asdict(asked)
    if link:
        # A page between, since a policy that keeps forms on this site also holds for where the
        # answer to a form leads.
        return render_template(
            "single_sign_on/bind.html", title="Use your council account", address=address
        )
    return redirect(address)


@pages.get("/sign-in/council/back")
def back() -> ResponseReturnValue:
    """Let the person in, or say that nothing was changed; what was asked is used up either way."""
    provider, asked = _provider(), _asked()
    try:
        if asked is None:
            raise NotLetIn("state")
        if "code" not in request.args:
            raise NotLetIn("provider")
        account = provider.whose(request.args["code"], asked, _back())
        _let_in(account, asked)
    except NotLetIn as fault:
        return _refuse(fault.why)
    except ProviderFault as fault:
        return _cannot_reach(fault)
    return redirect(asked.then)


def _let_in(account: CouncilAccount, asked: Asked) -> None:
    """Sign in, or confirm a sign-in; NotLetIn."""
    take_turn_to_write()
    for name in ("sign_in", "_login_user"):  # they were read in the session that is over
        g.pop(name, None)
    at, sign_in = clock.now(), current_sign_in() if asked.again else None
    person = _bound(account, asked.link) if asked.link else _found(account)
    if sign_in is None:
        login_user(person, authn_via=["single_sign_on"])
        return
    if sign_in.person_id != person.id:
        raise NotLetIn("another person")
    confirm_sign_in(sign_in, at=at)
    session["fs_paa"] = at.timestamp()  # for the library's own pages
    record_history(db(), person, "confirmed", "person", person.id, at=at)


def _found(account: CouncilAccount) -> Person:
    person = find_by_council_account(db(), account.tenant, account.object_id)
    if person is None:
        raise NotLetIn("unknown")
    if not person.active:
        raise NotLetIn("disabled")
    return person


def _bound(account: CouncilAccount, token: str) -> Person:
    """The person of an invitation, who is bound to the account from now on."""
    at = clock.now()
    link = find_link(db(), token, at)
    if link is None or link.purpose is not LinkPurpose.INVITATION:
        raise NotLetIn("link")
    if not bind_council_account(db(), link, account.tenant, account.object_id, at=at):
        raise NotLetIn("bound elsewhere")
    return link.person


def _asked() -> Asked | None:
    """What this browser asked, where the answer is to that; it cannot be answered again."""
    kept, state = session.pop(ASKED, None), request.args.get("state", "")
    if not isinstance(kept, dict):
        return None
    asked = Asked(**kept)
    is_answer = hmac.compare_digest(asked.state.encode(), state.encode())
    is_late = clock.now().timestamp() - asked.at > LASTS
    return asked if is_answer and not is_late else None


def _local(page: str) -> str:
    """A page of this site, or the home page."""
    is_local = page.startswith("/") and "\\" not in page and len(page) <= LONGEST_PATH
    return page if is_local and validate_redirect_url(page) else "/"


def _provider() -> Provider:
    settings: SingleSignOn | None = current_app.config["SINGLE_SIGN_ON"]
    if settings is None:
        abort(HTTPStatus.NOT_FOUND)
    held: Provider | None = current_app.extensions.get("identity_provider")
    if held is None or held.settings != settings:
        held = current_app.extensions["identity_provider"] = Provider(settings)
    return held


def _back() -> str:
    """Where people come back to: from the settings, never from a request's host."""
    return str(current_app.config["SITE_URL"]) + url_for("single_sign_on.back")


def _refuse(why: str) -> ResponseReturnValue:
    """One page for whatever reason, which stands in the history as a code."""
    db().rollback()
    database: Database = current_app.extensions["database"]
    with database.session() as writing:
        note_refusal(writing, None, why)
    page = render_template("single_sign_on/refused.html", title="You could not be signed in")
    return page, HTTPStatus.FORBIDDEN


def _cannot_reach(fault: ProviderFault) -> ResponseReturnValue:
    """Say so where the other ways to sign in are."""
    current_app.logger.warning("single sign-on: %s", fault)
    if signed_in_person() is None:
        return redirect(url_for("security.login", council_account="away"))
    page = render_template(
        "single_sign_on/away.html", title="The council’s sign-in cannot be reached"
    )
    return page, HTTPStatus.SERVICE_UNAVAILABLE
