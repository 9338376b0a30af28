"""Cohorts over an extract: which case files meet the lines, and how many each line leaves.

The terms of `core/cohorts.py` are compared here, and only here: the counts of a page and the frame
of a draw come from the same conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from audit_app.caseload.values import CaseStatus
from audit_app.core.cohort_days import back
from audit_app.core.cohorts import (
    Among,
    CohortFault,
    Given,
    Line,
    Term,
    Unended,
    Within,
    lines_of,
)
from audit_app.core.sampling import Filters
from audit_app.store.tables import (
    CaseloadEntry,
    CaseloadEvent,
    Cycle,
    EntryFactor,
    Extract,
    FrameEntry,
    Sample,
    SampleCase,
    Team,
)

Column = SQLCoreOperations[Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A filter in words, and the case files that are left after it and those before it."""

    words: str
    left: int


def meets_lines(session: Session, extract: Extract, lines: Iterable[Line]) -> ColumnElement[bool]:
    """Condition: an entry of the extract meets every line; CohortFault where one names nothing."""
    terms = [term for line in lines for term in line.terms(extract.as_at)]
    return and_(true(), *_conditions(session, extract, terms))


def count_steps(session: Session, extract: Extract, filters: Filters) -> list[Step]:
    """How many entries are left after each filter in turn, reckoned in one pass.

    Each entry is looked at until the first filter that it does not meet.
    """
    steps = _steps(filters, extract.as_at)
    conditions = [and_(true(), *_conditions(session, extract, terms)) for _, terms in steps]
    if not conditions:
        return []
    met: ColumnElement[int] = literal(len(conditions))
    for place, condition in reversed(list(enumerate(conditions))):
        met = case((condition, met), else_=literal(place))
    asked = (
        select(met.label("met"), func.count())
        .where(CaseloadEntry.extract_id == extract.id, _open_or_kept(filters))
        .group_by("met")
    )
    stopped = dict(session.execute(asked).all())
    left = [sum(n for met, n in stopped.items() if met > place) for place in range(len(steps))]
    return [Step(words, number) for (words, _), number in zip(steps, left, strict=True)]


def count_open(session: Session, extract: Extract, filters: Filters) -> int:
    """How many entries are not closed, or all of them where the filters keep closed ones."""
    asked = select(func.count()).where(
        CaseloadEntry.extract_id == extract.id, _open_or_kept(filters)
    )
    return session.scalar(asked) or 0


def _open_or_kept(filters: Filters) -> ColumnElement[bool]:
    status = CaseloadEntry.status
    return true() if filters.keeps_closed else status.is_distinct_from(CaseStatus.CLOSED.value)


def filters_to_data(filters: Filters) -> dict[str, object]:
    """Filters as plain data for the sample's row; only those that limit anything."""
    data: dict[str, object] = {
        "statuses": sorted(filters.statuses),
        "teams": sorted(filters.teams),
        "age_from": filters.age_from,
        "age_to": filters.age_to,
        "lines": [line.words for line in filters.lines],
    }
    return {name: value for name, value in data.items() if value not in (None, [])}


def describe_filters(data: dict[str, object]) -> list[str]:
    """Stored filters as sentences."""
    said = []
    if statuses := data.get("statuses"):
        said.append(f"status is {_either(statuses)}")
    if teams := data.get("teams"):
        said.append(f"team is {_either(teams)}")
    if (low := data.get("age_from")) is not None:
        said.append(f"age on the day of the extract is {low} or more")
    if (high := data.get("age_to")) is not None:
        said.append(f"age on the day of the extract is {high} or less")
    words = data.get("lines")
    return said + (list(map(str, words)) if isinstance(words, list) else [])


def kept_by(data: dict[str, object]) -> list[str]:
    """What stored filters keep that a draw leaves out otherwise, as sentences."""
    words = data.get("lines")
    filters = Filters(lines=lines_of(map(str, words)) if isinstance(words, list) else ())
    said = []
    if filters.keeps_closed:
        said.append("Closed ones stand on it too, because a line asks for what was then.")
    if filters.keeps_audited:
        said.append(
            "Those audited in the last 12 months stand on it too: the cohort was asked for again."
        )
    return said


def _either(values: object) -> str:
    named = [str(value).replace("_", " ") for value in values] if isinstance(values, list) else []
    return " or ".join(named)


