"""Forms of reporting routes: who gets what how often, and who gets an edition."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from audit_app.core.routes import LONGEST_NAME, RHYTHM_WORDS
from audit_app.core.subjects import capital
from audit_app.store.routes import RouteLine
from audit_app.web.day_fields import DayField
from audit_app.web.typed import clean_text

_LENGTH = Length(max=LONGEST_NAME, message="Write 200 characters or fewer")


class RouteForm(FlaskForm):  # type: ignore[misc]
    """A body, what it gets and how often."""

    body = StringField(
        "Who is told",
        filters=(clean_text,),
        validators=[DataRequired("Say who is told"), _LENGTH],
        description="A committee, a board or people by their office, such as “Lead Member”.",
    )
    what = StringField(
        "What they get",
        filters=(clean_text,),
        validators=[DataRequired("Say what they get"), _LENGTH],
    )
    rhythm = RadioField(
        "How often",
        choices=[
            SelectChoice(value=one.value, label=capital(w)) for one, w in RHYTHM_WORDS.items()
        ],
        validators=[InputRequired("Choose how often")],
    )
    first_on = DayField(
        "First day",
        lack="Enter the first day",
        description="The other days follow from it. One that is no working day moves to the next.",
    )


class RecipientsForm(FlaskForm):  # type: ignore[misc]
    """Which bodies get an edition."""

    routes = SelectMultipleField("Which bodies get this edition?", coerce=int)

    def offer(self, lines: Sequence[RouteLine]) -> None:
        """Offer the routes that have not ended."""
        self.routes.choices = [
            SelectChoice(
                value=line.route.id,
                label=f"{line.route.body}: {line.route.what}, due {line.due_on.day} "
                f"{line.due_on:%B %Y}",
            )
            for line in lines
        ]
