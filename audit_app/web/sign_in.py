"""Signing in with Flask-Security: password and code, passkeys, recovery codes, nothing else."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import qrcode
from flask import Flask, redirect, request, url_for
from flask_security import (
    Security,
    SQLAlchemySessionUserDatastore,
    Totp,
    UserMixin,
    WebauthnUtil,
)
from flask_security.utils import validate_redirect_url
from flask_security.webauthn import WebAuthnTfPlugin
from markupsafe import Markup
from passlib.exc import TokenError, UsedTokenError
from qrcode.image.svg import SvgPathImage
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug.local import LocalProxy

from audit_app import clock
from audit_app.core.access import Permission
from audit_app.passwords import LANES, MEMORY_KIB, NORMAL_FORM, PASSES
from audit_app.second_factor import AUTHENTICATOR, ISSUER, totp_secrets
from audit_app.store.sign_ins import take_code
from audit_app.store.tables import Appointment, Passkey, Person
from audit_app.web.access import requires
from audit_app.web.database import db
from audit_app.web.guessing import set_up_guessing
from audit_app.web.half_signed_in import set_up_half_signed_in
from audit_app.web.sign_in_forms import (
    GENERIC,
    WRONG_CODE,
    CodeForm,
    PasskeyAnswerForm,
    PasskeyForm,
    RecoveryCodeForm,
    RescueForm,
    SelectForm,
    SetUpForm,
    SignInForm,
)
from audit_app.web.signed_in import CONFIRMED_FOR, set_up_sessions

HALF_A_MINUTE = 30

_SETTINGS: dict[str, object] = {
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_LOGIN_USER_TEMPLATE": "sign_in.html",
    "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_FRESHNESS": CONFIRMED_FOR,
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_DATETIME_FACTORY": clock.now,
    # Known and unknown addresses, disabled accounts and wrong passwords read the same.
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (GENERIC, "error"),
    "SECURITY_MSG_TWO_FACTOR_INVALID_TOKEN": (WRONG_CODE, "error"),
    "SECURITY_MSG_INVALID_RECOVERY_CODE": (
        "This recovery code is not right, or it was used before.",
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
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_REQUIRED": True,
    "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": [AUTHENTICATOR],
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": HALF_A_MINUTE,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TWO_FACTOR_SETUP_URL": "/sign-in/set-up-code",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/sign-in/second-factor",
    "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "second_factor/set_up_code.html",
    "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "second_factor/code.html",
    "SECURITY_TWO_FACTOR_SELECT_TEMPLATE": "second_factor/choose.html",
    "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {
        "code": "flask_security.twofactor.CodeTfPlugin",
        "webauthn": "audit_app.web.sign_in.PasskeyFactor",
    },
    "SECURITY_TOTP_ISSUER": ISSUER,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 10,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/sign-in/recovery-codes",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "second_factor/recovery_code.html",
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_RP_NAME": ISSUER,
    "SECURITY_WAN_REGISTER_URL": "/account/passkeys/add",
    "SECURITY_WAN_REGISTER_TEMPLATE": "second_factor/add_passkey.html",
    "SECURITY_WAN_POST_REGISTER_VIEW": "/account",
    "SECURITY_WAN_SIGNIN_URL": "/sign-in/passkey",
    "SECURITY_WAN_SIGNIN_TEMPLATE": "second_factor/passkey.html",
    "SECURITY_WAN_DELETE_URL": "/account/passkeys/remove",
    "SECURITY_WAN_VERIFY_URL": "/sign-in/again/passkey",
    "SECURITY_WAN_VERIFY_TEMPLATE": "second_factor/again_passkey.html",
    "SECURITY_WAN_ALLOW_USER_HINTS": False,
}

#: Views of the library that are for people who are signed in; those not named here or among
#: the open ones stay shut.
_OWN_ACCOUNT = (
    "security.wan_register",
    "security.wan_register_response",
    "security.wan_verify",
    "security.wan_verify_response",
)


class OnceOnly(Totp):
    """Takes each code once: the time step of the last one is kept with the person."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The step of the last code that was taken."""
        assert isinstance(user, Person)
        return user.totp_counter

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:  # noqa: ANN401
        """Note the step, within the transaction that lets the person in."""
        assert isinstance(user, Person)
        if not take_code(db(), user, tmatch.counter):
            raise UsedTokenError

    def fits(self, code: str, secret: str) -> bool:
        """Whether a code is of this secret, whose first one it would be."""
        try:
            self._totp.verify(code, secret, window=HALF_A_MINUTE)
        except TokenError:
            return False
        return True

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The key as an SVG picture within the page, so that the policy needs no exception."""
        made = qrcode.make(self.get_totp_uri(username, totp), image_factory=SvgPathImage)
        return Markup(made.to_string(encoding="unicode"))  # noqa: S704 # drawn here


class PasskeyFactor(WebAuthnTfPlugin):
    """Every passkey is a second factor, so that a password alone never sets up another one."""

    def get_setup_methods(self, user: UserMixin) -> list[tuple[str, str]]:
        """A passkey, where there is one."""
        assert isinstance(user, Person)
        return [("webauthn", "A passkey")] if user.webauthn else []


class OwnPasskeys(WebauthnUtil):
    """Passkeys that are found without an address, and that ask for a finger or a PIN."""

    def authenticator_selection(
        self, user: UserMixin, usage: str
    ) -> AuthenticatorSelectionCriteria:
        """What is asked of a new passkey."""
        del user, usage
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def authentication_options(
        self, user: UserMixin | None, usage: list[str], existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        """What is asked when signing in."""
        del user, usage
        return existing_options | {"user_verification": UserVerificationRequirement.REQUIRED}


def set_up_sign_in(app: Flask) -> None:
    """Add the pages of signing in and out, and sign-ins that are kept on the server."""
    secret = app.secret_key
    assert isinstance(secret, str)
    recovery_key = base64.urlsafe_b64encode(hashlib.sha256(f"recovery {secret}".encode()).digest())
    app.config.update(
        _SETTINGS,
        SECURITY_TOTP_SECRETS=totp_secrets(secret),
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[recovery_key],
    )
    set_up_guessing(app)
    people = SQLAlchemySessionUserDatastore(
        LocalProxy(db),  # type: ignore[arg-type]
        Person,
        Appointment,
        Passkey,
    )
    security = Security(
        app,
        people,
        login_form=SignInForm,
        mf_recovery_form=RecoveryCodeForm,
        two_factor_rescue_form=RescueForm,
        two_factor_select_form=SelectForm,
        two_factor_setup_form=SetUpForm,
        two_factor_verify_code_form=CodeForm,
        wan_register_form=PasskeyForm,
        wan_signin_response_form=PasskeyAnswerForm,
        totp_cls=OnceOnly,
        webauthn_util_cls=OwnPasskeys,
    )
    security.want_json(lambda _request: False)
    security.reauthn_handler(
        lambda *_within: redirect(url_for("account.confirm", next=request.full_path.rstrip("?")))
    )
    for endpoint in _OWN_ACCOUNT:
        requires(Permission.MANAGE_OWN_ACCOUNT)(app.view_functions[endpoint])
    app.jinja_env.globals["next_args"] = _next_args
    set_up_sessions(app)
    set_up_half_signed_in(app)


def _next_args() -> dict[str, str]:
    """The page to come to afterwards, to be carried from one step of signing in to the next."""
    wanted = request.values.get("next", "")
    return {"next": wanted} if wanted and validate_redirect_url(wanted) else {}
