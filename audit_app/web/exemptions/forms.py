"""Forms for asking that somebody need not audit in a cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from audit_app.core.exemptions import EXEMPTION_WORDS
from audit_app.core.lifecycle import ExemptionState
from audit_app.core.subjects import capital
from audit_app.store.tables import Person
from audit_app.web.day_fields import DayField

STATE_TAGS: Mapping[ExemptionState, tuple[str, str]] = {
    ExemptionState.REQUESTED: ("Asked for", "yellow"),
    ExemptionState.GRANTED: ("Exempt", "blue"),
    ExemptionState.DECLINED: ("Turned down", "grey"),
    ExemptionState.ENDED: ("Audits again", "grey"),
}


class OwnExemptionForm(FlaskForm):  # type: ignore[misc]
    """Why, and on which days."""

    reason = RadioField(
        "Why?",
        choices=[
            SelectChoice(value=reason.value, label=capital(words))
            for reason, words in EXEMPTION_WORDS.items()
        ],
        validators=[InputRequired("Choose why")],
        description="No more than this is kept: nothing about anybody’s health or family.",
    )
    from_day = DayField("From", "Enter the first day")
    to_day = DayField("To", "Enter the last day")

    def validate_to_day(self, field: DayField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.from_day.data and field.data < self.from_day.data:
            raise ValidationError("The last day must not be before the first day")


class ExemptionForm(OwnExemptionForm):
    """The same of somebody else."""

    who = RadioField("Who need not audit?", coerce=int, validators=[InputRequired("Choose who")])

    def offer(self, people: Sequence[Person]) -> None:
        """Offer auditors of the cycle."""
        self.who.choices = [SelectChoice(value=one.id, label=one.name) for one in people]
