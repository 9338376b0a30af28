"""Suggested grades by the form's own rules, each with the sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit_app.core.answers import Answer, IsBankHoliday
from audit_app.core.ladders import (
    OUTCOMES,
    Thing,
    climb,
    join_words,
    words_of_grades,
    words_of_levels,
)
from audit_app.core.question_bank import OUTCOME_WORDS, AuditForm, Band, Cap, Outcome
from audit_app.core.ratings import SectionRating, question_things, rate_sections, section_things
from audit_app.core.repeats import base_id
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
    sections: tuple[SectionRating, ...] = ()
    """The levels of its sections, where the bank rates them."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the form's rules suggest for one audit, theme by theme and overall."""

    themes: tuple[ThemeSuggestion, ...]
    overall: Suggestion
    """NO_OVERALL where the form asks for none."""


NOT_SCORED = "Not scored: no question of this theme applied to this file."
NO_OVERALL = Suggestion(None, "")
"""Of a form that asks for no judgement of the whole."""
NOT_ANSWERED = "Not scored: no question that counts has been answered yet."


def suggest(
    form: AuditForm, answers: Mapping[str, Answer], is_bank_holiday: IsBankHoliday
) -> Suggestions:
    """Score the answers and suggest every grade."""
    scores = score_audit(form, answers, is_bank_holiday)
    themes: list[ThemeSuggestion] = []
    for score in scores:
        ratings = rate_sections(form.bank(score.theme), score.questions)
        suggestion = _suggest_theme(form, score, ratings)
        themes.append(ThemeSuggestion(score.theme, score, suggestion, ratings))
    suggested = [theme.suggestion for theme in themes]
    return Suggestions(tuple(themes), suggest_overall_grade(form, scores, suggested))


def suggest_theme_grade(form: AuditForm, theme: ThemeScore) -> Suggestion:
    """Suggest the grade of one theme: the bank's ladder, else the form's, else bands; then caps."""
    return _suggest_theme(form, theme, rate_sections(form.bank(theme.theme), theme.questions))


def suggest_overall_grade(
    form: AuditForm, themes: Sequence[ThemeScore], suggested: Sequence[Suggestion]
) -> Suggestion:
    """Suggest the overall grade: a ladder over the themes, or bands over all points; then caps.

    A cap counts the themes suggested as its grade or worse, so that no worse file fares better.
    """
    if not form.asks_overall:
        return NO_OVERALL
    counts = tally(question for theme in themes for question in theme.counted)
    if form.rules.overall_grading:
        found = _climb_themes(form, themes, suggested)
    else:
        found = _grade_by_bands(form, form.rules.overall_bands, counts)
    if found is None:
        nothing = "Not scored: no question applied to this file."
        return Suggestion(None, NOT_ANSWERED if counts.unanswered else nothing)
    before, reason = found
    grade, words = before, ""
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
            words = (
                f"{join_words(list(low))} {'is' if len(low) == 1 else 'are'} suggested as {named}"
            )
            words += f": {cap.because}." if cap.because else "."
    if grade != before:
        return Suggestion(grade, f"{form.grade(grade).label} at best: {words}")
    return Suggestion(grade, reason)


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


def _suggest_theme(
    form: AuditForm, theme: ThemeScore, ratings: Sequence[SectionRating]
) -> Suggestion:
    found = _grade_theme(form, theme, ratings)
    if found is None:
        return Suggestion(None, NOT_ANSWERED if theme.tally.unanswered else NOT_SCORED)
    before, reason = found
    grade, words = _apply_caps(form, before, theme)
    if grade != before:
        return Suggestion(grade, f"{form.grade(grade).label} at best: {words}")
    return Suggestion(grade, reason)


def _grade_theme(
    form: AuditForm, theme: ThemeScore, ratings: Sequence[SectionRating]
) -> tuple[str, str] | None:
    """The grade before caps, and why; None when nothing counts."""
    bank = form.bank(theme.theme)
    rungs = bank.grading or form.rules.theme_grading
    if not rungs:
        return _grade_by_bands(form, form.rules.theme_bands, theme.tally)
    if bank.grading and ratings:
        things, wording = section_things(bank, ratings), words_of_levels(bank.levels)
    else:
        things, wording = question_things(theme.counted), OUTCOMES
    return climb(rungs, things, _labels(form), wording) if things else None


def _grade_by_bands(
    form: AuditForm, bands: Sequence[Band], counts: Tally
) -> tuple[str, str] | None:
    band = _band(bands, counts)
    if band is None:
        return None
    return band.grade, f"{form.grade(band.grade).label}: {_points_sentence(bands, counts, band)}"


def _climb_themes(
    form: AuditForm, themes: Sequence[ThemeScore], suggested: Sequence[Suggestion]
) -> tuple[str, str] | None:
    things = [
        Thing(theme.theme, form.bank(theme.theme).title, suggestion.grade)
        for theme, suggestion in zip(themes, suggested, strict=True)
        if suggestion.grade is not None
    ]
    if not things:
        return None
    wording = words_of_grades(form.scale)
    return climb(form.rules.overall_grading, things, _labels(form), wording)


def _labels(form: AuditForm) -> dict[str, str]:
    return {grade.key: grade.label for grade in form.scale}


def _apply_caps(form: AuditForm, grade: str, theme: ThemeScore) -> tuple[str, str]:
    """The grade under the form's caps and the bank's own, and the sentence of the last that bit."""
    words = ""
    for cap in (*form.rules.theme_caps, *form.bank(theme.theme).caps):
        low = [q for q in theme.counted if q.outcome in cap.outcomes and _is_capped(q, cap)]
        if len(low) >= cap.at_least and _bites(form, grade, cap):
            grade = cap.not_better_than
            words = _cap_sentence(low, cap)
    return grade, words


def _is_capped(score: QuestionScore, cap: Cap) -> bool:
    if cap.questions:
        return base_id(score.question.id) in cap.questions
    return score.question.critical


def _cap_sentence(low: Sequence[QuestionScore], cap: Cap) -> str:
    said = [
        f"“{q.question.text.rstrip('.')}” is {_outcome_words(q.outcome)}"
        for q in low
        if q.outcome is not None
    ]
    if cap.because:
        return f"{join_words(said)}, and {cap.because}."
    why = "which limits the grade" if cap.questions else "which this form treats as critical"
    return f"{join_words(said)}, {why}."


def _outcome_words(outcome: Outcome | None) -> str:
    return OUTCOME_WORDS[outcome].lower() if outcome is not None else "unanswered"


def _points_sentence(bands: Sequence[Band], counts: Tally, band: Band) -> str:
    said = f"{counts.k} of {counts.n} met, {counts.points} of {counts.possible} points"
    said += f", {counts.unanswered} unanswered" if counts.unanswered else ""
    if band.at_least:
        return f"{said}; this grade is suggested from {band.at_least}% of the points."
    next_grade = bands[-2].at_least if len(bands) > 1 else 0
    return f"{said}, below the {next_grade}% from which the next grade is suggested."
