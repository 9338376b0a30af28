"""Whether a stored sample is the one that its frame and seed give, and where it first differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit_app.core.sampling import Drawn

SHOWN = 12
"""Hexadecimal digits of a hash that a sentence shows."""


def compare_frames(
    stored_hash: str, stored_size: int, hash_now: str, size_now: int, first: str | None
) -> str | None:
    """Where the frame is not the one that was drawn from; `first` says what is known of it."""
    if (stored_hash, stored_size) == (hash_now, size_now):
        return None
    said = [
        "The stored frame is not the one that was drawn from: "
        f"its fingerprint is {hash_now[:SHOWN]}…, that of the sample {stored_hash[:SHOWN]}…."
    ]
    if stored_size != size_now:
        said.append(f"It holds {size_now:,}, and {stored_size:,} could be drawn.")
    if first is not None:
        said.append(first)
    return " ".join(said)


def compare_draws(
    stored: Sequence[Drawn], again: Sequence[Drawn], names: Mapping[str, str]
) -> str | None:
    """The first place, in the order of the draw, at which the two are not the same."""
    kept = {one.position: one for one in stored}
    made = {one.position: one for one in again}
    for place in sorted({*kept, *made}):
        if kept.get(place) == made.get(place):
            continue
        one, other = kept.get(place), made.get(place)
        if _same_but_ticket(one, other):
            return f"The ticket at place {place} is not the one that its seed and reference give."
        return (
            f"The first difference is at place {place}: {_say(one, names)} is stored, "
            f"{_say(other, names)} is drawn again."
        )
    return None


def _same_but_ticket(one: Drawn | None, other: Drawn | None) -> bool:
    if one is None or other is None:
        return False
    return (one.auditor, one.reference) == (other.auditor, other.reference)


def _say(drawn: Drawn | None, names: Mapping[str, str]) -> str:
    if drawn is None:
        return "nothing"
    return f"{drawn.reference} for {names.get(drawn.auditor, 'somebody who does not audit in it')}"
