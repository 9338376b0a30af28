"""Sentences computed from the same numbers that the tables print. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import takewhile
from math import ceil, floor, sqrt

from audit_app.core.intervals import CHANGE_WORDS, Change
from audit_app.core.subjects import CASE_FILES, SubjectWords
from audit_app.core.trends import ThemeVersion
from audit_app.core.versions import Bump, compare_banks
from audit_app.reports.contents import (
    EarlierShare,
    RunPoint,
    SampleLimit,
    SampleStory,
    Share,
    ThemeRow,
    ThemeSpread,
)

SHIFT_RUN = 6
"""Points in a row on one side of the median that make a shift (Perla, Provost and Murray, 2011)."""


def say_count(k: int, n: int) -> str:
    """`11 of 24`, or `not scored` where n is 0."""
    return f"{k} of {n}" if n else "not scored"


def say_percent(rate: float) -> str:
    """A rate in 0..1 as a whole percentage, halves rounded up: `46%`."""
    return f"{floor(rate * 100 + 0.5)}%"


def say_range(share: Share, percent_from: int, what: SubjectWords = CASE_FILES) -> str:
    """`28% to 65%` from `percent_from` case files up, else why there is no percentage."""
    if share.low is None or share.high is None:
        return "not scored"
    if share.n < percent_from:
        return f"under {percent_from} {what.shorts}"
    return f"{say_percent(share.low)} to {say_percent(share.high)}"


def say_day(day: date) -> str:
    """`30 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def say_change(change: Change, earlier: EarlierShare | None) -> str:
    """The change in words: lower case, no full stop."""
    return CHANGE_WORDS[Change.NO_COMPARISON if earlier is None else change]


def in_sentence(title: str) -> str:
    """A title as it stands inside a sentence: `Role of males` becomes `role of males`."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def list_words(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def headline(rows: Sequence[ThemeRow], what: SubjectWords = CASE_FILES) -> str:
    """The answer in one or two sentences: what moved beyond chance, then what is weakest."""
    scored = [row for row in rows if row.share.n]
    if not scored:
        return f"No {what.one} has been scored yet, so there is no result to report"
    if all(row.share.k == row.share.n for row in scored):
        return f"Every theme is met in every {what.one} to which it applies"
    worse = [row for row in scored if row.change is Change.WORSE]
    better = [row for row in scored if row.change is Change.BETTER]
    weakest = min(scored, key=lambda row: (row.share.rate, row.title))
    sentences = []
    if worse:
        sentences.append(f"Fewer {what.many} meet the standard for {_moved(worse)}.")
    if better:
        sentences.append(f"More {what.many} meet the standard for {_moved(better)}.")
    if not sentences and any(row.change is Change.WITHIN_CHANCE for row in scored):
        sentences.append("No theme has changed by more than chance would explain.")
    if weakest not in worse:
        sentences.append(_weakest(weakest, what))
    return " ".join(sentences)


def _moved(rows: Sequence[ThemeRow]) -> str:
    return list_words(
        [
            f"{in_sentence(row.title)}: {say_count(row.share.k, row.share.n)}"
            + (f", was {row.earlier.k} of {row.earlier.n}" if row.earlier else "")
            for row in rows
        ]
    )


def _weakest(row: ThemeRow, what: SubjectWords) -> str:
    if row.share.k == 0:
        return f"No {what.one} meets it for {in_sentence(row.title)} (0 of {row.share.n})."
    return f"{row.title} is met least often: {say_count(row.share.k, row.share.n)}."


def theme_statement(row: ThemeRow, what: SubjectWords = CASE_FILES) -> str:
    """A factual title for a theme without a confirmed finding."""
    if not row.share.n:
        return f"{row.title} is not scored: it applied to no {what.one} audited so far"
    statement = f"The standard for {in_sentence(row.title)} is met in "
    statement += f"{row.share.k} of {what.count(row.share.n)}"
    if row.earlier is None or row.change is Change.NO_COMPARISON:
        return statement
    if row.change is Change.WITHIN_CHANCE:
        return f"{statement}: no change beyond chance"
    direction = "up" if row.change is Change.BETTER else "down"
    earlier = f"{row.earlier.k} of {row.earlier.n} in {row.earlier.month}"
    return f"{statement}, {direction} from {earlier}"


def say_completion(sample: SampleStory, what: SubjectWords = CASE_FILES) -> str:
    """How many of the audits drawn were completed, and how many of these were late."""
    if not sample.drawn:
        return f"No {what.one} has been drawn yet"
    late = f", {sample.late} after the due day" if sample.late else ", each by the due day"
    left_out = say_left_out(sample)
    drawn = f"{what.count(sample.due)} {'due' if left_out else 'drawn'}"
    if not sample.completed:
        return f"None of the {drawn} has been audited yet{left_out}"
    if sample.completed == sample.due:
        return f"All {drawn} were audited{late}{left_out}"
    return f"{sample.completed} of the {drawn} were audited{late}{left_out}"


def say_left_out(sample: SampleStory) -> str:
    """As “; 1 auditor exempt, 2 withdrawn”; empty where nothing was left out since the draw."""
    exempt = sum(one.count for one in sample.exempt)
    withdrawn = sum(one.count for one in sample.withdrawn)
    said = [f"{exempt} auditor{'' if exempt == 1 else 's'} exempt"] if exempt else []
    said += [f"{withdrawn} withdrawn"] if withdrawn else []
    return f"; {', '.join(said)}" if said else ""


def run_headline(points: Sequence[RunPoint], median: float | None) -> str:
    """What the run chart shows, by the shift rule, counted from the last break.

    Points on the median neither lengthen nor break a run.
    """
    last_break = max((i for i, point in enumerate(points) if point.breaks_before), default=0)
    sides = [
        point.k / point.n > median
        for point in points[last_break:]
        if median is not None and point.n and point.k / point.n != median
    ]
    scored = sum(1 for point in points[last_break:] if point.n)
    if median is None or scored < SHIFT_RUN:
        return f"{scored} month{'' if scored == 1 else 's'} so far: too few to speak of a trend"
    run = len(list(takewhile(lambda side: side == sides[-1], reversed(sides))))
    if run >= SHIFT_RUN:
        side = "above" if sides[-1] else "below"
        return f"The last {run} months off the median all lie {side} it: a lasting shift"
    return f"Over {scored} months no shift has lasted for {SHIFT_RUN} months or more"


def say_break(before: ThemeVersion, after: ThemeVersion) -> str:
    """Why a run stops: the version that scores, or suggests grades, in another way."""
    bump = compare_banks(before.bank, after.bank).bump
    does = "scores" if bump is Bump.MAJOR else "suggests grades"
    version = f"Version {after.bank.version}"
    if bump < Bump.MINOR:
        version = f"Version {after.form_version} of the form"
    return f"{version} {does} differently: figures before are not comparable"


def say_common(numbers: Sequence[str], points: Sequence[RunPoint], break_at: int) -> str:
    """What can be read across a break, which stands before the point of this place.

    Which questions, and their figures in the last month before and in the last of all.
    """
    if not numbers:
        return "No question is asked and scored alike before and after, so nothing can be compared."
    one = len(numbers) == 1
    asked = f"Question {numbers[0]} is" if one else f"Questions {list_words(numbers)} are"
    told = f"{asked} asked and scored alike before and after."
    sides = ([p for p in points[:break_at] if p.n], [p for p in points[break_at:] if p.n])
    figures = [f"{side[-1].k} of {side[-1].n} in {side[-1].label}" for side in sides if side]
    if not figures:
        return told
    return f"{told} Answers to {'it' if one else 'them'} that are met: {', '.join(figures)}."


def teams_headline(themes: Sequence[ThemeSpread], what: SubjectWords = CASE_FILES) -> str:
    """What the grid of teams shows: a pattern over teams, never the name of the weakest one."""
    shown = {cell.team for spread in themes for cell in spread.teams if not cell.too_few}
    teams = {cell.team for spread in themes for cell in spread.teams}
    if not teams:
        return f"No team has an audited {what.one} yet"
    if not shown:
        return f"None of the {len(teams)} teams has enough {what.many} to be shown on its own"
    below, theme = max(
        (
            (sum(1 for cell in spread.teams if not cell.too_few and 2 * cell.k < cell.n), spread)
            for spread in themes
        ),
        key=lambda counted: counted[0],
    )
    if not below:
        return (
            f"No theme falls below half of the {what.shorts} in any of the {len(shown)} teams shown"
        )
    return (
        f"In {below} of the {len(shown)} teams shown, fewer than half of the {what.shorts} meet "
        f"the standard for {in_sentence(theme.row.title)}"
    )


def say_target(target: float) -> str:
    """`all` for 1, else the percentage that was set as the target."""
    return "all" if target >= 1 else say_percent(target)


def sample_limits(
    sample: SampleStory,
    rows: Sequence[ThemeRow],
    *,
    teams: int,
    teams_shown: int,
    team_from: int,
    percent_from: int,
    what: SubjectWords = CASE_FILES,
) -> tuple[SampleLimit, ...]:
    """What this sample can and cannot tell, in four lines with its own numbers (agencies: three).

    `teams_shown` of `teams` have the `team_from` case files that a comparison needs.
    """
    limits = (
        SampleLimit(True, _seen(sample, what)),
        SampleLimit(True, _likely(rows, percent_from, what)),
        SampleLimit(False, _movement(sample.completed, what)),
    )
    if not what.has_teams:
        return limits
    return (*limits, SampleLimit(False, _teams(teams, teams_shown, team_from, what)))


def _seen(sample: SampleStory, what: SubjectWords) -> str:
    if not sample.completed:
        return f"Nothing yet: no {what.one} drawn has been audited."
    seen = (
        f"What {what.count(sample.completed)} show. Chance chose them out of "
        f"{sample.frame_size:,}; no auditor did."
    )
    missing = sample.due - sample.completed
    if missing:
        seen += f" {what.count(missing)} drawn, but not audited, may be different."
    if gone := sample.drawn - sample.due:
        seen += f" So may {what.count(gone)} left out since."
    return seen


def _likely(rows: Sequence[ThemeRow], percent_from: int, what: SubjectWords) -> str:
    whole = "the whole caseload" if what is CASE_FILES else f"all {what.many} of the list"
    stand = "stands" if what is CASE_FILES else "stand"
    scored = [row for row in rows if row.share.n >= percent_from]
    if not scored:
        return (
            f"Roughly where {whole} {stand}: the range beside each bar. No theme has "
            f"the {percent_from} {what.many} from which we print a percentage."
        )
    row = max(scored, key=lambda row: row.share.n)
    return (
        f"Roughly where {whole} {stand}. {row.title} is met in {row.share.k} of "
        f"{row.share.n} {what.shorts} read; in {whole} it is likely to be "
        f"{say_range(row.share, percent_from, what)}."
    )


def _movement(n: int, what: SubjectWords) -> str:
    """The least difference that two samples of n show beyond chance when half the files meet it.

    1.96 × √(2 × ½ × ½ / n), the normal form at its widest; a rule of thumb for readers only.
    """
    if not n:
        return "Any change: nothing has been audited in this period."
    least = ceil(1.96 * sqrt(0.5 / n) * n)
    if least >= n:
        return f"Any change from month to month: {what.count(n)} are too few."
    return (
        f"Small changes. Between two samples of {n}, a result in the middle has to move by about "
        f"{least} {what.shorts} before chance is an unlikely reason."
    )


def _teams(teams: int, shown: int, team_from: int, what: SubjectWords) -> str:
    if not teams:
        return f"How teams compare: no team has an audited {what.one} yet."
    needed = f"{team_from} {what.shorts}"
    if shown == teams:
        return f"Why teams differ. Each of the {teams} has {needed} or more, few at best."
    if not shown:
        return f"How teams compare. None of the {teams} has the {needed} that this needs."
    return (
        f"How all teams compare. {shown} of {teams} have the {needed} that this needs; "
        f"the others are shown as “too few”."
    )
