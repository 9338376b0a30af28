"""Names of a foreign form as ids and keys of a bank: the same name always becomes the same."""

from __future__ import annotations

import re
from collections.abc import Collection

from audit_app.core.question_bank import ID_PATTERN
from audit_app.question_banks.words import LONGEST_ID, is_reserved

_OTHER = re.compile(r"[^a-z0-9]+")


def mend_name(name: str, start: str, taken: Collection[str], *, reserved: bool = True) -> str:
    """The name as an id that is not among those taken; `start` goes before one that needs it.

    `First Name` becomes `first_name`, and `1` with the start `option` becomes `option_1`.
    """
    if ID_PATTERN.fullmatch(name) and len(name) <= LONGEST_ID:
        plain = name
    else:
        plain = _OTHER.sub("_", name.lower()).strip("_")[:LONGEST_ID].strip("_")
    if not ID_PATTERN.fullmatch(plain) or (reserved and is_reserved(plain)) or plain in taken:
        plain = f"{start}_{plain}".strip("_")[:LONGEST_ID]
    found, number = plain, 1
    while found in taken:
        number += 1
        found = f"{plain[: LONGEST_ID - len(str(number)) - 1]}_{number}"
    return found
