"""Forms of a calibration: with which form, about which case file, who, and until when."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from audit_app.core.calibration import FEWEST_READERS
from audit_app.store.calibrations import PossibleReader
from audit_app.store.tables import FormVersion
from audit_app.web.day_fields import DayField
from audit_app.web.typed import clean_text


class ChooseForm(FlaskForm):  # type: ignore[misc]
    """With which form which case file is read."""

    version = RadioField(
        "Which form does everybody fill in?",
        coerce=int,
        validators=[InputRequired("Choose the form")],
    )
    reference = StringField(
        "Reference of the case file",
        filters=(clean_text,),
        validators=[
            DataRequired("Enter the reference of the case file"),
            Length(max=200, message="A reference is eight letters and figures, such as 7KM2-QD4X"),
        ],
        description="One of the caseload in use, such as 7KM2-QD4X. Choose one that gives much to "
        "talk about, and that nobody has audited lately.",
    )

    def offer(self, versions: Sequence[FormVersion]) -> None:
        """Offer the newest version of each form."""
        self.version.choices = [
            SelectChoice(value=one.id, label=f"{one.title} {one.version}") for one in versions
        ]


class PeopleForm(FlaskForm):  # type: ignore[misc]
    """Who reads it, and until when."""

    people = SelectMultipleField("Who reads it?", coerce=int)
    due_on = DayField("Due day", lack="Enter the day by which everybody has read it")

    def offer(self, possible: Sequence[PossibleReader]) -> None:
        """Offer those whom nothing bars."""
        self.people.choices = [
            SelectChoice(
                value=one.person.id,
                label=f"{one.person.name}, {one.person.team.name}"
                if one.person.team
                else one.person.name,
            )
            for one in possible
            if not one.bars
        ]

    def validate_people(self, field: SelectMultipleField) -> None:
        """One alone has nobody to differ from."""
        if len(field.data or ()) < FEWEST_READERS:
            raise ValidationError("Choose at least two people")
