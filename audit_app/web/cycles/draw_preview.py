"""How many case files each line of the filters leaves, from the extract to the frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from audit_app.core.question_bank import Subject
from audit_app.core.sampling import Exclusion, Filters
from audit_app.store.samples import (
    SamplePreview,
    describe_filters,
    filters_to_data,
    is_for_agencies,
    preview_sample,
)
from audit_app.store.tables import Cycle
from audit_app.web.database import db
from audit_app.web.words import say_day


@dataclass(frozen=True, slots=True)
class FilterLine:
    """One line: what is asked, how many case files fall away, how many are left."""

    words: str
    away: int
    left: int


@dataclass(frozen=True, slots=True)
class DrawPreview:
    """What a draw would be made from, line by line."""

    in_extract: int
    lines: tuple[FilterLine, ...]
    frame_size: int
    barred: int
    auditors: int
    wanted: int

    @property
    def is_possible(self) -> bool:
        """Whether there are enough case files for everybody, teams left aside."""
        return 0 < self.wanted <= self.frame_size


def preview_draw(cycle: Cycle, filters: Filters, per_auditor: int, *, at: datetime) -> DrawPreview:
    """Count along the lines: closed, each filter, audited lately."""
    shown = preview_sample(db(), cycle, filters, at=at)
    left = shown.extract.case_file_count
    lines: list[FilterLine] = []

    def add(words: str, now: int) -> None:
        nonlocal left
        lines.append(FilterLine(words, left - now, now))
        left = now

    if shown.extract.subject is Subject.CASE_FILE:
        add("not closed on the day of the extract", left - shown.excluded[Exclusion.CLOSED])
    still_open = left
    for part, cumulated in _cumulated(filters):
        step = shown if cumulated == filters else preview_sample(db(), cycle, cumulated, at=at)
        words = " and ".join(describe_filters(filters_to_data(part)))
        add(words, still_open - step.excluded[Exclusion.OUTSIDE_FILTERS])
    add(
        f"not audited in the last 12 months (since {say_day(shown.audited_since)})",
        len(shown.frame.cases),
    )
    return _preview(shown, tuple(lines), per_auditor, for_all=is_for_agencies(cycle))


def _cumulated(filters: Filters) -> Iterator[tuple[Filters, Filters]]:
    """Each filter in use alone, and together with those before it."""
    so_far = Filters()
    if filters.statuses:
        so_far = Filters(statuses=filters.statuses)
        yield Filters(statuses=filters.statuses), so_far
    if filters.teams:
        so_far = Filters(statuses=filters.statuses, teams=filters.teams)
        yield Filters(teams=filters.teams), so_far
    if filters.age_from is not None or filters.age_to is not None:
        yield Filters(age_from=filters.age_from, age_to=filters.age_to), filters


def _preview(
    shown: SamplePreview, lines: tuple[FilterLine, ...], per_auditor: int, *, for_all: bool
) -> DrawPreview:
    return DrawPreview(
        in_extract=shown.extract.case_file_count,
        lines=lines,
        frame_size=len(shown.frame.cases),
        barred=shown.excluded[Exclusion.OWN_TEAM],
        auditors=len(shown.auditors),
        wanted=per_auditor * (1 if for_all else len(shown.auditors)),
    )
