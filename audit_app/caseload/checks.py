"""What a row says against itself: reported by its place, the values kept as they are."""

from __future__ import annotations

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
            for place, day in enumerate(table.column(column.field)):
                if day is not None and day > as_at:
                    what = "The date is after the day of the export; kept."
                    table.doubt(place, column.field, what)
    for order in ORDERS.get(table.form.number, ()):
        pairs = zip(table.column(order.first), table.column(order.second), strict=True)
        for place, (first, second) in enumerate(pairs):
            if first is None or second is None or first <= second:
                continue
            if order.first != "date_of_birth" or first <= as_at:
                table.doubt(place, order.second, f"{order.what}; both dates were kept.")


def find_unborn(table: Table, as_at: date) -> list[bool]:
    """Which children are not yet born: an expected date to come, or no date and an age of -1."""
    rows = list(zip(table.column("date_of_birth"), table.column("age"), strict=True))
    for place, (birth, age) in enumerate(rows):
        if birth is not None and (what := doubt_birth(birth, age, as_at)):
            table.doubt(place, "date_of_birth", what)
    blank = [place for place, (birth, age) in enumerate(rows) if birth is None and age != -1]
    table.doubt_blanks("date_of_birth", blank, "There is no date of birth; left empty.")
    return [age == -1 if birth is None else birth > as_at for birth, age in rows]


def doubt_birth(birth: date, age: float | None, as_at: date) -> str | None:
    """What is doubtful about a date of birth beside the age that the file gives."""
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
    rows = list(zip(table.column("status"), table.column("cin_closure"), strict=True))
    settled = [
        CaseStatus.CLOSED if closure is not None and closure <= as_at else status
        for status, closure in rows
    ]
    for place, (status, _) in enumerate(rows):
        if status is not CaseStatus.CLOSED and settled[place] is CaseStatus.CLOSED:
            what = "There is a closure date, but no status of closed; taken as closed."
            table.doubt(place, "status", what)
    no_date = [
        place
        for place, (status, closure) in enumerate(rows)
        if status is CaseStatus.CLOSED and closure is None
    ]
    what = "The status is closed, but there is no closure date; taken as closed."
    table.doubt_blanks("cin_closure", no_date, what)
    blank = [place for place, status in enumerate(settled) if status is None]
    table.doubt_blanks("status", blank, "There is no case status; left empty.")
    return settled


def check_team(table: Table) -> None:
    """Reports open cases without a team, since no auditor can be kept from their own."""
    rows = zip(table.column("team"), table.column("status"), strict=True)
    blank = [
        place
        for place, (team, status) in enumerate(rows)
        if team is None and status is not CaseStatus.CLOSED
    ]
    what = "An open case has no team, so nobody can be kept from auditing their own; left empty."
    table.doubt_blanks("team", blank, what)
