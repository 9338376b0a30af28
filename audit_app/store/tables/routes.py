"""Reporting routes: bodies that are told of audits at a rhythm, and what was reported to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.routes import Rhythm
from audit_app.store.tables.base import Base, Key, Name, one_of
from audit_app.store.tables.editions import Edition


class ReportingRoute(Base):
    """A body, what it gets and how often; `ended_on` once it is told no more."""

    __tablename__ = "reporting_route"
    __table_args__ = (
        UniqueConstraint("body", "what"),
        CheckConstraint("body <> '' AND what <> ''", name="says_who_gets_what"),
    )

    id: Mapped[Key]
    body: Mapped[Name]
    what: Mapped[Name]
    rhythm: Mapped[Rhythm] = mapped_column(one_of(Rhythm))
    first_on: Mapped[date]
    ended_on: Mapped[date | None]


class RouteReport(Base):
    """That a route was told; of an edition that is not published yet, that it will be.

    `due_on`: the day of the route that it settles.
    """

    __tablename__ = "route_report"
    __table_args__ = (
        Index("ix_route_report_route_id_due_on", "route_id", "due_on"),
        UniqueConstraint("route_id", "edition_id"),
        CheckConstraint(
            "reported_at IS NOT NULL OR edition_id IS NOT NULL", name="waits_for_an_edition"
        ),
    )

    id: Mapped[Key]
    route_id: Mapped[int] = mapped_column(ForeignKey("reporting_route.id"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    due_on: Mapped[date]
    reported_at: Mapped[datetime | None]

    route: Mapped[ReportingRoute] = relationship()
    edition: Mapped[Edition | None] = relationship()
