"""The forms of actions: what is to be done, by whom and until when, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from audit_app import clock
from audit_app.core.access import ROLE_WORDS
from audit_app.core.actions import OWNERS
from audit_app.store.tables import Person
from audit_app.web.day_fields import DayField
from audit_app.web.typed import clean_text

LONGEST = Length(max=4000, message="Write 4,000 characters or fewer")
LATE = "late"
STATES = {
    "": "Every state",
    LATE: "Late",
    "to_do": "To do",
    "done": "Done, not verified yet",
    "verified": "Verified",
    "called_off": "Called off",
}


class GivenForm(FlaskForm):  # type: ignore[misc]
    """Who does it, and until when."""

    owner = SelectField("Who does it", validators=[DataRequired("Choose who does it")])
    due_on = DayField(
        "Due", lack="Say until when it is to be done", description="Such as 31 3 2027."
    )

    def offer(self, people: Sequence[Person]) -> None:
        """Offer these people, by name and role."""
        self.owner.choices = [SelectChoice(value="", label="Choose somebody")]
        self.owner.choices += [
            SelectChoice(value=str(one.id), label=f"{one.name} ({_roles(one)})") for one in people
        ]

    def chosen(self, people: Sequence[Person]) -> Person:
        """Whom a valid form names."""
        return next(one for one in people if str(one.id) == self.owner.data)

    def validate_due_on(self, field: DayField) -> None:
        """Nothing is due before today."""
        if field.data is not None and field.data < clock.today():
            raise ValidationError("The due day must be today or later")


class ProposeForm(GivenForm):
    """What is to be done for this case, by whom and until when."""

    what = TextAreaField(
        "What is to be done",
        filters=(clean_text,),
        validators=[DataRequired("Write what is to be done"), LONGEST],
        description="One thing that one person can do. No names of children or families: "
        "whoever does it sees this and the reference, and nothing else of the audit.",
    )


class ChangeForm(GivenForm):
    """Another owner or another day, and why."""

    reason = TextAreaField(
        "Why",
        filters=(clean_text,),
        validators=[DataRequired("Say why the owner or the day is changed"), LONGEST],
    )


class UpdateForm(FlaskForm):  # type: ignore[misc]
    """How far an action is, or what shows that it is done."""

    words = TextAreaField(
        "How far it is, or what shows that it is done",
        filters=(clean_text,),
        validators=[DataRequired("Say how far it is, or what shows that it is done"), LONGEST],
        description="No names of children or families. Say where something can be seen.",
    )


class DecideForm(FlaskForm):  # type: ignore[misc]
    """What was looked at, or what is still missing."""

    words = TextAreaField(
        "What you looked at, or what is still missing",
        filters=(clean_text,),
        validators=[LONGEST],
        description="Needed where you do not accept it. The best proof is to ask the same "
        "questions of the files again.",
    )

    def validate_words(self, field: TextAreaField) -> None:
        """Whoever does it again is told why."""
        if self.accepts or field.data:
            return
        raise ValidationError("Say what is still missing")

    accepts = False


class CallOffForm(FlaskForm):  # type: ignore[misc]
    """Why nobody is to do it any more."""

    words = TextAreaField(
        "Why nobody is to do it any more",
        filters=(clean_text,),
        validators=[DataRequired("Say why nobody is to do it any more"), LONGEST],
    )


class FilterForm(FlaskForm):  # type: ignore[misc]
    """Which actions a list shows."""

    state = SelectField(
        "State",
        choices=[SelectChoice(value=value, label=words) for value, words in STATES.items()],
        validate_choice=False,
        default="",
    )
    owner = SelectField("Owner", validate_choice=False, default="")


def _roles(person: Person) -> str:
    return ", ".join(ROLE_WORDS[role].lower() for role in OWNERS if role in person.role_names)
