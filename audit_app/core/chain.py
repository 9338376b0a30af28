"""The chain of the history: what one entry's hash is made of, and where a chain breaks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

#: What the first entry names as the hash before it.
GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was written down; `at` is aware, `detail` canonical JSON or empty."""

    number: int
    at: datetime
    person_id: int | None
    action: str
    subject: str
    subject_id: int | None
    detail: str
    previous_hash: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not hold, and a sentence that says why."""

    number: int
    why: str


def canonical_detail(detail: Mapping[str, object] | None) -> str:
    """Detail as text that is the same for the same detail; empty for none."""
    if not detail:
        return ""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(entry: Entry) -> str:
    """SHA-256, in hex, of the entry as a JSON array; it holds the hash of the entry before.

    The array: number, moment in UTC to the microsecond, person, action, subject, its id, detail,
    hash before. Anybody can reckon it anew from an export of the history.
    """
    parts = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.person_id,
        entry.action,
        entry.subject,
        entry.subject_id,
        entry.detail,
        entry.previous_hash,
    ]
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def first_break(
    entries: Iterable[Entry], head: tuple[int, str], anchors: Mapping[int, str]
) -> Break | None:
    """The first place where the chain does not hold; None where it is whole.

    `entries` in the order of their numbers, `head` the number and hash of the last entry as the
    database remembers it, `anchors` hashes by number as they were kept outside the database.
    """
    expected, before = 1, GENESIS
    for entry in entries:
        if entry.number != expected:
            return Break(expected, f"Entry {expected} is missing.")
        if entry.previous_hash != before:
            return Break(entry.number, f"Entry {entry.number} does not follow the entry before it.")
        if entry_hash(entry) != entry.hash:
            return Break(entry.number, f"Entry {entry.number} was changed after it was written.")
        anchored = anchors.get(entry.number)
        if anchored is not None and anchored != entry.hash:
            return Break(
                entry.number,
                f"Entry {entry.number} is not the one whose hash was anchored: the history up to "
                "it was written anew.",
            )
        expected, before = expected + 1, entry.hash
    last = max([head[0], *anchors])
    if last >= expected:
        return Break(expected, f"Entries {expected} to {last} are missing at the end.")
    if head != (expected - 1, before):
        return Break(expected - 1, f"Entry {expected - 1} is not the one that was written last.")
    return None
