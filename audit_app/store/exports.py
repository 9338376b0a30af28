"""Audits out of the database as plain data, and as rows of a table: one row an answer.

The shape is described in docs/exchange.md. Case files stand in it by pseudonym only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from audit_app.bank_holidays import is_bank_holiday
from audit_app.core.judgement import suggest
from audit_app.core.question_bank import AuditForm
from audit_app.core.scoring import QuestionScore
from audit_app.store.instruments import load_form
from audit_app.store.moderation import moderations_by_audit
from audit_app.store.recorded import answers_of, asked_form
from audit_app.store.replies import feedback_on, replies_to
from audit_app.store.samples import drawn_cases
from audit_app.store.tables import (
    Audit,
    AuditTheme,
    Cycle,
    FormVersion,
    Moderation,
    RecordedAnswer,
    RecordedState,
)

FORMAT = "case-file-audit/audits/1"

Data = dict[str, Any]


def export_audits(session: Session, cycle: Cycle) -> Data:
    """Every answer, score and grade of a cycle with its versions: enough to reckon each figure."""
    form = load_form(cycle.form_version)
    audits = session.scalars(audits_of_cycle(cycle)).all()
    second = moderations_by_audit(session, audits)
    return {
        **cycle_data(cycle, form),
        "sample": sample_data(session, cycle),
        "audits": with_voices(
            session, audits, [audit_data(one, second.get(one.id)) for one in audits]
        ),
    }


def with_voices(session: Session, audits: Sequence[Audit], rows: Sequence[Data]) -> list[Data]:
    """The audits with the practice's replies and what families said: never who said it."""
    replies, feedback = replies_to(session, audits), feedback_on(session, audits)
    return [
        {
            **row,
            "practice_reply": [
                {
                    "part": part.part,
                    "words": part.words,
                    "disputed": part.disputed,
                    "why": part.why,
                    "answer": part.answer,
                    "late": reply.late,
                }
                for reply in replies[audit.id]
                for part in reply.parts
                if part.words or part.disputed
            ],
            "family_feedback": [
                {"voice": one.voice, "words": one.words} for one in feedback[audit.id]
            ],
        }
        for audit, row in zip(audits, rows, strict=True)
    ]


def audits_of_cycle(cycle: Cycle) -> Select[Audit]:
    """A cycle's audits with what belongs to them, in the order of the draw."""
    return (
        select(Audit)
        .where(Audit.cycle_id == cycle.id)
        .options(
            joinedload(Audit.case_file),
            joinedload(Audit.auditor),
            joinedload(Audit.team),
            joinedload(Audit.form_version),
            selectinload(Audit.answers),
            selectinload(Audit.themes),
            selectinload(Audit.entries),
            selectinload(Audit.sections),
        )
        .order_by(Audit.id)
    )


def cycle_data(cycle: Cycle, form: AuditForm) -> Data:
    """The cycle, and the versions that its answers are for."""
    return {
        "format": FORMAT,
        "cycle": {
            "key": cycle.key,
            "name": cycle.name,
            "month": cycle.month,
            "state": cycle.state.value,
            "due_on": cycle.due_on.isoformat(),
        },
        "form": _form_data(cycle.form_version, form),
    }


def _form_data(version: FormVersion, form: AuditForm) -> Data:
    return {
        "key": version.key,
        "version": version.version,
        "hash": version.content_hash,
        "subject": form.subject.value,
        "met_from": form.rules.met_from,
        "scale": [grade.key for grade in form.scale],
        "banks": [
            {
                "key": bank.bank_version.key,
                "version": bank.bank_version.version,
                "hash": bank.bank_version.content_hash,
            }
            for bank in version.banks
        ],
    }


def sample_data(session: Session, cycle: Cycle) -> Data | None:
    """How the sample was drawn, and what was drawn for whom."""
    sample = cycle.sample
    if sample is None:
        return None
    return {
        "method": sample.method,
        "seed": sample.seed,
        "per_auditor": sample.per_auditor,
        "number": sample.number,
        "frame_size": sample.frame_size,
        "frame_hash": sample.frame_hash,
        "filters": sample.filters,
        "extract_as_at": sample.extract.as_at.isoformat(),
        "excluded": {row.reason.value: row.count for row in sample.exclusions},
        "drawn": [
            {
                "auditor": one.auditor.email if one.auditor else None,
                "auditor_number": one.auditor_id,
                "case_reference": one.case_file.reference,
            }
            for one in drawn_cases(session, sample)
        ],
    }


