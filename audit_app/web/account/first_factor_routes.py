"""The first second factor, set up between the password and the first sign-in.

A passkey is made here; an authenticator app by the sign-in library. With either come the recovery
codes for when it is lost.
"""

from __future__ import annotations

import json
from functools import wraps
from typing import Any

import webauthn
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
from flask_security.utils import validate_redirect_url
from webauthn.helpers import parse_registration_credential_json
from webauthn.helpers.exceptions import InvalidJSONStructure, InvalidRegistrationResponse
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.registration.verify_registration_response import VerifiedRegistration
from werkzeug.local import LocalProxy

from audit_app import clock
from audit_app.second_factor import ISSUER
from audit_app.store.history import record_history
from audit_app.store.tables import Passkey, Person
from audit_app.web.access import signed_in_person
from audit_app.web.database import db
from audit_app.web.devices import device_words
from audit_app.web.half_signed_in import sets_up_first_factor

pages = Blueprint("first_factor", __name__, template_folder="templates")

CHALLENGE = "first_passkey"
_security: Any = LocalProxy(lambda: current_app.extensions["security"])


@pages.post("/sign-in/set-up-passkey")
def begin() -> ResponseReturnValue:
    """Ask the browser for a new passkey; nothing is kept of it yet."""
    person = sets_up_first_factor()
    if person is None:
        return redirect(url_for("security.login"))
    if not person.fs_webauthn_user_handle:
        _security.datastore.set_webauthn_user_handle(person)
    challenge = session[CHALLENGE] = _security.webauthn_util.generate_challenge(
        current_app.config["SECURITY_WAN_CHALLENGE_BYTES"]
    )
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=ISSUER,
        user_name=person.calc_username(),
        user_id=str(person.fs_webauthn_user_handle).encode(),
        challenge=challenge.encode(),
        authenticator_selection=_security.webauthn_util.authenticator_selection(person, "first"),
    )
    asked = options_to_json_dict(options) | {"extensions": {"credProps": True}}
    return render_template(
        "account/first_passkey.html", title="Set up a passkey", options=json.dumps(asked)
    )


@pages.post("/sign-in/set-up-passkey/keep")
def keep() -> ResponseReturnValue:
    """Keep the passkey and let the person in, with the recovery codes for when it is lost."""
    person, challenge = sets_up_first_factor(), session.pop(CHALLENGE, None)
    if person is None:
        return redirect(url_for("security.login"))
    said = request.form.get("credential", "")
    made = _verified(said, challenge) if isinstance(challenge, str) else None
    if made is None:
        flash(
            "The passkey could not be set up. Nothing was changed. Try again, or use an app.",
            "error",
        )
        return redirect(url_for("security.two_factor_setup"))
    person.webauthn.append(_passkey(made, said))
    record_history(db(), person, "added passkey", "person", person.id, at=clock.now())
    _security.two_factor_plugins.tf_complete(person, dologin=True)
    return _first_codes(person)


@pages.record_once
def _give_codes_with_an_app(state: BlueprintSetupState) -> None:
    """Show recovery codes after the first code of a new app, before the page that was wanted."""
    views = state.app.view_functions
    take_code: Any = views["security.two_factor_token_validation"]

    @wraps(take_code)
    def take_first_code() -> ResponseReturnValue:
        sets_up = session.get("tf_state") == "validating_profile"
        answer = take_code()
        person = signed_in_person() if sets_up else None
        return answer if person is None else _first_codes(person)

    views["security.two_factor_token_validation"] = take_first_code


def _first_codes(person: Person) -> str:
    """The codes, once, with the way on to the page that was wanted."""
    codes = _security.mf_recovery_codes_util.create_recovery_codes(person)
    record_history(db(), person, "made recovery codes", "person", person.id, at=clock.now())
    wanted = request.values.get("next", "")
    return render_template(
        "account/recovery_codes.html",
        title="Keep your recovery codes",
        codes=codes,
        then=wanted if wanted and validate_redirect_url(wanted) else "/",
    )


def _verified(said: str, challenge: str) -> VerifiedRegistration | None:
    """What the browser made, checked against what was asked; None where it does not hold."""
    try:
        made = webauthn.verify_registration_response(
            credential=parse_registration_credential_json(said),
            expected_challenge=challenge.encode(),
            expected_origin=_security.webauthn_util.origin(),
            expected_rp_id=_host(),
            require_user_verification=True,
        )
    except (ValueError, KeyError, TypeError, InvalidJSONStructure, InvalidRegistrationResponse):
        return None
    known = _security.datastore.find_webauthn(credential_id=made.credential_id)
    return made if known is None else None


def _passkey(made: VerifiedRegistration, said: str) -> Passkey:
    sent = json.loads(said)
    extensions = sent.get("extensions")
    return Passkey(
        name=device_words(request.user_agent.string),
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=parse_registration_credential_json(said).response.transports or [],
        backup_state=made.credential_backed_up,
        device_type=made.credential_device_type.value,
        extensions=extensions if isinstance(extensions, str) and len(extensions) <= 255 else None,
        usage="first",
    )


def _host() -> str:
    return request.host.split(":")[0]
