"""Second readings kept: drawn on submitting, read blind, compared, agreed on or returned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from factories import AT, Council, complete_audit, drafts_for, make_council, make_person
from sqlalchemy import func, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.core.completeness import GradeChoice
from audit_app.core.lifecycle import (
    AuditState,
    CycleState,
    FindingKind,
    IllegalMove,
    ModerationState,
)
from audit_app.core.moderation import DrawReason, falls_within, reading_ticket
from audit_app.store.agreeing import (
    UnsettledGrades,
    agree,
    compared_answers,
    compared_grades,
    return_audit,
    versions_of,
)
from audit_app.store.audits import (
    Draft,
    audits_of,
    find_audit,
    find_submitted_audit,
    form_of,
    record_answers,
)
from audit_app.store.case_files import audits_of_case_file
from audit_app.store.cycles import close_cycle, completion_of, cycle_summaries
from audit_app.store.earlier_audits import earlier_audits
from audit_app.store.evidence import evidence_of
from audit_app.store.exports import export_audits
from audit_app.store.exports_by_person import export_for
from audit_app.store.findings import FindingText, draft_finding, quotable_answers
from audit_app.store.history import timeline_of
from audit_app.store.moderation import (
    agreement_of,
    find_moderation,
    moderation_of,
    name_reader,
    possible_readers,
)
from audit_app.store.moderation_draw import ModerationFault, choose_audit, set_rules
from audit_app.store.people import move_to_team
from audit_app.store.purging_moderation import DELETED, purge_second_readings
from audit_app.store.results import cycle_results
from audit_app.store.schema import migrate
from audit_app.store.scores import find_drift
from audit_app.store.tables import (
    Audit,
    Finding,
    Moderation,
    ModerationGrade,
    Person,
    Reading,
    RecordedState,
    SecondReading,
)

WORST = {
    "chron_place": Draft("chron_place", RecordedState.ANSWERED, value="missing", evidence="No.")
}
COPIED = [
    *("cycle_id", "case_file_id", "auditor_id", "form_version_id", "state", "due_on"),
    *("allocated_at", "submitted_at", "scored_hash", "suggested_reason", "grade_reason"),
    *("done_well", "difference_made"),
]
SECOND_SAID = "Words of the second reader."


@pytest.fixture
def council(session: Session) -> Council:
    """Nothing is drawn but by choice, and a second QA lead."""
    made = make_council(session)
    set_rules(session, made.cycle, {})
    make_person(session, Role.QA_LEAD, "Second Lead")
    return made


def submitted(session: Session, council: Council, place: int = 0) -> Audit:
    """A manager's audit, submitted with the best answers."""
    audit = session.scalars(
        select(Audit).where(Audit.auditor_id == council.managers[place].id).order_by(Audit.id)
    ).first()
    assert audit is not None
    complete_audit(session, audit)
    return audit


def chosen(session: Session, council: Council, audit: Audit) -> Moderation:
    """Its second reading, waiting."""
    choose_audit(session, audit, "To learn whether we agree.", by=council.lead, at=AT)
    found = moderation_of(session, audit.id)
    assert found is not None
    return found


def read_again(
    session: Session, council: Council, audit: Audit, changes: dict[str, Draft] | None = None
) -> Moderation:
    """Chosen, read by the QA lead, and to be compared."""
    moderation = chosen(session, council, audit)
    name_reader(session, moderation, council.lead, by=council.lead, at=AT)
    assert moderation.reading is not None
    complete_audit(session, moderation.reading, changes)
    return moderation


def settled(moderation: Moderation, reason: str = "Seen by both.") -> dict[str, GradeChoice]:
    """The first grade of each part, with a reason."""
    return {
        pair.part: GradeChoice(pair.first.grade, reason) for pair in compared_grades(moderation)
    }


def test_rules_draw_on_submitting_and_the_random_share_can_be_made_again(session):
    council = make_council(session)
    set_rules(session, council.cycle, {DrawReason.RANDOM_SHARE: 50})
    audits = session.scalars(select(Audit).order_by(Audit.id)).all()
    for audit in audits:
        complete_audit(session, audit)
    drawn = {one.audit_id for one in session.scalars(select(Moderation))}
    seed = council.cycle.sample.seed
    assert drawn == {
        audit.id
        for audit in audits
        if falls_within(reading_ticket(seed, audit.case_file.reference), 50)
    }
    assert 0 < len(drawn) < len(audits)


