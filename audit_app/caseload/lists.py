"""Chooses the sheet of each Annex A list, and says why where none can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit_app.caseload.annex_a import (
    CHILDREN_IN_NEED,
    DECIDED,
    LIST_BY_NUMBER,
    LISTS,
    AnnexList,
    list_columns,
)
from audit_app.caseload.headings import (
    HeadedSheet,
    count_own_headings,
    find_columns,
    find_headings,
    missing_headings,
    name_list,
    number_in_name,
)
from audit_app.caseload.sheets import Sheet
from audit_app.caseload.values import CaseloadFault, Doubtful

FRAME = CHILDREN_IN_NEED.number
HEADINGS_SHOWN = 40

EMPTY = (
    "The sheet “{sheet}” is empty, so nothing was imported: export list 6 (Children in Need) with "
    "its headings and rows, then import again."
)
MISSING = (
    "The sheet “{sheet}” lacks {missing}, so nothing was imported: add or rename the column, then "
    "import again (headings seen: {seen})."
)
NO_FRAME = (
    "No sheet of this workbook has the headings of Annex A list 6 (Children in Need), so nothing "
    "was imported: add that list as a sheet, then import again (sheets seen: {seen})."
)


@dataclass(frozen=True, slots=True)
class ListFound:
    """A list, the sheet that it was found in, and the column of each of its fields."""

    form: AnnexList
    headed: HeadedSheet
    columns: Mapping[str, int]

    @property
    def preference(self) -> tuple[bool, bool, bool]:
        """Lower is better: with rows, named as the list, visible."""
        sheet = self.headed.sheet
        named = name_list(sheet.name) == self.form.number
        return (not self.headed.has_rows, not named, not sheet.visible)


def choose_sheets(
    sheets: Iterable[Sheet], frame: AnnexList, mapping: Mapping[str, str]
) -> tuple[dict[int, ListFound], list[Doubtful]]:
    """One sheet for each list by its number, and what was doubtful about the choice.

    Raises CaseloadFault without list 6, or where a sheet named as a list lacks what it needs.
    """
    found: dict[int, list[ListFound]] = {}
    others: list[tuple[Sheet, HeadedSheet | None]] = []
    for sheet in sheets:
        headed = find_headings(sheet, mapping.values())
        match = match_list(headed, frame, mapping) if headed else None
        if match:
            found.setdefault(match.form.number, []).append(match)
        else:
            others.append((sheet, headed))
    if FRAME not in found:
        raise CaseloadFault(_explain_missing_frame(others, found, frame, mapping))
    chosen = {number: sorted(matches, key=_preference) for number, matches in found.items()}
    doubts = [doubt for matches in chosen.values() for doubt in _doubt_choice(matches)]
    doubts += [doubt for sheet, headed in others for doubt in _explain(sheet, headed, chosen)]
    return {number: matches[0] for number, matches in chosen.items()}, doubts


def match_list(
    headed: HeadedSheet, frame: AnnexList, mapping: Mapping[str, str]
) -> ListFound | None:
    """The first list whose required headings all stand in the sheet; list 6 is tried first."""
    for form in LISTS:
        is_frame = form.number == FRAME
        wanted = frame if is_frame else list_columns(form, mapping)
        columns = find_columns(wanted, headed, mapping if is_frame else _own(mapping))
        if not missing_headings(wanted, columns, mapping):
            return ListFound(wanted, headed, columns)
    return None


def _own(mapping: Mapping[str, str]) -> dict[str, str]:
    """What a mapping says of lists other than the frame."""
    return {field: heading for field, heading in mapping.items() if field == DECIDED.field}


def _preference(found: ListFound) -> tuple[bool, bool, bool]:
    return found.preference


def _doubt_choice(matches: Sequence[ListFound]) -> Iterable[Doubtful]:
    best = matches[0]
    number = best.form.number
    sheet, row = best.headed.sheet.name, best.headed.row + 1
    named = name_list(sheet)
    if named not in (None, number):
        what = f"The name speaks of list {named}, the headings of list {number}; the headings won."
        yield Doubtful(sheet, row, "", what)
    for other in matches[1:]:
        yield Doubtful(
            other.headed.sheet.name,
            other.headed.row + 1,
            "",
            f"This sheet has the headings of list {number} too; “{sheet}” was read, this was not.",
        )


def _explain(
    sheet: Sheet, headed: HeadedSheet | None, chosen: Mapping[int, object]
) -> Iterable[Doubtful]:
    """A sheet named as a list that was not found elsewhere: a doubt, or a fault."""
    number = name_list(sheet.name)
    form = LIST_BY_NUMBER.get(number or 0)
    if form is None or form.number in chosen or not sheet.rows:
        return
    if headed is None:
        yield Doubtful(
            sheet.name,
            1,
            "",
            f"No headings of list {form.number} were found; the sheet was not read.",
        )
        return
    missing = missing_headings(form, find_columns(form, headed, {}), {})
    if number_in_name(sheet.name):
        raise CaseloadFault(_say_missing(sheet, headed, missing))
    yield Doubtful(
        sheet.name,
        headed.row + 1,
        "",
        f"Not read as list {form.number}: {_name_headings(missing)} was not found.",
    )


def _explain_missing_frame(
    others: Sequence[tuple[Sheet, HeadedSheet | None]],
    found: Mapping[int, Sequence[ListFound]],
    frame: AnnexList,
    mapping: Mapping[str, str],
) -> str:
    """Why there is no list 6: by the sheet that comes nearest to it."""
    nearest: tuple[int, Sheet, HeadedSheet | None] | None = None
    for sheet, headed in others:
        columns = find_columns(frame, headed, mapping) if headed else {}
        score = count_own_headings(columns) + 10 * (name_list(sheet.name) == FRAME)
        score += 20 * (len(others) == 1 and not found)
        if score > 1 and (nearest is None or score > nearest[0]):
            nearest = (score, sheet, headed)
    if nearest is None:
        names = [sheet.name for sheet, _ in others]
        names += [match.headed.sheet.name for matches in found.values() for match in matches]
        return NO_FRAME.format(seen=_list_names(names))
    _, sheet, headed = nearest
    if not sheet.rows:
        return EMPTY.format(sheet=sheet.name)
    columns = find_columns(frame, headed, mapping) if headed else {}
    return _say_missing(sheet, headed, missing_headings(frame, columns, mapping))


def _say_missing(sheet: Sheet, headed: HeadedSheet | None, missing: Sequence[str]) -> str:
    seen = [heading for heading in headed.headings if heading] if headed else []
    return MISSING.format(sheet=sheet.name, missing=_name_headings(missing), seen=_list_names(seen))


def _name_headings(missing: Sequence[str]) -> str:
    named = " and ".join(f"“{heading}”" for heading in missing)
    return f"the heading{'s' if len(missing) > 1 else ''} {named}"


def _list_names(names: Sequence[str]) -> str:
    shown = [name[:80] for name in names[:HEADINGS_SHOWN]]
    return ", ".join(shown) or "none"
