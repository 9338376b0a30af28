"""Parts of agencies on the way down and up again: what was answered whole stays as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from factories import AT, complete_audit, make_council
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from audit_app.core.lifecycle import AuditState
from audit_app.store.database import Database
from audit_app.store.schema import migrate
from audit_app.store.tables import AgencyPart, Allocation, Audit, RecordedAnswer, SampleCase


@pytest.fixture
def migrated(database: Database) -> Iterator[Database]:
    """A database that is brought back to the newest revision, whatever the test does."""
    yield database
    migrate(database)


def part_beside(audit: Audit, agency: str) -> AgencyPart:
    return AgencyPart(
        cycle_id=audit.cycle_id,
        case_file_id=audit.case_file_id,
        auditor_id=audit.auditor_id + 1,
        form_version_id=audit.form_version_id,
        agency=agency,
        state=AuditState.ALLOCATED,
        due_on=audit.due_on,
        allocated_at=AT,
    )


def test_parts_are_lost_on_the_way_down_and_whole_audits_stay(migrated: Database) -> None:
    with migrated.session() as session:
        make_council(session)
        audit = session.scalars(select(Audit).order_by(Audit.id)).first()
        assert audit is not None
        whole = session.scalar(text("SELECT count(*) FROM audit"))
        session.add(part_beside(audit, "police"))
        session.flush()
        part = session.scalars(select(AgencyPart)).one()
        complete_audit(session, audit)
        answers = session.scalar(text("SELECT count(*) FROM recorded_answer"))
        row = audit.answers[0]
        copied = (row.question_id, row.state, row.value, row.recorded_at)
        names = ("question_id", "state", "value", "recorded_at")
        session.add(RecordedAnswer(audit_id=part.id, **dict(zip(names, copied, strict=True))))
        drawn = session.scalars(select(SampleCase)).first()
        assert drawn is not None
        drawn.auditor_id = None
        assert len(session.scalars(select(Allocation)).all()) == (whole or 0) + 1
        assert len(session.scalars(select(Audit)).all()) == whole
    migrate(migrated, "0017")
    with migrated.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit")) == whole
        assert connection.scalar(text("SELECT count(*) FROM recorded_answer")) == answers
        lost = "SELECT count(*) FROM sample_case WHERE auditor_id IS NULL"
        assert connection.scalar(text(lost)) == 0
    migrate(migrated)
    with migrated.session() as session:
        assert {one.agency for one in session.scalars(select(Audit))} == {""}


@pytest.mark.parametrize("agency", ["", "police"])
def test_the_schema_refuses_a_part_without_an_agency_and_a_second_of_one(
    database: Database, agency: str
) -> None:
    with database.session() as session:
        make_council(session)
        audit = session.scalars(select(Audit).order_by(Audit.id)).first()
        assert audit is not None
        session.add(part_beside(audit, "police"))
        session.flush()
        second = part_beside(audit, agency)
        second.auditor_id += 1
        session.add(second)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
