"""Recording answers and grades: kept as they stand, typed words and all, until submitted."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from factories import (
    AT,
    agree_with_suggestions,
    best_value,
    complete_audit,
    drafts_for,
    make_council,
)
from sqlalchemy.orm import Session
from store.store_answers import every_row, first_audit

from audit_app.core.answers import AnswerFault
from audit_app.core.completeness import GradeChoice
from audit_app.core.lifecycle import AuditState, IllegalMove
from audit_app.core.question_bank import AnswerType, Question
from audit_app.store.audits import (
    Draft,
    find_audit,
    form_of,
    record_answers,
    record_judgement,
    what_is_missing,
)
from audit_app.store.database import Database
from audit_app.store.tables import Audit, RecordedAnswer, RecordedState

LATER = AT + timedelta(hours=1)


@pytest.fixture
def audit(session: Session) -> Audit:
    """An audit that nobody has begun, committed."""
    council = make_council(session)
    session.commit()
    return first_audit(session, council.cycle)


def one_of_each(audit: Audit) -> dict[AnswerType, Question]:
    return {question.type: question for question in reversed(form_of(audit).questions.values())}


def that_may_be_not_recorded(audit: Audit) -> list[Question]:
    """The questions that are always shown and offer “not recorded”, in the form's order."""
    questions = form_of(audit).questions.values()
    return [q for q in questions if q.allows_not_recorded and q.shown_when is None]


def row_of(session: Session, audit: Audit, question_id: str) -> RecordedAnswer | None:
    session.flush()
    session.expire_all()
    return session.get(RecordedAnswer, (audit.id, question_id))


def test_every_type_is_recorded_and_read_back(session: Session, audit: Audit) -> None:
    asked = one_of_each(audit)
    assert set(asked) == set(AnswerType)
    drafts = [
        Draft(question.id, RecordedState.ANSWERED, best_value(question), evidence="Seen.")
        for question in asked.values()
    ]
    record_answers(session, audit, drafts, at=AT)
    for question in asked.values():
        row = row_of(session, audit, question.id)
        assert row is not None
        assert (row.state, row.value) == (RecordedState.ANSWERED, best_value(question))
        assert (row.evidence, row.recorded_at, row.outcome, row.typed) == ("Seen.", AT, None, None)
    assert (audit.state, audit.started_at) == (AuditState.IN_PROGRESS, AT)


def test_a_value_is_kept_in_its_canonical_form(session: Session, audit: Audit) -> None:
    asked = one_of_each(audit)
    keys = [option.key for option in asked[AnswerType.CHOICES].options]
    written = {
        AnswerType.MET: (" met ", "met"),
        AnswerType.CHOICES: (f"{keys[1]}  {keys[0]} {keys[1]}", f"{keys[0]} {keys[1]}"),
        AnswerType.NUMBER: ("+03", "3"),
        AnswerType.DATE: (" 2026-10-20", "2026-10-20"),
        AnswerType.TEXT: ("  Nothing. ", "Nothing."),
    }
    record_answers(
        session,
        audit,
        [
            Draft(asked[type_].id, RecordedState.ANSWERED, value)
            for type_, (value, _canonical) in written.items()
        ],
        at=AT,
    )
    for type_, (_value, canonical) in written.items():
        row = row_of(session, audit, asked[type_].id)
        assert row is not None
        assert row.value == canonical


def test_recording_again_changes_the_row_and_only_that(session: Session, audit: Audit) -> None:
    first, second, *_ = that_may_be_not_recorded(audit)
    for question in (first, second):
        draft = Draft(question.id, RecordedState.NOT_RECORDED, evidence="Nothing.", quotable=True)
        record_answers(session, audit, [draft], at=AT)
    better = Draft(first.id, RecordedState.ANSWERED, best_value(first), evidence="Found it.")
    record_answers(session, audit, [better], at=LATER)
    one, other = (row_of(session, audit, question.id) for question in (first, second))
    assert one is not None
    assert other is not None
    assert (one.state, one.value, one.evidence) == ("answered", best_value(first), "Found it.")
    assert (one.quotable, one.recorded_at) == (False, LATER)
    assert (other.state, other.recorded_at, other.quotable) == ("not_recorded", AT, True)
    assert audit.started_at == AT


def test_what_cannot_be_read_yet_keeps_every_word(session: Session, audit: Audit) -> None:
    question = one_of_each(audit)[AnswerType.DATE]
    typed = json.dumps({"_day": ["31"], "_month": ["Februry"], "_year": ["’26"]})
    draft = Draft(question.id, RecordedState.UNFINISHED, typed=typed, evidence="Tab 3")
    record_answers(session, audit, [draft], at=AT)
    row = row_of(session, audit, question.id)
    assert row is not None
    assert (row.state, row.typed, row.value) == (RecordedState.UNFINISHED, typed, None)
    done = Draft(question.id, RecordedState.ANSWERED, "2026-02-28", typed=typed)
    record_answers(session, audit, [done], at=LATER)
    row = row_of(session, audit, question.id)
    assert row is not None
    assert (row.state, row.typed, row.value) == (RecordedState.ANSWERED, None, "2026-02-28")


def test_evidence_without_an_answer_is_kept_and_a_cleared_answer_goes(
    session: Session, audit: Audit
) -> None:
    question = next(iter(form_of(audit).questions.values()))
    record_answers(session, audit, [Draft(question.id, None, evidence="See page 4")], at=AT)
    row = row_of(session, audit, question.id)
    assert row is not None
    assert (row.state, row.evidence) == (RecordedState.UNFINISHED, "See page 4")
    record_answers(session, audit, [Draft(question.id, None, evidence="  ")], at=AT)
    assert row_of(session, audit, question.id) is None
    record_answers(session, audit, [Draft(question.id, None)], at=AT)
    assert row_of(session, audit, question.id) is None


