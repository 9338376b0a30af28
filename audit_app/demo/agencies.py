"""The demo council's audit with other agencies: three strategy discussions, three agencies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from audit_app.caseload.values import CaseEntry, Caseload
from audit_app.core.answers import Answer, AnswerState, hidden_questions, read_value
from audit_app.core.completeness import GradeChoice
from audit_app.core.question_bank import AnswerType, Question, Subject
from audit_app.core.sampling import Filters
from audit_app.demo.council import Council
from audit_app.demo.days import first_day, moment_on, working_days
from audit_app.demo.people import TEAMS
from audit_app.demo.plan import DemoFault
from audit_app.store.audits import (
    Draft,
    form_of,
    record_answers,
    record_judgement,
    submit_audit,
    suggestions_for,
)
from audit_app.store.caseload import store_extract, use_extract
from audit_app.store.cycles import create_cycle
from audit_app.store.history import record_history
from audit_app.store.instruments import latest_form
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import AgencyPart, RecordedState

FORM, DISCUSSIONS = "strategy_discussion_agencies", 3
MEMORIES = (
    "Our copy of the record, page 2.",
    "The notes that our manager took; the record itself does not say it.",
    "The message that was sent round on the same day.",
    "Our system, entry of the next morning.",
)


def ask_agencies(council: Council, month: str) -> None:
    """In one month draw three discussions, which each agency answers on from what it holds."""
    session, lead, dice = council.session, council.cast.lead, council.request.dice(FORM)
    days = working_days(first_day(month), first_day(month) + timedelta(days=6))
    at = moment_on(days[0], dice, 11, 11)
    entries = tuple(_discussion(number, month) for number in range(1, DISCUSSIONS * 2 + 1))
    read = Caseload(entries, len(entries), (), (), (), Subject.STRATEGY_DISCUSSION)
    extract = store_extract(session, read, as_at=first_day(month), by=lead, key=council.key, at=at)
    use_extract(session, extract, replace=False, at=at)
    record_history(session, lead, "imported", "extract", extract.id, at=at)
    version = latest_form(session, FORM)
    if version is None:
        raise DemoFault(f"The form {FORM} is not among those published. Nothing was made.")
    police, health = council.cast.partners
    cycle = create_cycle(
        session,
        version,
        name=version.title,
        month=month,
        agencies={"social_care": council.cast.managers[-1], "police": police, "health": health},
        at=at,
    )
    record_history(session, lead, "opened", "cycle", cycle.id, at=at)
    seed = council.request.draw_seed(cycle.key)
    sample = draw_cycle_sample(
        session, cycle, Filters(), per_auditor=DISCUSSIONS, seed=seed, by=lead, at=at
    )
    record_history(session, lead, "drew", "sample", sample.id, at=at)
    parts = session.scalars(select(AgencyPart).order_by(AgencyPart.id)).all()
    last = parts[-1].case_file_id
    for part in parts:
        if part.case_file_id != last or part.agency != "health":
            _answer(council, part, dice, days)


def _discussion(number: int, month: str) -> CaseEntry:
    day = first_day(month) - timedelta(days=10 + number)
    child = f"{109_000 + number}"
    return CaseEntry(
        f"{child}, {day:%d/%m/%Y}",
        child_id=child,
        team=TEAMS[number % 3],
        last_strategy_discussion=day,
    )


def _answer(council: Council, part: AgencyPart, dice: Random, days: Sequence[date]) -> None:
    """Answer from memory, which is now and then another than that of the other agencies."""
    at = moment_on(dice.choice(days[1:]), dice, 13, 16)
    answers: dict[str, Answer] = {}
    drafts: list[Draft] = []
    questions = form_of(part).questions
    for question in questions.values():
        if question.id not in hidden_questions(questions, answers):
            value, sound = _value(question, dice)
            answers[question.id] = Answer(AnswerState.ANSWERED, read_value(question, value))
            drafts.append(
                Draft(
                    question.id,
                    RecordedState.ANSWERED,
                    value,
                    evidence="" if sound and dice.random() < 0.65 else dice.choice(MEMORIES),
                    quotable=dice.random() < 0.6,
                )
            )
    record_answers(council.session, part, drafts, at=at - timedelta(minutes=50))
    suggested = suggestions_for(part)
    record_judgement(
        council.session,
        part,
        themes={one.theme: GradeChoice(one.suggestion.grade) for one in suggested.themes},
        overall=GradeChoice(suggested.overall.grade),
        done_well="Everybody who was needed could be reached on the same day.",
        difference_made="The child was seen that evening.",
    )
    submit_audit(council.session, part, at=at)
    record_history(council.session, part.auditor, "submitted", "audit", part.id, at=at)


def _value(question: Question, dice: Random) -> tuple[str, bool]:
    """The best answer three times in four, else any that is offered; whether it is the best."""
    if question.type is AnswerType.TEXT:
        return "Whether the child could be seen before the evening.", True
    best = max(question.offered, key=lambda option: option.points)
    chosen = best if dice.random() < 0.75 else dice.choice(question.offered)
    return chosen.key, chosen is best
