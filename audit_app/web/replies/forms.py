"""Forms of replies, of answers to a dispute, and of what a family said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from audit_app.core.lifecycle import DisputeAnswer
from audit_app.core.replies import (
    BECAUSE_WORDS,
    MOST_DAYS,
    OVERALL,
    SEES_WORDS,
    VOICE_WORDS,
    PracticeSees,
)
from audit_app.store.replies import PartDraft
from audit_app.web.typed import clean_text

LONGEST = Length(max=4000, message="Write 4,000 characters or fewer")
ANSWER_WORDS: Mapping[DisputeAnswer, str] = {
    DisputeAnswer.GRADE_STANDS: "The grade stands",
    DisputeAnswer.REFERRED: "Refer it to a second reading: somebody else reads the file",
}


def _choices(words: Mapping[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(value=key.value, label=label) for key, label in words.items()]


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """Free text and a box for each part of an audit; made for the audit at hand."""

    parts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, parts: Sequence[tuple[str, str]]) -> type[ReplyForm]:
        """The form for these parts: key and title of each."""
        fields: dict[str, Any] = {"parts": tuple(parts)}
        for key, title in parts:
            whole = key == OVERALL
            fields[f"{key}_words"] = TextAreaField(
                "What you want to say" if whole else f"Your reply on {title}",
                filters=(clean_text,),
                validators=[LONGEST],
            )
            fields[f"{key}_disputed"] = BooleanField(
                "I do not agree with the overall grade"
                if whole
                else f"I do not agree with the grade for {title}"
            )
            fields[f"{key}_why"] = TextAreaField(
                "Why you do not agree", filters=(clean_text,), validators=[LONGEST]
            )
        return type("ReplyForm", (cls,), fields)

    def drafts(self) -> dict[str, PartDraft]:
        """What was typed, by part."""
        return {
            key: PartDraft(
                self[f"{key}_words"].data or "",
                bool(self[f"{key}_disputed"].data),
                self[f"{key}_why"].data or "",
            )
            for key, _title in self.parts
        }

    def may_be_sent(self) -> bool:
        """Whether it can be sent as it is; errors say what it lacks."""
        whole = bool(self.validate())
        for key, draft in self.drafts().items():
            if draft.disputed and not draft.why:
                self[f"{key}_why"].errors = ["Say why you do not agree with this grade"]
                whole = False
        if not any(draft.words or draft.why for draft in self.drafts().values()):
            self[f"{OVERALL}_words"].errors = ["Write your reply before you send it"]
            whole = False
        return whole


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """What becomes of a disputed grade, and why."""

    answer = RadioField(
        "What becomes of it?", choices=_choices(ANSWER_WORDS), validate_choice=False
    )
    reason = TextAreaField(
        "Why",
        filters=(clean_text,),
        validators=[DataRequired("Say why, so that it can be understood later"), LONGEST],
        description="The person who replied reads this. No names of people.",
    )

    def offer(self, *, referring: bool) -> None:
        """Offer to refer it only where the audit can be read again."""
        if not referring:
            stands = DisputeAnswer.GRADE_STANDS
            self.answer.choices = _choices({stands: ANSWER_WORDS[stands]})

    def validate_answer(self, field: RadioField) -> None:
        """One of those that are offered."""
        if field.data not in [choice.value for choice in field.iter_choices()]:
            raise ValidationError("Choose what becomes of the disputed grade")


class FamilyForm(FlaskForm):  # type: ignore[misc]
    """Who of the family said something, and what."""

    voice = RadioField("Who said it?", choices=_choices(VOICE_WORDS), validate_choice=False)
    words = TextAreaField(
        "What was said",
        filters=(clean_text,),
        validators=[DataRequired("Write what was said"), LONGEST],
        description="In their own words where you can. No names.",
    )

    def validate_voice(self, field: RadioField) -> None:
        """One of those that there are."""
        if field.data not in [key.value for key in VOICE_WORDS]:
            raise ValidationError("Choose who said it")


class RightsForm(FlaskForm):  # type: ignore[misc]
    """How much of a cycle's audits the practice sees, and how long it has to reply."""

    without_reason: frozenset[PracticeSees] = frozenset()
    """What its form says, and what it shows now."""
    shown = RadioField(
        "What do the practitioner and the team manager see?",
        choices=_choices(SEES_WORDS),
        validate_choice=False,
        description="Of submitted audits of their own case files, without the auditor’s name.",
    )
    days = IntegerField(
        "Working days to reply",
        validators=[
            InputRequired("Enter a whole number of working days"),
            NumberRange(1, MOST_DAYS, f"Enter a number from 1 to {MOST_DAYS}"),
        ],
        description="From the day of submitting. A later reply is kept, and marked as late.",
    )

    because = RadioField(
        "Why is it not what the form says?",
        choices=_choices(BECAUSE_WORDS),
        validate_choice=False,
        description="Needed only where it differs. The reason is kept in the history.",
    )

    def validate_because(self, field: RadioField) -> None:
        """A reason where the cycle leaves what its form says."""
        differs = self.shown.data not in self.without_reason
        if differs and field.data not in [key.value for key in BECAUSE_WORDS]:
            raise ValidationError("Choose why it is not what the form says")

    def validate_shown(self, field: RadioField) -> None:
        """One of those that there are."""
        if field.data not in [key.value for key in SEES_WORDS]:
            raise ValidationError("Choose what they see")
