"""Forms for opening a cycle and for drawing its sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
)

from audit_app.caseload.values import CaseStatus
from audit_app.core.agencies import Agency
from audit_app.core.question_bank import Subject
from audit_app.core.sampling import Filters
from audit_app.core.sampling_methods import METHOD_WORDS, Method
from audit_app.core.subjects import SUBJECT_WORDS, capital
from audit_app.store.drawing import Asked
from audit_app.store.tables import Person, Team
from audit_app.web.cycles.cohort_field import CohortField
from audit_app.web.day_fields import DayField, MonthField
from audit_app.web.typed import clean_text

OLDEST = 25
MOST_EACH = 20
MOST_DRAWN = 500
AGE = NumberRange(0, OLDEST, f"An age must be a whole number from 0 to {OLDEST}")


LONGEST_NUMBER = 9
OF_AGENCY = "agency_"
ASKED = ("status", "team", "age_from", "age_to", "lines")
NOT_ASKED: Mapping[Subject, tuple[str, ...]] = {
    Subject.STRATEGY_DISCUSSION: ("status", "lines"),
    Subject.SUPERVISION_FILE: ("status", "age_from", "age_to", "lines"),
    Subject.AGENCY: ASKED,
}
"""The filters that say nothing of a subject."""


def _with_team(person: Person) -> str:
    return f"{person.name}, {person.team.name}" if person.team else person.name


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number; what is none is said in plain words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; ValueError with a sentence when it is none."""
        if any(len(text) > LONGEST_NUMBER for text in valuelist):
            raise ValueError(f"{self.label.text} must be a whole number, such as 2")
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(f"{self.label.text} must be a whole number, such as 2") from None


class OpenForm(FlaskForm):  # type: ignore[misc]
    """What a new cycle needs."""

    name = StringField(
        "Name",
        filters=(clean_text,),
        validators=[
            DataRequired("Give the cycle a name"),
            Length(max=200, message="The name must be 200 characters or fewer"),
        ],
        description="How people will call it, such as November 2026 sample.",
    )
    month = MonthField("Month", lack="Enter the month of the cycle")
    due_on = DayField(
        "Due day", lack="Enter the day by which the audits are due", description="The last good day"
    )
    auditors = SelectMultipleField("Who audits", coerce=int)

    def offer(self, people: Iterable[Person]) -> None:
        """Offer these people as auditors."""
        self.auditors.choices = [
            SelectChoice(value=person.id, label=_with_team(person)) for person in people
        ]

    @property
    def fault_field(self) -> Field:
        """Where it is said why no cycle was opened."""
        return self.name

    def validate_auditors(self, field: SelectMultipleField) -> None:
        """Somebody has to audit."""
        if not field.data:
            raise ValidationError("Choose at least one person who audits")

    def validate_due_on(self, field: DayField) -> None:
        """A cycle is not due before its month."""
        first = f"{self.month.data}-01" if self.month.data else ""
        if first and isinstance(field.data, date) and field.data.isoformat() < first:
            raise ValidationError("The due day must not be before the month of the cycle")


class AgenciesForm(OpenForm):
    """The same where agencies answer, each its part: a person for each that takes part."""

    auditors = None

    @classmethod
    def asking(cls, agencies: Sequence[Agency], people: Sequence[Person]) -> type[AgenciesForm]:
        """The form with a field for each agency."""
        choices = [
            SelectChoice(value="", label="Nobody: it takes no part"),
            *(SelectChoice(value=str(one.id), label=_with_team(one)) for one in people),
        ]
        fields = {
            f"{OF_AGENCY}{agency.key}": SelectField(agency.label, choices=choices, default="")
            for agency in agencies
        }
        made: type[AgenciesForm] = type("AgenciesFormOfOne", (cls,), fields)
        return made

    @property
    def fault_field(self) -> Field:
        """Where it is said why no cycle was opened: at the first agency."""
        return self.agency_fields[0]

    @property
    def agency_fields(self) -> list[SelectField]:
        """The fields that ask who answers, in the order of the form."""
        return [field for field in self if field.name.startswith(OF_AGENCY)]

    def named(self, people: Iterable[Person]) -> dict[str, Person]:
        """Who of these people answers for which agency."""
        by_id = {str(person.id): person for person in people}
        chosen = {one.name.removeprefix(OF_AGENCY): one.data for one in self.agency_fields}
        return {key: by_id[id_] for key, id_ in chosen.items() if id_}


def _needed_by_method(form: FilterForm, field: WholeNumberField) -> None:
    """A method that draws a number is told which."""
    typed = "".join(field.raw_data or ()).strip()
    if form.asked_method.has_number and not typed:
        field.errors = []
        raise StopValidation("Enter how many are drawn")


