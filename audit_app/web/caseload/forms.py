"""Forms of the caseload pages."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, ValidationError
from wtforms.fields.choices import SelectChoice

from audit_app import clock
from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS, capital
from audit_app.web.day_fields import DayField


class ImportForm(FlaskForm):  # type: ignore[misc]
    """A caseload file, what it lists, its day, and a mapping of columns with other headings."""

    subject = RadioField(
        "What does this file list?",
        choices=[
            SelectChoice(value=subject.value, label=capital(words.many))
            for subject, words in SUBJECT_WORDS.items()
        ],
        default=Subject.CASE_FILE.value,
        filters=(lambda chosen: chosen or Subject.CASE_FILE.value,),
    )
    file = FileField(
        "Caseload file",
        validators=[FileRequired("Choose the caseload file. Nothing was imported.")],
        description="An Annex A workbook (.xlsx) or a .csv file, up to 50 MB.",
    )
    as_at = DayField(
        "Date of the extract",
        lack="Enter the day on which the extract was made",
        description="The day to which the figures in the file belong, such as 1 11 2026.",
        default=clock.today,
    )
    census = FileField(
        "Children in need census, only if assessment factors are wanted",
        description="The census as XML (.xml). Its factors are joined to the case files by the "
        "child’s number, so that samples can be limited by them.",
    )
    mapping = FileField(
        "Column mapping, only if the file has headings of your own",
        description="A small text file (.yml or .json); see below what to write.",
    )

    def validate_census(self, field: FileField) -> None:
        """Only children have assessments."""
        if field.data and self.subject.data != Subject.CASE_FILE:
            raise ValidationError("A census can be read beside case files only: leave it out")

    def validate_as_at(self, field: DayField) -> None:
        """An extract cannot be of a day to come."""
        if isinstance(field.data, date) and field.data > clock.today():
            raise ValidationError("The date of the extract must be today or in the past")


class UseForm(FlaskForm):  # type: ignore[misc]
    """Whether the extract of the same day, which is in use, is to be replaced."""

    replace = RadioField(
        "What shall happen to the extract of that day?",
        choices=[
            SelectChoice(value="yes", label="Replace it with this one"),
            SelectChoice(value="no", label="Keep it; I will discard this one"),
        ],
        validate_choice=False,
    )
