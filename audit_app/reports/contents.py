"""What a pack says, as plain values: no mapped object and no session reaches a template.

The bridge from the database builds one `PackContents`; charts and designs only read it. Roles
and teams are named, never people; case files go by their pseudonym reference. Every `k of n`
counts case files: k met the question or theme, n are those to which it applied (`not recorded`
stays in n, `not applicable` leaves it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit_app.core.actions import Standing
from audit_app.core.intervals import Change
from audit_app.core.subjects import CASE_FILES, SubjectWords
from audit_app.reports.case_contents import CaseEntry


@dataclass(frozen=True, slots=True)
class Share:
    """k of n case files with the interval (0..1) that a sample of this size allows.

    `low` and `high` are None exactly when n is 0: such a row is "not scored", never 0 %.
    Raises ValueError when the four values contradict each other.
    """

    k: int
    n: int
    low: float | None
    high: float | None

    def __post_init__(self) -> None:
        if not 0 <= self.k <= self.n:
            raise ValueError(f"A share needs 0 ≤ k ≤ n, and this one has k={self.k}, n={self.n}.")
        if self.n == 0:
            if self.low is not None or self.high is not None:
                raise ValueError("A share of no case files has no interval.")
        elif self.low is None or self.high is None or not 0 <= self.low <= self.high <= 1:
            raise ValueError(
                f"The interval of {self.k} of {self.n} must lie between 0 and 1, low end first; "
                f"it was given as {self.low} to {self.high}."
            )

    @property
    def rate(self) -> float:
        """k / n in 0..1. Ask only where n is above 0."""
        return self.k / self.n


@dataclass(frozen=True, slots=True)
class EarlierShare:
    """k of n of the cycle compared with, and its month in words ("October")."""

    k: int
    n: int
    month: str


@dataclass(frozen=True, slots=True)
class InstrumentVersion:
    """A published form or question bank: title, version, full content hash in hex."""

    title: str
    version: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Cover:
    """What the pack is, of when, and who answers for it. `approved_by` None: not approved yet."""

    title: str
    council: str
    period: str
    cycle_name: str
    form: InstrumentVersion
    banks: tuple[InstrumentVersion, ...]
    data_cut_off: date
    edition: int
    marking: str | None
    prepared_by: str
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One line of the theme table. `key` is the theme's id; links within the PDF go by it.

    `change_sentence` begins in lower case and has no full stop, as `wording.say_change` gives it.
    """

    key: str
    title: str
    share: Share
    earlier: EarlierShare | None
    change: Change
    change_sentence: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The page that can stand alone. `concerns` None: the line is left out."""

    headline: str
    paragraph: str
    themes: tuple[ThemeRow, ...]
    counting_rule: str
    completion: str
    concerns: str | None
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why case files were left out before the draw, and how many."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class CompletionMonth:
    """Audits due in a month ("Nov"), completed, and of these late (after the due day)."""

    label: str
    completed: int
    due: int
    late: int


@dataclass(frozen=True, slots=True)
class SampleLimit:
    """One line of what the sample can, or cannot, tell."""

    can: bool
    text: str


@dataclass(frozen=True, slots=True)
class SampleStory:
    """From all case files in the extract to the audits completed.

    `in_extract` - excluded = `frame_size`; of these `drawn`; `replaced` counts case files that
    took the place of another, within `drawn`; `late` counts within `completed`.
    `withdrawn`: audits by reason; `exempt`: auditors by reason, never who; `exempt_audits`: what
    these left undone. Both kinds of audits are within `drawn`, and not due.
    """

    in_extract: int
    exclusions: tuple[Exclusion, ...]
    frame_size: int
    drawn: int
    replaced: int
    completed: int
    late: int
    months: tuple[CompletionMonth, ...]
    limits: tuple[SampleLimit, ...]
    withdrawn: tuple[Exclusion, ...] = ()
    exempt: tuple[Exclusion, ...] = ()
    exempt_audits: int = 0
    all_taken: bool = False
    """Whether all that could be drawn were, and not by chance."""

    @property
    def due(self) -> int:
        """How many of those drawn are to be audited."""
        return self.drawn - sum(one.count for one in self.withdrawn) - self.exempt_audits


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question's result. partly_met + not_met + not_recorded + share.k = share.n."""

    number: str
    text: str
    share: Share
    partly_met: int
    not_met: int
    not_recorded: int
    not_applicable: int
    critical: bool
    source: str | None