class FilterForm(FlaskForm):  # type: ignore[misc]
    """What the sample is limited to, and how many case files each auditor gets."""

    status = SelectMultipleField("Status is")
    team = SelectMultipleField("Team is")
    age_from = WholeNumberField(
        "Youngest age in years",
        validators=[Optional(), AGE],
        description="Leave empty for no limit.",
    )
    age_to = WholeNumberField(
        "Oldest age in years", validators=[Optional(), AGE], description="Leave empty for no limit."
    )
    lines = CohortField(
        "More about them, a line for each condition",
        filters=(lambda typed: (typed or "").strip(),),
        description="For example: under 2 on 1 November 2026",
    )
    method = RadioField(
        "How they are drawn",
        choices=[
            SelectChoice(value=method.value, label=capital(words))
            for method, words in METHOD_WORDS.items()
            if method is not Method.FOR_AGENCIES
        ],
        default=Method.PER_AUDITOR.value,
        validate_choice=False,
    )
    number = WholeNumberField(
        "How many are drawn, or how many from each team",
        validators=[
            _needed_by_method,
            Optional(),
            NumberRange(1, MOST_DRAWN, f"The number must be from 1 to {MOST_DRAWN}"),
        ],
        description="Not asked for where each auditor gets so many, or every one is drawn.",
    )
    most_each = WholeNumberField(
        "The most that one auditor gets",
        validators=[
            Optional(),
            NumberRange(1, MOST_DRAWN, f"The most must be from 1 to {MOST_DRAWN}"),
        ],
        description="Leave empty for no limit. They are shared out as evenly as can be.",
    )
    per_auditor = WholeNumberField(
        "Case files for each auditor",
        default=2,
        validators=[
            InputRequired("Enter how many each auditor gets"),
            NumberRange(1, MOST_EACH, f"Each auditor gets from 1 to {MOST_EACH}"),
        ],
    )

    def offer(
        self,
        statuses: Sequence[tuple[str | None, int]],
        teams: Iterable[Team],
        subject: Subject = Subject.CASE_FILE,
        *,
        for_all: bool = False,
    ) -> None:
        """Offer the statuses of the extract, and the teams; only what the subject has."""
        what = SUBJECT_WORDS[subject]
        self.per_auditor.label.text = f"{capital(what.many)} for each auditor"
        if for_all:
            self.per_auditor.label.text = f"How many {what.many} every agency answers on"
            del self.method, self.number, self.most_each
        for name in NOT_ASKED.get(subject, ()):
            del self[name]
        if "team" in self:
            self.team.choices = [SelectChoice(value=team.name, label=team.name) for team in teams]
        if "status" not in self:
            return
        counts = dict(statuses)
        self.status.choices = [
            SelectChoice(
                value=status.value,
                label=f"{status.value.replace('_', ' ').capitalize()} "
                f"({counts.get(status.value, 0):,})",
            )
            for status in CaseStatus
            if status is not CaseStatus.CLOSED
        ]

    def validate_age_to(self, field: IntegerField) -> None:
        """The bounds go upwards."""
        if None not in (self.age_from.data, field.data) and field.data < self.age_from.data:
            raise ValidationError("The oldest age must not be below the youngest")

    def validate_method(self, field: RadioField) -> None:
        """One of those that are offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose how they are drawn")

    @property
    def asked_method(self) -> Method:
        """How the sample is to be drawn."""
        chosen = self.method.data if "method" in self else None
        return Method(chosen) if chosen in set(Method) else Method.PER_AUDITOR

    @property
    def asked(self) -> Asked:
        """What is asked of the draw."""
        return Asked(self.asked_method, self.asked_number, self.each)

    @property
    def fault_field(self) -> Field:
        """Where it is said why nothing was drawn."""
        return self.method if self.asked_method.is_shared_out else self.per_auditor

    @property
    def asked_number(self) -> int | None:
        """How many the method is to draw, where it asks."""
        return self.number.data if self.asked_method.has_number else None

    @property
    def each(self) -> int | None:
        """So many for each auditor, or the most for each; None: no limit."""
        each: int | None = self.per_auditor.data
        return self.most_each.data if self.asked_method.is_shared_out else each

    @property
    def filters(self) -> Filters:
        """The filters as the draw takes them."""
        asked = {name: self[name].data for name in ASKED if name in self}
        return Filters(
            frozenset(asked.get("status") or ()),
            frozenset(asked.get("team") or ()),
            asked.get("age_from"),
            asked.get("age_to"),
            self.lines.lines if "lines" in self else (),
        )


class SavedForm(FlaskForm):  # type: ignore[misc]
    """A cohort that was saved as a file."""

    file = FileField(
        "A saved cohort",
        validators=[FileRequired("Choose the file of a saved cohort")],
        description="A small text file (.yml) with a title and lines.",
    )


class DrawForm(FilterForm):
    """The same, confirmed, with a seed of one's own where one is wanted."""

    seed = StringField(
        "Your own seed, only if you need one",
        filters=(clean_text,),
        validators=[Length(max=80, message="The seed must be 80 characters or fewer")],
        description="The seed is a text that chance starts from: with the same seed, anybody can "
        "draw the same sample again. Leave it empty, and one is made by chance and written "
        "down with the sample.",
    )
