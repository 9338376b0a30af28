"""Which of a child's rows counts, where a list has several, and which rows are repeats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from audit_app.caseload.table import Table
from audit_app.caseload.values import CaseStatus


def pick_rows(table: Table, as_at: date) -> dict[str, int]:
    """Id without case → place of the row that counts, in the order of the sheet.

    An open row comes before an ended one, then the later start, then the earlier row. Repeats of
    a key are reported in every list, further rows of a child where the list has one for each.
    """
    if len(set(table.keys)) == len(table.keys):
        return {key: place for place, key in enumerate(table.keys)}
    ranks = rank_rows(table, as_at)
    repeats = find_repeats(table)
    best: dict[str, int] = {}
    for place, key in enumerate(table.keys):
        if key not in best or ranks[place] > ranks[best[key]]:
            best[key] = place
    for place, key in enumerate(table.keys):
        if place == best[key]:
            continue
        if place in repeats:
            other = table.numbers[repeats[place]]
            table.doubt(place, "", f"Repeats row {other} (same id and date); counted once.")
        elif table.form.single:
            other = table.numbers[best[key]]
            table.doubt(place, "", f"The child has row {other} too, which was used; this was not.")
    return dict(sorted(best.items(), key=lambda item: item[1]))


def rank_rows(table: Table, as_at: date) -> list[tuple[bool, date]]:
    """(open, start) for each row; the greater counts."""
    ends = table.column(table.form.end) if table.form.end else [None] * len(table.keys)
    starts, statuses = table.column(table.form.start), table.column("status")
    return [
        (
            (end is None or end > as_at) and status is not CaseStatus.CLOSED,
            start or date.min,
        )
        for end, status, start in zip(ends, statuses, starts, strict=True)
    ]


def find_repeats(table: Table) -> dict[int, int]:
    """Place of a repeat → place of the row that it repeats, by the keys used in the field."""
    columns = [table.column(field) for field in table.form.key]
    first: dict[tuple[object, ...], int] = {}
    repeats: dict[int, int] = {}
    for place, key in enumerate(zip(table.keys, *columns, strict=True)):
        if (earlier := first.setdefault(key, place)) != place:
            repeats[place] = earlier
    return repeats


def doubt_spellings(table: Table, spellings: dict[str, str]) -> None:
    """Reports an id in another case than where it stood first, once for each such spelling.

    ``spellings`` (id without case → first spelling) is filled where an id is new.
    """
    ids = table.values["council_id"]
    if not spellings and len(set(table.keys)) == len(table.keys):
        spellings.update(zip(table.keys, ids, strict=True))
        return
    told: set[str] = set()
    for place, (key, council_id) in enumerate(zip(table.keys, ids, strict=True)):
        if spellings.setdefault(key, council_id) != council_id and council_id not in told:
            told.add(council_id)
            what = "The id is spelled in another case elsewhere; taken as the same, first spelling."
            table.doubt(place, "council_id", what)


def count_unmatched(table: Table, frame: Mapping[str, int]) -> dict[str, list[int]]:
    """Id without case → the numbers of its rows, for children who do not stand in the frame."""
    unmatched: dict[str, list[int]] = {}
    for number, key in zip(table.numbers, table.keys, strict=True):
        if key not in frame:
            unmatched.setdefault(key, []).append(number)
    return unmatched
