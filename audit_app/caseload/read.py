"""Reads a caseload file: an Annex A workbook or a CSV file → Caseload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from audit_app.caseload.annex_a import frame_columns
from audit_app.caseload.checks import check_dates, check_team, find_unborn, settle_status
from audit_app.caseload.entries import build_entries
from audit_app.caseload.files import read_sheets
from audit_app.caseload.frames import FIELDS, FORMS
from audit_app.caseload.front_door import DECIDED, read_front_door
from audit_app.caseload.lists import FRAME, ListFound, choose_sheets
from audit_app.caseload.mapping import read_mapping
from audit_app.caseload.rows import count_unmatched, doubt_spellings, pick_rows
from audit_app.caseload.sheets import Sheet
from audit_app.caseload.subjects import read_subject
from audit_app.caseload.table import Table, read_table
from audit_app.caseload.values import (
    Caseload,
    CaseloadFault,
    Doubtful,
    SheetRead,
    Unmatched,
    age_at,
)
from audit_app.core.question_bank import Subject

__all__ = ["age_at", "read_caseload", "read_mapping"]

NO_ROWS = (
    "The sheet “{sheet}” has headings but no row with an id, so nothing was imported: export "
    "list 6 (Children in Need) with its rows, then import again."
)
NO_DECISIONS = (
    "The column mapping names “{heading}” as the decision about a referral, but no list 3 "
    "(Referrals) of this file has that heading, so nothing was imported: add or rename the "
    "column, or leave `referral_decided` out."
)
UNKNOWN_FIELD = (
    "The column mapping names the field “{field}”, which does not exist, so nothing was imported: "
    "use one of {known}."
)


def read_caseload(
    path: Path,
    *,
    as_at: date,
    mapping: Mapping[str, str] | None = None,
    subject: Subject = Subject.CASE_FILE,
) -> Caseload:
    """The case files of an Annex A workbook (``.xlsx``) or a CSV file, as they stood ``as_at``.

    ``mapping`` gives, for the fields of the list, the file's headings where they are not Ofsted's;
    in a workbook of case files it is used for list 6. With another ``subject`` what the file lists
    of that is read. Raises CaseloadFault with one sentence where the file is refused. The file is
    only read.
    """
    mapping = mapping or {}
    for field in mapping:
        if field not in FIELDS[subject]:
            known = ", ".join(FIELDS[subject])
            raise CaseloadFault(UNKNOWN_FIELD.format(field=field, known=known))
    known_headings = [
        h for form in FORMS.get(subject, ()) for c in form.columns for h in c.headings
    ]
    sheets = read_sheets(path, [*mapping.values(), *known_headings])
    if subject is not Subject.CASE_FILE:
        return read_subject(sheets, subject, as_at=as_at, mapping=mapping)
    return _read_case_files(sheets, as_at=as_at, mapping=mapping)


def _read_case_files(
    sheets: Sequence[Sheet], *, as_at: date, mapping: Mapping[str, str]
) -> Caseload:
    found, doubts = choose_sheets(sheets, frame_columns(mapping), mapping)
    tables = {number: read_table(found[number]) for number in sorted(found)}
    if DECIDED in mapping and (3 not in tables or DECIDED not in tables[3].headings):
        raise CaseloadFault(NO_DECISIONS.format(heading=mapping[DECIDED]))
    frame = tables.pop(FRAME)
    if not frame.numbers:
        raise CaseloadFault(NO_ROWS.format(sheet=frame.sheet))
    settle_frame(frame, as_at)
    spellings: dict[str, str] = {}
    doubt_spellings(frame, spellings)
    chosen = pick_rows(frame, as_at)
    others = []
    unmatched: list[Unmatched] = []
    for table in tables.values():
        settle_facts(table, as_at)
        doubt_spellings(table, spellings)
        others.append((table, pick_rows(table, as_at)))
        unmatched += find_unmatched(table, chosen)
    read = [frame, *tables.values()]
    front_door = read_front_door(tables, frame, chosen)
    return Caseload(
        entries=build_entries(frame, chosen, spellings, others),
        rows_read=sum(table.rows_read for table in read),
        sheets=list_sheets(sheets, found, {table.form.number: table for table in read}),
        doubtful=sort_doubts([*doubts, *(doubt for t in read for doubt in t.doubts)], sheets),
        unmatched=tuple(unmatched),
        front_door=front_door,
    )


def settle_frame(frame: Table, as_at: date) -> None:
    """Checks list 6 and settles what a row says only together: the status, not yet born."""
    check_dates(frame, as_at)
    frame.values["unborn"] = find_unborn(frame, as_at)
    frame.values["status"] = settle_status(frame, as_at)
    check_team(frame)


def settle_facts(table: Table, as_at: date) -> None:
    """Checks another list; a plan without a latest category has the one it began with."""
    check_dates(table, as_at)
    if "first_category" in table.values:
        pairs = zip(table.column("plan_category"), table.column("first_category"), strict=True)
        table.values["plan_category"] = [latest or first for latest, first in pairs]


def find_unmatched(table: Table, frame: Mapping[str, int]) -> list[Unmatched]:
    """The children of a list who do not stand in list 6, by their first row."""
    strangers = count_unmatched(table, frame).values()
    return [Unmatched(table.sheet, numbers[0], len(numbers)) for numbers in strangers]


def list_sheets(
    sheets: Sequence[Sheet], found: Mapping[int, ListFound], tables: Mapping[int, Table]
) -> tuple[SheetRead, ...]:
    """Every sheet of the file in its order, with what was taken from it."""
    used = {id(match.headed.sheet): number for number, match in found.items()}
    numbers = [used.get(id(sheet)) for sheet in sheets]
    return tuple(
        SheetRead(sheet.name, number, tables[number].rows_read if number else 0)
        for sheet, number in zip(sheets, numbers, strict=True)
    )


def sort_doubts(doubts: Sequence[Doubtful], sheets: Sequence[Sheet]) -> tuple[Doubtful, ...]:
    """Doubts in the order of the file: by sheet, then by row."""
    order = {sheet.name: place for place, sheet in reversed(list(enumerate(sheets)))}
    return tuple(sorted(doubts, key=lambda doubt: (order[doubt.sheet], doubt.row)))
