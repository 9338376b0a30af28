"""Sign-ins and devices: where one is signed in, and ending that."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.store.history import record_history
from audit_app.store.sign_ins import end_sign_in, end_sign_ins, find_own_sign_in, sign_ins_of
from audit_app.store.tables import SignInMethod
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.database import db
from audit_app.web.signed_in import current_sign_in

pages = Blueprint("own_sign_ins", __name__, template_folder="templates")

METHOD_WORDS = {
    SignInMethod.PASSWORD_AND_CODE: "password and code",
    SignInMethod.PASSWORD_AND_PASSKEY: "password and passkey",
    SignInMethod.PASSWORD_AND_RECOVERY_CODE: "password and recovery code",
    SignInMethod.PASSKEY: "passkey",
    SignInMethod.SINGLE_SIGN_ON: "council account",
}


@pages.get("/account/sign-ins")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def show_sign_ins() -> str:
    """Every sign-in of the person that goes on."""
    this = current_sign_in()
    return render_template(
        "account/sign_ins.html",
        title="Sign-ins and devices",
        sign_ins=sign_ins_of(db(), current_person(), at=clock.now()),
        this=this.id if this is not None else None,
        method_words=METHOD_WORDS,
    )


@pages.post("/account/sign-ins/<int:sign_in_id>/end")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def end_one(sign_in_id: int) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    person, at = current_person(), clock.now()
    sign_in = find_own_sign_in(db(), person, sign_in_id) or hidden("sign-in", sign_in_id)
    end_sign_in(sign_in, at=at)
    record_history(db(), person, "ended sign-in", "person", person.id, at=at)
    flash("That sign-in is ended.")
    return redirect(url_for("own_sign_ins.show_sign_ins"))


@pages.post("/account/sign-ins/end-others")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def end_others() -> ResponseReturnValue:
    """End every sign-in but this one."""
    person, at = current_person(), clock.now()
    ended = end_sign_ins(db(), person, but=current_sign_in(), at=at)
    detail = {"sign_ins": [ended + 1, 1]}
    record_history(db(), person, "ended other sign-ins", "person", person.id, at=at, detail=detail)
    flash("You are signed out everywhere else.")
    return redirect(url_for("own_sign_ins.show_sign_ins"))
