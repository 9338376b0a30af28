"""The audit plan in words: states with the colour of their tags, what is late, what is lacking."""

from __future__ import annotations

from collections.abc import Mapping

from audit_app.core.plan import KIND_WORDS, Lack, PlanKind, PlanLate, PlanState
from audit_app.store.plan import PlanLine
from audit_app.web.words import say_day, say_month

STATE_TAGS: Mapping[PlanState, tuple[str, str]] = {
    PlanState.PLANNED: ("Planned", "grey"),
    PlanState.OPEN: ("Open", "blue"),
    PlanState.IN_MODERATION: ("In moderation", "yellow"),
    PlanState.REPORTED: ("Reported", "green"),
    PlanState.CLOSED: ("Closed", "green"),
}

LATE_WORDS: Mapping[PlanLate, str] = {
    PlanLate.NOT_OPENED: "Late: no cycle is open",
    PlanLate.NOT_DONE: "Late: audits are not submitted",
    PlanLate.NOT_REPORTED: "Late: no report is published",
}


def say_next(line: PlanLine) -> str:
    """What is to be done next, and when; empty where all is done."""
    if line.next_day is None:
        return ""
    match line.state:
        case PlanState.PLANNED:
            return f"Open it in {say_month(line.entry.month)}"
        case PlanState.OPEN:
            return f"Audits are due on {say_day(line.next_day)}"
        case _:
            return f"Report to {line.entry.body} on {say_day(line.next_day)}"


def say_lack(lack: Lack) -> str:
    """As “No supervision is planned from April 2026 to June 2026: …”."""
    kind = KIND_WORDS[lack.kind].lower()
    if lack.kind is PlanKind.MONTHLY_SAMPLE:
        months = ", ".join(say_month(month) for month in lack.months)
        return f"No {kind} is planned for {months}: one is to be drawn each month."
    first, last = say_month(lack.months[0]), say_month(lack.months[-1])
    return f"No {kind} audit is planned from {first} to {last}: one is due at least each quarter."


def say_year(year: int) -> str:
    """A year of the plan, as “April 2026 to March 2027”."""
    return f"April {year} to March {year + 1}"
