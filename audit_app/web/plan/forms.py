"""The form of an entry of the audit plan."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from audit_app.core.access import ROLE_WORDS, Role
from audit_app.core.plan import (
    AUDITORS,
    KIND_WORDS,
    LONGEST_COHORT,
    LONGEST_TITLE,
    MOVE_WORDS,
    MoveReason,
    PlanDraft,
    PlanKind,
    Repeated,
)
from audit_app.core.subjects import capital
from audit_app.store.tables import FormVersion, Person
from audit_app.web.day_fields import DayField, MonthField
from audit_app.web.typed import clean_text

NOBODY = SelectChoice(value="", label="Nobody in particular")
OPEN = SelectChoice(value="", label="Still to be decided")
NOTHING = SelectChoice(value="", label="Nothing: it is not a re-audit")


class EntryForm(FlaskForm):  # type: ignore[misc]
    """What is audited when, by whom, and whom it is reported to."""

    kind = RadioField(
        "Kind of audit",
        choices=[SelectChoice(value=kind.value, label=words) for kind, words in KIND_WORDS.items()],
        validators=[InputRequired("Choose the kind of audit")],
    )
    title = StringField(
        "Title",
        filters=(clean_text,),
        validators=[
            InputRequired("Give it a title"),
            Length(max=LONGEST_TITLE, message="The title must be 200 characters or fewer"),
        ],
        description="Such as “Children on child protection plans”, or “Theme still to be decided”.",
    )
    form = SelectField("Audit form", description="Only a themed audit can leave it open.")
    cohort = TextAreaField(
        "What is audited",
        filters=(clean_text,),
        validators=[
            Length(max=LONGEST_COHORT, message="What is audited must be 1,000 characters or fewer")
        ],
        description="The cohort in a sentence, such as “Referrals received in the week beginning "
        "11 July”. Never a name or a number of a child.",
    )
    month = MonthField("Month", lack="Enter the month of the audit")
    due_on = DayField("Audits done by", description="Leave it empty for the last day of the month.")
    role = RadioField(
        "Who audits",
        choices=[SelectChoice(value=role.value, label=f"{ROLE_WORDS[role]}s") for role in AUDITORS],
        validators=[InputRequired("Choose who audits")],
    )
    auditor = SelectField("Who in particular")
    body = StringField(
        "Reported to",
        filters=(clean_text,),
        validators=[Length(max=LONGEST_TITLE, message="Write 200 characters or fewer")],
        description="The committee or body; leave it empty where none is to be told.",
    )
    report_on = DayField("Day of the meeting")
    exempt = BooleanField("It is reported in the part of the meeting that is not public")
    repeats = SelectField("What a re-audit repeats")

    def offer(
        self,
        versions: Sequence[FormVersion],
        people: Sequence[Person],
        repeatable: Sequence[tuple[str, str]],
    ) -> None:
        """Offer forms, people who audit, and what can be audited again (code and words)."""
        self.form.choices = [OPEN, *(SelectChoice(v.key, v.title) for v in versions)]
        self.auditor.choices = [NOBODY, *(SelectChoice(str(one.id), one.name) for one in people)]
        self.repeats.choices = [NOTHING, *(SelectChoice(code, said) for code, said in repeatable)]

    @property
    def draft(self) -> PlanDraft:
        """What a valid form says; PlanFault where it contradicts itself."""
        kind, _, number = self.repeats.data.partition("-")
        return PlanDraft(
            kind=PlanKind(self.kind.data),
            title=self.title.data,
            month=self.month.data,
            role=Role(self.role.data),
            form=self.form.data,
            cohort=self.cohort.data or "",
            due_on=self.due_on.data,
            auditor_id=int(self.auditor.data) if self.auditor.data else None,
            body=self.body.data or "",
            report_on=self.report_on.data,
            exempt=self.exempt.data,
            repeats=(Repeated(kind), int(number)) if kind else None,
        )


class ChangeForm(EntryForm):
    """The same, and why a date moves."""

    reason = RadioField(
        "If a date moves, why?",
        choices=[
            SelectChoice(value=reason.value, label=capital(words))
            for reason, words in MOVE_WORDS.items()
        ],
        validate_choice=False,
        description="The history keeps the old date, the new one and this.",
    )

    @property
    def moved_because(self) -> MoveReason | None:
        """The reason that was chosen."""
        return MoveReason(self.reason.data) if self.reason.data in set(MoveReason) else None


def filled_with(draft: PlanDraft) -> dict[str, object]:
    """What the form shows of an entry that is kept."""
    return {
        "kind": draft.kind.value,
        "title": draft.title,
        "form": draft.form,
        "cohort": draft.cohort,
        "month": draft.month,
        "due_on": draft.due_on,
        "role": draft.role.value,
        "auditor": str(draft.auditor_id or ""),
        "body": draft.body,
        "report_on": draft.report_on,
        "exempt": draft.exempt,
        "repeats": f"{draft.repeats[0]}-{draft.repeats[1]}" if draft.repeats else "",
    }
