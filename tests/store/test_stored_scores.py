"""Scores as stored on submitting: what counts, and that a change by hand is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import (
    AT,
    agree_with_suggestions,
    best_value,
    drafts_for,
    make_council,
)
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from store.store_answers import (
    audits_in,
    first_audit,
    submit,
    submit_at_random,
)

from audit_app.core.question_bank import Outcome
from audit_app.store.audits import (
    Draft,
    form_of,
    record_answers,
    submit_audit,
)
from audit_app.store.database import Database
from audit_app.store.scores import find_drift
from audit_app.store.tables import Audit, AuditTheme, RecordedAnswer, RecordedState

LATER = AT + timedelta(days=3)


def test_answers_to_hidden_follow_ups_are_kept_and_not_scored(session: Session) -> None:
    audit = first_audit(session, make_council(session).cycle)
    form = form_of(audit)
    follow_up = next(q for q in form.questions.values() if q.shown_when and q.is_scored)
    assert follow_up.shown_when is not None
    asked = form.questions[follow_up.shown_when.question]
    shows = next(iter(follow_up.shown_when.answers))
    hides = next(o.key for o in asked.options if o.key not in follow_up.shown_when.answers)

    def answers(key: str) -> list[Draft]:
        chosen = Draft(asked.id, RecordedState.ANSWERED, key, evidence="Seen.")
        return drafts_for(form, {asked.id: chosen})

    record_answers(session, audit, answers(shows), at=AT)
    record_answers(session, audit, answers(hides), at=AT)
    agree_with_suggestions(session, audit)
    submit_audit(session, audit, at=LATER)
    session.expire_all()
    rows = {row.question_id: row for row in audit.answers}
    assert rows[follow_up.id].value == best_value(follow_up)
    assert rows[follow_up.id].outcome is None
    assert rows[asked.id].outcome is not None
    assert all(
        (row.outcome is None) == (row.question_id not in shown_by(form.questions, rows))
        for row in audit.answers
    )
    assert list(find_drift(session)) == []


def shown_by(questions: dict, rows: dict[str, RecordedAnswer]) -> set[str]:
    """Reckoned here anew: what is shown by what was answered before it."""
    shown: set[str] = set()
    for question in questions.values():
        condition = question.shown_when
        earlier = rows.get(condition.question) if condition else None
        if condition is None or (
            condition.question in shown
            and earlier is not None
            and {*(earlier.value or "").split(), earlier.state.value} & condition.answers
        ):
            shown.add(question.id)
    return shown


def test_stored_scores_are_those_of_a_fresh_reckoning(session: Session) -> None:
    council = make_council(session, managers=3, per_auditor=3)
    submit_at_random(session, council.cycle, "stored scores", leave=1)
    session.flush()
    session.expire_all()
    assert list(find_drift(session)) == []
    seen = {row.outcome for audit in audits_in(session, council.cycle) for row in audit.answers}
    assert set(Outcome) <= seen


CHANGES = [
    (update(Audit).values(points=Audit.points - 1), "points"),
    (update(Audit).values(suggested_grade="outstanding"), "suggested_grade"),
    (update(Audit).values(scored_hash="0" * 64), "scored_hash"),
    (update(AuditTheme).values(not_recorded=AuditTheme.not_recorded + 1), ".not_recorded"),
    (update(AuditTheme).values(theme_met=None), ".theme_met"),
    (update(RecordedAnswer).values(outcome=Outcome.INFORMATION), ".outcome"),
]


@pytest.mark.parametrize(("change", "what"), CHANGES, ids=[what for _change, what in CHANGES])
def test_a_figure_changed_by_hand_is_found(
    database: Database, ready: int, change: object, what: str
) -> None:
    submit(database, ready)
    with database.session() as session:
        session.execute(change)
    with database.session() as session:
        found = list(find_drift(session))
    assert found
    assert all(drift.audit_id == ready and drift.what.endswith(what) for drift in found)
    assert all(drift.stored != drift.reckoned for drift in found)


def test_an_answer_changed_by_hand_is_found(database: Database, ready: int) -> None:
    submit(database, ready)
    with database.session() as session:
        answer = session.scalars(
            select(RecordedAnswer).where(RecordedAnswer.value.is_not(None))
        ).first()
        assert answer is not None
        answer.value = "forged"
    with database.session() as session:
        (drift,) = find_drift(session)
    assert (drift.audit_id, drift.what) == (ready, "answers")
