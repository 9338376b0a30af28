"""One audited case file on its page of the pack, as plain values that a template can hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JudgedGrade:
    """The grade the form's rules suggest, why, and the auditor's with a reason where it differs.

    Grades are the form's own words; `suggested` and `auditor` None: not scored, not given.
    """

    suggested: str | None
    why: str
    auditor: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ThemeGrade:
    """A theme's grade in one case file; k of n counts questions here, not case files."""

    theme: str
    k: int
    n: int
    grade: JudgedGrade
    levels: tuple[str, ...] = ()
    """Its rated sections, each with its level and why in a sentence."""


@dataclass(frozen=True, slots=True)
class AdverseAnswer:
    """An answer that is not "met". `evidence` None: not quotable, kept with the audit."""

    number: str
    question: str
    theme: str
    answer: str
    evidence: str | None
    critical: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What the practice replied to one part of an audit, or somebody of the family said.

    `heading`: the part, or the role of who said it; never who it was.
    """

    heading: str
    words: str
    disputes: bool = False


@dataclass(frozen=True, slots=True)
class ThreeGrades:
    """The grades of both readers for a theme, or overall, and the one that they agreed on."""

    title: str
    overall: bool
    first: str
    second: str
    agreed: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One audited case file by its pseudonym reference."""

    reference: str
    team: str
    auditor_role: str
    overall: JudgedGrade | None
    """None: the form asks for no judgement of the whole."""
    themes: tuple[ThemeGrade, ...]
    adverse: tuple[AdverseAnswer, ...]
    strengths: tuple[str, ...]
    replies: tuple[Said, ...] = ()
    family: tuple[Said, ...] = ()
    second: tuple[ThreeGrades, ...] = ()
    """Of a case file that was read twice: each grade of both readers, and the agreed one."""

    @property
    def final(self) -> str | None:
        """The overall grade: the agreed one, else the auditor’s, else the suggested."""
        agreed = next((one.agreed for one in self.second if one.overall), None)
        if agreed or self.overall is None:
            return agreed
        return self.overall.auditor or self.overall.suggested
