"""The theme pages of a pack, from a cycle's results and confirmed findings."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from audit_app.core.lifecycle import FindingKind
from audit_app.core.question_bank import AuditForm, Question
from audit_app.core.subjects import SUBJECT_WORDS
from audit_app.core.theme_results import Count, ThemeResult
from audit_app.core.trends import breaks_of
from audit_app.reports.contents import (
    CommonRun,
    EarlierShare,
    FindingBlock,
    ProposedAction,
    QuestionRow,
    Quote,
    RunChart,
    RunPoint,
    Share,
    TeamCell,
    ThemeRow,
    ThemeSpread,
)
from audit_app.reports.designs import Design
from audit_app.reports.gather_actions import proposed_actions
from audit_app.reports.wording import (
    run_headline,
    say_break,
    say_change,
    say_common,
    theme_statement,
)
from audit_app.store.database import Session
from audit_app.store.findings import quoted_words
from audit_app.store.results import CycleResults
from audit_app.store.tables import Finding

TARGET = 1.0
"""Every file: the target of the monthly sample."""
Mask = Callable[[str], str]
"""Leaves out what seems to name somebody: `store.known_names.TextGuard.mask`."""


def theme_spreads(
    session: Session,
    results: CycleResults,
    findings: Sequence[Finding],
    design: Design,
    mask: Mask,
) -> tuple[ThemeSpread, ...]:
    """One spread a theme, in the order of the form; what people wrote is masked."""
    numbers = question_numbers(results.form)
    quotes = quoted_words(session, findings)
    actions = proposed_actions(session, results.form, findings, mask)
    return tuple(
        _spread(
            results,
            result,
            [f for f in findings if f.theme == result.theme],
            quotes,
            actions,
            numbers,
            design,
            mask,
        )
        for result in results.themes
    )


def question_numbers(form: AuditForm) -> dict[str, str]:
    """Question id to its number on the form, counted through from 1."""
    return {question_id: str(place) for place, question_id in enumerate(form.questions, start=1)}


def share_of(count: Count) -> Share:
    """A count with its interval."""
    interval = count.interval
    if interval is None:
        return Share(count.k, count.n, None, None)
    return Share(count.k, count.n, interval.low, interval.high)


def theme_row(results: CycleResults, result: ThemeResult) -> ThemeRow:
    """The line of one theme in the theme table."""
    before = results.before(result.theme)
    earlier_count = before.themes[result.theme] if before is not None else None
    earlier = None
    if before is not None and earlier_count is not None and earlier_count.n:
        earlier = EarlierShare(
            earlier_count.k, earlier_count.n, month_name(before.month).split()[0]
        )
    change = result.count.change_from(earlier_count)
    return ThemeRow(
        key=result.theme,
        title=results.form.bank(result.theme).title,
        share=share_of(result.count),
        earlier=earlier,
        change=change,
        change_sentence=say_change(change, earlier),
    )


def run_chart(results: CycleResults, theme: str) -> RunChart:
    """The theme over the cycles shown; the median counts from the last break."""
    points = []
    versions = results.versions_of(theme)
    for point, version, earlier in zip(results.run, versions, breaks_of(versions), strict=True):
        count = point.themes[theme]
        words = say_break(earlier, version) if earlier and version else ""
        points.append(RunPoint(month_label(point.month), count.k, count.n, bool(words), words))
    last_break = max((i for i, point in enumerate(points) if point.breaks_before), default=0)
    shares = [point.k / point.n for point in points[last_break:] if point.n]
    middle = median(shares) if shares else None
    common = _common_run(results, theme, last_break)
    return RunChart(run_headline(points, middle), tuple(points), middle, TARGET, common)


def _common_run(results: CycleResults, theme: str, last_break: int) -> CommonRun | None:
    series = results.common.get(theme)
    if series is None:
        return None
    points = tuple(
        RunPoint(month_label(month.month), *((count.k, count.n) if count is not None else (0, 0)))
        for month, count in zip(results.run, series.counts, strict=True)
    )
    numbers = question_numbers(results.form)
    asked = [numbers[question] for question in series.questions]
    return CommonRun(say_common(asked, points, last_break), points if asked else ())


def team_cells(results: CycleResults, theme: str, team_from: int) -> tuple[TeamCell, ...]:
    """The theme in each team, in the same order for every theme; agencies have none."""
    if not SUBJECT_WORDS[results.form.subject].has_teams:
        return ()
    names = sorted({team for teams in results.teams.values() for team in teams})
    counts = results.teams.get(theme, {})
    return tuple(
        TeamCell(name, count.k, count.n, too_few=count.n < team_from)
        for name in names
        for count in (counts.get(name, Count()),)
    )


def month_name(month: str) -> str:
    """`2026-11` as `November 2026`."""
    year, number = month.split("-")
    return f"{calendar.month_name[int(number)]} {year}"


def month_label(month: str) -> str:
    """`2026-11` as `Nov`."""
    return calendar.month_abbr[int(month.split("-")[1])]


def _of_theme(findings: Sequence[Finding], theme: str) -> list[Finding]:
    return [finding for finding in findings if finding.theme == theme]


def _spread(
    results: CycleResults,
    result: ThemeResult,
    findings: Sequence[Finding],
    quotes: dict[tuple[int, str], tuple[str, str]],
    actions: Mapping[int, ProposedAction],
    numbers: dict[str, str],
    design: Design,
    mask: Mask,
) -> ThemeSpread:
    row, what = theme_row(results, result), SUBJECT_WORDS[results.form.subject]
    areas = [f for f in findings if f.kind is FindingKind.AREA_FOR_DEVELOPMENT]
    strengths = [f for f in findings if f.kind is FindingKind.STRENGTH]
    leading = (areas or strengths)[:1]
    return ThemeSpread(
        row=row,
        statement=mask(leading[0].statement).rstrip(".") if leading else theme_statement(row, what),
        questions=tuple(
            question_row(numbers[key], results.form.questions[key], count)
            for key, count in result.questions.items()
        ),
        run=run_chart(results, result.theme),
        teams=team_cells(results, result.theme, design.team_from),
        strengths=tuple(_block(finding, quotes, actions, mask) for finding in strengths),
        areas=tuple(_block(finding, quotes, actions, mask) for finding in areas),
    )


def question_row(number: str, question: Question, count: Count) -> QuestionRow:
    """One question's line."""
    return QuestionRow(
        number=number,
        text=question.text,
        share=share_of(count),
        partly_met=count.partly_met,
        not_met=count.not_met,
        not_recorded=count.not_recorded,
        not_applicable=count.not_applicable,
        critical=question.critical,
        source=_first_source(question),
    )


def _first_source(question: Question) -> str | None:
    """The leading source; the bank holds them all, and a row has room for one."""
    if not question.sources:
        return None
    more = len(question.sources) - 1
    return f"{question.sources[0]}" + (f" and {more} more" if more else "")


def _block(
    finding: Finding,
    quotes: dict[tuple[int, str], tuple[str, str]],
    actions: Mapping[int, ProposedAction],
    mask: Mask,
) -> FindingBlock:
    return FindingBlock(
        statement=mask(finding.statement),
        quotes=tuple(
            Quote(mask(quotes[key][0]), quotes[key][1])
            for quote in finding.quotes
            if (key := (quote.audit_id, quote.question_id)) in quotes
        ),
        root_cause=mask(finding.root_cause) or None,
        recommendation=None,
        actions=(actions[finding.id],) if finding.id in actions else (),
    )
