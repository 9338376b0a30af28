"""From an answer type to the form field that asks for it, and from what was typed to a draft.

A field keeps what was typed in parts: the ending of each control's name → its values. So a date
that cannot be read yet is stored, and shown again, exactly as it was typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Protocol

from wtforms import Field, ValidationError

from audit_app.core.answers import (
    AnswerFault,
    Interval,
    Value,
    check_offered,
    read_value,
    write_value,
)
from audit_app.core.question_bank import OUTCOME_WORDS, AnswerType, LimitUnit, Outcome, Question
from audit_app.store.audits import Draft
from audit_app.store.tables import EarlierAnswer, RecordedAnswer, RecordedState
from audit_app.web.typed import (
    DATE_PARTS,
    Parts,
    clean_values,
    day_parts,
    load_parts,
    read_day,
    read_time,
    typed,
)

#: No option's key can begin with a dash, so a state is never taken for an option.
NOT_APPLICABLE, NOT_RECORDED = "-not_applicable", "-not_recorded"
STATE_OF = {
    NOT_APPLICABLE: RecordedState.NOT_APPLICABLE,
    NOT_RECORDED: RecordedState.NOT_RECORDED,
}
STATE_WORDS = {
    NOT_APPLICABLE: OUTCOME_WORDS[Outcome.NOT_APPLICABLE],
    NOT_RECORDED: OUTCOME_WORDS[Outcome.NOT_RECORDED],
}


class FormData(Protocol):
    """What a form was sent with."""

    def getlist(self, name: str) -> list[str]:
        """The values of one control's name."""


class AnswerField(Field):  # type: ignore[misc] # wtforms has no types
    """One question's answer. Its first control carries the question's id, where errors lead."""

    kind: ClassVar[str]
    """The macro that shows it."""
    endings: ClassVar[tuple[str, ...]]
    state_ending: ClassVar[str] = "_state"

    def __init__(self, question: Question, **kwargs: object) -> None:
        """A field for this question."""
        super().__init__(label=question.text, **kwargs)
        self.question = question
        self.parts: Parts = {}

    def process(
        self, formdata: FormData | None, data: object = None, extra_filters: object = None
    ) -> None:
        """Take the parts from what was sent, or else from what was stored."""
        del extra_filters
        self.process_errors: list[str] = []
        self.parts = data if isinstance(data, Mapping) else {}
        if formdata is not None:
            sent = {end: formdata.getlist(self.name + end) for end in self.all_endings()}
            self.parts = {end: clean for end, raw in sent.items() if (clean := clean_values(raw))}

    def pre_validate(self, _form: object) -> None:
        """Refuse what was typed but cannot be read; an empty field is no fault."""
        try:
            self.read()
        except AnswerFault as fault:
            sentence = str(fault)
            what = f"{sentence[:1].upper()}{sentence[1:]}: {self.question.text}"
            raise ValidationError(what) from None

    def read(self) -> tuple[RecordedState | None, str | None]:
        """State and canonical value; (None, None) when empty; AnswerFault when unreadable."""
        states = self.chosen(self.state_ending, STATE_OF)
        answered = any(
            value not in STATE_OF or end != self.state_ending
            for end, values in self.parts.items()
            for value in values
        )
        if len(states) > 1:
            raise AnswerFault("choose only one of “Not applicable” and “Not recorded on the file”")
        if states and answered:
            raise AnswerFault(
                f"there is an answer, and “{STATE_WORDS[states[0]]}” as well: keep one"
            )
        if states:
            if states[0] not in self.states():
                raise AnswerFault(f"“{STATE_WORDS[states[0]]}” is not offered here")
            return STATE_OF[states[0]], None
        if not answered:
            return None, None
        value = read_value(self.question, self.canonical())
        check_offered(self.question, value)
        return RecordedState.ANSWERED, write_value(self.question, value)

    def canonical(self) -> str:
        """The parts as the canonical text of a value; AnswerFault when they are none."""
        raise NotImplementedError

    @classmethod
    def split(cls, question: Question, value: Value) -> Parts:
        """The parts that a stored value is shown with."""
        raise NotImplementedError

    @classmethod
    def all_endings(cls) -> tuple[str, ...]:
        """The endings of every control of the field."""
        return tuple(dict.fromkeys((*cls.endings, cls.state_ending)))

    def typed(self, ending: str = "") -> str:
        """What stands in one control."""
        return typed(self.parts, ending)

    def chosen(self, ending: str, among: Iterable[str]) -> list[str]:
        """Which of some values are chosen."""
        return [value for value in among if value in self.parts.get(ending, [])]

    def states(self) -> dict[str, str]:
        """The states that this question offers, with their words."""
        offered = {
            NOT_APPLICABLE: self.question.allows_not_applicable,
            NOT_RECORDED: self.question.allows_not_recorded,
        }
        return {state: STATE_WORDS[state] for state, offer in offered.items() if offer}


