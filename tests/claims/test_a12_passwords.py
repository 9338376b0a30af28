"""A12: length and a list of leaked passwords, no rule of characters; Argon2id as OWASP has it."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from audit_app.passwords import PasswordFault, check_password, hash_password, verify_password

ABOUT = ("pat.example@council.example", "Pat Example", "Anywhere Council")


@pytest.mark.parametrize(
    "text",
    [
        "qzvkwpxj",  # eight small letters: no rule asks for a figure, a capital or a sign
        "83650174",
        "four words that nobody has",
        "x7!" * 22,  # 66
        "ünïcödé schön",
        "🗝" * 15,
        "  spaces at both ends  ",
        "w" + "qz" * 499 + "k",  # 1,000
        "pat example likes hill walking",
    ],
)
def test_these_are_accepted_and_nothing_is_cut_off(text: str) -> None:
    check_password(text, about=ABOUT)
    hashed = hash_password(text)
    assert verify_password(text, hashed)
    assert not verify_password(text[:-1], hashed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "qzvkwpx",  # seven
        "q" * 1_001,
        "password1",
        "PassWord1",
        "iloveyou",
        "trustno1",
        "11111111",
        "pat.example",
        "Pat Example",
        "PatExample1",
        "pat.example@council.example",
        "anywherecouncil",
        "Case file audit",
    ],
)
def test_these_are_refused_kindly(text: str) -> None:
    with pytest.raises(PasswordFault, match=r"Nothing was changed\.$") as fault:
        check_password(text, about=ABOUT)
    assert not text or text not in str(fault.value)


def test_the_hash_is_argon2id_with_19_mib_two_passes_one_lane() -> None:
    hashed = hash_password("four words that nobody has")
    kept = extract_parameters(hashed)
    assert kept.type is Type.ID
    assert kept.memory_cost >= 19 * 1024
    assert (kept.time_cost, kept.parallelism, kept.salt_len) == (2, 1, 16)
    assert hash_password("four words that nobody has") != hashed


@pytest.mark.parametrize("about", [("",), ("1234567@council.example", ""), ("–",)])
def test_an_empty_name_refuses_no_password_of_figures(about: tuple[str, ...]) -> None:
    check_password("83650174", about=about)
