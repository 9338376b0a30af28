"""Reads a file that lists strategy discussions, supervision files or agencies → Caseload."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from audit_app.caseload.annex_a import AnnexList
from audit_app.caseload.checks import check_dates, find_unborn
from audit_app.caseload.frames import FORMS
from audit_app.caseload.headings import find_columns, find_headings, missing_headings
from audit_app.caseload.lists import HEADINGS_SHOWN, ListFound
from audit_app.caseload.rows import doubt_spellings, find_repeats
from audit_app.caseload.sheets import Sheet
from audit_app.caseload.table import Table, read_table
from audit_app.caseload.values import (
    CONTACT_ROLE,
    OPEN_FILES,
    CaseEntry,
    Caseload,
    CaseloadFault,
    CaseStatus,
    Doubtful,
    SheetRead,
)
from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS

LONGEST: Mapping[str, int] = {"council_id": 80, "worker": 150, "agency": 150}  # characters
_LIKE_A_REFERENCE = re.compile(r"(?:[a-z]{2}-)?[0-9a-z]{4}-[0-9a-z]{4}")

NOT_FOUND = (
    "No sheet of this file lists {many}, so nothing was imported: it needs the headings {needed} "
    "(headings seen: {seen})."
)
NO_ROWS = (
    "The sheet “{sheet}” has headings but no row that can be used, so nothing was imported: export "
    "the list with its rows, then import again."
)
NO_SUPERVISORS = (
    "Annex A names no supervisors, so nobody can be kept from auditing those whom they supervise; "
    "a list with the columns Worker, Team and Supervisor does that."
)


def read_subject(
    sheets: Sequence[Sheet], subject: Subject, *, as_at: date, mapping: Mapping[str, str]
) -> Caseload:
    """What the file lists of this subject, which is no case file; CaseloadFault where nothing."""
    found, doubts = choose_list(sheets, subject, mapping)
    table = read_table(found)
    if table.form.id_field == "council_id":
        doubt_spellings(table, {})
    entries = tuple(_ENTRIES[subject](table, as_at))
    if not entries:
        raise CaseloadFault(NO_ROWS.format(sheet=table.sheet))
    return Caseload(
        entries=entries,
        rows_read=table.rows_read,
        sheets=tuple(_sheet_read(sheet, found, table) for sheet in sheets),
        doubtful=(*doubts, *sorted(table.doubts, key=lambda doubt: doubt.row)),
        unmatched=(),
        subject=subject,
    )


def choose_list(
    sheets: Sequence[Sheet], subject: Subject, mapping: Mapping[str, str]
) -> tuple[ListFound, list[Doubtful]]:
    """The sheet that lists this subject, and what was doubtful about the choice."""
    matches: list[ListFound] = []
    seen: list[str] = []
    for sheet in sheets:
        forms = [_with_mapped(form, mapping) for form in FORMS[subject]]
        known = [h for form in forms for column in form.columns for h in column.headings]
        headed = find_headings(sheet, [*known, *mapping.values()], least=1)
        if headed is None:
            continue
        seen += [heading for heading in headed.headings if heading]
        for form in forms:
            columns = find_columns(form, headed, mapping)
            if not missing_headings(form, columns, mapping):
                matches.append(ListFound(form, headed, columns))
                break
    if not matches:
        raise CaseloadFault(_explain_missing(subject, seen, mapping))
    best, *others = sorted(matches, key=lambda one: one.preference)
    read = best.headed.sheet.name
    doubts = [
        Doubtful(
            other.headed.sheet.name,
            other.headed.row + 1,
            "",
            f"This sheet has these headings too; “{read}” was read, this was not.",
        )
        for other in others
    ]
    return best, doubts


def list_discussions(table: Table, as_at: date) -> Iterator[CaseEntry]:
    """Each child's discussion of a day is one; what belongs to it is the event's."""
    check_dates(table, as_at)
    unborn = find_unborn(table, as_at)
    days = table.column("last_strategy_discussion")
    undated = [place for place, day in enumerate(days) if day is None]
    what = "There is no day of the strategy discussion; the row was left out."
    table.doubt_blanks("last_strategy_discussion", undated, what)
    _doubt_teams(table, [place for place in range(len(days)) if place not in set(undated)])
    repeats = find_repeats(table)
    for place in _short_enough(table):
        if days[place] is None:
            continue
        if place in repeats:
            other = table.numbers[repeats[place]]
            table.doubt(place, "", f"Repeats row {other} (same id and date); counted once.")
            continue
        child = table.column("council_id")[place]
        yield CaseEntry(
            council_id=f"{child}, {days[place]:%d/%m/%Y}",
            child_id=child,
            team=table.column("team")[place],
            worker=table.column("worker")[place],
            date_of_birth=table.column("date_of_birth")[place],
            unborn=unborn[place],
            last_strategy_discussion=days[place],
            local=table.local[place],
        )


def list_supervision(table: Table, as_at: date) -> Iterator[CaseEntry]:
    """Each worker has one supervision file: of list 6 those who hold an open case file."""
    of_list_6 = "cin_start" in table.headings
    if of_list_6:
        table.doubts.append(Doubtful(table.sheet, table.numbers[0] - 1, "", NO_SUPERVISORS))
    rows: dict[str, list[int]] = {}
    for place in _short_enough(table):
        if not (of_list_6 and _is_closed(table, place, as_at)):
            rows.setdefault(table.keys[place], []).append(place)
    chosen = [_choose_row(table, places, of_list_6) for places in rows.values()]
    _doubt_teams(table, chosen)
    supervisors = table.column("supervisor")
    if not of_list_6:
        blank = [place for place in chosen if supervisors[place] is None]
        what = "There is no supervisor, so none can be kept from auditing this file; left empty."
        table.doubt_blanks("supervisor", blank, what)
    for place in chosen:
        name = table.column("worker")[place]
        held = len(rows[table.keys[place]])
        yield CaseEntry(
            council_id=name,
            worker=name,
            team=table.column("team")[place],
            supervisor=supervisors[place],
            local={OPEN_FILES: str(held)} if of_list_6 else {},
        )


def list_agencies(table: Table, _as_at: date) -> Iterator[CaseEntry]:
    """Each agency is one, by its name."""
    first: dict[str, int] = {}
    for place in _short_enough(table):
        name, role = table.column("agency")[place], table.column("contact_role")[place]
        earlier = first.setdefault(table.keys[place], place)
        if earlier != place:
            other = table.numbers[earlier]
            table.doubt(place, "", f"Names the agency of row {other} again; counted once.")
        elif _LIKE_A_REFERENCE.fullmatch(table.keys[place]):
            what = "The name looks like the reference of a case file; the row was left out."
            table.doubt(place, "agency", what)
        else:
            yield CaseEntry(council_id=name, local={CONTACT_ROLE: role} if role else {})


_ENTRIES = {
    Subject.STRATEGY_DISCUSSION: list_discussions,
    Subject.SUPERVISION_FILE: list_supervision,
    Subject.AGENCY: list_agencies,
}


def _short_enough(table: Table) -> list[int]:
    """The rows whose id or name can be kept; the others are reported."""
    field = table.form.id_field
    most = LONGEST[field]
    long = [place for place, key in enumerate(table.keys) if len(key) > most]
    for place in long:
        what = f"This is longer than {most} characters; the row was left out."
        table.doubt(place, field, what)
    return [place for place in range(len(table.keys)) if place not in set(long)]


def _doubt_teams(table: Table, places: Sequence[int]) -> None:
    teams = table.column("team")
    blank = [place for place in places if teams[place] is None]
    what = "There is no team, so nobody can be kept from auditing their own; left empty."
    table.doubt_blanks("team", blank, what)


def _is_closed(table: Table, place: int, as_at: date) -> bool:
    closure = table.column("cin_closure")[place]
    return table.column("status")[place] is CaseStatus.CLOSED or (
        closure is not None and closure <= as_at
    )


def _choose_row(table: Table, places: Sequence[int], of_list_6: bool) -> int:
    """The row of a worker that counts: of list 6 the first with the team of most rows."""
    if not of_list_6:
        for place in places[1:]:
            other = table.numbers[places[0]]
            table.doubt(place, "", f"The worker has row {other} too, which was used; this was not.")
        return places[0]
    teams = table.column("team")
    most = Counter(teams[p] for p in places if teams[p] is not None).most_common(1)
    if not most:
        return places[0]
    for place in places:
        if teams[place] not in (most[0][0], None):
            what = "The worker has open case files of several teams; the team of most was used."
            table.doubt(place, "team", what)
            break
    return next(place for place in places if teams[place] == most[0][0])


def _sheet_read(sheet: Sheet, found: ListFound, table: Table) -> SheetRead:
    if sheet is not found.headed.sheet:
        return SheetRead(sheet.name, None, 0)
    return SheetRead(sheet.name, found.form.number or None, table.rows_read)


def _with_mapped(form: AnnexList, mapping: Mapping[str, str]) -> AnnexList:
    """The list with every field that a mapping names required."""
    columns = (replace(c, required=c.required or c.field in mapping) for c in form.columns)
    return replace(form, columns=tuple(columns))


def _explain_missing(subject: Subject, seen: Sequence[str], mapping: Mapping[str, str]) -> str:
    needed = " or ".join(
        " and ".join(
            f"“{mapping.get(column.field, column.headings[0])}”"
            for column in form.columns
            if column.required
        )
        for form in FORMS[subject]
    )
    shown = ", ".join(heading[:80] for heading in seen[:HEADINGS_SHOWN]) or "none"
    return NOT_FOUND.format(many=SUBJECT_WORDS[subject].many, needed=needed, seen=shown)
