"""What a mailed link opens: setting up an account, or choosing a new password."""

from __future__ import annotations

from http import HTTPStatus

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import ROLE_WORDS
from audit_app.passwords import PasswordFault, check_password, hash_password
from audit_app.store.accounts import choose_password
from audit_app.store.history import record_history
from audit_app.store.mailed_links import find_link, mail_link
from audit_app.store.people import find_person, scope_of
from audit_app.store.people_lists import scope_names
from audit_app.store.tables import LinkPurpose, MailedLink
from audit_app.web.database import db
from audit_app.web.invitation.asking import may_ask, set_up_limits
from audit_app.web.invitation.forms import AddressForm, PasswordForm

pages = Blueprint("invitation", __name__, template_folder="templates")

_TITLES = {
    LinkPurpose.INVITATION: "Set up your account",
    LinkPurpose.NEW_PASSWORD: "Choose a new password",
}


@pages.record_once
def _set_up(state: BlueprintSetupState) -> None:
    set_up_limits(state.app)


@pages.route("/invitation/<token>", methods=["GET", "POST"])
def open_link(token: str) -> ResponseReturnValue:
    """Say whose link it is, and ask for a password."""
    link = find_link(db(), token, clock.now())
    if link is None:
        return _dead_link()
    form = PasswordForm()
    if form.validate_on_submit() and _chose(link, form):
        flash("Your password is set. Sign in with it; a second factor comes next.")
        return redirect(url_for("security.login"))
    names = scope_names(db())
    return render_template(
        "invitation/open_link.html",
        title=_TITLES[link.purpose],
        form=form,
        token=token,
        invited=link.purpose is LinkPurpose.INVITATION,
        whose=link.person,
        roles=[(ROLE_WORDS[held.role], names.name(scope_of(held))) for held in link.person.roles],
        council_account=_has_council_account(link),
    )


@pages.post("/invitation/<token>/council-account")
def use_council_account(token: str) -> ResponseReturnValue:
    """Go to the council's own sign-in; the account is bound to it on coming back."""
    link = find_link(db(), token, clock.now())
    if link is None or not _has_council_account(link):
        return _dead_link()
    session["mailed_link"] = token
    return redirect(url_for("single_sign_on.begin"))


@pages.route("/sign-in/forgotten", methods=["GET", "POST"])
def ask_for_link() -> str:
    """Ask for an address; the answer is the same whether or not it is known."""
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template(
            "invitation/ask_for_link.html", title="Forgotten your password", form=form
        )
    address = form.email.data.lower()
    if may_ask(address, request.remote_addr or ""):
        _mail_new_password(address)
    return render_template("invitation/asked.html", title="Check your mail")


def _chose(link: MailedLink, form: PasswordForm) -> bool:
    try:
        check_password(
            form.password.data,
            about=(link.person.email, link.person.name, current_app.config["COUNCIL"]),
        )
    except PasswordFault as fault:
        form.password.errors = [str(fault)]
        return False
    choose_password(db(), link, hash_password(form.password.data), at=clock.now())
    return True


def _mail_new_password(address: str) -> None:
    """Mail a link to an active person who has a password; anybody else leaves the same trace."""
    person, at = find_person(db(), address), clock.now()
    record_history(
        db(), None, "asked for new password", "person", person.id if person else None, at=at
    )
    if person is None or not person.active or person.password is None:
        return
    mail_link(
        db(),
        person,
        LinkPurpose.NEW_PASSWORD,
        site_url=current_app.config["SITE_URL"],
        council=current_app.config["COUNCIL"],
        at=at,
    )


def _has_council_account(link: MailedLink) -> bool:
    """Whether this link can be used with the council's own sign-in."""
    is_set = current_app.config.get("SINGLE_SIGN_ON") is not None
    return is_set and link.purpose is LinkPurpose.INVITATION


def _dead_link() -> tuple[str, int]:
    """Used, too old, forged, or of somebody who is disabled: it all reads the same."""
    page = render_template("invitation/dead_link.html", title="This link no longer works")
    return page, HTTPStatus.NOT_FOUND
