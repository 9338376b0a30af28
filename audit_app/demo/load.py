"""Making the demo council from beginning to end, in the order in which it would have happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.core.lifecycle import AuditState
from audit_app.demo.agencies import ask_agencies
from audit_app.demo.calibrating import calibrate
from audit_app.demo.caseload import invent_extracts
from audit_app.demo.council import Council
from audit_app.demo.cycles import (
    audit_in_time,
    finish_late,
    import_extract,
    leave_under_way,
    months_of_themes,
    open_monthly,
    open_themed,
)
from audit_app.demo.days import first_day, moment_on, working_days
from audit_app.demo.findings import write_findings
from audit_app.demo.people import hire, refuse_when_somebody_is_there
from audit_app.demo.plan import DemoRequest
from audit_app.demo.year import plan_year
from audit_app.question_banks.read import read_folder
from audit_app.store.caseload import current_extract_id
from audit_app.store.cycles import cycle_summaries
from audit_app.store.history import record_history
from audit_app.store.instruments import publish_library
from audit_app.store.people import teams
from audit_app.store.tables import Allocation, Audit, CaseloadEntry, Cycle

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """What was made."""

    people: int
    teams: int
    case_files: int
    """In the last extract, those closed lately included."""
    cycles: int
    drawn: int
    submitted: int
    late: int
    findings: int


def load_demo(
    session: Session,
    request: DemoRequest,
    *,
    key: bytes,
    codes: str,
    tell: Tell = lambda _month: None,
) -> DemoCounts:
    """Fill an empty database; `key` makes the pseudonyms, `tell` hears each month once it is done.

    `codes` is the authenticator's secret that all invented people share, as the database keeps it.

    DemoFault when somebody has an account already; then, and after any other fault, the caller's
    transaction must not be committed.
    """
    refuse_when_somebody_is_there(session)
    council = _found_council(session, request, key, codes)
    themes = months_of_themes(request)
    waiting: list[tuple[Cycle, list[Allocation]]] = []
    findings = case_files = 0
    for month, day, caseload in invent_extracts(request):
        import_extract(council, day, caseload)
        case_files = len(caseload.entries)
        themed = [open_themed(council, theme, month) for theme in themes.get(month, ())]
        monthly = open_monthly(council, month)
        if month == request.completed[-1]:
            calibrate(council, monthly)
        for cycle, put_off in waiting:
            finish_late(council, cycle, put_off, month)
        findings += sum(
            write_findings(council, cycle)
            for cycle, _put_off in waiting
            if cycle.form_version_id == monthly.form_version_id
        )
        if month == request.until:
            leave_under_way(council, monthly)
        else:
            waiting = [(cycle, audit_in_time(council, cycle)) for cycle in (monthly, *themed)]
        tell(month)
    ask_agencies(council, request.until)
    council.cast.practitioner.worker_name = _busiest_worker(session)
    session.flush()
    return _count(session, council, case_files, findings)


def _found_council(session: Session, request: DemoRequest, key: bytes, codes: str) -> Council:
    """Accounts and question banks, in the week before the first month."""
    start = first_day(request.completed[0])
    day = working_days(start - timedelta(days=10), start - timedelta(days=1))[0]
    at = moment_on(day, request.dice("start"))
    cast = hire(session, request, at=at, codes=codes)
    publish_library(session, read_folder(), at=at)
    record_history(session, cast.lead, "published", "question banks", None, at=at)
    plan_year(session, request, cast.lead, at=at)
    return Council(session, request, cast, key)


def _busiest_worker(session: Session) -> str | None:
    """Who in the last extract is the worker of most audited case files."""
    audited = func.count().desc()
    return session.scalar(
        select(CaseloadEntry.worker)
        .join(Audit, Audit.case_file_id == CaseloadEntry.case_file_id)
        .where(
            CaseloadEntry.extract_id == current_extract_id(),
            CaseloadEntry.worker.is_not(None),
            Audit.state == AuditState.SUBMITTED,
        )
        .group_by(CaseloadEntry.worker)
        .order_by(audited, CaseloadEntry.worker)
        .limit(1)
    )


def _count(session: Session, council: Council, case_files: int, findings: int) -> DemoCounts:
    summaries = cycle_summaries(session)
    return DemoCounts(
        people=council.cast.count,
        teams=len(teams(session)),
        case_files=case_files,
        cycles=len(summaries),
        drawn=sum(one.drawn for one in summaries),
        submitted=sum(one.submitted for one in summaries),
        late=sum(one.late for one in summaries),
        findings=findings,
    )
