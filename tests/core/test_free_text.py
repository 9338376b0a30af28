"""What seems to name somebody is found in a text and masked; near misses are left alone."""

from __future__ import annotations

import signal
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_app.core.free_text import KnownNames, find_marks, mask, mask_all, say_marks

NAMES = KnownNames(["Jo Example", "Sample, Kit", "Ann O'Made-Up", "Duty"])
BORN = [date(2016, 5, 3)]


def masked(text: str) -> str:
    return mask(text, find_marks(text, NAMES, BORN))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lives at M1 1AA now", "Lives at [postcode] now"),
        ("sw1a1aa", "[postcode]"),
        ("NHS 943 476 5919.", "NHS [NHS number]."),
        ("943-476-5919", "[NHS number]"),
        ("9434765919", "[NHS number]"),
        ("Rang 0161 496 0000 twice", "Rang [phone number] twice"),
        ("Rang (0161) 496 0000", "Rang [phone number]"),
        ("+44 7700 900123", "[phone number]"),
        ("+44 (0)7700 900 123", "[phone number]"),
        ("07700900123", "[phone number]"),
        ("to jo.example@home.example.", "to [email address]."),
        ("on 3 May 2016 at", "on [date of birth] at"),
        ("on 03/05/2016", "on [date of birth]"),
        ("on 3.5.16", "on [date of birth]"),
        ("on 3rd of May 2016", "on [date of birth]"),
        ("on May 3, 2016", "on [date of birth]"),
        ("on 2016-05-03", "on [date of birth]"),
        ("03052016", "[date of birth]"),
        ("DOB: 1/2/2019", "DOB: [date of birth]"),
        ("d.o.b. 1 February 2019", "d.o.b. [date of birth]"),
        ("was born on the 9th of March", "was born on the [date of birth]"),
        ("date of birth is 01.02.19", "date of birth is [date of birth]"),
        ("jo  EXAMPLE said", "[name] said"),
        ("Example, Jo said", "[name] said"),
        ("Kit Sample's visit", "[name]'s visit"),
        ("Ann O’Made Up", "[name]"),
        ("Jo\nExample", "[name]"),
    ],
)
def test_what_names_somebody_is_marked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Seen in the case notes of 20 October.",
        "Visited on 3 May 2017 and 04/05/2016",
        "SEN support",
        "M1 alone",
        "Reference 9434765918",
        "0000000000",
        "S47 1st strategy discussion",
        "Section 47, 2 visits in 15 days",
        "Jo was seen. Example of good work",
        "Joexample",
        "Duty",
        "01.02.2019 10.30",
        "a@b and @home",
        "7KM2-QD4X",
        "1234567",
    ],
)
def test_near_misses_are_left_alone(text: str) -> None:
    assert masked(text) == text


PIECES = st.sampled_from(
    [
        *("Jo Example", "Jo", "Example,", "M1 1AA", "1AA", "943 476 5919", "0161 496 0000", "born"),
        *("3 May 2016", "03/05/2016", "jo@home.example", "+44", "@", " ", "\n", ",", "0", "[name]"),
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS, st.lists(st.text(max_size=20), max_size=4))
def test_marks_lie_within_the_text_and_apart(text: str, names: list[str]) -> None:
    reached = 0
    for one in find_marks(text, KnownNames([*names, "Jo Example"]), BORN):
        assert reached <= one.start < one.end <= len(text)
        reached = one.end


@given(TEXTS)
def test_nothing_is_marked_in_what_was_masked(text: str) -> None:
    assert find_marks(mask_all(text, NAMES, BORN), NAMES, BORN) == ()


def test_a_warning_names_what_was_found() -> None:
    assert say_marks(find_marks("Seen at home")) == ""
    assert say_marks(find_marks("M1 1AA")) == (
        "This seems to hold a postcode. Leave it out unless the reader needs it; it is left out of "
        "shared reports."
    )
    said = say_marks(find_marks("Jo Example, M1 1AA, 943 476 5919", NAMES))
    assert said.startswith(
        "This seems to hold an NHS number, a postcode and the full name of a worker. Leave them "
    )


@pytest.mark.parametrize("piece", ["Worker of words ", "a", "1 ", "1", "a.", "born 1 ", "jo-"])
def test_a_long_text_comes_to_an_end(piece: str) -> None:
    """It takes milliseconds; a pattern that tries everything would take hours, and is stopped."""

    def stop(_signal: int, _frame: object) -> None:
        raise AssertionError("the search does not come to an end")

    names = KnownNames(f"Worker Surname{n}" for n in range(500))
    text = (piece * 10_000)[:10_000]
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    try:
        marks = find_marks(text, names, BORN)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert all(text[mark.start : mark.end] for mark in marks)
