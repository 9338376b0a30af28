"""A sheet as every file reader hands it on, whatever the file was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a cell holds; an empty cell is the empty string."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows, the first row first, each row of one width.

    ``marks`` names cells (row and column from 0) that read as empty though they are not.
    """

    name: str
    rows: Sequence[Sequence[Cell]] = field(repr=False)
    visible: bool = True
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
