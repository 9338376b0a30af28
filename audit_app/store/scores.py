"""Stored scores: written once, on submitting, and checked against a fresh reckoning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.answers import Answer, AnswerFault
from audit_app.core.judgement import Suggestions, counts_as_met, suggest
from audit_app.core.lifecycle import AuditState
from audit_app.core.question_bank import AuditForm, Outcome
from audit_app.core.ratings import SectionRating
from audit_app.store.recorded import answers_of, asked_form
from audit_app.store.tables import AuditSection, AuditTheme, Reading


@dataclass(frozen=True, slots=True)
class Drift:
    """A stored figure that a fresh reckoning does not give."""

    audit_id: int
    what: str
    stored: object
    reckoned: object


def store_scores(
    audit: Reading, answers: Mapping[str, Answer], themes: Mapping[str, AuditTheme]
) -> None:
    """Write the scores, outcomes and suggested grades of an audit that is being submitted."""
    form = asked_form(audit)
    suggestions = suggest(form, answers, is_bank_holiday)
    for name, value in _audit_figures(audit, suggestions).items():
        setattr(audit, name, value)
    for theme, figures in _theme_figures(form, suggestions).items():
        for name, value in figures.items():
            setattr(themes[theme], name, value)
    outcomes = _outcomes(suggestions)
    for row in audit.answers:
        row.outcome = outcomes.get(row.question_id)
    audit.sections = [
        AuditSection(section=rating.section, level=rating.level, reason=rating.reason)
        for rating in _ratings(suggestions)
    ]


def find_drift(session: Session) -> Iterator[Drift]:
    """Reckon every submitted audit anew and yield each stored figure that differs.

    Of what was purged the answers are gone, so only its figures are left.
    """
    submitted = (
        select(Reading)
        .where(Reading.state == AuditState.SUBMITTED, Reading.purged_at.is_(None))
        .options(
            joinedload(Reading.form_version),
            selectinload(Reading.answers),
            selectinload(Reading.themes),
            selectinload(Reading.entries),
            selectinload(Reading.sections),
        )
        .order_by(Reading.id)
        .execution_options(yield_per=200)
    )
    for audit in session.scalars(submitted):
        yield from _drift_of(audit)


def _drift_of(audit: Reading) -> Iterator[Drift]:
    form = asked_form(audit)
    try:
        answers = answers_of(audit)
    except (AnswerFault, KeyError) as fault:
        yield Drift(audit.id, "answers", str(fault), "answers that can be read")
        return
    suggestions = suggest(form, answers, is_bank_holiday)
    for name, value in _audit_figures(audit, suggestions).items():
        if getattr(audit, name) != value:
            yield Drift(audit.id, name, getattr(audit, name), value)
    rows = {row.theme: row for row in audit.themes}
    for theme, figures in _theme_figures(form, suggestions).items():
        for name, value in figures.items():
            stored = getattr(rows.get(theme), name, None)
            if stored != value:
                yield Drift(audit.id, f"{theme}.{name}", stored, value)
    yield from _drift_of_sections(audit, suggestions)
    outcomes = _outcomes(suggestions)
    for row in audit.answers:
        if row.outcome != outcomes.get(row.question_id):
            yield Drift(
                audit.id,
                f"{row.question_id}.outcome",
                row.outcome,
                outcomes.get(row.question_id),
            )


def _drift_of_sections(audit: Reading, suggestions: Suggestions) -> Iterator[Drift]:
    stored = {row.section: (row.level, row.reason) for row in audit.sections}
    reckoned = {one.section: (one.level, one.reason) for one in _ratings(suggestions)}
    for section in {**reckoned, **stored}:
        one, other = stored.get(section), reckoned.get(section)
        if one != other:
            yield Drift(audit.id, f"{section}.level", one, other)


def _audit_figures(audit: Reading, suggestions: Suggestions) -> dict[str, object]:
    tallies = [theme.score.tally for theme in suggestions.themes]
    return {
        "points": sum(tally.points for tally in tallies),
        "possible": sum(tally.possible for tally in tallies),
        "suggested_grade": suggestions.overall.grade,
        "suggested_reason": suggestions.overall.reason,
        "scored_hash": audit.form_version.content_hash,
    }


def _theme_figures(form: AuditForm, suggestions: Suggestions) -> dict[str, dict[str, object]]:
    figures: dict[str, dict[str, object]] = {}
    for theme in suggestions.themes:
        tally = theme.score.tally
        figures[theme.theme] = {
            "met": tally.met,
            "partly_met": tally.partly_met,
            "not_met": tally.not_met,
            "not_recorded": tally.not_recorded,
            "not_applicable": tally.not_applicable,
            "points": tally.points,
            "possible": tally.possible,
            "suggested_grade": theme.suggestion.grade,
            "suggested_reason": theme.suggestion.reason,
            "theme_met": counts_as_met(form, theme.suggestion.grade),
        }
    return figures


def _outcomes(suggestions: Suggestions) -> dict[str, Outcome | None]:
    return {
        score.question.id: score.outcome
        for theme in suggestions.themes
        for score in theme.score.questions
    }


def _ratings(suggestions: Suggestions) -> list[SectionRating]:
    return [rating for theme in suggestions.themes for rating in theme.sections]
