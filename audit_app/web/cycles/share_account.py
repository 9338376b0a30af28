"""An account of a sample that was drawn first and shared out afterwards, for its method page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit_app.assignment import bars_between, say_rules
from audit_app.core.sampling import Drawn, FrameCase, SampleAuditor, ticket_of
from audit_app.core.sampling_methods import METHOD_WORDS, Method, start_of
from audit_app.core.subjects import SubjectWords
from audit_app.store.redrawing import Redrawn
from audit_app.store.tables import Sample

NO_TEAM = "No team"


@dataclass(frozen=True, slots=True)
class TeamShare:
    """How many of a team could be drawn, and how many were."""

    team: str
    listed: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Given:
    """To whom a case file went, how many they then had, and to whom it could not go, by rule."""

    place: int
    reference: str
    name: str
    then_had: int
    barred: str


@dataclass(frozen=True, slots=True)
class ShareAccount:
    """`given` is empty where the draw made again is not the stored one."""

    method: Method
    words: str
    number: int | None
    start: int | None
    """Where the systematic method began: a row, counted from 0."""
    teams: tuple[TeamShare, ...]
    """Where each team gives its own share."""
    given: tuple[Given, ...]
    highest: int
    """How many the auditor with most of them got."""


def account_for_shares(
    redrawn: Redrawn, sample: Sample, names: Mapping[str, str], what: SubjectWords
) -> ShareAccount | None:
    """The account; None where each auditor took in turn, or each agency answers."""
    frame = redrawn.frame
    method = Method(sample.method) if sample.method in set(Method) else Method.PER_AUDITOR
    if not method.is_shared_out:
        return None
    cases = {case.reference: case for case in frame.cases}
    same = redrawn.difference is None
    drawn = redrawn.drawn if same else ()
    listed = Counter(case.team for case in frame.cases)
    taken = Counter(cases[one.reference].team for one in drawn)
    return ShareAccount(
        method,
        METHOD_WORDS[method],
        sample.number,
        start_of(sample.seed, sample.frame_size or 1) if method is Method.SYSTEMATIC else None,
        tuple(
            TeamShare(team or NO_TEAM, listed[team], taken[team])
            for team in sorted(listed, key=lambda team: team or "")
        )
        if method.by_team
        else (),
        tuple(_given(drawn, cases, _in_order(redrawn.auditors, sample.seed), names, what)),
        max(Counter(one.auditor for one in drawn).values(), default=0),
    )


def _in_order(auditors: Sequence[SampleAuditor], seed: str) -> list[SampleAuditor]:
    return sorted(auditors, key=lambda auditor: ticket_of(seed, auditor.key))


def _given(
    drawn: Sequence[Drawn],
    cases: Mapping[str, FrameCase],
    auditors: Sequence[SampleAuditor],
    names: Mapping[str, str],
    what: SubjectWords,
) -> list[Given]:
    had: Counter[str] = Counter()
    given = []
    for one in drawn:
        had[one.auditor] += 1
        bars = ((auditor, bars_between(cases[one.reference], auditor)) for auditor in auditors)
        barred = "; ".join(
            f"{names[auditor.key]}: {say_rules(rules, what)}" for auditor, rules in bars if rules
        )
        given.append(
            Given(one.position, one.reference, names[one.auditor], had[one.auditor], barred)
        )
    return given
