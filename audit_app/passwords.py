"""How passwords are kept: Argon2id, for the sign-in page and the command line alike."""

from __future__ import annotations

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from audit_app.core.faults import Refusal

#: Source: OWASP Password Storage Cheat Sheet, Argon2id with 19 MiB, 2 passes and 1 lane.
MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1
NORMAL_FORM: Final = "NFKD"

SHORTEST: Final = 8

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def hash_password(text: str) -> str:
    """Hash a password with a salt of its own; two hashes of one password differ."""
    return _hasher.hash(unicodedata.normalize(NORMAL_FORM, text))


def verify_password(text: str, hashed: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return _hasher.verify(hashed, unicodedata.normalize(NORMAL_FORM, text))
    except VerifyMismatchError:
        return False


class PasswordFault(Refusal):
    """Why a password will not do."""


def check_password(text: str) -> None:
    """PasswordFault when it is too short; no rule says which characters it holds (NIST 800-63B)."""
    if len(text) < SHORTEST:
        raise PasswordFault(
            f"A password needs at least {SHORTEST} characters; 15 or more are better. "
            "Nothing was changed."
        )
