"""Question banks and audit forms as frozen values: what is asked, and what each answer means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from audit_app.core.agencies import Agency
from audit_app.core.case_facts import CaseFact
from audit_app.core.replies import PracticeSees

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


class Subject(StrEnum):
    """What an audit form examines, one at a time."""

    CASE_FILE = "case_file"
    STRATEGY_DISCUSSION = "strategy_discussion"
    SUPERVISION_FILE = "supervision_file"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its key as stored, its words, what it says of the file, its points (0-100)."""

    key: str
    label: str
    outcome: Outcome
    points: int
    retired: bool = False
    """Kept so that old answers can be read, and offered no more."""


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
    """Not better than `not_better_than` when at least `at_least` critical (or named) questions
    have one of `outcomes`, or that many themes are suggested `theme_grade` or worse: one is set.
    """

    not_better_than: str
    at_least: int = 1
    outcomes: frozenset[Outcome] = frozenset()
    theme_grade: str = ""
    questions: frozenset[str] = frozenset()
    because: str = ""
    """Why, in the words of the bank or form; empty: only what was found is said."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """How many of what is looked at may have one of these values: of a section its scored questions
    (outcomes), of a theme these or its rated sections (levels), of the whole audit its themes
    (grades). What is not applicable, or not scored, is in no count.
    """

    values: frozenset[str]
    at_least: int = 0
    at_most: int | None = None
    """None: no bound."""
    of: frozenset[str] = frozenset()
    """Only these: ids of questions, keys of sections or of themes; empty: all of them."""
    critical: bool = False
    """Only critical questions."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A grade or level that is suggested when all its requirements hold, those above it failing."""

    grade: str
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One of what a section is asked for: its key (a number unless declared), its name."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A section that is asked once for each of something: a child, a male, an agency."""

    each: str
    """What it is, in the singular, after "each": `male in the household`."""
    entries: tuple[Entry, ...] = ()
    """Those that are always asked for, such as agencies; empty: the auditor names them."""
    at_most: int = 12


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
    not_applicable_when: str = ""
    """When not applicable may be chosen, as the page says it; empty: the auditor judges."""
    not_applicable_reason: bool = False
    """Whether not applicable needs a reason, written where evidence is."""
    continues: str = ""
    """The id of the earlier question whose answers this one's can be read together with."""
    facts: frozenset[CaseFact] = frozenset()
    """What of the extract is shown beside it."""

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options that may be chosen: those that are not retired."""
        return tuple(option for option in self.options if not option.retired)

    @property
    def full_points(self) -> int:
        """The most points that an answer can earn, before the weight."""
        scored = [option.points for option in self.offered if option.outcome != Outcome.INFORMATION]
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
    repeat: Repeat | None = None
    rating: tuple[Rung, ...] = ()
    """How the section's level is reckoned from its answers; empty: it is not rated."""


@dataclass(frozen=True, slots=True)
class QuestionBank:
    """One theme's questions, in one version."""

    key: str
    title: str
    version: str
    summary: str
    sections: tuple[Section, ...]
    levels: tuple[Grade, ...] = ()
    """On which its sections are rated, best first; empty: they are not."""
    grading: tuple[Rung, ...] = ()
    """How the theme's grade is suggested; empty: as the form's judgement rules say."""
    caps: tuple[Cap, ...] = ()
    """Caps of this theme alone, beside those of the form."""
    retired: tuple[Question, ...] = ()
    """Questions of earlier versions that are asked no more; their ids are never used again."""

    @property
    def questions(self) -> Iterator[Question]:
        """All questions that are asked, in the order of the form."""
        return (question for section in self.sections for question in section.questions)


@dataclass(frozen=True, slots=True)
class JudgementRules:
    """How grades are suggested. Bands run from the best grade to the worst, whose bound is 0."""

    theme_bands: tuple[Band, ...]
    theme_caps: tuple[Cap, ...]
    overall_bands: tuple[Band, ...]
    overall_caps: tuple[Cap, ...]
    met_from: str
    """A theme counts as met in a file when its suggested grade is this one or better."""
    theme_grading: tuple[Rung, ...] = ()
    """In place of the theme's bands."""
    overall_grading: tuple[Rung, ...] = ()
    """In place of the overall bands. With neither, the form asks for no overall judgement."""


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
    subject: Subject = Subject.CASE_FILE
    agencies: tuple[Agency, ...] = ()
    """Who each answer a part of it, see `core.parts`; empty: one auditor answers the whole."""
    practice_sees: PracticeSees = PracticeSees.EVERYTHING
    """What its cycles show to the practice, unless one says otherwise."""
    earlier_findings: bool = True
    """Whether its auditors are told what earlier audits of the same record found."""
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

    @property
    def asks_overall(self) -> bool:
        """Whether a judgement of the whole is asked for."""
        return bool(self.rules.overall_bands or self.rules.overall_grading)

    def worse(self, one: str, other: str) -> str:
        """Return the worse of two grades of the scale."""
        order = [grade.key for grade in self.scale]
        return max(one, other, key=order.index)
