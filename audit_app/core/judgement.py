"""Suggested grades by the form's own rules, each with the sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit_app.core.answers import Answer, IsBankHoliday
from audit_app.core.question_bank import OUTCOME_WORDS, AuditForm, Band, Cap, Outcome
from audit_app.core.scoring import QuestionScore, Tally, ThemeScore, score_audit, tally


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested grade (its key on the form's scale, None: not scored) and why."""

    grade: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ThemeSuggestion:
    """One theme with its score and its suggested grade."""

    theme: str
    score: ThemeScore
    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the form's rules suggest for one audit, theme by theme and overall."""

    themes: tuple[ThemeSuggestion, ...]
    overall: Suggestion


NOT_SCORED = "Not scored: no question of this theme applied to this file."
NOT_ANSWERED = "Not scored: no question that counts has been answered yet."


def suggest(
    form: AuditForm, answers: Mapping[str, Answer], is_bank_holiday: IsBankHoliday
) -> Suggestions:
    """Score the answers and suggest every grade."""
    scores = score_audit(form, answers, is_bank_holiday)
    suggested = [suggest_theme_grade(form, score) for score in scores]
    return Suggestions(
        tuple(
            ThemeSuggestion(score.theme, score, suggestion)
            for score, suggestion in zip(scores, suggested, strict=True)
        ),
        suggest_overall_grade(form, scores, suggested),
    )


def suggest_theme_grade(form: AuditForm, theme: ThemeScore) -> Suggestion:
    """Suggest the grade of one theme by the form's bands and caps."""
    counts = theme.tally
    band = _band(form.rules.theme_bands, counts)
    if band is None:
        return Suggestion(None, NOT_ANSWERED if counts.unanswered else NOT_SCORED)
    grade, words = _apply_critical_caps(form, band.grade, theme.questions)
    label = form.grade(grade).label
    if grade != band.grade:
        return Suggestion(grade, f"{label} at best: {words}")
    return Suggestion(grade, f"{label}: {_points_sentence(form.rules.theme_bands, counts, band)}")


def suggest_overall_grade(
    form: AuditForm, themes: Sequence[ThemeScore], suggested: Sequence[Suggestion]
) -> Suggestion:
    """Suggest the overall grade: bands over all points, then the overall caps.

    A cap counts the themes suggested as its grade or worse, so that no worse file fares better.
    """
    counts = tally(question for theme in themes for question in theme.questions)
    band = _band(form.rules.overall_bands, counts)
    if band is None:
        nothing = "Not scored: no question applied to this file."
        return Suggestion(None, NOT_ANSWERED if counts.unanswered else nothing)
    grade, words = band.grade, ""
    for cap in form.rules.overall_caps:
        low = {
            form.bank(theme.theme).title: suggestion.grade
            for theme, suggestion in zip(themes, suggested, strict=True)
            if suggestion.grade
            and form.worse(suggestion.grade, cap.theme_grade) == suggestion.grade
        }
        if len(low) >= cap.at_least and _bites(form, grade, cap):
            named = form.grade(cap.theme_grade).label.lower()
            named += " or worse" if set(low.values()) != {cap.theme_grade} else ""
            grade = cap.not_better_than
            words = f"{_join(list(low))} {'is' if len(low) == 1 else 'are'} suggested as {named}."
    label = form.grade(grade).label
    if grade != band.grade:
        return Suggestion(grade, f"{label} at best: {words}")
    return Suggestion(grade, f"{label}: {_points_sentence(form.rules.overall_bands, counts, band)}")


def counts_as_met(form: AuditForm, grade: str | None) -> bool | None:
    """Whether a theme with this suggested grade counts as met in the file; None: not scored."""
    if grade is None:
        return None
    return form.worse(grade, form.rules.met_from) == form.rules.met_from


def _band(bands: Sequence[Band], counts: Tally) -> Band | None:
    share = counts.share
    if share is None:
        return None
    return next(band for band in bands if share * 100 >= band.at_least)


def _bites(form: AuditForm, grade: str, cap: Cap) -> bool:
    return form.worse(grade, cap.not_better_than) != grade


def _apply_critical_caps(
    form: AuditForm, grade: str, questions: Sequence[QuestionScore]
) -> tuple[str, str]:
    words = ""
    for cap in form.rules.theme_caps:
        low = [q for q in questions if q.question.critical and q.outcome in cap.outcomes]
        if len(low) >= cap.at_least and _bites(form, grade, cap):
            grade = cap.not_better_than
            words = _cap_sentence(low)
    return grade, words


def _cap_sentence(low: Sequence[QuestionScore]) -> str:
    said = [
        f"“{q.question.text.rstrip('.')}” is {_outcome_words(q.outcome)}"
        for q in low
        if q.outcome is not None
    ]
    return f"{_join(said)}, which this form treats as critical."


def _outcome_words(outcome: Outcome | None) -> str:
    return OUTCOME_WORDS[outcome].lower() if outcome is not None else "unanswered"


def _points_sentence(bands: Sequence[Band], counts: Tally, band: Band) -> str:
    said = f"{counts.k} of {counts.n} met, {counts.points} of {counts.possible} points"
    said += f", {counts.unanswered} unanswered" if counts.unanswered else ""
    if band.at_least:
        return f"{said}; this grade is suggested from {band.at_least}% of the points."
    next_grade = bands[-2].at_least if len(bands) > 1 else 0
    return f"{said}, below the {next_grade}% from which the next grade is suggested."


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