def audit_data(audit: Audit, moderation: Moderation | None) -> Data:
    """One audit; of one that was purged the points of each answer cannot be reckoned any more.

    Its second reading stands in it with the grades of both readers and the one agreed on.
    """
    form = asked_form(audit)
    scores = _scores(audit, form) if audit.purged_at is None else {}
    rows = {row.question_id: row for row in audit.answers}
    return {
        "case_reference": audit.case_file.reference,
        "auditor": audit.auditor.email,
        "team": audit.team.name if audit.team is not None else None,
        "state": audit.state.value,
        "due_on": audit.due_on.isoformat(),
        "submitted_at": audit.submitted_at.isoformat() if audit.submitted_at else None,
        "purged_at": audit.purged_at.isoformat() if audit.purged_at else None,
        "answers": [
            _answer_data(rows[question_id], bank.key) | _points(scores.get(question_id))
            for bank in form.banks
            for question_id in (question.id for question in bank.questions)
            if question_id in rows and rows[question_id].state is not RecordedState.UNFINISHED
        ],
        "entries": [
            {"section": row.section, "number": row.number, "label": row.label}
            for row in audit.entries
        ],
        "sections": [
            {"section": row.section, "level": row.level, "reason": row.reason}
            for row in sorted(audit.sections, key=lambda row: row.section)
        ],
        "themes": [_theme_data(row) for row in audit.themes],
        "overall": {
            "points": audit.points,
            "possible": audit.possible,
            "suggested_grade": audit.suggested_grade,
            "suggested_reason": audit.suggested_reason,
            "grade": audit.grade,
            "grade_reason": audit.grade_reason,
        },
        "done_well": audit.done_well,
        "difference_made": audit.difference_made,
        "second_reading": second_reading_data(moderation) if moderation is not None else None,
    }


def _answer_data(row: RecordedAnswer, theme: str) -> Data:
    return {
        "question": row.question_id,
        "theme": theme,
        "state": row.state.value,
        "value": row.value,
        "outcome": row.outcome,
        "evidence": row.evidence,
        "place": row.place,
        "quotable": row.quotable,
    }


def second_reading_data(moderation: Moderation) -> Data:
    """A second reading; why it was drawn and what the reader gave only once both are in."""
    both_in = moderation.answers_compared is not None
    return {
        "state": moderation.state.value,
        "reasons": [row.reason.value for row in moderation.reasons] if both_in else [],
        "reader": moderation.reader.email if moderation.reader is not None else None,
        "answers_agreed": moderation.answers_agreed,
        "answers_compared": moderation.answers_compared,
        "agreed_at": moderation.agreed_at.isoformat() if moderation.agreed_at else None,
        "grades": [
            {
                "part": row.part,
                "first": row.first,
                "second": row.second,
                "agreed": row.consensus,
                "reason": row.reason,
            }
            for row in moderation.grades
        ],
    }


def _scores(audit: Audit, form: AuditForm) -> dict[str, QuestionScore]:
    suggested = suggest(form, answers_of(audit), is_bank_holiday)
    return {s.question.id: s for theme in suggested.themes for s in theme.score.questions}


def _points(score: QuestionScore | None) -> Data:
    if score is None:
        return {"points": None, "possible": None, "weight": None, "critical": None}
    return {
        "points": score.points if score.possible else None,
        "possible": score.possible or None,
        "weight": score.question.weight,
        "critical": score.question.critical,
    }


def _theme_data(row: AuditTheme) -> Data:
    names = (
        "theme",
        "met",
        "partly_met",
        "not_met",
        "not_recorded",
        "not_applicable",
        "points",
        "possible",
        "suggested_grade",
        "suggested_reason",
        "theme_met",
        "grade",
        "grade_reason",
    )
    return {name: getattr(row, name) for name in names}
