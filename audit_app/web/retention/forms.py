"""The form of a legal hold."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from audit_app.web.typed import clean_text

LONGEST_REASON = 500


class HoldForm(FlaskForm):  # type: ignore[misc]
    """Which case file is held, and why."""

    reference = StringField(
        "Reference of the case file",
        filters=(clean_text,),
        validators=[
            DataRequired("Enter the reference of the case file"),
            Length(max=200, message="A reference is eight letters and figures, such as 7KM2-QD4X"),
        ],
        description="Such as 7KM2-QD4X. One that it had formerly is found too.",
    )
    reason = TextAreaField(
        "Why nothing of it may be deleted",
        filters=(clean_text,),
        validators=[
            DataRequired("Say why nothing of it may be deleted"),
            Length(
                max=LONGEST_REASON,
                message=f"The reason must be {LONGEST_REASON} characters or fewer",
            ),
        ],
        description="Such as: complaint 2026/14, asked for by legal services. Name no child.",
    )
