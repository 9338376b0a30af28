"""Everything held about one case file, as plain data, for a request of subject access.

With a child's case file go the strategy discussions about the child.
Every column of every row that belongs to the case file is given out, so that a column that is
added later is in it too. Nothing of another case file is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, inspect, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.core.question_bank import Subject
from audit_app.store.attachments import attachments_of
from audit_app.store.council_keys import council_key
from audit_app.store.recorded import asked_form
from audit_app.store.references import find_case_file
from audit_app.store.tables import (
    Action,
    AuditVersion,
    Base,
    CaseFile,
    CaseloadEntry,
    CensusStranger,
    Concern,
    Cycle,
    Edition,
    Extract,
    FamilyFeedback,
    Finding,
    FindingQuote,
    FormerReference,
    FrameEntry,
    HistoryEntry,
    LegalHold,
    Moderation,
    Person,
    Reading,
    Reply,
    Sample,
    SampleCase,
    Team,
)

FORMAT = "case-file-audit/subject-access/1"

Data = dict[str, Any]


def case_files_asked_for(session: Session, named: str) -> list[CaseFile]:
    """What has this reference, former reference or council's number; none where nothing has.

    The child's case file comes first, then the strategy discussions about the child. By a worker's
    name their supervision file is found. Agencies are no persons.
    """
    found = find_case_file(session, named)
    if found is not None and found.subject is not Subject.CASE_FILE:
        return [found] if found.subject is not Subject.AGENCY else []
    key = found.council_key if found is not None else council_key(" ".join(named.split()))
    return list(
        session.scalars(
            select(CaseFile)
            .where(
                CaseFile.subject != Subject.AGENCY,
                or_(CaseFile.council_key == key, CaseFile.child_key == key),
            )
            .order_by(CaseFile.subject != Subject.CASE_FILE, CaseFile.id)
        )
    )


def everything_about(
    session: Session, case_file: CaseFile, *, at: datetime, others: Sequence[CaseFile] = ()
) -> Data:
    """All that is held about a case file, in the order in which it came to be held.

    `others`: what else is held about the same child, told in the same way.
    """
    return {
        "format": FORMAT,
        "made_at": at.isoformat(),
        **_about(session, case_file),
        "strategy_discussions": [_about(session, one) for one in others],
    }


def _about(session: Session, case_file: CaseFile) -> Data:
    audits = _audits(session, case_file)
    cycles = {audit.cycle_id for audit in audits}
    former = select(FormerReference).where(FormerReference.case_file_id == case_file.id)
    return {
        "case_file": _columns(case_file),
        "former_references": _rows(session.scalars(former.order_by(FormerReference.until))),
        "extracts": _extracts(session, case_file),
        "censuses_without_it_in_the_extract": _only_in_census(session, case_file),
        "samples": _samples(session, case_file),
        "audits": [_audit(audit) for audit in audits],
        "attachments": _rows(attachments_of(session, *audits)),
        "concerns": _concerns(session, audits),
        "actions": _actions(session, audits),
        "replies": _replies(session, audits),
        "family_feedback": _feedback(session, audits),
        "second_readings": _second_readings(session, audits),
        "returned_versions": _versions(session, audits),
        "findings": _findings(session, audits),
        "reports_of_its_cycles": _reports(session, cycles),
        "legal_holds": _holds(session, case_file),
        "history": _history(session, case_file, audits),
    }


def _extracts(session: Session, case_file: CaseFile) -> list[Data]:
    rows = session.execute(
        select(CaseloadEntry, Extract)
        .join(Extract, Extract.id == CaseloadEntry.extract_id)
        .where(CaseloadEntry.case_file_id == case_file.id)
        .options(
            joinedload(CaseloadEntry.team),
            selectinload(CaseloadEntry.factors),
            selectinload(CaseloadEntry.events),
        )
        .order_by(Extract.as_at, Extract.id)
    )
    return [
        {
            "as_at": extract.as_at.isoformat(),
            "imported_at": extract.imported_at.isoformat(),
            "team": _named(entry.team),
            **_columns(entry),
            "factors": [factor.code for factor in entry.factors],
            "events": [
                {"kind": event.kind, "happened_on": event.happened_on.isoformat()}
                for event in entry.events
            ],
        }
        for entry, extract in rows
    ]


def _only_in_census(session: Session, case_file: CaseFile) -> list[Data]:
    """The extracts beside which a census named the child, though the extract did not."""
    rows = session.scalars(
        select(Extract)
        .join(CensusStranger, CensusStranger.extract_id == Extract.id)
        .where(CensusStranger.reference == case_file.reference)
        .order_by(Extract.as_at, Extract.id)
    )
    return [
        {"as_at": one.as_at.isoformat(), "imported_at": one.imported_at.isoformat()} for one in rows
    ]


def _samples(session: Session, case_file: CaseFile) -> list[Data]:
    rows = session.execute(
        select(FrameEntry, Sample, Cycle.name, Team.name, SampleCase, Person.name)
        .join(Sample, Sample.id == FrameEntry.sample_id)
        .join(Cycle, Cycle.id == Sample.cycle_id)
        .outerjoin(Team, Team.id == FrameEntry.team_id)
        .outerjoin(
            SampleCase,
            and_(
                SampleCase.sample_id == Sample.id,
                SampleCase.case_file_id == FrameEntry.case_file_id,
            ),
        )
        .outerjoin(Person, Person.id == SampleCase.auditor_id)
        .where(FrameEntry.case_file_id == case_file.id)
        .order_by(Sample.drawn_at, Sample.id)
    )
    return [
        {
            "cycle": cycle,
            "drawn_at": sample.drawn_at.isoformat(),
            "team": team,
            "drawn": case is not None,
            "drawn_for": auditor,
            "ticket": case.ticket if case is not None else None,
        }
        for _entry, sample, cycle, team, case, auditor in rows
    ]


def _audits(session: Session, case_file: CaseFile) -> list[Reading]:
    return list(
        session.scalars(
            select(Reading)
            .where(Reading.case_file_id == case_file.id)
            .options(
                joinedload(Reading.cycle),
                joinedload(Reading.auditor),
                joinedload(Reading.team),
                joinedload(Reading.form_version),
                selectinload(Reading.answers),
                selectinload(Reading.themes),
                selectinload(Reading.entries),
                selectinload(Reading.sections),
            )
            .order_by(Reading.id)
        )
    )


def _audit(audit: Reading) -> Data:
    questions = asked_form(audit).questions
    return {
        "cycle": audit.cycle.name,
        "form": f"{audit.form_version.title} {audit.form_version.version}",
        "auditor": audit.auditor.name,
        "team": _named(audit.team),
        **_columns(audit),
        "themes": _rows(audit.themes),
        "entries": _rows(audit.entries),
        "sections": _rows(audit.sections),
        "answers": [
            {"question": questions[row.question_id].text, **_columns(row)} for row in audit.answers
        ],
    }


def _concerns(session: Session, audits: list[Reading]) -> list[Data]:
    found = session.scalars(
        select(Concern)
        .where(Concern.audit_id.in_([audit.id for audit in audits]))
        .options(joinedload(Concern.raised_by))
        .order_by(Concern.id)
    )
    return [{"raised_by": one.raised_by.name, **_columns(one)} for one in found]


def _actions(session: Session, audits: list[Reading]) -> list[Data]:
    """What was to be done for this case, proposals too, with what was said of it."""
    rows = session.scalars(
        select(Action)
        .where(Action.audit_id.in_([audit.id for audit in audits]))
        .options(joinedload(Action.owner), selectinload(Action.updates))
        .order_by(Action.id)
    )
    return [
        {"owner": one.owner.name, **_columns(one), "updates": _rows(one.updates)} for one in rows
    ]


def _replies(session: Session, audits: list[Reading]) -> list[Data]:
    """What the practice said, drafts too: they are held."""
    rows = session.scalars(
        select(Reply)
        .where(Reply.audit_id.in_([audit.id for audit in audits]))
        .options(selectinload(Reply.parts))
        .order_by(Reply.id)
    )
    return [{**_columns(reply), "parts": _rows(reply.parts)} for reply in rows]


def _feedback(session: Session, audits: list[Reading]) -> list[Data]:
    rows = select(FamilyFeedback).where(FamilyFeedback.audit_id.in_([one.id for one in audits]))
    return _rows(session.scalars(rows.order_by(FamilyFeedback.id)))


def _second_readings(session: Session, audits: list[Reading]) -> list[Data]:
    found = session.scalars(
        select(Moderation)
        .where(Moderation.audit_id.in_([audit.id for audit in audits]))
        .options(
            joinedload(Moderation.reader),
            selectinload(Moderation.reasons),
            selectinload(Moderation.grades),
            selectinload(Moderation.comments),
        )
        .order_by(Moderation.id)
    )
    return [
        {
            **_columns(one),
            "reader": one.reader.name if one.reader is not None else None,
            "reasons": [row.reason.value for row in one.reasons],
            "grades": _rows(one.grades),
            "comments": _rows(one.comments),
        }
        for one in found
    ]


def _versions(session: Session, audits: list[Reading]) -> list[Data]:
    found = session.scalars(
        select(AuditVersion)
        .where(AuditVersion.audit_id.in_([audit.id for audit in audits]))
        .options(selectinload(AuditVersion.themes), selectinload(AuditVersion.answers))
        .order_by(AuditVersion.id)
    )
    return [
        {**_columns(one), "themes": _rows(one.themes), "answers": _rows(one.answers)}
        for one in found
    ]


def _findings(session: Session, audits: list[Reading]) -> list[Data]:
    """Findings that quote an audit of the case file; of their quotes only those of this one."""
    quotes = session.execute(
        select(FindingQuote, Finding)
        .join(Finding, Finding.id == FindingQuote.finding_id)
        .where(FindingQuote.audit_id.in_([audit.id for audit in audits]))
        .order_by(Finding.id, FindingQuote.audit_id, FindingQuote.question_id)
    )
    found: dict[int, Data] = {}
    for quote, finding in quotes:
        row = found.setdefault(finding.id, {**_columns(finding), "quotes": []})
        row["quotes"].append({"audit_id": quote.audit_id, "question_id": quote.question_id})
    return list(found.values())


def _reports(session: Session, cycles: set[int]) -> list[Data]:
    """Which reports there are that may quote it; their pages are not given out here."""
    rows = session.execute(
        select(Edition.title, Edition.number, Edition.compiled_at, Edition.published_at)
        .where(Edition.cycle_id.in_(cycles))
        .order_by(Edition.id)
    )
    return [
        {
            "title": title,
            "edition": number,
            "compiled_at": _plain(compiled),
            "published_at": _plain(published),
        }
        for title, number, compiled, published in rows
    ]


def _holds(session: Session, case_file: CaseFile) -> list[Data]:
    holds = session.scalars(
        select(LegalHold)
        .where(LegalHold.case_file_id == case_file.id)
        .options(joinedload(LegalHold.placed_by))
        .order_by(LegalHold.id)
    )
    return [{"placed_by": hold.placed_by.name, **_columns(hold)} for hold in holds]


def _history(session: Session, case_file: CaseFile, audits: list[Reading]) -> list[Data]:
    entries = session.execute(
        select(HistoryEntry, Person.name)
        .outerjoin(Person, Person.id == HistoryEntry.person_id)
        .where(
            or_(
                and_(HistoryEntry.subject == "case file", HistoryEntry.subject_id == case_file.id),
                and_(
                    HistoryEntry.subject == "audit",
                    HistoryEntry.subject_id.in_([audit.id for audit in audits]),
                ),
            )
        )
        .order_by(HistoryEntry.id)
    )
    return [{"by": name, **_columns(entry)} for entry, name in entries]


def _rows(rows: Iterable[Base]) -> list[Data]:
    return [_columns(row) for row in rows]


def _columns(row: Base) -> Data:
    return {column.key: _plain(getattr(row, column.key)) for column in inspect(row).mapper.columns}


def _named(team: Team | None) -> str | None:
    return team.name if team is not None else None


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
