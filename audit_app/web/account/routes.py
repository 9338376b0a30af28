"""Account settings, and proving anew who one is."""

from __future__ import annotations

from typing import Any

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
from flask.typing import ResponseReturnValue
from flask_security.utils import validate_redirect_url
from werkzeug.local import LocalProxy

from audit_app import clock
from audit_app.core.access import ROLE_WORDS, Permission
from audit_app.passwords import PasswordFault, check_password, hash_password, verify_password
from audit_app.second_factor import AUTHENTICATOR
from audit_app.store.feeds import feed_of
from audit_app.store.history import record_history
from audit_app.store.own_account import (
    change_password,
    has_second_factor_besides,
    set_letter_keys,
    use_authenticator,
)
from audit_app.store.people import scope_of
from audit_app.store.people_lists import ScopeNames, scope_names
from audit_app.store.sign_ins import confirm_sign_in
from audit_app.store.tables import Appointment, Person
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.account.forms import CodeForm, ConfirmForm, PasswordForm
from audit_app.web.confirming import confirm_first
from audit_app.web.database import db
from audit_app.web.guessing import guesses
from audit_app.web.signed_in import current_sign_in

pages = Blueprint("account", __name__, template_folder="templates")

NEW_CODE = "new_authenticator"
_NOT_RIGHT = (
    "The password or the code is not right, or the code was used before. Nothing was changed."
)
_security: Any = LocalProxy(lambda: current_app.extensions["security"])


@pages.get("/account")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def show_account() -> str:
    """Who one is here, and how one signs in."""
    person, names = current_person(), scope_names(db())
    return render_template(
        "account/account.html",
        title="Account settings",
        roles=[_in_words(one, names) for one in person.roles],
        recovery_codes=len(person.mf_recovery_codes or ()),
        feed_made_at=feed_of(db(), person),
    )


@pages.post("/account/letter-keys")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def choose_letter_keys() -> ResponseReturnValue:
    """Turn the letter keys of audit forms on or off."""
    on = request.form.get("letter_keys") == "on"
    set_letter_keys(db(), current_person(), on, at=clock.now())
    flash(f"Letter keys are {'on' if on else 'off'}.")
    return redirect(url_for("account.show_account") + "#letters")


@pages.route("/account/password", methods=["GET", "POST"])
@requires(Permission.MANAGE_OWN_ACCOUNT)
def choose_password() -> ResponseReturnValue:
    """Change the password; every other sign-in ends."""
    form, person = PasswordForm(), current_person()
    if person.password is None:
        hidden("password")
    if form.validate_on_submit() and _takes(form, person):
        change_password(
            db(), person, hash_password(form.chosen.data), but=current_sign_in(), at=clock.now()
        )
        flash("Your password is changed. You were signed out everywhere else.")
        return redirect(url_for("account.show_account"))
    return render_template("account/password.html", title="Change your password", form=form)


@pages.route("/account/authenticator", methods=["GET", "POST"])
@requires(Permission.MANAGE_OWN_ACCOUNT)
@confirm_first
def set_up_authenticator() -> ResponseReturnValue:
    """Use another authenticator app; every other sign-in ends."""
    form, person, factory = CodeForm(), current_person(), _security.totp_factory
    secret = session.get(NEW_CODE)
    if request.method == "GET" or not isinstance(secret, str):
        secret = session[NEW_CODE] = factory.generate_totp_secret()
    if form.validate_on_submit():
        # Codes of the app before count steps of time as well: they are no measure for this one.
        if factory.fits(form.code.data, secret):
            session.pop(NEW_CODE)
            use_authenticator(
                db(), person, secret, AUTHENTICATOR, but=current_sign_in(), at=clock.now()
            )
            flash("The authenticator app is set up. You were signed out everywhere else.")
            return redirect(url_for("account.show_account"))
        form.code.errors = ["The code is not right. Wait for the next one and type that."]
    return render_template(
        "account/authenticator.html",
        title="Set up an authenticator app",
        form=form,
        setup=factory.fetch_setup_values(secret, person),
    )


@pages.post("/account/recovery-codes")
@requires(Permission.MANAGE_OWN_ACCOUNT)
@confirm_first
def make_recovery_codes() -> str:
    """Ten new codes, shown this once; those from before are worth nothing any more."""
    person = current_person()
    codes = _security.mf_recovery_codes_util.create_recovery_codes(person)
    record_history(db(), person, "made recovery codes", "person", person.id, at=clock.now())
    return render_template(
        "account/recovery_codes.html", title="Your recovery codes", codes=codes, then=None
    )


@pages.post("/account/passkeys/<int:passkey_id>/remove")
@requires(Permission.MANAGE_OWN_ACCOUNT)
@confirm_first
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Forget a passkey, unless nothing else would be left to sign in with."""
    person = current_person()
    passkey = next((one for one in person.webauthn if one.id == passkey_id), None)
    if passkey is None:
        hidden("passkey", passkey_id)
    if not has_second_factor_besides(person, passkey):
        flash("This is your only second factor, so it stays. Set up another one first.", "error")
    else:
        person.webauthn.remove(passkey)
        record_history(db(), person, "removed passkey", "person", person.id, at=clock.now())
        flash("The passkey is removed.")
    return redirect(url_for("account.show_account"))


@pages.route("/sign-in/again", methods=["GET", "POST"])
@requires(Permission.MANAGE_OWN_ACCOUNT)
def confirm() -> ResponseReturnValue:
    """Prove anew who one is, before something is given away."""
    form, person = ConfirmForm(next=request.args.get("next", "")), current_person()
    if form.validate_on_submit():
        if _proves(form, person):
            sign_in, at = current_sign_in(), clock.now()
            assert sign_in is not None
            confirm_sign_in(sign_in, at=at)
            session["fs_paa"] = at.timestamp()  # for the library's own pages
            record_history(db(), person, "confirmed", "person", person.id, at=at)
            where = form.next.data or ""
            return redirect(where if where and validate_redirect_url(where) else "/")
        form.password.errors = [_NOT_RIGHT]
    return render_template(
        "account/confirm.html",
        title="Confirm who you are",
        form=form,
        by_council="single_sign_on.begin" in current_app.view_functions
        and person.sso_object is not None,
    )


def _in_words(appointment: Appointment, names: ScopeNames) -> str:
    scope = names.name(scope_of(appointment))
    words = ROLE_WORDS[appointment.role]
    return f"{words} ({scope})" if scope else words


def _takes(form: PasswordForm, person: Person) -> bool:
    if not guesses().may_try_code(person) or not verify_password(
        form.present.data, person.password or ""
    ):
        form.present.errors = ["This is not your present password. Nothing was changed."]
        return False
    try:
        check_password(
            form.chosen.data, about=(person.email, person.name, current_app.config["COUNCIL"])
        )
    except PasswordFault as fault:
        form.chosen.errors = [str(fault)]
        return False
    return True


def _proves(form: ConfirmForm, person: Person) -> bool:
    if not guesses().may_try_code(person):
        return False
    right = person.password is not None and verify_password(form.password.data, person.password)
    return (
        right
        and person.tf_totp_secret is not None
        and _security.totp_factory.verify_totp(
            token=form.code.data,
            totp_secret=person.tf_totp_secret,
            user=person,
            window=current_app.config["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"],
        )
    )
