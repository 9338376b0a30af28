"""Question banks and audit forms as frozen values: what is asked, and what each answer means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

ID_PATTERN = re.compile(r"[a-z][a-z0-9_]*")


class AnswerType(StrEnum):
    """How a question is answered."""

    MET = "met"
    YES_NO = "yes_no"
    GRADE = "grade"
    DATE = "date"
    INTERVAL = "interval"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"


class Outcome(StrEnum):
    """What an answer says of the file. The first five are never merged; the last is not scored."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_RECORDED = "not_recorded"
    NOT_APPLICABLE = "not_applicable"
    INFORMATION = "information"


OUTCOME_WORDS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.MET: "Met",
        Outcome.PARTLY_MET: "Partly met",
        Outcome.NOT_MET: "Not met",
        Outcome.NOT_RECORDED: "Not recorded on the file",
        Outcome.NOT_APPLICABLE: "Not applicable",
        Outcome.INFORMATION: "For information",
    }
)

#: Outcomes that an option may declare in a bank file; the other two are states of every question.
OPTION_OUTCOMES = (Outcome.MET, Outcome.PARTLY_MET, Outcome.NOT_MET, Outcome.INFORMATION)
ADVERSE = frozenset({Outcome.PARTLY_MET, Outcome.NOT_MET, Outcome.NOT_RECORDED})
FULL_POINTS = 2
POINTS: Mapping[Outcome, int] = MappingProxyType(
    {Outcome.MET: FULL_POINTS, Outcome.PARTLY_MET: 1, Outcome.NOT_MET: 0, Outcome.INFORMATION: 0}
)


class Evidence(StrEnum):
    """When an answer must say what was seen and where on the file."""

    ADVERSE = "adverse"
    ALWAYS = "always"
    NEVER = "never"


class LimitUnit(StrEnum):
    """What an interval is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its key as stored, its words, what it says of the file, its points (0-100)."""

    key: str
    label: str
    outcome: Outcome
    points: int


@dataclass(frozen=True, slots=True)
class Source:
    """The published standard or recommendation that a question comes from."""

    document: str
    place: str

    def __str__(self) -> str:
        return f"{self.document}, {self.place}"


@dataclass(frozen=True, slots=True)
class Guidance:
    """Where on the file to look, and what good looks like."""

    where: str
    good: str


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is shown when an earlier question of the bank has one of these answers."""

    question: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest interval that is met, in its unit; up to `partly` it is partly met."""

    unit: LimitUnit
    met: int
    partly: int | None = None

    def __str__(self) -> str:
        words = self.unit.value.replace("_", " ")
        return f"{self.met} {words[:-1] if self.met == 1 else words}"


@dataclass(frozen=True, slots=True)
class NumberBands:
    """Bounds, inclusive, within which a number is met or partly met; None is no bound."""

    met_from: int | None = None
    met_to: int | None = None
    partly_from: int | None = None
    partly_to: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `id` never changes once published: it is form field, row key and PDF anchor."""

    id: str
    text: str
    type: AnswerType
    guidance: Guidance
    sources: tuple[Source, ...]
    options: tuple[Option, ...] = ()
    weight: int = 1
    critical: bool = False
    required: bool = True
    evidence: Evidence = Evidence.ADVERSE
    allows_not_applicable: bool = True
    allows_not_recorded: bool = True
    shown_when: Condition | None = None
    limit: Limit | None = None
    from_label: str = ""
    to_label: str = ""
    bands: NumberBands | None = None
    unit: str = ""

    @property
    def full_points(self) -> int:
        """The most points that an answer can earn, before the weight."""
        scored = [option.points for option in self.options if option.outcome != Outcome.INFORMATION]
        return max(scored, default=FULL_POINTS)

    @property
    def is_scored(self) -> bool:
        """Whether any answer to this question says that something is met or not met."""
        if self.type is AnswerType.TEXT or self.type is AnswerType.DATE:
            return False
        if self.type is AnswerType.NUMBER:
            return self.bands is not None
        if self.type is AnswerType.INTERVAL:
            return self.limit is not None
        return any(option.outcome != Outcome.INFORMATION for option in self.options)

    def option(self, key: str) -> Option | None:
        """Return the option with this key, or None."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand on one page of the form."""

    key: str
    title: str
    questions: tuple[Question, ...]
    intro: str = ""


@dataclass(frozen=True, slots=True)
class QuestionBank:
    """One theme's questions, in one version."""

    key: str
    title: str
    version: str
    summary: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> Iterator[Question]:
        """All questions in the order of the form."""
        return (question for section in self.sections for question in section.questions)


@dataclass(frozen=True, slots=True)
class Grade:
    """One step of a form's scale."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """From this share of the points (per cent, inclusive) the grade is suggested."""

    grade: str
    at_least: int


@dataclass(frozen=True, slots=True)
class Cap:
    """Not better than `not_better_than` when at least `at_least` critical questions have one of
    `outcomes`, or when at least that many themes are suggested `theme_grade` or worse (one of the
    two is set).
    """

    not_better_than: str
    at_least: int = 1
    outcomes: frozenset[Outcome] = frozenset()
    theme_grade: str = ""


@dataclass(frozen=True, slots=True)
class JudgementRules:
    """How grades are suggested. Bands run from the best grade to the worst, whose bound is 0."""

    theme_bands: tuple[Band, ...]
    theme_caps: tuple[Cap, ...]
    overall_bands: tuple[Band, ...]
    overall_caps: tuple[Cap, ...]
    met_from: str
    """A theme counts as met in a file when its suggested grade is this one or better."""


@dataclass(frozen=True, slots=True)
class AuditForm:
    """What an auditor fills in: banks in an order, a scale (best first) and judgement rules."""

    key: str
    title: str
    version: str
    summary: str
    auditors: str
    """The role whose people audit with this form."""
    scale: tuple[Grade, ...]
    rules: JudgementRules
    banks: tuple[QuestionBank, ...]
    percent_from: int = 20
    """Below this number of case files no percentage is shown."""
    themed: bool = False
    """A themed audit of a cohort, as against the regular sample."""
    _questions: Mapping[str, Question] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def __post_init__(self) -> None:
        index = {question.id: question for bank in self.banks for question in bank.questions}
        object.__setattr__(self, "_questions", MappingProxyType(index))

    @property
    def questions(self) -> Mapping[str, Question]:
        """Every question by its id, in the order of the form."""
        return self._questions

    @property
    def sections(self) -> Iterator[tuple[QuestionBank, Section]]:
        """Each section with the bank that it comes from, in the order of the form."""
        return ((bank, section) for bank in self.banks for section in bank.sections)

    def bank(self, key: str) -> QuestionBank:
        """Return the bank of a theme; KeyError when the form does not have it."""
        for bank in self.banks:
            if bank.key == key:
                return bank
        raise KeyError(key)

    def grade(self, key: str) -> Grade:
        """Return the grade with this key; KeyError when it is not on the scale."""
        for grade in self.scale:
            if grade.key == key:
                return grade
        raise KeyError(key)

    def worse(self, one: str, other: str) -> str:
        """Return the worse of two grades of the scale."""
        order = [grade.key for grade in self.scale]
        return max(one, other, key=order.index)