@dataclass(frozen=True, slots=True)
class RunPoint:
    """One month of a run chart. `breaks_before`: scored differently from the month before.

    `break_words` says so in one sentence.
    """

    label: str
    k: int
    n: int
    breaks_before: bool = False
    break_words: str = ""


@dataclass(frozen=True, slots=True)
class CommonRun:
    """What can be read across the last break: the questions asked and scored alike on both sides.

    Its points count answers, not case files; n is 0 in a month that did not ask all of them alike.
    `points` is empty where there is no such question; `sentence` says either.
    """

    sentence: str
    points: tuple[RunPoint, ...]


@dataclass(frozen=True, slots=True)
class RunChart:
    """A theme over time. `median` and `target` in 0..1; the median counts from the last break.

    `common` only where the run breaks.
    """

    headline: str
    points: tuple[RunPoint, ...]
    median: float | None
    target: float | None
    common: CommonRun | None = None


@dataclass(frozen=True, slots=True)
class TeamCell:
    """A theme in a team. Where `too_few`, k and n stay out of every edition."""

    team: str
    k: int
    n: int
    too_few: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """Words from a case file that are marked as quotable, with its pseudonym reference."""

    text: str
    case_reference: str


@dataclass(frozen=True, slots=True)
class ProposedAction:
    """What is to be done, by which role, by when; `theme` is the theme's title."""

    text: str
    owner_role: str
    due: date | None
    theme: str
    standing: Standing = Standing.PROPOSED


@dataclass(frozen=True, slots=True)
class FindingBlock:
    """A confirmed strength or area for development."""

    statement: str
    quotes: tuple[Quote, ...]
    root_cause: str | None
    recommendation: str | None
    actions: tuple[ProposedAction, ...]


@dataclass(frozen=True, slots=True)
class ThemeSpread:
    """Two pages on one theme. `statement` is the finding, or a computed sentence without one.

    `questions` in any order: the design prints the weakest first. `teams` in the same order for
    every theme, so that the cells make a grid.
    """

    row: ThemeRow
    statement: str
    questions: tuple[QuestionRow, ...]
    run: RunChart
    teams: tuple[TeamCell, ...]
    strengths: tuple[FindingBlock, ...]
    areas: tuple[FindingBlock, ...]


@dataclass(frozen=True, slots=True)
class TeamRule:
    """What the team cells cover ("June to November 2026"), and the files a team needs."""

    period: str
    from_n: int


@dataclass(frozen=True, slots=True)
class Method:
    """All that somebody else needs to draw the same sample and compute the same figures.

    `percent_from`: the least n from which a percentage is printed. `change_rule` and
    `interval_note` say in words what the program computed; `recompute` holds command lines.
    """

    frame_sentence: str
    filters: tuple[str, ...]
    seed: str
    frame_hash: str
    algorithm: str
    percent_from: int
    change_rule: str
    interval_note: str | None
    recompute: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackContents:
    """The whole pack. Raises ValueError where two pages would tell different numbers."""

    cover: Cover
    summary: Summary
    sample: SampleStory
    themes: tuple[ThemeSpread, ...]
    team_rule: TeamRule
    actions: tuple[ProposedAction, ...]
    appendix: tuple[CaseEntry, ...]
    method: Method
    what: SubjectWords = CASE_FILES
    """What was audited: every “k of n” counts these."""

    def __post_init__(self) -> None:
        if tuple(spread.row for spread in self.themes) != self.summary.themes:
            raise ValueError("The theme pages and the theme table must hold the same rows.")
        teams = {tuple(cell.team for cell in spread.teams) for spread in self.themes}
        if len(teams) > 1:
            raise ValueError("Every theme must list the same teams in the same order.")
        references = [entry.reference for entry in self.appendix]
        if len(set(references)) != len(references):
            raise ValueError("Each case file may stand in the appendix once only.")
        left_out = sum(exclusion.count for exclusion in self.sample.exclusions)
        if self.sample.in_extract - left_out != self.sample.frame_size:
            raise ValueError(
                f"The extract holds {self.what.count(self.sample.in_extract)} and {left_out} were "
                f"left out, so the frame cannot hold {self.sample.frame_size}."
            )
