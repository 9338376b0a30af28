"""The draw: repeatable for ever, without replacement, never what is excluded, refused in words."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from core.core_factory import unhurried
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from audit_app.core.sampling import (
    EXCLUSION_WORDS,
    Exclusion,
    Filters,
    Frame,
    FrameCase,
    SampleAuditor,
    SamplingFault,
    build_frame,
    draw_sample,
    ticket_of,
)

SINCE = date(2025, 4, 1)
TEAMS = ("North", "South", "East", None)


def make_case(reference: str, team: str | None = "North", **changes: Any) -> FrameCase:
    said: dict[str, Any] = {"status": "CIN", "age": 7, "closed": False, "last_audited": None}
    return FrameCase(reference, team, **{**said, **changes})


def make_frame(*cases: FrameCase) -> Frame:
    return build_frame(cases, Filters(), audited_since=SINCE)


case_lists = st.dictionaries(
    st.text("ABC0123456789-", min_size=1, max_size=6), st.sampled_from(TEAMS), max_size=14
).map(lambda teams: [make_case(reference, team) for reference, team in teams.items()])
auditor_lists = st.lists(st.sampled_from(TEAMS), min_size=1, max_size=4).map(
    lambda teams: [SampleAuditor(f"auditor-{n}", team) for n, team in enumerate(teams)]
)
seeds = st.text(max_size=12)

TWENTY = [make_case(f"CF-{n:03}", ("North", "South")[n % 2]) for n in range(1, 21)]
THREE = [SampleAuditor("m1", "North"), SampleAuditor("m2", "South"), SampleAuditor("m3", None)]
#: Once drawn, for ever drawn. The fourth of the order waits for `m2`: only `m2` may have it.
GOLDEN = [
    ("m3", "CF-005", 1),
    ("m1", "CF-013", 2),
    ("m2", "CF-016", 3),
    ("m3", "CF-007", 5),
    ("m1", "CF-019", 6),
    ("m2", "CF-020", 4),
]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_inputs_give_the_same_sample_for_ever() -> None:
    drawn = draw_sample(make_frame(*TWENTY), THREE, per_auditor=2, seed="2026-04")
    assert [(one.auditor, one.reference, one.position) for one in drawn] == GOLDEN
    order = sorted(TWENTY, key=lambda case: sha256(f"2026-04:{case.reference}"))
    assert [order[place - 1].reference for _, _, place in GOLDEN] == [ref for _, ref, _ in GOLDEN]


def test_the_draw_can_be_followed_by_hand() -> None:
    """The rule of the method page, written anew: sort, take the first six, deal them out."""
    seed = "2026-03"
    order = sorted(TWENTY, key=lambda case: sha256(f"{seed}:{case.reference}"))
    dealing = sorted(THREE, key=lambda auditor: sha256(f"{seed}:{auditor.key}")) * 2
    hand, expected = order[:6], []
    for auditor in dealing:
        case = next(case for case in hand if case.team != auditor.team)
        hand.remove(case)
        place = order.index(case) + 1
        expected.append((auditor.key, case.reference, place, sha256(f"{seed}:{case.reference}")))
    drawn = draw_sample(make_frame(*TWENTY), THREE, per_auditor=2, seed=seed)
    assert [(d.auditor, d.reference, d.position, d.ticket) for d in drawn] == expected
    assert ticket_of(seed, "CF-001") == sha256("2026-03:CF-001")


@given(case_lists, auditor_lists, st.integers(1, 3), seeds, st.randoms(use_true_random=False))
@unhurried
def test_the_order_of_the_inputs_is_irrelevant(
    cases: list[FrameCase], auditors: list[SampleAuditor], per: int, seed: str, random: Random
) -> None:
    def outcome() -> object:
        try:
            return draw_sample(make_frame(*cases), auditors, per_auditor=per, seed=seed)
        except SamplingFault as fault:
            return str(fault)

    first = outcome()
    random.shuffle(cases)
    random.shuffle(auditors)
    assert outcome() == first
    backwards = Frame(tuple(reversed(make_frame(*cases).cases)), {})
    assert backwards.hash == make_frame(*cases).hash


def can_be_done(cases: list[FrameCase], auditors: list[SampleAuditor], per: int) -> bool:
    """Whether any allocation exists at all, by the largest matching of places with case files."""
    allowed = [
        [int(case.team is None or case.team != auditor.team) for case in cases]
        for auditor in auditors * per
    ]
    if not cases:
        return False
    matched = maximum_bipartite_matching(csr_array(allowed), perm_type="column")
    return bool((matched >= 0).all())


@given(case_lists, auditor_lists, st.integers(1, 3), seeds)
@unhurried
def test_a_sample_is_drawn_whenever_there_is_one(
    cases: list[FrameCase], auditors: list[SampleAuditor], per: int, seed: str
) -> None:
    frame = make_frame(*cases)
    if not can_be_done(cases, auditors, per):
        with pytest.raises(SamplingFault, match=r"^There are too few case files: "):
            draw_sample(frame, auditors, per_auditor=per, seed=seed)
        return
    drawn = draw_sample(frame, auditors, per_auditor=per, seed=seed)
    references = [one.reference for one in drawn]
    assert len(set(references)) == len(references)
    assert Counter(one.auditor for one in drawn) == {auditor.key: per for auditor in auditors}
    team_of = {case.reference: case.team for case in cases}
    own = {auditor.key: auditor.team for auditor in auditors}
    assert all(
        team_of[one.reference] is None or team_of[one.reference] != own[one.auditor]
        for one in drawn
    )
    order = sorted(team_of, key=lambda reference: ticket_of(seed, reference))
    assert all(order[one.position - 1] == one.reference for one in drawn)
    if not any(auditor.team for auditor in auditors):
        assert set(references) == set(order[: len(references)])


@given(
    st.dictionaries(
        st.text("ABC012", min_size=1, max_size=4),
        st.builds(
            lambda **said: said,
            team=st.sampled_from(TEAMS),
            status=st.sampled_from(["CIN", "CPP", None]),
            age=st.none() | st.integers(0, 20),
            closed=st.booleans(),
            last_audited=st.none() | st.dates(SINCE - timedelta(3), SINCE + timedelta(3)),
        ),
        max_size=20,
    ),
    st.builds(
        Filters,
        st.frozensets(st.sampled_from(["CIN", "CPP"])),
        st.frozensets(st.sampled_from(["North", "South"])),
        st.none() | st.integers(0, 18),
        st.none() | st.integers(0, 18),
    ),
    seeds,
)
@unhurried
def test_no_excluded_case_file_is_ever_drawn(
    said: dict[str, dict[str, Any]], filters: Filters, seed: str
) -> None:
    cases = [make_case(reference, **one) for reference, one in said.items()]
    frame = build_frame(cases, filters, audited_since=SINCE)
    assert len(frame.cases) + sum(frame.excluded.values()) == len(cases)
    assert Exclusion.OWN_TEAM not in frame.excluded
    assert frame.excluded.get(Exclusion.CLOSED, 0) == sum(case.closed for case in cases)
    assume(frame.cases)
    everybody = [SampleAuditor("m", None)]
    drawn = draw_sample(frame, everybody, per_auditor=len(frame.cases), seed=seed)
    assert {one.reference for one in drawn} == {case.reference for case in frame.cases}
    for one in drawn:
        case = next(case for case in cases if case.reference == one.reference)
        assert not case.closed
        assert case.last_audited is None or case.last_audited < SINCE
        assert not filters.statuses or case.status in filters.statuses
        assert not filters.teams or case.team in filters.teams
        if filters.age_from is not None:
            assert case.age is not None and case.age >= filters.age_from  # noqa: PT018
        if filters.age_to is not None:
            assert case.age is not None and case.age <= filters.age_to  # noqa: PT018


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (make_case("1"), None),
        (make_case("1", closed=True, status="CPP", last_audited=SINCE), Exclusion.CLOSED),
        (make_case("1", status="CPP", last_audited=SINCE), Exclusion.OUTSIDE_FILTERS),
        (make_case("1", last_audited=SINCE), Exclusion.AUDITED_RECENTLY),
        (make_case("1", last_audited=SINCE - timedelta(1)), None),
        (make_case("1", age=5), None),
        (make_case("1", age=4), Exclusion.OUTSIDE_FILTERS),
        (make_case("1", age=9), None),
        (make_case("1", age=10), Exclusion.OUTSIDE_FILTERS),
        (make_case("1", age=None), Exclusion.OUTSIDE_FILTERS),
        (make_case("1", team="South"), Exclusion.OUTSIDE_FILTERS),
        (make_case("1", team=None), Exclusion.OUTSIDE_FILTERS),
    ],
)
def test_each_is_counted_under_the_first_reason(case: FrameCase, why: Exclusion | None) -> None:
    filters = Filters(frozenset({"CIN"}), frozenset({"North"}), 5, 9)
    frame = build_frame([case], filters, audited_since=SINCE)
    assert frame.cases == (() if why else (case,))
    assert dict(frame.excluded) == ({why: 1} if why else {})


@pytest.mark.parametrize(
    ("filters", "ages"),
    [
        (Filters(), {None, 0, 5, 18}),
        (Filters(age_to=0), {0}),
        (Filters(age_from=0), {0, 5, 18}),
        (Filters(age_from=5), {5, 18}),
        (Filters(age_to=5), {0, 5}),
    ],
)
def test_an_unknown_age_passes_no_age_filter(filters: Filters, ages: set[int | None]) -> None:
    assert {age for age in (None, 0, 5, 18) if filters.accepts(make_case("1", age=age))} == ages


def test_the_hash_is_of_the_references_and_their_teams() -> None:
    frame = make_frame(make_case("B", None), make_case("A", "North"))
    assert frame.hash == sha256("A\tNorth\nB\t\n")


def test_the_hash_changes_with_a_case_file_or_its_team_and_with_nothing_else() -> None:
    frame = make_frame(*TWENTY)
    moved = make_frame(make_case("CF-001", "West"), *TWENTY[1:])
    fewer = make_frame(*TWENTY[1:])
    more = make_frame(*TWENTY, make_case("CF-021"))
    renamed = make_frame(make_case("CF-1", "South"), *TWENTY[1:])
    assert len({each.hash for each in (frame, moved, fewer, more, renamed)}) == 5
    older = make_frame(*(make_case(case.reference, case.team, age=17) for case in TWENTY))
    assert older.hash == frame.hash


def test_another_seed_gives_another_sample() -> None:
    frame = make_frame(*TWENTY)
    samples = {draw_sample(frame, THREE, per_auditor=2, seed=str(seed)) for seed in range(50)}
    assert len(samples) == 50


@pytest.mark.parametrize(
    ("cases", "auditors", "per", "sentence"),
    [
        (TWENTY, THREE, 0, r"^Ask for at least one case file for each auditor\.$"),
        (TWENTY, [], 2, r"^The cycle has no auditors, so nothing was drawn: "),
        (
            TWENTY,
            THREE,
            7,
            r"^There are too few case files: 3 auditors × 7 were asked for, the frame holds 20, "
            r"and one auditor may draw from only 10 of them\. Nothing was drawn: ask for fewer, or "
            r"widen the filters\.$",
        ),
        (TWENTY, THREE, 10**15, r"3 auditors × 1000000000000000 were asked for"),
        ([], THREE[:1], 2, r"1 auditor × 2 were asked for, the frame holds 0,"),
        (TWENTY, THREE[:1], 11, r"holds 20, and one auditor may draw from only 10 of them"),
        ([*TWENTY, TWENTY[4]], THREE, 1, r"^The case file CF-005 is there more than once\."),
        (TWENTY, [*THREE, THREE[1]], 1, r"^The auditor m2 is there more than once\."),
    ],
)
def test_what_cannot_be_drawn_is_said(
    cases: list[FrameCase], auditors: list[SampleAuditor], per: int, sentence: str
) -> None:
    with pytest.raises(SamplingFault, match=sentence):
        draw_sample(make_frame(*cases), auditors, per_auditor=per, seed="1")


@pytest.mark.parametrize("seed", [str(seed) for seed in range(20)])
def test_the_last_case_file_is_kept_for_the_only_one_who_may_have_it(seed: str) -> None:
    """Whoever comes first, `m1` gets the file of the other team."""
    frame = make_frame(make_case("X", "North"), make_case("Y", "South"))
    auditors = [SampleAuditor("m1", "North"), SampleAuditor("m2", None)]
    drawn = draw_sample(frame, auditors, per_auditor=1, seed=seed)
    assert {one.auditor: one.reference for one in drawn} == {"m1": "Y", "m2": "X"}


def test_every_exclusion_has_its_words() -> None:
    assert set(EXCLUSION_WORDS) == set(Exclusion)
