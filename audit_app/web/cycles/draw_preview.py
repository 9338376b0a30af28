"""How many case files each line of the filters leaves, from the extract to the frame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit_app.core.question_bank import Subject
from audit_app.core.sampling import Exclusion, Filters
from audit_app.core.sampling_methods import count_chosen
from audit_app.store.cohorts import count_open, count_steps
from audit_app.store.drawing import Asked
from audit_app.store.samples import SamplePreview, is_for_agencies, preview_sample
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
    most: int | None = None
    """For how many the auditors have room, where each gets a limited number."""

    @property
    def is_possible(self) -> bool:
        """Whether there are enough case files for everybody, teams left aside."""
        fits = self.most is None or self.wanted <= self.most
        return fits and 0 < self.wanted <= self.frame_size


def preview_draw(cycle: Cycle, filters: Filters, asked: Asked, *, at: datetime) -> DrawPreview:
    """Count along the lines: closed, each filter, audited lately."""
    shown = preview_sample(db(), cycle, filters, at=at)
    left = shown.extract.case_file_count
    lines: list[FilterLine] = []

    def add(words: str, now: int) -> None:
        nonlocal left
        lines.append(FilterLine(words, left - now, now))
        left = now

    if shown.extract.subject is Subject.CASE_FILE and not filters.keeps_closed:
        add("not closed on the day of the extract", count_open(db(), shown.extract, filters))
    for step in count_steps(db(), shown.extract, filters):
        add(step.words, step.left)
    if not filters.keeps_audited:
        add(
            f"not audited in the last 12 months (since {say_day(shown.audited_since)})",
            len(shown.frame.cases),
        )
    return _preview(shown, tuple(lines), asked, for_all=is_for_agencies(cycle))


def _preview(
    shown: SamplePreview, lines: tuple[FilterLine, ...], asked: Asked, *, for_all: bool
) -> DrawPreview:
    auditors, each = len(shown.auditors), asked.per_auditor
    most = None
    if asked.method.is_shared_out:
        wanted = count_chosen(shown.frame, asked.method, asked.number or 0)
        most = each * auditors if each is not None else None
    else:
        wanted = (each or 0) * (1 if for_all else auditors)
    return DrawPreview(
        in_extract=shown.extract.case_file_count,
        lines=lines,
        frame_size=len(shown.frame.cases),
        barred=shown.excluded[Exclusion.OWN_TEAM],
        auditors=auditors,
        wanted=wanted,
        most=most,
    )
