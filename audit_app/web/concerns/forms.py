"""The forms of an immediate concern: raising it, answering it, and who is told."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from audit_app.core.concerns import LEVEL_WORDS, ConcernLevel
from audit_app.store.tables import Person, Reading
from audit_app.web.typed import clean_text

LONGEST = 4000
NOT_TOLD = "none"


def _length(what: str) -> Length:
    return Length(max=LONGEST, message=f"{what} must be {LONGEST:,} characters or fewer")


class RaiseForm(FlaskForm):  # type: ignore[misc]
    """Which case file it is about, and what was seen."""

    audit = RadioField(
        "Which case file is it about?", validators=[InputRequired("Choose a case file")]
    )
    words = TextAreaField(
        "What did you see that cannot wait?",
        filters=(clean_text,),
        validators=[DataRequired("Say what you saw that cannot wait"), _length("What you saw")],
        description="What, when, and where on the file. Only people named for concerns read it.",
    )

    def offer(self, audits: Sequence[Reading]) -> None:
        """Offer the person's own audits."""
        self.audit.choices = [
            SelectChoice(
                value=str(audit.id),
                label=f"{audit.case_file.title}, {audit.cycle.name}",
            )
            for audit in audits
        ]


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """What is done about a concern."""

    action = TextAreaField(
        "What is done, and by whom",
        filters=(clean_text,),
        validators=[DataRequired("Say what is done, and by whom"), _length("What is done")],
        description="Such as: duty manager told by phone at 14:10, visit today.",
    )


def contact_field(person: Person) -> str:
    """The name of the choice for one person."""
    return f"person_{person.id}"


def contacts_form(people: Sequence[Person]) -> type[FlaskForm]:
    """A form with one choice a person: when they are told, if at all."""
    choices = [SelectChoice(value=level.value, label=LEVEL_WORDS[level]) for level in ConcernLevel]
    choices.append(SelectChoice(value=NOT_TOLD, label="Not told"))
    fields = {
        contact_field(person): RadioField(person.name, choices=choices, default=NOT_TOLD)
        for person in people
    }
    return type("ContactsForm", (FlaskForm,), fields)