class OptionField(AnswerField):
    """One of several options, or a state, as radios."""

    kind = "radios"
    endings = ("",)
    state_ending = ""

    def canonical(self) -> str:
        """The key of the option."""
        return self.typed()

    @classmethod
    def split(cls, question: Question, value: Value) -> Parts:
        """The option's key."""
        return {"": write_value(question, value).split()}


class OptionsField(OptionField):
    """Any of several options, or a state alone, as checkboxes."""

    kind = "checkboxes"


class DateField(AnswerField):
    """A date as day, month and year."""

    kind = "date"
    endings = DATE_PARTS

    def canonical(self) -> str:
        """The date in ISO form."""
        return read_day(self.parts, "", "the date")

    @classmethod
    def split(cls, _question: Question, value: Value) -> Parts:
        """Day, month and year."""
        assert isinstance(value, date)
        return day_parts("", value)


class IntervalField(AnswerField):
    """Two dates; with times where the limit is in hours."""

    kind = "interval"
    endings = tuple(f"_{end}{part}" for end in ("from", "to") for part in (*DATE_PARTS, "_time"))

    @property
    def timed(self) -> bool:
        """Whether both ends have a time."""
        return _is_timed(self.question)

    def canonical(self) -> str:
        """Both ends in ISO form with a slash between them."""
        return "/".join(self._end(end, label) for end, label in self.ends())

    def ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The ending and the label of each end."""
        question = self.question
        return (
            ("_from", question.from_label or "First date"),
            ("_to", question.to_label or "Second date"),
        )

    def _end(self, end: str, label: str) -> str:
        day = read_day(self.parts, end, f"“{label}”")
        return f"{day}T{read_time(self.parts, end, f'“{label}”')}" if self.timed else day

    @classmethod
    def split(cls, question: Question, value: Value) -> Parts:
        """Day, month, year and time of both ends."""
        assert isinstance(value, Interval)
        parts: dict[str, list[str]] = {}
        for end, moment in (("_from", value.start), ("_to", value.end)):
            parts |= day_parts(end, moment)
            if _is_timed(question):
                parts[f"{end}_time"] = [f"{moment:%H:%M}"]
        return parts


class NumberField(AnswerField):
    """A number, with its unit behind it."""

    kind = "number"
    endings = ("",)

    def canonical(self) -> str:
        """The number without spaces and thousands commas."""
        return re.sub(r"(?<=\d),(?=\d{3}\b)", "", self.typed()).strip()

    @classmethod
    def split(cls, _question: Question, value: Value) -> Parts:
        """The number."""
        assert isinstance(value, Decimal)
        return {"": [str(value)]}


class TextField(AnswerField):
    """Some words."""

    kind = "text"
    endings = ("",)

    def canonical(self) -> str:
        """The words."""
        return self.typed()

    @classmethod
    def split(cls, _question: Question, value: Value) -> Parts:
        """The words."""
        return {"": [str(value)]}


FIELD_FOR: Mapping[AnswerType, type[AnswerField]] = MappingProxyType(
    {
        AnswerType.MET: OptionField,
        AnswerType.YES_NO: OptionField,
        AnswerType.GRADE: OptionField,
        AnswerType.CHOICE: OptionField,
        AnswerType.CHOICES: OptionsField,
        AnswerType.DATE: DateField,
        AnswerType.INTERVAL: IntervalField,
        AnswerType.NUMBER: NumberField,
        AnswerType.TEXT: TextField,
    }
)


def draft_from(field: AnswerField, evidence: str, quotable: bool, place: str) -> Draft:
    """What the page says of one question, to be recorded whatever it is."""
    try:
        state, value = field.read()
        kept = None
    except AnswerFault:
        state, value = RecordedState.UNFINISHED, None
        kept = json.dumps(dict(field.parts), ensure_ascii=False)
    shared = quotable and bool(evidence)
    return Draft(field.question.id, state, value, kept, evidence, shared, place)


def parts_of(question: Question, row: RecordedAnswer | EarlierAnswer) -> Parts:
    """The parts that a recorded answer is shown with."""
    field = FIELD_FOR[question.type]
    if row.state is RecordedState.UNFINISHED:
        return load_parts(row.typed)
    if row.state is RecordedState.ANSWERED:
        return field.split(question, read_value(question, row.value or ""))
    return {field.state_ending: [f"-{row.state.value}"]}


def _is_timed(question: Question) -> bool:
    return question.limit is not None and question.limit.unit is LimitUnit.HOURS
