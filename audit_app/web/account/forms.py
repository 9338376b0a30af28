"""Forms of the account pages."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

_PASSWORD = [InputRequired("Type your password")]
_CODE = [InputRequired("Type the six figures that your app shows")]


class PasswordForm(FlaskForm):  # type: ignore[misc] # flask-wtf has no types
    """The present password, and the new one."""

    present = PasswordField("Your present password", _PASSWORD)
    chosen = PasswordField("New password", [InputRequired("Type a new password")])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    code = StringField("Six figures from the app", _CODE)


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Password and code, once more."""

    password = PasswordField("Password", _PASSWORD)
    code = StringField("Six figures from your app", _CODE)
    next = HiddenField()
