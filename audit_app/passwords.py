"""Passwords: which will do, and how they are kept, for pages and the command line alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from audit_app.core.faults import Refusal

#: Source: OWASP Password Storage Cheat Sheet, Argon2id with 19 MiB, 2 passes and 1 lane.
MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1
NORMAL_FORM: Final = "NFKD"

#: Source: OWASP ASVS 5.0, V6.2: 8 the least, 15 advised, no rule which characters.
SHORTEST: Final = 8
ADVISED: Final = 15
LONGEST: Final = 1_000
_OWN_NAMES: Final = ("case file audit", "casefileaudit", "safeguarding", "children's services")

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


class PasswordFault(Refusal):
    """Why a password will not do."""


def hash_password(text: str) -> str:
    """Hash a password with a salt of its own; two hashes of one password differ."""
    return _hasher.hash(unicodedata.normalize(NORMAL_FORM, text))


def verify_password(text: str, hashed: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return _hasher.verify(hashed, unicodedata.normalize(NORMAL_FORM, text))
    except VerifyMismatchError:
        return False


def check_password(text: str, *, about: Iterable[str] = ()) -> None:
    """PasswordFault when it is too short, too long, well known, or only says `about` whom it is.

    `about`: the person's address and name. Well known is what stands on the offline list of
    passwords that have leaked.
    """
    if len(text) < SHORTEST:
        raise PasswordFault(
            f"A password needs at least {SHORTEST} characters; {ADVISED} or more are better. "
            "Nothing was changed."
        )
    if len(text) > LONGEST:
        raise PasswordFault(f"A password can have up to {LONGEST} characters. Nothing was changed.")
    folded = text.casefold()
    if folded in leaked_passwords():
        raise PasswordFault(
            "This password is on a list of passwords that have leaked, so it would be tried first. "
            "Choose another. Nothing was changed."
        )
    if _only_letters(folded) in _names(about):
        raise PasswordFault(
            "This password only says whose account it is. Choose another. Nothing was changed."
        )


@cache
def leaked_passwords() -> frozenset[str]:
    """About 30,000 leaked passwords of eight and more characters count, in small letters."""
    # The list takes time to load, and few pages need it.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    return frozenset(word.casefold() for word in FREQUENCY_LISTS["passwords"])


def _names(about: Iterable[str]) -> frozenset[str]:
    words = {*about, *_OWN_NAMES}
    words |= {address.partition("@")[0] for address in words if "@" in address}
    return frozenset(_only_letters(word.casefold()) for word in words) - {""}


def _only_letters(text: str) -> str:
    """Without figures and signs, so that `pat.example1` says no more than `Pat Example`."""
    return "".join(character for character in text if character.isalpha())
