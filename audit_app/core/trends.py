"""Runs of cycles: where one scores differently from those before it, and what both sides share.

A run of a theme stops where the theme is scored or judged differently. What can still be read
together are the questions that are asked and scored alike on both sides of the last break. Their
series counts answers: k met, of the n to which the questions applied. So it has no interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit_app.core.question_bank import Outcome, QuestionBank
from audit_app.core.theme_results import AuditedFile, AuditedTheme, count_question
from audit_app.core.version_numbers import version_numbers
from audit_app.core.versions import compare_banks


@dataclass(frozen=True, slots=True)
class ThemeVersion:
    """How one theme was asked and scored in one cycle."""

    scored_by: str
    """Two cycles with the same hash score and judge the theme alike."""
    bank: QuestionBank
    form_version: str


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How many answers were met, of those to which the questions applied."""

    k: int = 0
    n: int = 0


@dataclass(frozen=True, slots=True)
class CommonSeries:
    """The questions on both sides of the last break (ids of the newest version), cycle by cycle.

    A count is None where a cycle did not ask every one of them alike.
    """

    questions: tuple[str, ...]
    counts: tuple[AnswerCount | None, ...]


def breaks_of(versions: Sequence[ThemeVersion | None]) -> tuple[ThemeVersion | None, ...]:
    """For each cycle of a run, the version before it, where that scored differently.

    None of `versions`: the cycle did not ask the theme, which breaks nothing.
    """
    breaks: list[ThemeVersion | None] = []
    before: ThemeVersion | None = None
    for version in versions:
        differs = before and version and version.scored_by != before.scored_by
        breaks.append(before if differs else None)
        before = version or before
    return tuple(breaks)


def common_series(
    versions: Sequence[ThemeVersion | None], files: Sequence[Sequence[AuditedFile]]
) -> CommonSeries | None:
    """The series of a run that breaks; None where it does not. `files`: those of each cycle."""
    before = next((version for version in reversed(breaks_of(versions)) if version), None)
    newest = next((version for version in reversed(versions) if version), None)
    if before is None or newest is None:
        return None
    scored = {question.id for question in newest.bank.questions if question.is_scored}
    common = tuple(id_ for id_ in _pairs(before.bank, newest.bank) if id_ in scored)
    return CommonSeries(
        common,
        tuple(
            _count(version.bank, newest.bank, common, of_cycle) if version is not None else None
            for version, of_cycle in zip(versions, files, strict=True)
        ),
    )


def _count(
    bank: QuestionBank, newest: QuestionBank, common: Sequence[str], files: Sequence[AuditedFile]
) -> AnswerCount | None:
    pairs = _pairs(bank, newest)
    if not common or not set(common) <= pairs.keys():
        return None
    asked = [theme for file in files for theme in file.themes if theme.theme == newest.key]
    counts = [count_question(_outcomes(asked, pairs[id_])) for id_ in common]
    return AnswerCount(sum(count.k for count in counts), sum(count.n for count in counts))


def _outcomes(themes: Sequence[AuditedTheme], question: str) -> list[Outcome]:
    return [theme.outcomes[question] for theme in themes if question in theme.outcomes]


def _pairs(bank: QuestionBank, newest: QuestionBank) -> Mapping[str, str]:
    """Ids of the newest bank to those of another version, of questions that are comparable."""
    if version_numbers(bank.version) <= version_numbers(newest.version):
        return {new: old for old, new in compare_banks(bank, newest).comparable_questions}
    return dict(compare_banks(newest, bank).comparable_questions)
