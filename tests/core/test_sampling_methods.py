"""Methods that draw a number first: as a spreadsheet would, and every case file equally likely."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import pairwise

import pytest
from core.core_factory import unhurried
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.sampling import Frame, FrameCase, SamplingFault, ticket_of
from audit_app.core.sampling_methods import (
    METHOD_WORDS,
    Method,
    choose_cases,
    count_chosen,
    say_caution,
    shares_by_team,
    start_of,
    systematic_rows,
)
from audit_app.core.subjects import CASE_FILES

NUMBERED = [method for method in Method if method.has_number]


def frame_of(*teams: str | None) -> Frame:
    cases = (FrameCase(f"CF-{n:03}", team, None, None, False, None) for n, team in enumerate(teams))
    return Frame(tuple(cases), {})


SIXTY = frame_of(*["North"] * 30, *["South"] * 20, *["East"] * 7, *[None] * 3)
frames = st.lists(st.sampled_from(["North", "South", "East", None]), min_size=1, max_size=30).map(
    lambda teams: frame_of(*teams)
)


def chosen(frame: Frame, method: Method, number: int | None, seed: str = "s") -> list[str]:
    found = choose_cases(frame, method, number, seed=seed, what=CASE_FILES)
    assert [one.position for one in found] == sorted({one.position for one in found})
    return [one.case.reference for one in found]


def ordered(frame: Frame, seed: str = "s") -> list[FrameCase]:
    """By SHA-256, written anew."""
    return sorted(
        frame.cases,
        key=lambda case: hashlib.sha256(f"{seed}:{case.reference}".encode()).hexdigest(),
    )


def test_a_number_of_all_is_the_first_of_the_tickets() -> None:
    assert chosen(SIXTY, Method.RANDOM, 12) == [one.reference for one in ordered(SIXTY)[:12]]


def test_the_whole_cohort_is_every_case_file() -> None:
    assert chosen(SIXTY, Method.WHOLE, None) == [one.reference for one in ordered(SIXTY)]


@pytest.mark.parametrize(
    ("number", "shares"),
    [
        (12, {"North": 6, "South": 4, "East": 1, None: 1}),  # 6; 4; 1.4; 0.6
        (10, {"North": 5, "South": 3, "East": 1, None: 1}),  # 5; 3.33; 1.17; 0.5
        (60, {"North": 30, "South": 20, "East": 7, None: 3}),
    ],
)
def test_teams_give_in_proportion_by_largest_remainder(
    number: int, shares: dict[str | None, int]
) -> None:
    assert shares_by_team(SIXTY, Method.PROPORTIONAL, number, "s") == shares
    team_of = {case.reference: case.team for case in SIXTY.cases}
    sample = chosen(SIXTY, Method.PROPORTIONAL, number)
    assert Counter(team_of[one] for one in sample) == shares
    for team, share in shares.items():
        first = [one.reference for one in ordered(SIXTY) if one.team == team][:share]
        assert [one for one in sample if team_of[one] == team] == first


def test_a_tie_goes_to_the_smaller_ticket_of_the_team() -> None:
    even = frame_of("A", "A", "B", "B", "C", "C")
    won = set()
    for n in range(30):
        shares = shares_by_team(even, Method.PROPORTIONAL, 4, str(n))
        first = min("ABC", key=lambda team: ticket_of(str(n), team))
        assert shares[first] == 2
        won.add(first)
    assert won == {"A", "B", "C"}


def test_each_team_gives_the_same_or_all_that_it_has() -> None:
    assert shares_by_team(SIXTY, Method.EACH_TEAM, 5, "s") == {
        "North": 5,
        "South": 5,
        "East": 5,
        None: 3,
    }
    assert len(chosen(SIXTY, Method.EACH_TEAM, 5)) == count_chosen(SIXTY, Method.EACH_TEAM, 5) == 18


def test_systematic_goes_by_even_steps_through_the_list_by_team() -> None:
    listed = sorted(SIXTY.cases, key=lambda case: (case.team or "", case.reference))
    start = int(hashlib.sha256(b"s:start").hexdigest()[:8], 16) % 60
    rows = [(start + turn * 60) // 7 for turn in range(7)]
    assert chosen(SIXTY, Method.SYSTEMATIC, 7) == [listed[row].reference for row in rows]
    assert {b - a for a, b in pairwise(rows)} == {8, 9}


@given(st.integers(1, 60), st.data())
@unhurried
def test_over_all_starts_every_row_is_met_as_often(size: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, size))
    met = Counter(row for start in range(size) for row in systematic_rows(size, number, start))
    assert met == dict.fromkeys(range(size), number)
    assert 0 <= start_of("any", size) < size


@given(frames, st.sampled_from(NUMBERED), st.integers(1, 30), st.text(max_size=5))
@unhurried
def test_as_many_as_asked_for_and_none_twice(
    frame: Frame, method: Method, number: int, seed: str
) -> None:
    if number > len(frame.cases) and method is not Method.EACH_TEAM:
        with pytest.raises(SamplingFault, match=r"^There are too few case files: "):
            chosen(frame, method, number, seed)
        return
    sample = chosen(frame, method, number, seed)
    assert len(set(sample)) == len(sample) == count_chosen(frame, method, number)
    backwards = Frame(tuple(reversed(frame.cases)), {})
    assert chosen(backwards, method, number, seed) == sample


@pytest.mark.parametrize("method", NUMBERED)
@pytest.mark.parametrize("number", [None, 0])
def test_a_number_is_needed(method: Method, number: int | None) -> None:
    with pytest.raises(SamplingFault, match="Say how many case files"):
        chosen(SIXTY, method, number)


def test_nothing_can_be_drawn_from_nothing() -> None:
    with pytest.raises(SamplingFault, match="No case file can be drawn"):
        chosen(frame_of(), Method.WHOLE, None)


def test_every_method_has_its_words() -> None:
    assert set(METHOD_WORDS) == set(Method)


def test_where_a_range_of_a_simple_sample_would_mislead_it_is_said() -> None:
    warned = {method for method in Method if say_caution(method, CASE_FILES)}
    assert warned == {Method.EACH_TEAM, Method.WHOLE}
    assert "Read it team by team" in say_caution(Method.EACH_TEAM, CASE_FILES)
