"""The audit plan of the demo council: the shipped year, moved to the one that is under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from audit_app.audit_plan.read import read_plan, shift_years
from audit_app.audit_plan.read_routes import read_routes
from audit_app.core.plan import year_of
from audit_app.demo.days import first_day
from audit_app.demo.plan import DemoRequest
from audit_app.store.plan_files import load_plan, load_routes
from audit_app.store.tables import Person


def plan_year(session: Session, request: DemoRequest, lead: Person, *, at: datetime) -> None:
    """Plan the year; the cycles that are opened later find their entries by form and month.

    Reporting begins with the month that is under way."""
    rows = read_plan()
    shipped = min(year_of(row.month) for row in rows)
    shifted = shift_years(rows, year_of(request.until) - shipped)
    load_plan(session, shifted, by=lead, at=at)
    load_routes(session, read_routes(), begins=first_day(request.until), by=lead, at=at)
