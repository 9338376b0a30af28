"""The draw is fair: chi-squared over many seeds, and the same test finds a draw that is not.

The seeds are fixed, so that each run computes the same figures and none fails by bad luck.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from scipy.stats import chi2

from audit_app.core import sampling
from audit_app.core.sampling import Drawn, Frame, FrameCase, SampleAuditor, draw_sample

FAIR, BIASED = 0.001, 1e-6
DRAWS = 4000


def make_frame(sizes: dict[str, int]) -> Frame:
    cases = (
        FrameCase(f"{team}-{n:02}", team, "CIN", 7, closed=False, last_audited=None)
        for team, size in sizes.items()
        for n in range(size)
    )
    return Frame(tuple(cases), {})


def make_auditors(*teams: str | None) -> list[SampleAuditor]:
    return [SampleAuditor(f"m{n}", team) for n, team in enumerate(teams, start=1)]


def draw_often(frame: Frame, auditors: list[SampleAuditor], draws: int = DRAWS) -> list[Drawn]:
    return [
        one
        for seed in range(draws)
        for one in draw_sample(frame, auditors, per_auditor=2, seed=f"seed {seed}")
    ]


def p_value(counts: Sequence[int], each_time: float) -> float:
    """Chi-squared for counts of case files drawn `each_time` at once without replacement.

    Such counts vary less than independent ones: Pearson's sum is scaled by (N - 1) / (N - m).
    """
    size, expected = len(counts), sum(counts) / len(counts)
    pearson = sum((count - expected) ** 2 / expected for count in counts)
    return float(chi2.sf(pearson * (size - 1) / (size - each_time), size - 1))


def counted(drawn: list[Drawn], references: Sequence[str]) -> list[int]:
    counts = Counter(one.reference for one in drawn)
    return [counts[reference] for reference in references]


EVEN = make_frame(dict.fromkeys(("North", "South", "East"), 12))
EVEN_AUDITORS = make_auditors("North", "South", "East")
UNEVEN = make_frame({"North": 12, "South": 20, "East": 8, "West": 8})
UNEVEN_AUDITORS = make_auditors("North", "North", "South", "East", None, None)


@pytest.fixture(scope="module")
def even() -> list[Drawn]:
    return draw_often(EVEN, EVEN_AUDITORS)


@pytest.fixture(scope="module")
def uneven() -> list[Drawn]:
    return draw_often(UNEVEN, UNEVEN_AUDITORS)


def test_every_case_file_is_as_likely_to_be_drawn(even: list[Drawn]) -> None:
    counts = counted(even, [case.reference for case in EVEN.cases])
    assert sum(counts) == DRAWS * 6
    assert p_value(counts, 6) > FAIR


def test_so_it_is_where_teams_and_auditors_are_uneven(uneven: list[Drawn]) -> None:
    counts = counted(uneven, [case.reference for case in UNEVEN.cases])
    assert sum(counts) == DRAWS * 12
    assert p_value(counts, 12) > FAIR


@pytest.mark.parametrize("auditor", EVEN_AUDITORS, ids=lambda auditor: auditor.key)
def test_each_auditor_gets_every_file_of_other_teams_alike(
    auditor: SampleAuditor, even: list[Drawn]
) -> None:
    theirs = [one for one in even if one.auditor == auditor.key]
    own = [case.reference for case in EVEN.cases if case.team == auditor.team]
    others = [case.reference for case in EVEN.cases if case.team != auditor.team]
    assert counted(theirs, own) == [0] * 12
    assert p_value(counted(theirs, others), 2) > FAIR


@pytest.mark.parametrize("auditor", UNEVEN_AUDITORS, ids=lambda auditor: auditor.key)
@pytest.mark.parametrize("team", ["North", "South", "East", "West"])
def test_each_auditor_gets_the_files_of_one_team_alike(
    auditor: SampleAuditor, team: str, uneven: list[Drawn]
) -> None:
    theirs = [one for one in uneven if one.auditor == auditor.key]
    files = [case.reference for case in UNEVEN.cases if case.team == team]
    counts = counted(theirs, files)
    if team == auditor.team:
        assert not any(counts)
    else:
        assert p_value(counts, sum(counts) / DRAWS) > FAIR


def test_who_comes_first_is_left_to_chance(even: list[Drawn]) -> None:
    firsts = Counter(one.auditor for one in even[::6])
    assert p_value([firsts[auditor.key] for auditor in EVEN_AUDITORS], 1) > FAIR


def first_digit_only(seed: str, key: str) -> str:
    """A ticket that is too short: where it ties, the case file listed first wins."""
    return TICKET(seed, key)[:1]


def favours_one_file(seed: str, key: str) -> str:
    """One case file has two tickets in the drum."""
    ticket = TICKET(seed, key)
    return min(ticket, TICKET(seed, f"again {key}")) if key == "South-03" else ticket


TICKET = sampling.ticket_of


@pytest.mark.parametrize("biased", [first_digit_only, favours_one_file])
def test_a_biased_draw_would_be_found_out(
    biased: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "ticket_of", biased)
    drawn = draw_often(EVEN, EVEN_AUDITORS)
    assert p_value(counted(drawn, [case.reference for case in EVEN.cases]), 6) < BIASED


def test_the_scale_of_the_test_is_right() -> None:
    """Fair draws give p-values that are spread evenly: a few are small, and a few are large."""
    frame, auditor = make_frame({"North": 10}), make_auditors(None)
    found = []
    for start in range(0, 4000, 40):
        counts: Counter[str] = Counter()
        for seed in range(start, start + 40):
            drawn = draw_sample(frame, auditor, per_auditor=4, seed=str(seed))
            counts.update(one.reference for one in drawn)
        found.append(p_value([counts[case.reference] for case in frame.cases], 4))
    tenths = Counter(int(p * 5) for p in found)
    assert chi2.sf(sum((tenths[fifth] - 20) ** 2 / 20 for fifth in range(5)), 4) > FAIR
