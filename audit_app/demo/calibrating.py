"""The invented council compares its auditors on one case file: a calibration that has ended."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from audit_app.caseload.values import CaseStatus
from audit_app.demo.auditing import read_for_calibration
from audit_app.demo.council import Council
from audit_app.demo.days import moment_on, working_days
from audit_app.store.calibrations import call_calibration, possible_readers, readings_of
from audit_app.store.tables import CaseFile, CaseloadEntry, Cycle, Person

READERS = 4
"""Senior managers, and the QA lead besides."""


def calibrate(council: Council, cycle: Cycle) -> None:
    """In the days after a month's draw four managers and the QA lead read the same case file."""
    session, lead = council.session, council.cast.lead
    at = cycle.opened_at + timedelta(days=2)
    found = _choose(council, cycle)
    if found is None:
        return
    case_file, managers = found
    readers = [*managers, lead]
    days = working_days(cycle.opened_at.date() + timedelta(days=4), cycle.due_on)
    version = cycle.form_version
    calibration = call_calibration(
        session, version, case_file, readers, due_on=cycle.due_on, by=lead, at=at
    )
    dice = council.request.dice("calibration", cycle.key)
    for day, reading in zip(days[::2], readings_of(session, calibration), strict=False):
        at = moment_on(day, dice, 10, 17)
        read_for_calibration(council, reading, day=calibration.opened_at.date(), at=at)


def _choose(council: Council, cycle: Cycle) -> tuple[CaseFile, list[Person]] | None:
    """The first, by the council’s number, that enough of them may read, the demo manager too."""
    assert cycle.sample is not None
    files = council.session.scalars(
        select(CaseFile)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == CaseFile.id)
        .where(
            CaseloadEntry.extract_id == cycle.sample.extract_id,
            CaseloadEntry.status != CaseStatus.CLOSED,
        )
        .order_by(CaseFile.council_id)
    )
    managers = council.cast.managers
    for case_file in files:
        possible = possible_readers(
            council.session, cycle.form_version, case_file, at=cycle.opened_at
        )
        unbarred = {one.person.id for one in possible if not one.bars}
        free = [one for one in managers if one.id in unbarred]
        if len(free) >= READERS and managers[0] in free:
            return case_file, free[:READERS]
    return None