def test_a_critical_failure_is_drawn_with_its_reason(session):
    council = make_council(session)
    set_rules(session, council.cycle, {DrawReason.CRITICAL_FAILURE: None})
    audits = audits_of(session, council.managers[0])
    critical = next(q.id for q in form_of(audits[0]).questions.values() if q.critical)
    failing = {critical: Draft(critical, RecordedState.NOT_RECORDED, evidence="Not on the file.")}
    complete_audit(session, audits[0], failing)
    complete_audit(session, audits[1])
    assert [row.reason for row in moderation_of(session, audits[0].id).reasons] == [
        DrawReason.CRITICAL_FAILURE
    ]
    assert moderation_of(session, audits[1].id) is None


def test_a_second_reading_changes_no_figure_of_its_cycle(session, council):
    audit = submitted(session, council)
    before = everything_counted(session, council)
    moderation = read_again(session, council, audit, WORST)
    assert everything_counted(session, council) == before
    agree(session, moderation, settled(moderation), by=council.lead, at=AT)
    assert everything_counted(session, council) == before
    assert not list(find_drift(session))


def everything_counted(session: Session, council: Council) -> object:
    cycle, lead = council.cycle, council.lead
    session.expire_all()
    results = cycle_results(session, cycle)
    exported = export_audits(session, cycle)["audits"]
    for one in exported:
        one.pop("second_reading")
    text_ = FindingText("chronology", None, FindingKind.STRENGTH, "Words", 1, 1)
    draft_finding(session, cycle, text_, by=lead, at=AT)
    questions = [question for bank in results.form.banks for question in bank.questions]
    return (
        results.themes,
        results.files,
        results.run,
        results.auditors,
        [(one.drawn, one.submitted, one.late) for one in cycle_summaries(session, lead)],
        [(one.person.id, len(one.audits), one.submitted) for one in completion_of(session, cycle)],
        exported,
        export_for(session, lead, cycle).audit_count,
        [
            (audit.id, row.question_id, row.evidence)
            for audit, row in quotable_answers(session, cycle, [one.id for one in questions])
        ],
    )


def test_its_reader_sees_nothing_of_the_first_audit_until_theirs_is_in(session, council):
    audit, lead = submitted(session, council), council.lead
    moderation = chosen(session, council, audit)
    assert find_submitted_audit(session, lead, audit.id) is audit
    name_reader(session, moderation, lead, by=lead, at=AT)
    reading = moderation.reading

    def seen() -> list[object]:
        return [
            find_submitted_audit(session, lead, audit.id),
            evidence_of(session, council.cycle, "chronology", reader=lead),
            quotable_answers(session, council.cycle, ["chron_place"], reader=lead),
            export_for(session, lead, council.cycle).data["audits"],
        ]

    assert not any(seen())
    assert export_for(session, lead, council.cycle).left_out == 1
    assert not earlier_audits(session, lead, reading)
    assert "submitted" not in {line.action for line in timeline_of(session, "audit", reading.id)}
    with pytest.raises(IllegalMove):
        compared_answers(moderation)
    complete_audit(session, reading)
    assert all(seen())


def test_the_other_qa_lead_is_not_blind(session, council):
    audit = submitted(session, council)
    name_reader(session, chosen(session, council, audit), council.lead, by=council.lead, at=AT)
    other = session.scalar(select(Person).where(Person.name == "Second Lead"))
    assert find_submitted_audit(session, other, audit.id) is audit


