"""What a row says against itself: reported by its place, the values kept as they are."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from datetime import date
from typing import NamedTuple

from audit_app.caseload.annex_a import Kind
from audit_app.caseload.table import Table
from audit_app.caseload.values import CaseStatus, age_at

LONGEST_WAIT = 301  # days from today to an expected date of birth: 43 weeks
OLDEST = 26  # years; support for care leavers ends at 25


class Order(NamedTuple):
    """Two dates of a row of which the first may not be the later one."""

    first: str
    second: str
    what: str


ORDERS = {
    3: (
        Order(
            "last_referral", "referral_decided", "The referral was decided before it was received"
        ),
    ),
    4: (
        Order(
            "last_assessment_start",
            "last_assessment_authorised",
            "The assessment was authorised before it started",
        ),
    ),
    6: (
        Order("cin_start", "cin_closure", "The case closed before it started"),
        Order("date_of_birth", "last_seen", "The child was seen before the date of birth"),
    ),
    7: (
        Order("plan_start", "plan_end", "The plan ended before it started"),
        Order("date_of_birth", "plan_start", "The plan started before the child was born"),
    ),
    8: (
        Order(
            "looked_after_start",
            "looked_after_end",
            "The child ceased to be looked after before the start",
        ),
    ),
}


def check_dates(table: Table, as_at: date) -> None:
    """Reports dates after ``as_at``, and dates in an order that cannot be.

    A plan before the birth of a child who is not yet born is no doubt.
    """
    for column in table.form.columns:
        if column.kind is Kind.DATE and column.field != "date_of_birth":
            days = table.column(column.field)
            late = {day for day in set(days) if day is not None and day > as_at}
            for place in find_places(days, late):
                what = "The date is after the day of the export; kept."
                table.doubt(place, column.field, what)
    for order in ORDERS.get(table.form.number, ()):
        for place, (first, second) in enumerate(table.pairs(order.first, order.second)):
            if first is None or second is None or first <= second:
                continue
            if order.first != "date_of_birth" or first <= as_at:
                table.doubt(place, order.second, f"{order.what}; both dates were kept.")


def find_places(values: Iterable[Hashable], wanted: Collection[Hashable]) -> list[int]:
    """Where one of the wanted values stands; each different value of a column is judged once."""
    return [place for place, value in enumerate(values) if value in wanted] if wanted else []


def find_unborn(table: Table, as_at: date) -> list[bool]:
    """Which children are not yet born: an expected date to come, or no date and an age of -1."""
    each = set(table.pairs("date_of_birth", "age"))
    said = {pair: what for pair in each if (what := doubt_birth(*pair, as_at))}
    if said:
        for place, pair in enumerate(table.pairs("date_of_birth", "age")):
            if pair in said:
                table.doubt(place, "date_of_birth", said[pair])
    blank = find_places(
        table.pairs("date_of_birth", "age"),
        {(None, age) for birth, age in each if birth is None and age != -1},
    )
    table.doubt_blanks("date_of_birth", blank, "There is no date of birth; left empty.")
    unborn = {pair for pair in each if (pair[1] == -1 if pair[0] is None else pair[0] > as_at)}
    if not unborn:
        return [False] * len(table.numbers)
    return [pair in unborn for pair in table.pairs("date_of_birth", "age")]


def doubt_birth(birth: date | None, age: float | None, as_at: date) -> str | None:
    """What is doubtful about a date of birth beside the age that the file gives."""
    if birth is None:
        return None
    years = age_at(birth, as_at)
    if years == -1:
        if (birth - as_at).days > LONGEST_WAIT:
            return "The expected date of birth is too far ahead; kept."
        if age is not None and age != -1:
            return "The date of birth is still to come, but the age is not -1; the date was kept."
        return None
    if age == -1:
        return "The age says not yet born, but the date of birth has passed; taken as born."
    if years > OLDEST:
        return f"The child would be over {OLDEST}; the date was kept."
    if age is not None and abs(years - int(age)) > 1:
        return "The age and the date of birth disagree; the date was kept."
    return None


def settle_status(table: Table, as_at: date) -> list[CaseStatus | None]:
    """Each row's status: closed if the status or a closure date up to ``as_at`` says so."""
    each = set(table.pairs("status", "cin_closure"))
    closed = {pair for pair in each if pair[1] is not None and pair[1] <= as_at}
    dated = {pair for pair in closed if pair[0] is not CaseStatus.CLOSED}
    for place in find_places(table.pairs("status", "cin_closure"), dated):
        what = "There is a closure date, but no status of closed; taken as closed."
        table.doubt(place, "status", what)
    no_date = find_places(table.pairs("status", "cin_closure"), each & {(CaseStatus.CLOSED, None)})
    what = "The status is closed, but there is no closure date; taken as closed."
    table.doubt_blanks("cin_closure", no_date, what)
    settled = [
        CaseStatus.CLOSED if pair in closed else pair[0]
        for pair in table.pairs("status", "cin_closure")
    ]
    blank = find_places(settled, {None})
    table.doubt_blanks("status", blank, "There is no case status; left empty.")
    return settled


def check_team(table: Table) -> None:
    """Reports open cases without a team, since no auditor can be kept from their own."""
    each = set(table.pairs("team", "status"))
    lacking = {pair for pair in each if pair[0] is None and pair[1] is not CaseStatus.CLOSED}
    blank = find_places(table.pairs("team", "status"), lacking)
    what = "An open case has no team, so nobody can be kept from auditing their own; left empty."
    table.doubt_blanks("team", blank, what)
