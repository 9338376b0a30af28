"""The forms of signing in: the library's, with limits on guessing and in this site's words."""

from __future__ import annotations

from typing import Any

from flask import session
from flask_security import LoginForm, MfRecoveryForm, TwoFactorVerifyCodeForm
from flask_security.forms import TwoFactorRescueForm, TwoFactorSetupForm
from flask_security.tf_plugin import TwoFactorSelectForm
from flask_security.utils import validate_redirect_url
from flask_security.webauthn import WebAuthnRegisterForm, WebAuthnSigninResponseForm
from wtforms import Field, StringField, ValidationError

from audit_app.passwords import LONGEST, hash_password
from audit_app.store.people import find_person
from audit_app.store.sign_ins import take_turn_with_recovery_codes
from audit_app.store.tables import Person
from audit_app.web.database import db
from audit_app.web.guessing import guesses
from audit_app.web.half_signed_in import password_was_right
from audit_app.web.refusals import note_refusal

GENERIC = "The email address or the password is not right. Check both and try again."
WRONG_CODE = (
    "The code is not right, or it was used before. Wait for the next code and type that one."
)


class OneOf(StringField):  # type: ignore[misc] # wtforms has no types
    """A choice that the library gives as pairs, which the radios of WTForms take no longer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Nothing to choose from yet."""
        super().__init__(*args, **kwargs)
        self.choices: list[tuple[str, str]] = []


class SignInForm(LoginForm):
    """Address and password; a session is never remembered past its end."""

    remember = None
    error_target = "email"

    def validate(self, **more: Any) -> bool:  # noqa: ANN401
        """Refuse in the same words and the same time, whatever the reason is."""
        # PostgreSQL refuses a NUL even in a question.
        self.email.data = (self.email.data or "").replace("\x00", "")
        address, password = self.email.data, self.password.data or ""
        if len(password) > LONGEST or not guesses().may_try_password(address):
            hash_password(password[:LONGEST])
            self.validate_next(self.next)  # as in every other answer
            self.email.errors = [GENERIC]
            _refused(find_person(db(), address), "too many tries")
            return False
        if super().validate(**more):
            assert isinstance(self.user, Person)
            guesses().was_right(address)
            password_was_right(self.user)
            return True
        if address and password:
            guesses().was_wrong()
            _refused(find_person(db(), address), "password")
        return False

    def validate_next(self, field: Field) -> None:
        """Forget an address on another site: the person then comes to the home page."""
        if not field.data or not validate_redirect_url(field.data):
            field.data = "/"


class CodeForm(TwoFactorVerifyCodeForm):
    """Six figures; only so many tries."""

    error_target = "code"

    def validate(self, **more: Any) -> bool:  # noqa: ANN401
        """Count each try."""
        return _limited(self, super().validate, more)


class RecoveryCodeForm(MfRecoveryForm):
    """One of the codes kept for when the telephone is lost."""

    error_target = "code"

    def validate(self, **more: Any) -> bool:  # noqa: ANN401
        """Count each try; of two requests with one code at once, one comes in."""
        self.code.data = (self.code.data or "").strip().lower()
        assert isinstance(self.user, Person)
        take_turn_with_recovery_codes(db(), self.user)
        return _limited(self, super().validate, more)


class SetUpForm(TwoFactorSetupForm):
    """Which second factor is to be set up; there is one."""

    setup = OneOf()


class SelectForm(TwoFactorSelectForm):
    """Which of the person's second factors is used this time."""

    which = OneOf()

    def validate_which(self, field: OneOf) -> None:
        """Only what the person has set up."""
        if field.data not in [key for key, _words in field.choices]:
            raise ValidationError("Choose how you want to go on")


class RescueForm(TwoFactorRescueForm):
    """The library makes one for its page of codes; nothing of it is shown."""

    help_setup = OneOf()


class PasskeyForm(WebAuthnRegisterForm):
    """What a new passkey is called; each of them is enough to sign in with."""

    usage = OneOf(default="first")


class PasskeyAnswerForm(WebAuthnSigninResponseForm):
    """What a passkey says, by itself or after the password of the same person."""

    def validate(self, **more: Any) -> bool:  # noqa: ANN401
        """Take any passkey, since each is enough by itself, but not one of somebody else."""
        self.is_secondary = False
        if not super().validate(**more):
            return False
        assert isinstance(self.user, Person)
        if session.get("tf_user_id", self.user.fs_uniquifier) == self.user.fs_uniquifier:
            return True
        self.credential.errors = ["This is the passkey of another account. Nobody was signed in."]
        return False


def _limited(form: Any, validate: Any, more: dict[str, Any]) -> bool:  # noqa: ANN401
    person: Person = form.user
    if not guesses().may_try_code(person):
        form.code.errors = [WRONG_CODE]
        _refused(person, "too many codes")
        return False
    if validate(**more):
        return True
    _refused(person, "code")
    return False


def _refused(person: Person | None, why: str) -> None:
    """Note it for good, although the page that says so changes nothing else."""
    note_refusal(db(), person, why)
