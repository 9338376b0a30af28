"""Forms of second readings: their rules, the reader, the settled grades, comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange

from audit_app.core.completeness import JUDGEMENT, GradeChoice
from audit_app.core.moderation import ComparedAnswer, DrawReason
from audit_app.core.question_bank import AuditForm
from audit_app.store.agreeing import GradePair
from audit_app.store.moderation import PossibleReader
from audit_app.web.audits.forms import words_field
from audit_app.web.cycles.forms import WholeNumberField
from audit_app.web.fields import FormData
from audit_app.web.typed import clean_text
from audit_app.web.words import say_count

PER_CENT = NumberRange(0, 100, "Enter a whole number from 0 to 100")


class RulesForm(FlaskForm):  # type: ignore[misc]
    """By which rules submitted audits are read again."""

    inadequate = BooleanField("Audits judged to have the lowest grade, suggested or by the auditor")
    critical_failure = BooleanField(
        "Audits in which a critical question is not met or not recorded"
    )
    override = BooleanField("Audits in which the auditor’s grade differs from the suggested one")
    borderline = WholeNumberField(
        "Audits close to the bound between two grades: within so many percentage points",
        validators=[InputRequired("Enter a number; 0 draws only what lies on a bound"), PER_CENT],
    )
    random_share = WholeNumberField(
        "A random share of all audits, in per cent",
        validators=[InputRequired("Enter a number; 0 draws none at random"), PER_CENT],
    )

    @property
    def rules(self) -> dict[DrawReason, int | None]:
        """The rules as the cycle keeps them."""
        ticked = (DrawReason.INADEQUATE, DrawReason.CRITICAL_FAILURE, DrawReason.OVERRIDE)
        rules: dict[DrawReason, int | None] = {
            reason: None for reason in ticked if self[reason.value].data
        }
        return rules | {
            reason: self[reason.value].data
            for reason in (DrawReason.BORDERLINE, DrawReason.RANDOM_SHARE)
        }


def written_rules(rules: Mapping[DrawReason, int | None]) -> dict[str, object]:
    """A cycle's rules as the form shows them."""
    numbers = {DrawReason.BORDERLINE, DrawReason.RANDOM_SHARE}
    return {
        reason.value: rules.get(reason, 0) if reason in numbers else reason in rules
        for reason in DrawReason
        if reason not in (DrawReason.CHOSEN, DrawReason.DISPUTED)
    }


class ChooseForm(FlaskForm):  # type: ignore[misc]
    """Why a person has an audit read again."""

    because = TextAreaField(
        "Why is this audit to be read a second time?",
        filters=(clean_text,),
        validators=[DataRequired("Write why this audit is to be read a second time")],
        description="The reader sees this only after their own reading is in.",
    )


class ReaderForm(FlaskForm):  # type: ignore[misc]
    """Who reads the case file again."""

    reader = RadioField(
        "Who reads this case file a second time?",
        coerce=int,
        validators=[InputRequired("Choose who reads this case file a second time")],
    )

    def offer(self, readers: Sequence[PossibleReader]) -> None:
        """Offer those whom nothing bars."""
        self.reader.choices = [
            SelectChoice(
                value=one.person.id,
                label=f"{one.person.name} ({say_count(one.to_read, 'case file')} to read already)",
            )
            for one in readers
            if not one.bars
        ]


def agree_form(form: AuditForm, pairs: Iterable[GradePair], sent: FormData | None = None) -> Form:
    """For each grade the one that both settle on, and why; filled in where they agree."""
    fields: dict[str, Any] = {}
    stored: dict[str, object] = {}
    for pair in pairs:
        fields[f"grade_{pair.part}"] = RadioField(
            f"The grade that you both settle on for {pair.title}",
            choices=[SelectChoice(value=grade.key, label=grade.label) for grade in form.scale],
            validate_choice=False,
        )
        fields[f"reason_{pair.part}"] = words_field(f"Why this grade for {pair.title}")
        stored[f"grade_{pair.part}"] = pair.first.grade if pair.agrees else None
    # What was sent without a grade must not fall back on the one that was offered.
    return type("AgreeForm", (Form,), fields)(sent, data=stored if sent is None else None)


def choices_of(form: Form, pairs: Iterable[GradePair]) -> dict[str, GradeChoice]:
    """What the form says of each grade."""
    return {
        pair.part: GradeChoice(
            form[f"grade_{pair.part}"].data or None, form[f"reason_{pair.part}"].data or ""
        )
        for pair in pairs
    }


def return_form(compared: Iterable[ComparedAnswer], sent: FormData | None = None) -> Form:
    """A box for a comment on each question, and one on the grades."""
    fields: dict[str, Any] = {
        f"comment_{one.question.id}": words_field("Comment for the auditor") for one in compared
    }
    fields[f"comment_{JUDGEMENT}"] = words_field("Comment on the grades, or on the whole")
    return type("ReturnForm", (Form,), fields)(sent)


def comments_in(form: Form) -> dict[str, str]:
    """What was written, by question."""
    return {field.name.removeprefix("comment_"): field.data or "" for field in form}