def test_agreement_is_counted_once_and_grades_are_kept_three_times(session, council):
    audit = submitted(session, council)
    moderation = read_again(session, council, audit, WORST)
    differing = [one for one in compared_answers(moderation) if not one.agrees]
    assert differing[0].question.id == "chron_place"
    assert all(one.second is None for one in differing[1:]), "asked only where there is one"
    agreement = agreement_of(session, council.cycle)
    found = (agreement.of - agreement.agreed, agreement.pairs, agreement.per_cent)
    assert found == (len(differing), 1, None)
    pairs = compared_grades(moderation)
    with pytest.raises(UnsettledGrades) as unsettled:
        agree(session, moderation, {}, by=council.lead, at=AT)
    assert set(unsettled.value.faults) == {pair.part for pair in pairs}
    without = {part: GradeChoice(one.grade) for part, one in settled(moderation).items()}
    differ = {pair.part for pair in pairs if not pair.agrees}
    assert differ
    with pytest.raises(UnsettledGrades) as unsettled:
        agree(session, moderation, without, by=council.lead, at=AT)
    assert set(unsettled.value.faults) == differ
    agree(session, moderation, settled(moderation), by=council.lead, at=AT)
    assert [(row.part, row.first, row.second, row.consensus) for row in moderation.grades] == [
        (pair.part, pair.first.grade, pair.second.grade, pair.first.grade) for pair in pairs
    ]
    exported = export_audits(session, council.cycle)["audits"]
    (shown,) = [one["second_reading"] for one in exported if one["second_reading"]]
    assert [grade["second"] for grade in shown["grades"]] == [pair.second.grade for pair in pairs]
    with pytest.raises(IllegalMove):
        return_audit(session, moderation, {"chron_place": "Look."}, by=council.lead, at=AT)


def test_returning_keeps_the_first_version_for_ever(session, council):
    audit = submitted(session, council)
    finding = FindingText(
        *("chronology", None, FindingKind.STRENGTH, "Words", 1, 1),
        quotes=((audit.id, "chron_place"),),
    )
    draft_finding(session, council.cycle, finding, by=council.lead, at=AT)
    moderation = read_again(session, council, audit, WORST)
    agreed_before = moderation.answers_agreed
    before = _contents(audit)
    with pytest.raises(ModerationFault, match="at least one comment"):
        return_audit(session, moderation, {"no_question": "x"}, by=council.lead, at=AT)
    return_audit(session, moderation, {"chron_place": "Is it?"}, by=council.lead, at=AT)
    assert (audit.state, audit.submitted_at, audit.scored_hash) == (
        AuditState.IN_PROGRESS,
        None,
        None,
    )
    assert not cycle_results(session, council.cycle).files
    assert not session.scalars(select(Finding)).one().quotes
    # The auditor empties what was quoted, and answers otherwise.
    record_answers(session, audit, [Draft("chron_place", None)], at=AT)
    complete_audit(session, audit, WORST, at=AT + timedelta(days=5))
    assert moderation.state is ModerationState.COMPARING
    assert moderation.answers_agreed == agreed_before
    (version,) = versions_of(session, audit.id)
    assert _contents(version) == before != _contents(audit)
    assert all(one.agrees for one in compared_answers(moderation))
    agree(session, moderation, settled(moderation), by=council.lead, at=AT)
    assert not list(find_drift(session))


def _contents(one: object) -> object:
    answers = [(row.question_id, row.value, row.evidence, row.outcome) for row in one.answers]
    themes = [(row.theme, row.met, row.grade, row.theme_met) for row in one.themes]
    return answers, themes, one.grade, one.points, one.submitted_at, one.done_well


def test_in_no_other_state_can_it_be_returned_or_agreed(session, council):
    audit = submitted(session, council)
    with pytest.raises(IllegalMove):
        record_answers(session, audit, drafts_for(form_of(audit)), at=AT)
    moderation, seen = chosen(session, council, audit), []

    def refused() -> None:
        seen.append(moderation.state)
        with pytest.raises(IllegalMove):
            return_audit(session, moderation, {"chron_place": "x"}, by=council.lead, at=AT)
        with pytest.raises(IllegalMove):
            agree(session, moderation, {}, by=council.lead, at=AT)

    refused()
    name_reader(session, moderation, council.lead, by=council.lead, at=AT)
    refused()
    assert audit.state is AuditState.SUBMITTED
    complete_audit(session, moderation.reading)
    return_audit(session, moderation, {"chron_place": "x"}, by=council.lead, at=AT)
    refused()
    complete_audit(session, audit)
    agree(session, moderation, settled(moderation), by=council.lead, at=AT)
    refused()
    assert set(seen) == set(ModerationState) - {ModerationState.COMPARING}
    assert audit.state is AuditState.SUBMITTED


