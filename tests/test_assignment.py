"""Sharing out: whenever it is possible, evenly, the same for ever; otherwise with the rule."""

from __future__ import annotations

from collections import Counter

import pytest
from core.core_factory import unhurried
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from audit_app.assignment import bars_between, share_out
from audit_app.core.sampling import Drawn, FrameCase, SampleAuditor, SamplingFault, ticket_of
from audit_app.core.sampling_methods import Chosen
from audit_app.core.subjects import CASE_FILES

TEAMS = ("North", "South", None)
NAMES = {"1": "Ann", "2": "Ben", "3": "Cem", "4": "Dee"}


def cases_of(*teams: str | None) -> list[Chosen]:
    cases = [FrameCase(f"CF-{n}", team, None, None, False, None) for n, team in enumerate(teams)]
    return [Chosen(case, place) for place, case in enumerate(cases, start=1)]


def share(
    chosen: list[Chosen], auditors: list[SampleAuditor], most: int | None = None, seed: str = "s"
) -> tuple[Drawn, ...]:
    return share_out(chosen, auditors, most_each=most, seed=seed, what=CASE_FILES, names=NAMES)


def test_without_bars_it_goes_round_in_the_order_of_tickets() -> None:
    auditors = [SampleAuditor(key, None) for key in "123"]
    order = sorted("123", key=lambda key: ticket_of("s", key))
    drawn = share(cases_of(*[None] * 7), auditors)
    assert [one.auditor for one in drawn] == [*order, *order, order[0]]
    assert [(one.reference, one.position) for one in drawn] == [
        (f"CF-{n}", n + 1) for n in range(7)
    ]
    assert [one.ticket for one in drawn] == [ticket_of("s", one.reference) for one in drawn]


def test_once_shared_out_for_ever_the_same() -> None:
    chosen = cases_of(*["North", "South", None] * 3)
    auditors = [
        SampleAuditor("1", "North"),
        SampleAuditor("2", "South", frozenset({"CF-3"}), frozenset({"CF-0"})),
        SampleAuditor("3", None, audited=frozenset({"CF-8"})),
    ]
    assert "".join(one.auditor for one in share(chosen, auditors, seed="2026-11")) == GOLDEN


GOLDEN = "312312231"


auditor_lists = st.lists(
    st.tuples(
        st.sampled_from(TEAMS),
        st.frozensets(st.sampled_from([f"CF-{n}" for n in range(8)]), max_size=3),
        st.frozensets(st.sampled_from([f"CF-{n}" for n in range(8)]), max_size=3),
    ),
    min_size=1,
    max_size=4,
).map(lambda said: [SampleAuditor(str(n), *ties) for n, ties in enumerate(said, start=1)])


def can_be_done(chosen: list[Chosen], auditors: list[SampleAuditor], most: int) -> bool:
    """Whether each can go to some place, by the matching of another library."""
    allowed = [
        [int(not bars_between(one.case, auditor)) for auditor in auditors for _ in range(most)]
        for one in chosen
    ]
    matched = maximum_bipartite_matching(csr_array(allowed), perm_type="column")
    return bool((matched >= 0).all())


@given(
    st.lists(st.sampled_from(TEAMS), min_size=1, max_size=10),
    auditor_lists,
    st.integers(1, 6),
    st.text(max_size=4),
)
@unhurried
def test_it_is_shared_out_whenever_it_can_be_and_evenly(
    teams: list[str | None], auditors: list[SampleAuditor], most: int, seed: str
) -> None:
    chosen = cases_of(*teams)
    if not can_be_done(chosen, auditors, most):
        with pytest.raises(SamplingFault, match="cannot be shared out, so nothing was drawn"):
            share(chosen, auditors, most, seed)
        return
    drawn = share(chosen, auditors, most, seed)
    by_key = {auditor.key: auditor for auditor in auditors}
    assert [one.reference for one in drawn] == [one.case.reference for one in chosen]
    for one, gone in zip(chosen, drawn, strict=True):
        assert bars_between(one.case, by_key[gone.auditor]) == []
    highest = max(Counter(one.auditor for one in drawn).values())
    assert highest <= most
    assert highest == 1 or not can_be_done(chosen, auditors, highest - 1)
    assert share(chosen, auditors[::-1], most, seed) == drawn


def test_a_case_file_that_only_one_may_have_waits_for_them() -> None:
    """Whoever comes first by ticket, `1` is kept free for the file of South."""
    auditors = [SampleAuditor("1", None), SampleAuditor("2", "South")]
    for seed in range(20):
        drawn = share(cases_of(None, "South"), auditors, 1, str(seed))
        assert [one.auditor for one in drawn] == ["2", "1"]


@pytest.mark.parametrize(
    ("chosen", "auditors", "most", "said"),
    [
        (
            cases_of("North", "North", "North", "South"),
            [SampleAuditor("1", "North"), SampleAuditor("2", "South")],
            2,
            "3 case files (CF-0, CF-1, CF-2) can go to Ben alone, with room for 2: "
            "Ann barred (own team)",
        ),
        (
            cases_of("North"),
            [
                SampleAuditor("1", "North"),
                SampleAuditor("2", None, frozenset({"CF-0"})),
                SampleAuditor("3", None, audited=frozenset({"CF-0"})),
                SampleAuditor("4", "North"),
            ],
            None,
            "1 case file (CF-0) can go to nobody: Ann and Dee barred (own team); "
            "Ben barred (own case file, as worker or manager); Cem barred (audited it before)",
        ),
        (
            cases_of(*[None] * 7),
            [SampleAuditor("1", None), SampleAuditor("2", None)],
            3,
            "7 case files (CF-0, CF-1, CF-2, CF-3, CF-4 and 2 more) can go to 6 places alone, 3 "
            "for each auditor.",
        ),
    ],
)
def test_what_stands_in_the_way_is_said(
    chosen: list[Chosen], auditors: list[SampleAuditor], most: int | None, said: str
) -> None:
    with pytest.raises(SamplingFault) as fault:
        share(chosen, auditors, most)
    assert said in str(fault.value)


def test_nobody_audits() -> None:
    with pytest.raises(SamplingFault, match="Nobody audits"):
        share(cases_of(None), [])
