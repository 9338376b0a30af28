"""Joins the rows that count into one entry for each case file of the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import repeat
from typing import Any

from audit_app.caseload.table import Table
from audit_app.caseload.values import CaseEntry

EVENT_KINDS = {3: "referral", 4: "assessment", 5: "strategy_discussion"}
"""The lists in which a child may stand several times, and what each row of them is."""

Joined = Sequence[tuple[Table, Mapping[str, int]]]
"""Other lists, each with the row that counts by id without case."""


def build_entries(
    frame: Table, chosen: Mapping[str, int], spellings: Mapping[str, str], others: Joined
) -> tuple[CaseEntry, ...]:
    """An entry for each chosen row of the frame, with the facts of the other lists by id."""
    places = list(chosen.values())
    columns = {name: _pick(values, places) for name, values in frame.values.items()}
    columns["council_id"] = [spellings[key] for key in chosen]
    columns["local"] = _pick(frame.local, places)
    for table, picks in others:
        rows = [picks.get(key) for key in chosen]
        for name in table.form.facts:
            own = columns.get(name) or [None] * len(rows)
            fact = table.column(name)
            columns[name] = [
                fact[row] if row is not None else given
                for row, given in zip(rows, own, strict=True)
            ]
    columns["events"] = list_events(chosen, [table for table, _ in others])
    blank = CaseEntry._field_defaults
    in_order = [columns.get(name) or repeat(blank.get(name)) for name in CaseEntry._fields]
    make = partial(tuple.__new__, CaseEntry)  # as `_make`, without a call of Python for each row
    return tuple(map(make, zip(*in_order, strict=False)))


def list_events(keys: Iterable[str], tables: Iterable[Table]) -> list[tuple[tuple[str, date], ...]]:
    """What happened to each child by the lists of events: kind and day, each once."""
    happened: dict[str, set[tuple[str, date]]] = {}
    for table in tables:
        kind = EVENT_KINDS.get(table.form.number)
        if kind is not None:
            for key, day in zip(table.keys, table.column(table.form.start), strict=True):
                if day is not None:
                    happened.setdefault(key, set()).add((kind, day))
    return [tuple(sorted(happened.get(key, ()))) for key in keys]


def _pick(values: list[Any], places: list[int]) -> list[Any]:
    """The values of the rows that count; as a rule those are all rows."""
    return values if len(places) == len(values) else [values[place] for place in places]