@pytest.mark.parametrize(
    ("type_", "value", "why"),
    [
        (AnswerType.MET, "mostly", "not one of its options"),
        (AnswerType.YES_NO, "", "empty"),
        (AnswerType.CHOICES, "none of these", "not one of its options"),
        (AnswerType.GRADE, "excellent", "not one of its options"),
        (AnswerType.DATE, "0020-03-01", "the year 20 is not between"),
        (AnswerType.DATE, "2026-02-30", "not a date"),
        (AnswerType.INTERVAL, "2026-03-02T09:00/2026-03-02T08:59", "must not be before"),
        (AnswerType.NUMBER, "1e3", "not a number"),
        (AnswerType.TEXT, "x" * 10_001, "longer than"),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(
    database: Database, type_: AnswerType, value: str, why: str
) -> None:
    with database.session() as session:
        audit = first_audit(session, make_council(session).cycle)
        asked = one_of_each(audit)
        good = Draft(asked[AnswerType.MET].id, RecordedState.ANSWERED, "met")
        record_answers(session, audit, [good], at=AT)
        person, audit_id = audit.auditor, audit.id
    before = every_row(database)
    drafts = [
        Draft(good.question_id, RecordedState.NOT_RECORDED),
        Draft(asked[type_].id, RecordedState.ANSWERED, value),
    ]
    with pytest.raises(AnswerFault, match=why), database.session() as session:
        record_again(session, person.id, audit_id, drafts)
    assert every_row(database) == before


def record_again(session: Session, person_id: int, audit_id: int, drafts: list[Draft]) -> None:
    audit = session.get(Audit, audit_id)
    assert audit is not None
    found = find_audit(session, audit.auditor, audit_id)
    assert found is not None
    assert found.auditor_id == person_id
    record_answers(session, found, drafts, at=LATER)


def test_a_question_of_another_form_is_a_key_error(session: Session, audit: Audit) -> None:
    with pytest.raises(KeyError):
        record_answers(session, audit, [Draft("nobody_asked", RecordedState.NOT_RECORDED)], at=AT)


def test_a_state_that_is_not_offered_is_refused(session: Session, audit: Audit) -> None:
    question = next(
        question
        for question in form_of(audit).questions.values()
        if not question.allows_not_applicable
    )
    with pytest.raises(AnswerFault, match="not offered"):
        record_answers(session, audit, [Draft(question.id, RecordedState.NOT_APPLICABLE)], at=AT)


def test_grades_are_kept_complete_or_not(session: Session, audit: Audit) -> None:
    theme = form_of(audit).banks[0].key
    for grade, reason in (("good", ""), (None, "Not sure yet"), ("inadequate", "Two gaps")):
        record_judgement(
            session,
            audit,
            themes={theme: GradeChoice(grade, reason)},
            overall=GradeChoice(grade, reason),
            done_well="Visits.",
            difference_made="",
        )
        session.expire_all()
        row = next(row for row in audit.themes if row.theme == theme)
        assert (row.grade, row.grade_reason) == (grade, reason)
        assert (audit.grade, audit.grade_reason, audit.done_well) == (grade, reason, "Visits.")
    assert [row.theme for row in audit.themes] == [bank.key for bank in form_of(audit).banks]


def test_what_is_missing_follows_the_form(session: Session, audit: Audit) -> None:
    form = form_of(audit)
    order = [question.id for question in form.questions.values()]
    lacks = what_is_missing(audit)
    fields = [lack.field for lack in lacks]
    assert fields == [one for one in order if one in fields]
    assert {lack.section for lack in lacks} <= {section.key for _, section in form.sections}
    bare = that_may_be_not_recorded(audit)[0]
    adverse = Draft(bare.id, RecordedState.NOT_RECORDED)
    optional = next(q for q in form.questions.values() if not q.required)
    unreadable = Draft(optional.id, RecordedState.UNFINISHED, typed='{"": ["…"]}')
    record_answers(session, audit, [adverse, unreadable], at=AT)
    fields = [lack.field for lack in what_is_missing(audit)]
    plain = [field.removesuffix("_evidence") for field in fields]
    assert [field for field, one in zip(fields, plain, strict=True) if field != one] == [
        f"{bare.id}_evidence"
    ]
    asked = [one for one in order if one in plain]
    assert plain[: len(asked)] == asked
    assert all(field.startswith("grade_") for field in plain[len(asked) :])
    assert optional.id in fields
    record_answers(session, audit, [Draft(optional.id, None)], at=AT)
    assert optional.id not in [lack.field for lack in what_is_missing(audit)]


def test_grades_are_asked_for_last(session: Session, audit: Audit) -> None:
    record_answers(session, audit, drafts_for(form_of(audit)), at=AT)
    fields = [lack.field for lack in what_is_missing(audit)]
    assert fields == [*(f"grade_{bank.key}" for bank in form_of(audit).banks), "grade_overall"]
    agree_with_suggestions(session, audit)
    session.expire_all()
    assert what_is_missing(audit) == []


def test_what_was_submitted_can_no_longer_change(session: Session, audit: Audit) -> None:
    complete_audit(session, audit)
    session.commit()
    with pytest.raises(IllegalMove, match="can no longer change"):
        record_answers(session, audit, [], at=LATER)
    with pytest.raises(IllegalMove, match="can no longer change"):
        record_judgement(
            session,
            audit,
            themes={},
            overall=GradeChoice("inadequate", "Changed my mind"),
            done_well="",
            difference_made="",
        )
    session.rollback()
    assert audit.grade != "inadequate"
