"""What becomes of a save: saves come twice, out of order, and from two windows or two people.

Each place of an audit (a question, a grade, a text) has a stamp: how often it was changed, and by
which window with which of its saves. A page sends, with what it holds, the stamp and the content
that it began from. Pure; `store.save_stamps` keeps the stamps.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

UNNUMBERED = 0
"""The number of a save by a button without scripts: a window then sends one at a time."""

Content = tuple[str | bool | None, ...]
"""Everything that is kept at a place, in a fixed order; all parts empty: nothing is kept."""


class Verdict(StrEnum):
    """What becomes of what was sent for one place."""

    KEEP = "keep"
    SAME = "same"
    """It is there already, or the window did not touch it: nothing is to be done."""
    OLD = "old"
    """The same window has sent something newer, which stays."""
    CONFLICT = "conflict"
    """Somebody else changed it after this window had read it: both are shown."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is known of a place: changed `revision` times, last by this window's save `number`."""

    revision: int = 0
    window: str = ""
    number: int = UNNUMBERED


@dataclass(frozen=True, slots=True)
class Base:
    """What a window began from: the revision, and the digest of what then stood there."""

    revision: int
    digest: str


@dataclass(frozen=True, slots=True)
class Sending:
    """One save: which window sends it, its number among that window's saves (from 1)."""

    window: str
    number: int


def judge_save(
    stamp: Stamp, kept: Content, base: Base | None, sent: Content, sending: Sending
) -> Verdict:
    """What becomes of `sent` at a place where `kept` stands.

    `base` None: the sender says nothing of what it began from, so it may fill an empty place only.
    """
    if sent == kept:
        return Verdict.SAME
    if base is not None and digest(sent) == base.digest and stamp.window != sending.window:
        return Verdict.SAME
    if stamp.window and stamp.window == sending.window:
        later = sending.number == UNNUMBERED or sending.number > stamp.number
        return Verdict.KEEP if later else Verdict.OLD
    if base is None:
        return Verdict.CONFLICT if any(kept) else Verdict.KEEP
    return Verdict.KEEP if base.revision == stamp.revision else Verdict.CONFLICT


def next_stamp(stamp: Stamp, sending: Sending) -> Stamp:
    """The stamp of a place after a save was kept."""
    number = sending.number
    if number == UNNUMBERED and stamp.window == sending.window:
        number = stamp.number
    return Stamp(stamp.revision + 1, sending.window, number)


def digest(content: Content) -> str:
    """16 hexadecimal digits of SHA-256, so that a page can say what it began from."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
