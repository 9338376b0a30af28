"""Saves that come twice, late or from two windows: nothing newer is ever lost in silence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.save_order import (
    UNNUMBERED,
    Base,
    Sending,
    Stamp,
    Verdict,
    digest,
    judge_save,
    next_stamp,
)

EMPTY = ("",)


def apply(state, base, sent, sending):
    """The place after a save, and what became of it."""
    stamp, kept = state
    verdict = judge_save(stamp, kept, base, sent, sending)
    if verdict is Verdict.KEEP:
        return (next_stamp(stamp, sending), sent), verdict
    return state, verdict


@given(st.lists(st.integers(1, 6), min_size=1, max_size=24))
def test_whatever_order_and_however_often_the_newest_save_of_a_window_stays(arrivals):
    base = Base(0, digest(EMPTY))
    state = (Stamp(), EMPTY)
    for number in arrivals:
        state, _ = apply(state, base, (f"text {number}",), Sending("a", number))
    assert state[1] == (f"text {max(arrivals)}",)


@given(st.integers(1, 9), st.integers(2, 10))
def test_a_save_sent_again_changes_once(number, times):
    base = Base(0, digest(EMPTY))
    state = (Stamp(), EMPTY)
    for _ in range(times):
        state, _ = apply(state, base, ("words",), Sending("a", number))
    assert state == (Stamp(1, "a", number), ("words",))


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(1, 5), st.booleans()), min_size=1, max_size=30
    )
)
def test_two_windows_never_overwrite_what_they_have_not_read(steps):
    """Each window remembers what it last read or was told; a KEEP from a window that had not
    read the other's words would be a loss.
    """
    state = (Stamp(), EMPTY)
    read = {"a": Base(0, digest(EMPTY)), "b": Base(0, digest(EMPTY))}
    for window, number, reads in steps:
        if reads:
            read[window] = Base(state[0].revision, digest(state[1]))
        before = state
        state, verdict = apply(state, read[window], (window, str(number)), Sending(window, number))
        if verdict is Verdict.KEEP:
            known = read[window].revision == before[0].revision
            assert known or before[0].window == window
            read[window] = Base(state[0].revision, digest(state[1]))


def test_a_window_that_did_not_touch_a_place_leaves_what_another_wrote():
    theirs = (Stamp(3, "b", 2), ("theirs",))
    began = ("as it was",)
    verdict = judge_save(*theirs, Base(2, digest(began)), began, Sending("a", 1))
    assert verdict is Verdict.SAME


def test_words_over_words_that_were_never_seen_are_a_conflict():
    verdict = judge_save(
        Stamp(3, "b", 2), ("theirs",), Base(2, digest(("old",))), ("mine",), Sending("a", 1)
    )
    assert verdict is Verdict.CONFLICT


def test_a_window_may_take_back_what_it_wrote_itself():
    began = Base(0, digest(EMPTY))
    assert judge_save(Stamp(1, "a", 1), ("words",), began, EMPTY, Sending("a", 2)) is Verdict.KEEP


def test_a_button_without_scripts_saves_again_from_the_same_page():
    began = Base(0, digest(EMPTY))
    stamp = Stamp(1, "a", UNNUMBERED)
    sending = Sending("a", UNNUMBERED)
    assert judge_save(stamp, ("one",), began, ("two",), sending) is Verdict.KEEP
    assert next_stamp(Stamp(4, "a", 7), sending) == Stamp(5, "a", 7)


def test_who_says_nothing_of_where_it_began_fills_only_an_empty_place():
    sending = Sending("", UNNUMBERED)
    assert judge_save(Stamp(), EMPTY, None, ("words",), sending) is Verdict.KEEP
    assert judge_save(Stamp(), ("there",), None, ("words",), sending) is Verdict.CONFLICT
