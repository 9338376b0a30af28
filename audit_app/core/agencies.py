"""An agency that answers its own part of an audit form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agency:
    """One of those who each answer a part: its key, its name, and what is asked of it beside what
    all are asked.
    """

    key: str
    label: str
    also_answers: frozenset[str] = frozenset()
    """Keys of banks and sections that only the agencies which name them answer."""
