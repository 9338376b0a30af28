"""A council whose cycle is answered by agencies: three parts on each of two case files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from factories import AT, TEAMS, complete_audit, make_extract, make_person, publish_shipped
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.core.sampling import Filters
from audit_app.store.audits import Draft
from audit_app.store.cycles import create_cycle
from audit_app.store.instruments import latest_form
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import AgencyPart, Cycle, Person, RecordedState

AGENCIES = ("social_care", "police", "health")
COMPARED = "multi_challenge"
"""A question that every agency is asked."""


@dataclass(frozen=True)
class AgencyCouncil:
    """Who answers for which agency, and the cycle in which they do."""

    lead: Person
    answering: Mapping[str, Person]
    cycle: Cycle
    case_files: list[int] = field(default_factory=list)

    def part(self, session: Session, agency: str, subject: int = 0) -> AgencyPart:
        """The part of an agency on the first or the second case file."""
        return session.scalars(
            select(AgencyPart).where(
                AgencyPart.cycle_id == self.cycle.id,
                AgencyPart.agency == agency,
                AgencyPart.case_file_id == self.case_files[subject],
            )
        ).one()

    def submit(self, session: Session, *agencies: str, subject: int = 0, **changes: Draft) -> None:
        """Have these agencies answer as well as they can, but for the changes."""
        for agency in agencies:
            complete_audit(session, self.part(session, agency, subject), changes)


def not_met(question: str, evidence: str = "Nobody asked.") -> Draft:
    """An answer that falls short."""
    return Draft(question, RecordedState.ANSWERED, "not_met", evidence=evidence, quotable=True)


def make_agency_council(session: Session, *, subjects: int = 2) -> AgencyCouncil:
    """A QA lead, three people who answer for an agency each, and a drawn cycle."""
    publish_shipped(session)
    lead = make_person(session, Role.QA_LEAD, "Quality Lead")
    answering = {
        "social_care": make_person(session, Role.SENIOR_MANAGER, "Sam Care", TEAMS[0]),
        "police": make_person(session, Role.INDEPENDENT_MEMBER, "Pat Police"),
        "health": make_person(session, Role.INDEPENDENT_MEMBER, "Hal Health"),
    }
    make_extract(session)
    version = latest_form(session, "multi_agency_case")
    assert version is not None
    cycle = create_cycle(
        session, version, name="Agencies", month="2026-11", agencies=answering, at=AT
    )
    draw_cycle_sample(
        session, cycle, Filters(), per_auditor=subjects, seed="seed for tests", by=lead, at=AT
    )
    files = select(AgencyPart.case_file_id).where(AgencyPart.agency == "police")
    return AgencyCouncil(
        lead, answering, cycle, list(session.scalars(files.order_by(AgencyPart.id)))
    )
