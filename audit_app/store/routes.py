"""Reporting routes: the bodies, when each is due next, and what was reported to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, object_session

from audit_app.bank_holidays import is_bank_holiday
from audit_app.clock import day_of
from audit_app.core.lifecycle import EditionState
from audit_app.core.routes import LONGEST_NAME, Rhythm, RouteFault, first_after, working_day
from audit_app.store.history import record_history
from audit_app.store.tables import Edition, Person, ReportingRoute, RouteReport


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A route, the working day on which it is due next, and when it was told last."""

    route: ReportingRoute
    settles: date
    """The day of the route that a report settles now."""
    due_on: date
    """The working day on which that is due."""
    late: bool
    told_at: datetime | None
    waits: bool
    """An edition that is not published yet is to go to it."""


def routes_due(session: Session, *, today: date) -> list[RouteLine]:
    """The routes that have not ended, the earliest due day first."""
    routes = session.scalars(
        select(ReportingRoute).where(ReportingRoute.ended_on.is_(None)).order_by(ReportingRoute.id)
    ).all()
    settled = _settled(session)
    waiting = set(
        session.scalars(select(RouteReport.route_id).where(RouteReport.reported_at.is_(None)))
    )
    lines = []
    for route in routes:
        until, told_at = settled.get(route.id, (None, None))
        settles = first_after(route.first_on, route.rhythm, until)
        due = working_day(settles, is_bank_holiday)
        lines.append(RouteLine(route, settles, due, due < today, told_at, route.id in waiting))
    return sorted(lines, key=lambda line: (line.due_on, line.route.body, line.route.id))


def find_route(session: Session, route_id: int) -> ReportingRoute | None:
    """One route that has not ended."""
    return session.scalar(
        select(ReportingRoute).where(
            ReportingRoute.id == route_id, ReportingRoute.ended_on.is_(None)
        )
    )


def keep_route(
    session: Session,
    route: ReportingRoute | None,
    *,
    body: str,
    what: str,
    rhythm: Rhythm,
    first_on: date,
    by: Person | None,
    at: datetime,
) -> ReportingRoute:
    """Add a route, or change one; RouteFault where another says the same."""
    if not all(0 < len(text.strip()) <= LONGEST_NAME for text in (body, what)):
        raise RouteFault("Say in 200 characters each who gets what. Nothing was changed.")
    same = select(ReportingRoute.id).where(ReportingRoute.body == body, ReportingRoute.what == what)
    other = session.scalar(same)
    if other is not None and (route is None or other != route.id):
        raise RouteFault("There is, or was, a route that says the same. Nothing was changed.")
    action = "added" if route is None else "changed"
    before = (route.rhythm, route.first_on) if route is not None else (None, None)
    route = route or ReportingRoute()
    route.body, route.what, route.rhythm, route.first_on = body, what, rhythm, first_on
    session.add(route)
    session.flush()
    detail = {
        "rhythm": [before[0], rhythm],
        "first_on": [before[1] and before[1].isoformat(), first_on.isoformat()],
    }
    record_history(session, by, action, "reporting route", route.id, at=at, detail=detail)
    return route


def end_route(session: Session, route: ReportingRoute, *, by: Person, at: datetime) -> None:
    """The body is told no more."""
    route.ended_on = day_of(at)
    record_history(session, by, "ended", "reporting route", route.id, at=at)


def report_by_hand(
    session: Session, route: ReportingRoute, settles: str, *, by: Person, at: datetime
) -> None:
    """The body was told of what is due on a day in another way than by an edition.

    `settles`: that day, as 2026-09-01. RouteFault where another is due by now, so that what is sent
    twice settles one.
    """
    session.refresh(route, with_for_update=True)
    due = due_day(session, route)
    if settles != due.isoformat():
        raise RouteFault(f"{route.body} was told of this day already. Nothing was changed.")
    session.add(RouteReport(route_id=route.id, due_on=due, reported_at=at))
    session.flush()
    detail = {"due_on": due.isoformat()}
    record_history(session, by, "reported to", "reporting route", route.id, at=at, detail=detail)


def send_edition_to(
    session: Session, edition: Edition, chosen: Collection[int], *, by: Person, at: datetime
) -> None:
    """Which bodies get an edition: at once where it is published, otherwise when it will be.

    What was reported already stays.
    """
    kept = {one.route_id: one for one in reports_of(session, edition)}
    for route_id, report in kept.items():
        if route_id not in chosen and report.reported_at is None:
            session.delete(report)
    published = edition.state is EditionState.PUBLISHED
    new = sorted(set(chosen) - kept.keys())
    for route_id in new:
        route = find_route(session, route_id)
        if route is None:
            raise RouteFault("One of these routes has ended. Nothing was changed.")
        session.add(
            RouteReport(
                route_id=route.id,
                edition_id=edition.id,
                due_on=due_day(session, route),
                reported_at=at if published else None,
            )
        )
    session.flush()
    detail = {"routes": [sorted(kept), sorted(chosen)]}
    record_history(session, by, "chose routes of", "edition", edition.id, at=at, detail=detail)


def settle_routes(edition: Edition, *, at: datetime) -> None:
    """The edition is published now: the bodies that it is to go to are told."""
    session = object_session(edition)
    if session is not None:
        for report in reports_of(session, edition):
            report.reported_at = report.reported_at or at


def reports_of(session: Session, edition: Edition) -> list[RouteReport]:
    """The routes that an edition goes to, or went to, by body."""
    return list(
        session.scalars(
            select(RouteReport)
            .join(RouteReport.route)
            .where(RouteReport.edition_id == edition.id)
            .order_by(ReportingRoute.body, ReportingRoute.id)
            .options(joinedload(RouteReport.route))
        )
    )


def due_day(session: Session, route: ReportingRoute) -> date:
    """The day that the next report to a route settles, whether or not it is a working day."""
    until, _told = _settled(session).get(route.id, (None, None))
    return first_after(route.first_on, route.rhythm, until)


def _settled(session: Session) -> dict[int, tuple[date, datetime]]:
    """Of each route until which day it is settled, and when it was told last."""
    rows = session.execute(
        select(
            RouteReport.route_id,
            func.max(RouteReport.due_on),
            func.max(RouteReport.reported_at),
        )
        .where(RouteReport.reported_at.is_not(None))
        .group_by(RouteReport.route_id)
    )
    return {number: (max(due, day_of(told)), told) for number, due, told in rows if told}
