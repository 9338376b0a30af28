"""How two spellings of one id or name are found to be the same."""

from __future__ import annotations


def council_key(council_id: str) -> str:
    """How two spellings of one council id are found to be the same."""
    return council_id.strip().casefold()


def worker_key(name: str) -> str:
    """How two spellings of one worker's name are found to be the same."""
    return " ".join(name.split()).casefold()
