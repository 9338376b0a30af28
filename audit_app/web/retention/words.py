"""Purges in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from audit_app.core.lifecycle import PurgeState
from audit_app.core.retention import Kept
from audit_app.store.tables import Purge
from audit_app.web.words import say_count, say_day

KIND_WORDS: Mapping[Kept, str] = MappingProxyType(
    {Kept.AUDITS: "Audits", Kept.EXTRACTS: "Extracts of the caseload", Kept.ACCOUNTS: "Accounts"}
)
_OLDER: Mapping[Kept, str] = MappingProxyType(
    {
        Kept.AUDITS: "submitted before",
        Kept.EXTRACTS: "of a day before",
        Kept.ACCOUNTS: "disabled before",
    }
)
_NOUNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "audits": ("audit", "audits"),
        "answers": ("answer", "answers"),
        "attachments": ("attached file", "attached files"),
        "quotes": ("quote in a finding", "quotes in findings"),
        "extracts": ("extract", "extracts"),
        "entries": ("row", "rows"),
        "accounts": ("account", "accounts"),
        "case_files": ("case number", "case numbers"),
    }
)
WHAT_GOES: Mapping[Kept, str] = MappingProxyType(
    {
        Kept.AUDITS: "The answers’ values, evidence and attached files, and every text. Outcomes, "
        "grades and counts stay, so results of earlier cycles stay the same.",
        Kept.EXTRACTS: "The rows, and the council’s number of each case file that nothing names "
        "any more. The newest extract in use never goes.",
        Kept.ACCOUNTS: "Name, address and all ways to sign in. The history shows “Former member” "
        "with a number.",
    }
)
STATE_TAGS: Mapping[PurgeState, tuple[str, str]] = MappingProxyType(
    {
        PurgeState.ASKED: ("Waiting for approval", "yellow"),
        PurgeState.APPROVED: ("Approved, not done yet", "blue"),
        PurgeState.REFUSED: ("Turned down", "grey"),
        PurgeState.RUN: ("Done", "green"),
    }
)


def say_counts(counts: Mapping[str, int]) -> str:
    """Counts as “412 audits, 31,200 answers”; what there is none of is left out."""
    said = [say_count(number, *_NOUNS[noun]) for noun, number in counts.items() if number]
    return ", ".join(said) or "nothing"


def say_purge(purge: Purge) -> str:
    """What it is a purge of, as “Audits submitted before 22 November 2020”."""
    return f"{KIND_WORDS[purge.kind]} {_OLDER[purge.kind]} {say_day(purge.before)}"


def say_older(kind: Kept) -> str:
    """How the day of a kind is reckoned, as “submitted before”."""
    return _OLDER[kind]
