"""Heads of the history, kept outside the database: what is anchored cannot be written anew unseen.

An anchor is a line of a file: the moment, the entry's number and its hash. Lines are only added.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit_app.clock import day_of
from audit_app.config import Settings
from audit_app.core.faults import Refusal
from audit_app.store.database import Session
from audit_app.store.history import history_head
from audit_app.store.mail import ask_to_send

FILE_NAME = "history.txt"
_HASH = re.compile(r"[0-9a-f]{64}")


class AnchorFault(Refusal):
    """One sentence: why a file of anchors cannot be used."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the history as it was at an aware moment."""

    at: datetime
    number: int
    hash: str

    def __str__(self) -> str:
        """The line of the file."""
        return f"{self.at.isoformat(timespec='seconds')} {self.number} {self.hash}"


def anchor_history(
    session: Session, settings: Settings, *, at: datetime, file: Path | None = None, mail: bool
) -> Anchor | None:
    """Write the head into the file (that of the anchor folder) and mail it where an address is set.

    None, and nothing is written, while the history has no entry. The mail is asked for first, so
    that where the file cannot be written nothing was done.
    """
    number, head = history_head(session)
    if number == 0:
        return None
    anchor = Anchor(at, number, head)
    if mail and settings.anchor_address:
        ask_to_send(session, settings.anchor_address, *_letter(anchor, settings), at=at)
        session.flush()
    append_anchor(file or settings.anchor_folder / FILE_NAME, anchor)
    return anchor


def append_anchor(file: Path, anchor: Anchor) -> None:
    """Add the line; it is on the disk when this returns."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f"{anchor}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_anchors(*places: Path) -> list[Anchor]:
    """Every anchor of these files, and of the .txt files of these folders, oldest first.

    AnchorFault where a line is no anchor or a file is missing. A folder may be missing or empty.
    """
    found = [anchor for place in places for file in _files(place) for anchor in _read(file)]
    return sorted(found, key=lambda anchor: (anchor.at, anchor.number))


def hashes_by_number(anchors: Iterable[Anchor]) -> dict[int, str]:
    """What `verify_history` takes; where two disagree about an entry, the older one counts."""
    hashes: dict[int, str] = {}
    for anchor in anchors:
        hashes.setdefault(anchor.number, anchor.hash)
    return hashes


def is_anchored_today(settings: Settings, at: datetime) -> bool:
    """Whether the anchor folder holds an anchor of this moment's day in England."""
    anchors = read_anchors(settings.anchor_folder)
    return bool(anchors) and day_of(anchors[-1].at) == day_of(at)


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    if place.suffix and not place.is_dir():
        raise AnchorFault(f"There is no file {place}, so its anchors were not compared.")
    return sorted(place.glob("*.txt"))


def _read(file: Path) -> Iterator[Anchor]:
    for count, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        anchor = _anchor(line.split())
        if anchor is None:
            raise AnchorFault(
                f"Line {count} of {file} is no anchor (moment, number, hash), so nothing was "
                "compared. Find out how it came there before you take it away."
            )
        yield anchor


def _anchor(parts: list[str]) -> Anchor | None:
    if len(parts) != 3 or not _HASH.fullmatch(parts[2]):
        return None
    try:
        anchor = Anchor(datetime.fromisoformat(parts[0]), int(parts[1]), parts[2])
    except ValueError:
        return None
    return anchor if anchor.at.tzinfo is not None and anchor.number > 0 else None


def _letter(anchor: Anchor, settings: Settings) -> tuple[str, str]:
    """Subject and body of the mail."""
    body = (
        f"Keep this mail. It says how the history of {settings.council} ended at that moment:\n\n"
        f"{anchor}\n\n"
        "To compare it later, save the line above in a file and run\n"
        "audit-app history verify --anchors FILE\n"
    )
    return f"Case file audit: the history up to entry {anchor.number}", body
