"""Subject access: every text held about one case file is given out, and nothing of another's."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from factories import AT, complete_audit, drafts_for, make_council, make_entry, make_extract
from sqlalchemy import JSON, Enum, select
from sqlalchemy.types import TypeEngine

from audit_app.core.lifecycle import FindingKind
from audit_app.core.question_bank import Subject
from audit_app.core.replies import OVERALL, Voice
from audit_app.readable import readable_page
from audit_app.store.findings import FindingText, draft_finding
from audit_app.store.history import record_history
from audit_app.store.instruments import load_form
from audit_app.store.replies import PartDraft, record_feedback, save_reply
from audit_app.store.retention import place_hold
from audit_app.store.subject_access import case_files_asked_for, everything_about
from audit_app.store.tables import (
    Audit,
    AuditTheme,
    CaseFile,
    CaseloadEntry,
    FormerReference,
    LegalHold,
    RecordedAnswer,
    RecordedState,
    ReplyPart,
)
from audit_app.store.tables.base import PlainText

WHEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def is_free_text(kind: TypeEngine) -> bool:
    """A column in which anything can stand: no enum, no hash."""
    length = getattr(kind, "length", None)
    text = isinstance(kind, PlainText) or (
        getattr(kind, "python_type", None) is str and length is None
    )
    return not isinstance(kind, Enum) and (text or length in (20, 80, 200))


def left_empty(row) -> tuple[str, ...]:
    """What the schema wants empty in this row: an answer has a value, or what was typed."""
    if isinstance(row, ReplyPart):
        return ("part",)  # a theme's key
    if isinstance(row, Audit):
        return ("agency",)  # only a part of an audit by agencies has one
    if not isinstance(row, RecordedAnswer):
        return ()
    return ("value",) if row.state is RecordedState.UNFINISHED else ("typed",)


def mark(row, canary: str) -> list[str]:
    """Put a canary of its own into every text column, and say which."""
    marks = []
    for column in row.__table__.columns:
        value = f"{canary}-{row.__tablename__}-{column.key}"
        if column.primary_key or column.foreign_keys or column.key in left_empty(row):
            continue
        if isinstance(column.type, JSON):
            setattr(row, column.key, {f"{value}-key": value})
        elif is_free_text(column.type):
            limit = getattr(column.type, "length", None)
            value = value if limit is None or len(value) <= limit else canary[-limit:]
            setattr(row, column.key, value)
        else:
            continue
        marks.append(value)
    return marks


def rows_of(session, case_file, council):
    """Everything about a case file that can hold words; of a discussion that is every column."""
    case_file.subject = Subject.STRATEGY_DISCUSSION
    audit = session.scalar(select(Audit).where(Audit.case_file_id == case_file.id))
    complete_audit(session, audit)
    session.flush()
    answer, unfinished = audit.answers[:2]
    unfinished.state, unfinished.value = RecordedState.UNFINISHED, None
    text = FindingText(
        theme="supervision",
        question_id=None,
        kind=FindingKind.STRENGTH,
        statement="Regular.",
        k=1,
        n=6,
        quotes=((audit.id, answer.question_id),),
    )
    finding = draft_finding(session, council.cycle, text, by=council.lead, at=AT)
    hold = place_hold(session, case_file, "A claim", by=council.lead, at=AT)
    theme = session.scalar(select(AuditTheme).where(AuditTheme.audit_id == audit.id))
    entries = session.scalars(
        select(CaseloadEntry).where(CaseloadEntry.case_file_id == case_file.id)
    ).all()
    said = {OVERALL: PartDraft("Said", disputed=True, why="So")}
    reply = save_reply(session, council.lead, audit, said, at=AT)
    heard = record_feedback(session, audit, Voice.CHILD, "Heard", by=council.lead, at=AT)
    voices = [*reply.parts, heard]
    return [case_file, audit, answer, unfinished, theme, finding, hold, *voices, *entries]


def test_every_text_is_in_it_and_no_other_childs(session):
    council = make_council(session)
    make_extract(session, [make_entry(n) for n in range(40)], as_at=date(2026, 12, 1))
    first, second = (audit.case_file for audit in session.scalars(select(Audit).limit(2)))
    marks, others = [], []
    for case_file, canary, found in ((first, "ourcanary", marks), (second, "theircanary", others)):
        for row in rows_of(session, case_file, council):
            found += mark(row, canary)
        former = FormerReference(reference=f"{canary}-ref", case_file_id=case_file.id, until=AT)
        session.add(former)
        found.append(former.reference)
        record_history(
            session, None, f"{canary} shown", "case file", case_file.id, at=AT, detail={}
        )
        found.append(f"{canary} shown")
    session.commit()
    data = everything_about(session, first, at=WHEN)
    text = json.dumps(data, ensure_ascii=False)
    page = readable_page("Everything", data)
    assert len(marks) > 30
    for given_out in (text, page):
        assert [mark for mark in marks if mark not in given_out] == []
        assert "theircanary" not in given_out
        assert second.reference not in given_out
    assert len(data["extracts"]) == 2
    assert data["samples"][0]["drawn"] is True


def test_every_answer_stands_in_it_with_its_question(session):
    council = make_council(session)
    audit = session.scalars(select(Audit)).first()
    complete_audit(session, audit)
    data = everything_about(session, audit.case_file, at=WHEN)
    (told,) = data["audits"]
    form = load_form(council.cycle.form_version)
    assert {row["question_id"] for row in told["answers"]} == {
        draft.question_id for draft in drafts_for(form)
    }
    assert all(
        row["question"] == form.questions[row["question_id"]].text for row in told["answers"]
    )


def test_it_is_found_by_its_references_and_by_the_councils_number(session):
    make_council(session)
    case_file = session.scalars(select(CaseFile)).first()
    session.add(FormerReference(reference="0000-1111", case_file_id=case_file.id, until=AT))
    session.flush()
    for named in (case_file.reference.lower(), "0000-1111", f" {case_file.council_id} "):
        assert case_files_asked_for(session, named) == [case_file]
    assert case_files_asked_for(session, "nothing") == []


def test_what_stands_in_it_is_no_markup(session):
    make_council(session)
    case_file = session.scalars(select(CaseFile)).first()
    entry = session.scalar(select(CaseloadEntry).where(CaseloadEntry.case_file_id == case_file.id))
    entry.local = {"<b>key</b>": "<script>alert(1)</script>"}
    session.flush()
    session.expire_all()
    page = readable_page("<i>Title</i>", everything_about(session, case_file, at=WHEN))
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_a_case_file_without_audits_is_told_too(session):
    make_council(session)
    unaudited = session.scalar(
        select(CaseFile).where(CaseFile.id.not_in(select(Audit.case_file_id)))
    )
    data = everything_about(session, unaudited, at=WHEN)
    assert data["audits"] == []
    assert data["extracts"]
    assert not session.scalars(select(LegalHold)).all()
