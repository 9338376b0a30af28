"""What an audit examines, in words: the one table that pages, commands and reports speak from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from audit_app.core.question_bank import Subject


@dataclass(frozen=True, slots=True)
class SubjectWords:
    """One kind of thing that is audited: its nouns, and what its references look like."""

    one: str
    many: str
    short: str
    """A word for it where the whole noun stood before: 5 files."""
    shorts: str
    prefix: str
    """What its references begin with."""
    number: str
    """What is shown on request so that it can be found; empty: its reference is its name."""
    worked_by: str
    """Whose own it is."""
    has_teams: bool = True

    @property
    def a(self) -> str:
        """The article before it."""
        return "an" if self.one[0] in "aeiou" else "a"

    @property
    def listed(self) -> str:
        """What a sample is drawn from: `caseload`, `list of agencies`."""
        return "caseload" if self is CASE_FILES else f"list of {self.many}"

    def count(self, number: int) -> str:
        """`1 case file`, `28 case files`."""
        return f"{number:,} {self.one if number == 1 else self.many}"

    def call(self, reference: str) -> str:
        """As a heading names it: `Case file 7KM2-QD4X`, `Agency: Health`."""
        return f"{capital(self.one)}{' ' if self.number else ': '}{reference}"

    def call_inside(self, reference: str) -> str:
        """As it is named inside a sentence: `case file 7KM2-QD4X`."""
        return f"{self.one} {reference}"


SUBJECT_WORDS: Mapping[Subject, SubjectWords] = MappingProxyType(
    {
        Subject.CASE_FILE: SubjectWords(
            "case file", "case files", "file", "files", "", "council’s case number", "worker"
        ),
        Subject.STRATEGY_DISCUSSION: SubjectWords(
            "strategy discussion",
            "strategy discussions",
            "discussion",
            "discussions",
            "SD-",
            "child’s number and the day",
            "worker",
        ),
        Subject.SUPERVISION_FILE: SubjectWords(
            "supervision file",
            "supervision files",
            "file",
            "files",
            "SF-",
            "worker’s name",
            "worker or supervisor",
        ),
        Subject.AGENCY: SubjectWords(
            "agency", "agencies", "agency", "agencies", "", "", "contact", has_teams=False
        ),
    }
)
CASE_FILES = SUBJECT_WORDS[Subject.CASE_FILE]


def capital(words: str) -> str:
    """With a capital at the beginning of a sentence."""
    return words[:1].upper() + words[1:]
