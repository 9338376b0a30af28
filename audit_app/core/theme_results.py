"""Theme results: k of n case files, per theme, question, team and month, with their intervals.

The unit is the case file at every level, so that Wilson's interval holds: a theme is met in a file
when its suggested grade is at or above the form's `met_from`; a question is met in a file when its
answer's outcome is met. Not applicable leaves n; not recorded stays in n and is counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit_app.core.intervals import Change, Range, change_between, wilson
from audit_app.core.question_bank import Outcome

NO_TEAM = "No team recorded"


@dataclass(frozen=True, slots=True)
class AuditedTheme:
    """One theme of one submitted audit, as scored when it was submitted."""

    theme: str
    met: bool | None
    """None when nothing of the theme applied to the file."""
    outcomes: Mapping[str, Outcome]
    """Question id to outcome; questions hidden or left unanswered are absent."""


@dataclass(frozen=True, slots=True)
class AuditedFile:
    """One submitted audit as plain values: where the case file belongs and when it was read."""

    reference: str
    team: str | None
    month: str
    form: str
    """Key and version of the audit form, `monthly_sample 1.0`."""
    themes: tuple[AuditedTheme, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the case files to which something applied meet it.

    `k` met, of `n` = met + partly met + not met + not recorded. For a theme, `not_recorded` counts
    the files of `n` with at least one answer not recorded, and `partly_met` is not used.
    """

    k: int = 0
    n: int = 0
    partly_met: int = 0
    not_met: int = 0
    not_recorded: int = 0
    not_applicable: int = 0

    @property
    def interval(self) -> Range | None:
        """Wilson's 95% interval of k/n; None when n is 0."""
        return wilson(self.k, self.n)

    @property
    def share(self) -> float | None:
        """k/n, 0 to 1; None when n is 0."""
        return self.k / self.n if self.n else None

    def change_from(self, before: Count | None) -> Change:
        """How this count stands against an earlier one."""
        if before is None:
            return Change.NO_COMPARISON
        return change_between(self.k, self.n, before.k, before.n)


@dataclass(frozen=True, slots=True)
class ThemeResult:
    """One theme over a set of audits: its count, and the counts behind it."""

    theme: str
    count: Count
    questions: Mapping[str, Count]
    teams: Mapping[str, Count]
    months: Mapping[str, Count]


def count_theme(themes: Iterable[AuditedTheme]) -> Count:
    """Count the files in which the theme is met."""
    k = n = not_recorded = not_applicable = 0
    for theme in themes:
        if theme.met is None:
            not_applicable += 1
            continue
        n += 1
        k += theme.met
        not_recorded += Outcome.NOT_RECORDED in theme.outcomes.values()
    return Count(k, n, 0, n - k, not_recorded, not_applicable)


def count_question(outcomes: Iterable[Outcome]) -> Count:
    """Count the files in which a question is met."""
    tallied = Counter(outcomes)
    partly, not_met = tallied[Outcome.PARTLY_MET], tallied[Outcome.NOT_MET]
    not_recorded = tallied[Outcome.NOT_RECORDED]
    return Count(
        k=tallied[Outcome.MET],
        n=tallied[Outcome.MET] + partly + not_met + not_recorded,
        partly_met=partly,
        not_met=not_met,
        not_recorded=not_recorded,
        not_applicable=tallied[Outcome.NOT_APPLICABLE],
    )


def theme_results(
    files: Sequence[AuditedFile], questions: Mapping[str, Sequence[str]]
) -> tuple[ThemeResult, ...]:
    """Count every theme. `questions`: theme to the ids of its scored questions, both in order."""
    return tuple(
        ThemeResult(
            theme=theme,
            count=count_theme(_of_theme(files, theme)),
            questions={
                question: count_question(
                    audited.outcomes[question]
                    for audited in _of_theme(files, theme)
                    if question in audited.outcomes
                )
                for question in ids
            },
            teams=_count_by(files, theme, lambda file: file.team or NO_TEAM),
            months=_count_by(files, theme, lambda file: file.month),
        )
        for theme, ids in questions.items()
    )


def weakest_first(questions: Mapping[str, Count]) -> list[tuple[str, Count]]:
    """Questions with the smallest share met first; those that applied to no file come last."""
    return sorted(
        questions.items(),
        key=lambda item: (item[1].share is None, item[1].share or 0.0, -item[1].n, item[0]),
    )


def _of_theme(files: Iterable[AuditedFile], theme: str) -> list[AuditedTheme]:
    return [audited for file in files for audited in file.themes if audited.theme == theme]


def _count_by(
    files: Sequence[AuditedFile], theme: str, key: Callable[[AuditedFile], str]
) -> dict[str, Count]:
    groups: dict[str, list[AuditedFile]] = {}
    for file in files:
        groups.setdefault(key(file), []).append(file)
    return {name: count_theme(_of_theme(group, theme)) for name, group in sorted(groups.items())}
