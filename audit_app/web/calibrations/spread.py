"""A calibration that has ended as a page shows it: what differs most comes first.

Who calls it is told the names; those who took part only which answer is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from audit_app.core.calibration import (
    QuestionSpread,
    Spread,
    question_spreads,
    spread_of,
    to_talk_about,
)
from audit_app.core.moderation import OVERALL
from audit_app.core.question_bank import AuditForm
from audit_app.reports.charts import draw_count
from audit_app.store.instruments import load_form
from audit_app.store.recorded import answers_of, form_of_all
from audit_app.store.tables import CalibrationReading, Person
from audit_app.web.audits.answer_rows import AnswerRow, answer_sections
from audit_app.web.words import say_count

NOT_ASKED = "Not asked"
NO_GRADE = "No grade"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one auditor wrote to their answer."""

    who: str
    words: str
    place: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer, or grade, with how many gave it; `who` are names, or “You”, or nothing."""

    words: str
    count: int
    of: int
    bar: Markup
    who: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One question, theme or the whole, with the answers or grades that it got."""

    id: str
    title: str
    said: str
    agrees: bool
    choices: tuple[Choice, ...]
    critical: bool = False


@dataclass(frozen=True, slots=True)
class SpreadPage:
    """All that is shown: grades, questions that differ, and those on which all agree."""

    grades: tuple[Row, ...]
    differing: tuple[Row, ...]
    agreeing: tuple[Row, ...]


def spread_page(
    readings: Sequence[CalibrationReading], viewer: Person, *, names: bool
) -> SpreadPage:
    """What these readings say, for this person; at least one of them must be there."""
    form = form_of_all(*readings)
    said = _Sayer(form, readings, viewer, names=names)
    spreads = question_spreads(form.questions, [answers_of(one) for one in readings])
    return SpreadPage(
        tuple(_grade_rows(load_form(readings[0].form_version), readings, said)),
        tuple(said.row(one) for one in to_talk_about(spreads)),
        tuple(said.row(one) for one in spreads if one.spread.agrees),
    )


def say_difference(spread: Spread, what: str = "answer") -> str:
    """How much readers differ, in a sentence without its stop."""
    if spread.agrees:
        return f"All {spread.readers} say the same"
    parts = [*(len(group) for group in spread.groups), len(spread.silent)]
    counts = sorted((part for part in parts if part), reverse=True)
    return f"{say_count(len(counts), f'different {what}')}: " + " against ".join(map(str, counts))


class _Sayer:
    """Says answers of these readings as this person may hear them."""

    def __init__(
        self,
        form: AuditForm,
        readings: Sequence[CalibrationReading],
        viewer: Person,
        *,
        names: bool,
    ) -> None:
        self._readings, self._viewer, self._names = readings, viewer, names
        self._numbers = {id_: number for number, id_ in enumerate(form.questions, start=1)}
        self._rows: list[dict[str, AnswerRow]] = [
            {row.question.id: row for part in answer_sections(form, one) for row in part.rows}
            for one in readings
        ]

    def row(self, one: QuestionSpread) -> Row:
        """One question with everything that was answered."""
        id_ = one.question.id

        def words(place: int) -> str:
            row = self._rows[place][id_]
            return f"{row.answer} ({row.outcome.lower()})" if row.outcome else row.answer

        return Row(
            id_,
            f"{self._numbers[id_]} {one.question.text}",
            say_difference(one.spread),
            one.spread.agrees,
            self.choices(id_, one.spread, words, NOT_ASKED, lambda place: self._wrote(place, id_)),
            one.question.critical,
        )

    def choices(
        self,
        id_: str,
        spread: Spread,
        words: Callable[[int], str],
        silent: str,
        wrote: Callable[[int], tuple[Evidence, ...]] = lambda _place: (),
    ) -> tuple[Choice, ...]:
        """Each answer that was given, and how many gave none."""
        parts = [(words(group[0]), group) for group in spread.groups]
        parts += [(silent, spread.silent)] if spread.silent else []
        return tuple(
            Choice(
                said,
                len(group),
                spread.readers,
                draw_count(len(group), spread.readers, uid=f"{id_.replace('.', '-')}-{number}"),
                self._who(group),
                tuple(one for place in group for one in wrote(place)),
            )
            for number, (said, group) in enumerate(parts)
        )

    def _wrote(self, place: int, id_: str) -> tuple[Evidence, ...]:
        row = self._rows[place].get(id_)
        if row is None or not (row.evidence or row.place):
            return ()
        return (Evidence(self._who((place,)) or "Another auditor", row.evidence, row.place),)

    def _who(self, group: Sequence[int]) -> str:
        people = [self._readings[place].auditor for place in group]
        if self._names:
            return ", ".join(sorted(one.name for one in people))
        return "You" if any(one.id == self._viewer.id for one in people) else ""


def _grade_rows(form: AuditForm, readings: Sequence[CalibrationReading], said: _Sayer) -> list[Row]:
    by_theme = [{row.theme: row.grade for row in one.themes} for one in readings]
    parts = [
        (bank.key, bank.title, [given.get(bank.key) for given in by_theme]) for bank in form.banks
    ]
    if form.asks_overall:
        parts.append((OVERALL, "Overall", [one.grade for one in readings]))
    rows = []
    for key, title, grades in parts:
        spread = spread_of(grades)

        def words(place: int, grades: list[str | None] = grades) -> str:
            return form.grade(grades[place] or "").label

        choices = said.choices(f"grade-{key}", spread, words, NO_GRADE)
        said_of = say_difference(spread, "grade")
        rows.append(Row(f"grade-{key}", title, said_of, spread.agrees, choices))
    return rows
