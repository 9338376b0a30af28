"""The form that narrows the history; it stands in the address."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from audit_app.store.history_lists import HistoryFilter
from audit_app.web.day_fields import DayField
from audit_app.web.history.words import KINDS
from audit_app.web.typed import clean_text

_SHORT = Length(max=200, message="Write 200 characters or fewer")


class FilterForm(FlaskForm):  # type: ignore[misc]
    """Which days, whose doing, what was done, and to what kind of thing."""

    from_day = DayField("From", description="The first day, such as 1 11 2026.")
    to_day = DayField("To", description="The last day.")
    person = StringField("Name or email address holds", filters=(clean_text,), validators=[_SHORT])
    action = StringField(
        "What was done holds",
        filters=(clean_text,),
        validators=[_SHORT],
        description="A word such as submitted, refused or exported.",
    )
    subject = RadioField(
        "What it was done to",
        default="",
        choices=[
            SelectChoice(value="", label="Anything"),
            *(SelectChoice(value=kind, label=words) for kind, words in KINDS.items()),
        ],
    )

    def validate_to_day(self, field: DayField) -> None:
        """The days go forward."""
        if self.from_day.data and field.data and field.data < self.from_day.data:
            raise ValidationError("The last day must not be before the first")

    @property
    def sought(self) -> HistoryFilter:
        """What was asked for."""
        return HistoryFilter(
            self.from_day.data,
            self.to_day.data,
            self.person.data or "",
            self.action.data or "",
            self.subject.data or "",
        )