def test_in_a_closed_cycle_nothing_is_read_any_more(session, council):
    one, two = submitted(session, council), submitted(session, council, 1)
    waiting, compared = chosen(session, council, one), read_again(session, council, two)
    close_cycle(council.cycle, at=AT)
    session.flush()
    acts: list[Callable[[], object]] = [
        lambda: name_reader(session, waiting, council.lead, by=council.lead, at=AT),
        lambda: agree(session, compared, settled(compared), by=council.lead, at=AT),
        lambda: return_audit(session, compared, {"chron_place": "x"}, by=council.lead, at=AT),
        lambda: set_rules(session, council.cycle),
    ]
    for act in acts:
        with pytest.raises((ModerationFault, IllegalMove), match="closed"):
            act()
    assert council.cycle.state is CycleState.CLOSED


def test_the_schema_refuses_what_no_page_should_ask_for(session, council):
    audit = submitted(session, council)
    moderation = chosen(session, council, audit)
    session.commit()
    again = select(
        *(Reading.__table__.c[name] for name in COPIED), literal("second_reading")
    ).where(Reading.id == audit.id)
    for broken in (
        # Their own audit once more, agreed without a reading, a reader without one, no reason.
        insert(Reading.__table__).from_select([*COPIED, "purpose"], again),
        update(Moderation).values(state=ModerationState.AGREED),
        update(Moderation).values(reader_id=council.lead.id),
        insert(ModerationGrade).values(
            moderation_id=moderation.id, part="overall", position=0, first="good", reason=""
        ),
    ):
        with pytest.raises(IntegrityError):
            session.execute(broken)
        session.rollback()


def test_a_purge_takes_the_words_of_second_readings_too(session, council):
    audit = submitted(session, council)
    said = {"chron_place": replace(WORST["chron_place"], evidence=SECOND_SAID)}
    moderation = read_again(session, council, audit, said)
    return_audit(session, moderation, {"chron_place": SECOND_SAID}, by=council.lead, at=AT)
    complete_audit(session, audit)
    agree(session, moderation, settled(moderation, SECOND_SAID), by=council.lead, at=AT)
    audit.purged_at = AT
    session.flush()
    purge_second_readings(session, AT)
    session.expire_all()
    assert moderation.reading.purged_at == AT
    assert {row.reason for row in moderation.grades} == {DELETED}
    assert {row.comment for row in moderation.comments} == {DELETED}
    (version,) = versions_of(session, audit.id)
    assert not any(row.evidence or row.value for row in version.answers)
    assert version.grade is not None


def test_a_downgrade_leaves_first_audits_alone(database):
    with database.session() as session:
        council = make_council(session)
        make_person(session, Role.QA_LEAD, "Second Lead")
        set_rules(session, council.cycle, {})
        audit = submitted(session, council)
        read_again(session, council, audit)
        counts = (session.scalar(select(func.count(Audit.id))), len(audit.answers), audit.id)
        assert session.scalar(select(func.count(SecondReading.id))) == 1
    migrate(database, "0006")
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit")) == counts[0]
        answers = text("SELECT count(*) FROM recorded_answer WHERE audit_id = :id")
        assert connection.scalar(answers, {"id": counts[2]}) == counts[1]
    migrate(database)
    with database.session() as session:
        assert session.scalar(select(func.count(Reading.id))) == counts[0]
        assert session.get_one(Audit, counts[2]).cycle.rules


def test_who_could_read_it_is_said_with_what_bars_the_others(session, council):
    audit = submitted(session, council)
    moderation = chosen(session, council, audit)
    assert audit.team is not None
    other = session.scalar(select(Person).where(Person.name == "Second Lead"))
    move_to_team(session, other, audit.team.name, at=AT)
    bars = {one.person.name: one.bars for one in possible_readers(session, moderation)}
    assert {"Quality Lead", "Second Lead", "Manager 0", "Manager 1"} <= set(bars)
    assert not bars["Quality Lead"]
    assert bars["Second Lead"]
    assert bars["Manager 0"]
    assert find_moderation(session, other, moderation.id) is None
    assert find_audit(session, council.managers[0], audit.id) is audit
    readings = audits_of_case_file(session, council.lead, audit.case_file)
    assert [one.is_second for one in readings] == [False]
