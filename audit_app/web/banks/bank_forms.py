"""Forms of a draft: a new bank, an upload, title and summary, a section, the type of a question."""

from __future__ import annotations

from dataclasses import replace

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from audit_app.core.bank_edits import find_section
from audit_app.core.question_bank import ID_PATTERN, AnswerType, QuestionBank, Section
from audit_app.core.version_numbers import VERSION_PATTERN, version_numbers
from audit_app.question_banks.fields import LONGEST_LINE, LONGEST_TEXT
from audit_app.question_banks.words import LONGEST_ID, RESERVED
from audit_app.web.banks.question_entry import id_from
from audit_app.web.banks.words import TYPE_WORDS
from audit_app.web.typed import clean_text

_LINE = Length(max=LONGEST_LINE, message=f"Write {LONGEST_LINE} characters or fewer")


def _one_paragraph(text: str | None) -> str:
    return " ".join((clean_text(text) or "").split())


def check_key(_form: Form, field: StringField) -> None:
    """A name that stays for ever."""
    key = str(field.data)
    if not ID_PATTERN.fullmatch(key) or len(key) > LONGEST_ID:
        raise ValidationError(
            "The short name must be small letters, digits and _, with a letter first"
        )
    if key in RESERVED:
        raise ValidationError(f"The program needs the name {key} for itself: choose another")


class NewBankForm(FlaskForm):  # type: ignore[misc]
    """A bank that is not there yet."""

    title = StringField(
        "Title",
        filters=(_one_paragraph,),
        validators=[DataRequired("Enter the title of the bank"), _LINE],
        description="As auditors will read it, such as “Visits”.",
    )
    key = StringField(
        "Short name",
        filters=(clean_text,),
        validators=[DataRequired("Enter a short name"), check_key],
        description="Small letters, digits and _, such as visits. It stays for ever.",
    )
    summary = TextAreaField(
        "Summary",
        filters=(_one_paragraph,),
        validators=[DataRequired("Enter what the bank asks and why"), Length(max=LONGEST_TEXT)],
        description="What the bank asks and why, in a sentence or two.",
    )

    @property
    def entered(self) -> QuestionBank:
        """The bank, with one section that has its title and asks nothing yet."""
        key, title = str(self.key.data), str(self.title.data)
        section = Section(f"{key[:55]}_main", title, ())
        return QuestionBank(key, title, "1.0", str(self.summary.data), (section,))


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A bank as a file."""

    file = FileField(
        "File of the question bank",
        validators=[FileRequired("Choose a file. Nothing was changed.")],
        description="An Excel workbook (.xlsx) as it is downloaded here, or a YAML file (.yml).",
    )


class SentForm(FlaskForm):  # type: ignore[misc]
    """A button that does something with a draft."""

    seen = HiddenField()


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """Title and summary of a bank, and its version raised by hand."""

    title = StringField(
        "Title", filters=(_one_paragraph,), validators=[DataRequired("Enter the title"), _LINE]
    )
    summary = TextAreaField(
        "Summary",
        filters=(_one_paragraph,),
        validators=[DataRequired("Enter what the bank asks and why"), Length(max=LONGEST_TEXT)],
    )
    version = StringField(
        "Version, if it is to be raised further than the changes ask for",
        filters=(clean_text,),
        description="Such as 2.0, where other words ask for something else. It is never lower than "
        "what the changes ask for.",
    )

    def __init__(self, bank: QuestionBank, published: QuestionBank | None) -> None:
        """The form, filled with what the bank has."""
        self.bank = bank
        self.lowest = published.version if published else "0.0"
        super().__init__(
            data={"title": bank.title, "summary": bank.summary, "version": bank.version}
        )

    def validate_version(self, field: StringField) -> None:
        """A version, and not a lower one."""
        if not VERSION_PATTERN.fullmatch(field.data or ""):
            raise ValidationError("The version must be two or three whole numbers, such as 1.2")
        if version_numbers(field.data) < version_numbers(self.lowest):
            raise ValidationError(f"The version must not be lower than {self.lowest}")

    @property
    def entered(self) -> QuestionBank:
        """The bank with what was typed."""
        return replace(
            self.bank,
            title=str(self.title.data),
            summary=str(self.summary.data),
            version=str(self.version.data),
        )


class SectionForm(FlaskForm):  # type: ignore[misc]
    """A section's title and introduction."""

    title = StringField(
        "Title of the section",
        filters=(_one_paragraph,),
        validators=[DataRequired("Enter the title of the section"), _LINE],
        description="The heading of its page.",
    )
    intro = TextAreaField(
        "Introduction",
        filters=(_one_paragraph,),
        validators=[Length(max=500, message="Write 500 characters or fewer")],
        description="A sentence above its questions. May be left empty.",
    )

    def __init__(self, bank: QuestionBank, section: Section | None) -> None:
        """The form of a section that there is, or of a new one."""
        self.bank, self.section = bank, section
        super().__init__(data={"title": section.title, "intro": section.intro} if section else None)

    @property
    def entered(self) -> Section:
        """The section with what was typed; a new one's key is made from its title."""
        title, intro = str(self.title.data), str(self.intro.data or "")
        if self.section is not None:
            return replace(self.section, title=title, intro=intro)
        taken = {section.key for section in self.bank.sections}
        key = id_from(title, self.bank.key, taken)
        assert find_section(self.bank, key) is None
        return Section(key, title, (), intro)


class TypeForm(Form):  # type: ignore[misc]
    """How a new question is answered; it stands in the address."""

    type = RadioField(
        "How is it answered?",
        choices=[SelectChoice(value=one.value, label=TYPE_WORDS[one]) for one in AnswerType],
        validate_choice=False,
    )

    def validate_type(self, field: RadioField) -> None:
        """One of the types."""
        if field.data not in list(AnswerType):
            raise ValidationError("Choose how the question is answered")