def _steps(filters: Filters, as_at: date) -> list[tuple[str, tuple[Term, ...]]]:
    """Each filter in words, with its terms, in the order in which they are told."""
    steps: list[tuple[str, tuple[Term, ...]]] = []

    def add(part: Filters, *terms: Term) -> None:
        steps.append((" and ".join(describe_filters(filters_to_data(part))), terms))

    if filters.statuses:
        part = Filters(statuses=filters.statuses)
        add(part, Among("status", tuple(sorted(filters.statuses))))
    if filters.teams:
        add(Filters(teams=filters.teams), Among("team", tuple(sorted(filters.teams))))
    if filters.age_from is not None or filters.age_to is not None:
        part = Filters(age_from=filters.age_from, age_to=filters.age_to)
        add(part, ages_within(filters.age_from, filters.age_to, as_at))
    steps += [(line.words, line.terms(as_at)) for line in filters.lines]
    return steps


def ages_within(low: int | None, high: int | None, as_at: date) -> Within:
    """The days of birth of those who are from `low` to `high` years old, and born."""
    first = (
        None if high is None else date.fromordinal(back(as_at, high + 1, "year").toordinal() + 1)
    )
    return Within("date_of_birth", first, back(as_at, low or 0, "year"))


def _conditions(
    session: Session, extract: Extract, terms: Sequence[Term]
) -> list[ColumnElement[bool]]:
    return [_condition(session, extract, term) for term in terms]


def _condition(session: Session, extract: Extract, term: Term) -> ColumnElement[bool]:
    match term:
        case Among(field, values, wanted):
            found = _among(session, extract, field, values)
            return found if wanted else ~func.coalesce(found, false())
        case Given(field, wanted):
            column = _column(field)
            return column.is_not(None) if wanted else column.is_(None)
        case Within(field, first, last) if field.startswith("event:"):
            return exists().where(
                CaseloadEvent.extract_id == extract.id,
                CaseloadEvent.case_file_id == CaseloadEntry.case_file_id,
                CaseloadEvent.kind == field.removeprefix("event:"),
                *_range(CaseloadEvent.happened_on, first, last),
            )
        case Within(field, first, last):
            column = _column(field)
            return and_(column.is_not(None), *_range(column, first, last))
        case Unended(field, day):
            column = _column(field)
            return or_(column.is_(None), column > day)


def _range(column: Column, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    ends = [column >= first] if first is not None else []
    return [*ends, column <= last] if last is not None else ends


def _among(
    session: Session, extract: Extract, field: str, values: tuple[str, ...]
) -> ColumnElement[bool]:
    if field == "team":
        return CaseloadEntry.team_id.in_(_team_ids(session, values))
    if field == "factor":
        return exists().where(
            EntryFactor.extract_id == extract.id,
            EntryFactor.case_file_id == CaseloadEntry.case_file_id,
            EntryFactor.code.in_(values),
        )
    if field in ("cohort", "drawn"):
        rows: type[FrameEntry | SampleCase] = FrameEntry if field == "cohort" else SampleCase
        samples = _samples_of(session, values)
        return exists().where(
            rows.sample_id.in_(samples), rows.case_file_id == CaseloadEntry.case_file_id
        )
    column = _column(field)
    folded = [value.lower() for value in values]
    return or_(column.in_(values), func.lower(column).in_(folded))


def _column(field: str) -> Column:
    if field == "team":
        return CaseloadEntry.team_id
    if field == "factor":
        return CaseloadEntry.assessed_on
    if field.startswith("column:"):
        own: Column = CaseloadEntry.local[field.removeprefix("column:")].as_string()
        return own
    column: Column = getattr(CaseloadEntry, field)
    return column


def _team_ids(session: Session, names: tuple[str, ...]) -> list[int]:
    known = {
        name.casefold(): number for name, number in session.execute(select(Team.name, Team.id))
    }
    for name in names:
        if name.casefold() not in known:
            raise CohortFault(f"There is no team called “{name}” in any extract.")
    return [known[name.casefold()] for name in names]


def _samples_of(session: Session, keys: tuple[str, ...]) -> list[int]:
    found = dict(
        session.execute(
            select(Cycle.key, Sample.id)
            .join(Sample, Sample.cycle_id == Cycle.id)
            .where(Cycle.key.in_(keys))
        ).all()
    )
    for key in keys:
        if key not in found:
            raise CohortFault(f"There is no cycle “{key}” whose sample was drawn.")
    return list(found.values())


def column_names(session: Session, extract: Extract) -> list[str]:
    """The council's own columns of an extract, by name."""
    rows = session.scalars(
        select(CaseloadEntry.local).where(CaseloadEntry.extract_id == extract.id).limit(_LOOKED_AT)
    )
    return sorted({heading for local in rows for heading in local})


_LOOKED_AT = 500


def drawn_cycle_keys(session: Session) -> list[tuple[str, str]]:
    """Cycles whose sample was drawn: key and name, the latest first."""
    rows = session.execute(
        select(Cycle.key, Cycle.name)
        .join(Sample, Sample.cycle_id == Cycle.id)
        .order_by(Sample.drawn_at.desc(), Sample.id.desc())
    )
    return [(key, name) for key, name in rows]
