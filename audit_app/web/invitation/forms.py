"""Forms of the pages that people open before they can sign in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from audit_app.passwords import SHORTEST
from audit_app.store.people import LONGEST_ADDRESS
from audit_app.web.typed import clean_text


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A password of one's own."""

    password = PasswordField(
        "Password",
        validators=[DataRequired("Enter a password")],
        description=f"At least {SHORTEST} characters; 15 or more are better, such as four words "
        "that have nothing to do with each other. Any character will do.",
    )


class AddressForm(FlaskForm):  # type: ignore[misc]
    """The address of an account."""

    email = StringField(
        "Email address",
        filters=(clean_text,),
        validators=[
            DataRequired("Enter your email address"),
            Length(
                max=LONGEST_ADDRESS,
                message=f"An email address has {LONGEST_ADDRESS} characters at most",
            ),
        ],
    )
