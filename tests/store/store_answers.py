"""Answers of every kind and outcome, drawn with a seed, and the audits of a council."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from factories import AT, agree_with_suggestions
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from audit_app.core.answers import Answer, AnswerState, hidden_questions, read_value
from audit_app.core.question_bank import AnswerType, AuditForm, LimitUnit, Question
from audit_app.store.audits import Draft, find_audit, record_answers, submit_audit
from audit_app.store.database import Database
from audit_app.store.instruments import load_form
from audit_app.store.tables import Audit, Base, Cycle, RecordedState

Rows = dict[str, list[tuple[object, ...]]]


def audits_in(session: Session, cycle: Cycle) -> list[Audit]:
    """The audits of a cycle, oldest first."""
    return list(session.scalars(select(Audit).where(Audit.cycle_id == cycle.id).order_by(Audit.id)))


def first_audit(session: Session, cycle: Cycle) -> Audit:
    """The first audit of the cycle, as its auditor sees it."""
    audit = audits_in(session, cycle)[0]
    found = find_audit(session, audit.auditor, audit.id)
    assert found is not None
    return found


def random_value(question: Question, chance: random.Random) -> str:
    """The text of some answer to the question, good or bad."""
    if question.type is AnswerType.CHOICES:
        keys = [option.key for option in question.options]
        return " ".join(chance.sample(keys, chance.randint(1, 2)))
    if question.options:
        return chance.choice(question.options).key
    if question.type is AnswerType.NUMBER:
        return str(chance.randint(0, 12))
    if question.type is AnswerType.TEXT:
        return "The child is seen more often."
    start = datetime(2026, 10, 1, 9, tzinfo=AT.tzinfo) + timedelta(hours=chance.randint(0, 400))
    if question.type is AnswerType.DATE:
        return start.date().isoformat()
    end = start + timedelta(hours=chance.choice([1, 20, 40, 200, 900]))
    timed = question.limit is not None and question.limit.unit is LimitUnit.HOURS
    form = "%Y-%m-%dT%H:%M" if timed else "%Y-%m-%d"
    return f"{start.strftime(form)}/{end.strftime(form)}"


def random_drafts(form: AuditForm, chance: random.Random) -> list[Draft]:
    """An answer with evidence to every question that is shown: any state, any outcome."""
    answers: dict[str, Answer] = {}
    drafts = []
    for question in form.questions.values():
        if question.id in hidden_questions(form.questions, answers):
            continue
        states = [RecordedState.ANSWERED] * 5
        states += [RecordedState.NOT_APPLICABLE] * (2 * question.allows_not_applicable)
        states += [RecordedState.NOT_RECORDED] * (2 * question.allows_not_recorded)
        state = chance.choice(states)
        value = random_value(question, chance) if state is RecordedState.ANSWERED else None
        drafts.append(
            Draft(
                question.id, state, value, evidence="Seen on file.", quotable=chance.random() < 0.5
            )
        )
        read = read_value(question, value) if value is not None else None
        answers[question.id] = Answer(AnswerState(state.value), read)
    return drafts


def submit_at_random(
    session: Session, cycle: Cycle, seed: str, *, leave: int = 0, at: datetime | None = None
) -> None:
    """Answer and submit the cycle's audits at random, but for the last `leave` of them."""
    chance = random.Random(seed)
    done = audits_in(session, cycle)
    for audit in done[: len(done) - leave]:
        moment = at or AT + timedelta(days=chance.randint(1, 40))
        record_answers(session, audit, random_drafts(load_form(audit.form_version), chance), at=AT)
        agree_with_suggestions(session, audit)
        submit_audit(session, audit, at=moment)


def opened(session: Session, audit_id: int) -> Audit:
    audit = session.get(Audit, audit_id)
    assert audit is not None
    found = find_audit(session, audit.auditor, audit_id)
    assert found is not None
    return found


def submit(database: Database, audit_id: int) -> None:
    """Submit in a transaction of its own."""
    with database.session() as session:
        submit_audit(session, opened(session, audit_id), at=AT + timedelta(days=3))


def every_row(database: Database) -> Rows:
    """Everything that the database holds, to see that nothing was changed."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


class Broken(Exception):
    """The machine gave way."""


@contextmanager
def statements(database: Database, *, break_at: int = 0) -> Iterator[list[str]]:
    """The statements that are sent; the one with the number `break_at` never arrives."""
    sent: list[str] = []

    def listen(_connection: Connection, _cursor: object, text: str, *_more: object) -> None:
        sent.append(text)
        if len(sent) == break_at:
            raise Broken(text)

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)


def day_in_summer(hour: int, minute: int) -> datetime:
    """A moment of 31 July 2026, two hours of which are already August in England."""
    return datetime.combine(date(2026, 7, 31), datetime.min.time(), AT.tzinfo) + timedelta(
        hours=hour, minutes=minute
    )
