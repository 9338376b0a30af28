"""The form of a finding."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from audit_app.core.lifecycle import FindingKind
from audit_app.store.findings import FindingText, QuoteKey
from audit_app.store.tables import Finding
from audit_app.web.day_fields import DayField
from audit_app.web.typed import clean_text

KIND_WORDS = {
    FindingKind.STRENGTH: "Strength",
    FindingKind.AREA_FOR_DEVELOPMENT: "Area for development",
}
LONGEST = Length(max=4000, message="Write 4,000 characters or fewer")


class FindingForm(FlaskForm):  # type: ignore[misc]
    """What a person says of a figure."""

    kind = RadioField(
        "What is it?",
        choices=[SelectChoice(value=kind.value, label=words) for kind, words in KIND_WORDS.items()],
        validate_choice=False,
    )
    statement = TextAreaField(
        "Finding",
        filters=(clean_text,),
        validators=[DataRequired("Write what the finding says"), LONGEST],
        description="One sentence that stands alone, with its count. No names of people.",
    )
    root_cause = TextAreaField(
        "Why is it so?",
        filters=(clean_text,),
        validators=[LONGEST],
        description="The cause as far as it is known. Leave it empty if nobody knows yet.",
    )
    action = TextAreaField("Proposed action", filters=(clean_text,), validators=[LONGEST])
    action_owner = StringField(
        "Who does it",
        filters=(clean_text,),
        validators=[Length(max=200, message="Write 200 characters or fewer")],
        description="A role, not a name, such as Head of service, assessment.",
    )
    action_due = DayField("Due", description="For example, 31 3 2027.")
    quotes = SelectMultipleField("Evidence to quote")

    def validate_kind(self, field: RadioField) -> None:
        """One of the two."""
        if field.data not in list(FindingKind):
            raise ValidationError("Choose whether this is a strength or an area for development")

    def validate_action(self, field: TextAreaField) -> None:
        """An owner or a day belongs to an action."""
        if (self.action_owner.data or self.action_due.data) and not field.data:
            raise ValidationError("Write the action that has this owner or due day")

    def text(self, theme: str, question_id: str | None, k: int, n: int) -> FindingText:
        """What the person wrote, with the figure that it rests on."""
        return FindingText(
            theme=theme,
            question_id=question_id,
            kind=FindingKind(self.kind.data),
            statement=self.statement.data,
            k=k,
            n=n,
            root_cause=self.root_cause.data,
            action=self.action.data,
            action_owner=self.action_owner.data,
            action_due=self.action_due.data,
            quotes=tuple(quote_key(written) for written in self.quotes.data or ()),
        )


def written_values(finding: Finding) -> dict[str, object]:
    """A stored finding as the form shows it."""
    return {
        "kind": finding.kind.value,
        "statement": finding.statement,
        "root_cause": finding.root_cause,
        "action": finding.action,
        "action_owner": finding.action_owner,
        "action_due": finding.action_due,
        "quotes": [write_quote(quote.audit_id, quote.question_id) for quote in finding.quotes],
    }


def write_quote(audit_id: int, question_id: str) -> str:
    """A quote's value in the form."""
    return f"{audit_id}:{question_id}"


def quote_key(written: str) -> QuoteKey:
    """The answer that a value of the form stands for."""
    audit_id, _, question_id = written.partition(":")
    return int(audit_id), question_id
