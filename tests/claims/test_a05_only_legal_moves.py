"""Claim A5: only legal moves of state, whatever is sent at whatever moment; nobody approves their
own report, and a purge is approved by another person.

Every route that takes a POST is fired at every object in every state, again and again, by somebody
who has every role; after each of them every state is compared with the one before it. The
moves alone, without the site, are in `tests/core/test_lifecycle.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from claims.walking import address_of, rules_of
from factories import (
    AT,
    agree_with_suggestions,
    complete_audit,
    drafts_for,
    make_extract,
    make_person,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.core.completeness import GradeChoice
from audit_app.core.completion import WithdrawalReason
from audit_app.core.exemptions import ExemptionReason
from audit_app.core.lifecycle import (
    MOVES,
    ActionState,
    AuditState,
    CycleState,
    EditionState,
    ExemptionState,
    FindingKind,
    FindingState,
    ModerationState,
    PurgeState,
)
from audit_app.core.retention import Kept
from audit_app.core.sampling import Filters
from audit_app.store.actions import make_of_finding, propose_action, say_done
from audit_app.store.agreeing import agree, compared_grades, return_audit
from audit_app.store.audits import audits_of, form_of, record_answers
from audit_app.store.calibrations import call_calibration, readings_of
from audit_app.store.cycles import close_cycle, create_cycle
from audit_app.store.editions import publish_edition, store_edition
from audit_app.store.exemptions import ask_exemption, decide_exemption, end_exemption
from audit_app.store.findings import FindingText, confirm_finding, draft_finding
from audit_app.store.instruments import latest_form, load_form
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.moderation_draw import choose_audit
from audit_app.store.people import appoint
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import (
    Action,
    Audit,
    AuditVersion,
    Base,
    Calibration,
    CaseFile,
    Cycle,
    EarlierAnswer,
    Edition,
    Exemption,
    Finding,
    Moderation,
    Person,
    Purge,
    Reading,
    RecordedAnswer,
    Round,
)
from audit_app.store.withdrawing import withdraw_audit
from audit_app.web.access import OPEN_ENDPOINTS

KINDS: tuple[type[Base], ...] = (
    Reading,
    Moderation,
    Calibration,
    Cycle,
    Edition,
    Exemption,
    Finding,
    Purge,
    Action,
)
State = (
    ActionState
    | AuditState
    | CycleState
    | EditionState
    | ExemptionState
    | FindingState
    | ModerationState
    | PurgeState
)
ROUNDS = 3
DUE = AT.date() + timedelta(days=3_650)
#: The first would end the walk's own session; extracts have no states of `core.lifecycle`.
NOT_FIRED = ("people.", "accounts.", "account.", "own_sign_ins.", "security.", "caseload.")


@dataclass(frozen=True)
class Everything:
    """Somebody with every role, another who compiled, and the ids of what is in each state."""

    person: Person
    other: Person
    own_edition: int


def make_everything(session: Session) -> Everything:
    """Every kind in every state; the person audits in each cycle."""
    person = make_person(session, Role.QA_LEAD, "Every Role")
    for role in Role:
        if role is not Role.QA_LEAD:
            appoint(session, person, role, at=AT)
    other = make_person(session, Role.SENIOR_MANAGER, "Other")
    appoint(session, other, Role.QA_LEAD, at=AT)
    make_extract(session)
    _cycle(session, [person, other], "open")
    drawn, closed = (_cycle(session, [person, other], name) for name in ("drawn", "closed"))
    for cycle in (drawn, closed):
        draw_cycle_sample(session, cycle, Filters(), per_auditor=5, seed="s", by=None, at=AT)
        mine = [audit for audit in audits_of(session, person) if audit.cycle_id == cycle.id]
        _untouched, begun, whole, done, withdrawn = mine[:5]
        for audit in (begun, done):
            propose_action(session, audit, "Words", person, DUE, by=person, at=AT)
        record_answers(session, withdrawn, [], at=AT)
        withdraw_audit(session, withdrawn, WithdrawalReason.SEALED, by=other, at=AT)
        record_answers(session, begun, [], at=AT)
        record_answers(session, whole, drafts_for(form_of(whole)), at=AT)
        agree_with_suggestions(session, whole)
        complete_audit(session, done)
        _second_readings(session, cycle, person, other)
        _exemptions(session, cycle, person, other)
    close_cycle(closed, at=AT)
    _calibrations(session, drawn, person, other)
    for cycle in (drawn, closed):
        for confirmed in (False, True):
            text = FindingText("chronology", None, FindingKind.STRENGTH, "Words", 1, 1)
            finding = draft_finding(session, cycle, text, by=other, at=AT)
            if confirmed:
                confirm_finding(finding, by=other, at=AT)
    _actions(session, drawn, person, other)
    own, _others, published = (
        _edition(session, drawn, by, number)
        for number, by in ((1, person), (2, other), (3, person))
    )
    publish_edition(published, by=other, at=AT)
    for state in PurgeState:
        _purge(session, state, person, other)
    session.commit()
    return Everything(person, other, own.id)


def _actions(session: Session, cycle: Cycle, person: Person, other: Person) -> None:
    """For practice: one to be done by the other, and one that each of the two says is done."""
    for owner, done in ((other, False), (other, True), (person, True)):
        text = FindingText("chronology", None, FindingKind.STRENGTH, "Words", 1, 1, action="Do it")
        finding = draft_finding(session, cycle, text, by=other, at=AT)
        confirm_finding(finding, by=other, at=AT)
        action = make_of_finding(session, cycle, finding, owner, DUE, by=other, at=AT)
        if done:
            say_done(session, action, "Words", by=owner, at=AT)


def _calibrations(session: Session, cycle: Cycle, person: Person, other: Person) -> None:
    """Two that go on; in one the other has submitted."""
    free = select(CaseFile).where(CaseFile.id.not_in(select(Reading.case_file_id)))
    for number, case_file in enumerate(session.scalars(free.order_by(CaseFile.id).limit(2)).all()):
        version, people = cycle.form_version, [person, other]
        calibration = call_calibration(
            session, version, case_file, people, due_on=DUE, by=person, at=AT
        )
        if number:
            complete_audit(session, readings_of(session, calibration)[1])


def _exemptions(session: Session, cycle: Cycle, person: Person, other: Person) -> None:
    """One in each state but those that the walk has to reach; the person's own stays as it is."""
    days = (AT.date(), AT.date())
    for state in (ExemptionState.DECLINED, ExemptionState.ENDED):
        one = ask_exemption(session, cycle, other, ExemptionReason.AWAY, days, by=other, at=AT)
        granted = state is not ExemptionState.DECLINED
        decide_exemption(session, one, granted=granted, by=person, at=AT)
        if state is ExemptionState.ENDED:
            end_exemption(session, one, by=person, at=AT)
    for who in (person, other):
        ask_exemption(session, cycle, who, ExemptionReason.AWAY, days, by=who, at=AT)


def _second_readings(session: Session, cycle: Cycle, person: Person, other: Person) -> None:
    """One in each state: the other person's audits, read again by the person."""
    theirs = [one for one in audits_of(session, other) if one.cycle_id == cycle.id]
    for audit, state in zip(theirs, ModerationState, strict=False):
        complete_audit(session, audit)
        if moderation_of(session, audit.id) is None:
            choose_audit(session, audit, "To learn.", by=person, at=AT)
        moderation = moderation_of(session, audit.id)
        assert moderation is not None
        if state is ModerationState.WAITING:
            continue
        name_reader(session, moderation, person, by=person, at=AT)
        if state is not ModerationState.READING:
            complete_audit(session, moderation.reading)
        if state is ModerationState.RETURNED:
            return_audit(session, moderation, {"chron_place": "Look."}, by=person, at=AT)
        elif state is ModerationState.AGREED:
            same = {
                pair.part: GradeChoice(pair.first.grade, "We looked.")
                for pair in compared_grades(moderation)
            }
            agree(session, moderation, same, by=person, at=AT)


def states_of(session: Session) -> dict[tuple[str, int], State]:
    """Every object's state; a setback of an extract or of a published text would show too."""
    session.rollback()
    found: dict[tuple[str, int], State] = {}
    for kind in KINDS:
        for number, state in session.execute(select(kind.id, kind.state)):
            found[kind.__name__, number] = state
    return found


def objects_for(session: Session, arguments: set[str]) -> Iterator[dict[str, object]]:
    """Every way to fill the parts of an address with what there is."""
    cycles = {cycle.id: cycle for cycle in session.scalars(select(Round))}
    if {"action_id", "audit_id"} <= arguments:
        for action in session.scalars(select(Action).where(Action.audit_id.is_not(None))):
            yield {"action_id": action.id, "audit_id": action.audit_id}
    elif "audit_id" in arguments:
        for audit in session.scalars(select(Reading)):
            section = next(section for _, section in load_form(audit.form_version).sections)
            cycle = cycles[audit.cycle_id]
            yield {"audit_id": audit.id, "section_key": section.key, "key": cycle.key}
    elif "moderation_id" in arguments:
        for one in session.scalars(select(Moderation)):
            yield {"moderation_id": one.id, "key": cycles[one.audit.cycle_id].key}
    elif "action_id" in arguments:
        for action in session.scalars(select(Action)):
            yield {"action_id": action.id}
    elif "finding_id" in arguments:
        for finding in session.scalars(select(Finding)):
            yield {"finding_id": finding.id, "key": cycles[finding.cycle_id].key}
    elif "key" in arguments:
        yield from ({"key": cycle.key} for cycle in cycles.values())
    else:
        most = max(session.scalar(select(func.max(kind.id))) or 1 for kind in KINDS[1:])
        yield from (dict.fromkeys(arguments, number) for number in range(1, most + 1))


def test_whatever_is_sent_only_legal_moves_happen(app, session, signed_in):
    world = make_everything(session)
    client = signed_in(world.person)
    moves: set[tuple[State, State]] = set()
    before = states_of(session)
    settled = _answers_of_submitted(session)
    form = _form(world)
    # What closes a cycle comes last, or else nothing could move in it; nor in what is withdrawn.
    last = ("withdraw.withdraw", "cycles.close")
    rules = sorted(
        rules_of(app),
        key=lambda rule: last.index(rule.endpoint) if rule.endpoint in last else -1,
    )
    for _round in range(ROUNDS):
        for rule in rules:
            if "POST" not in rule.methods or rule.endpoint in OPEN_ENDPOINTS:
                continue
            if rule.endpoint.startswith(NOT_FIRED):
                continue
            for parts in list(objects_for(session, rule.arguments)):
                answer = client.send(address_of(app, rule, parts), form)
                about = (rule.endpoint, parts, answer.status_code)
                assert answer.status_code < 500, about
                after = states_of(session)
                for key in before.keys() & after.keys():
                    if before[key] is not after[key]:
                        assert after[key] in MOVES[before[key]], (about, before[key], after[key])
                        moves.add((before[key], after[key]))
                assert not before.keys() - after.keys(), about
                before = after
    now, returned = _answers_of_submitted(session), _answers_returned(session)
    assert all(said in (now.get(key), returned.get(key)) for key, said in settled.items())
    assert session.get_one(Edition, world.own_edition).state is EditionState.COMPILED
    for edition in session.scalars(select(Edition).where(Edition.approved_by_id.is_not(None))):
        assert edition.approved_by_id != edition.compiled_by_id
    for action in session.scalars(select(Action).where(Action.verified_by_id.is_not(None))):
        assert action.verified_by_id != action.owner_id
    for one in session.scalars(select(Exemption).where(Exemption.decided_by_id.is_not(None))):
        assert one.decided_by_id not in (one.asked_by_id, one.person_id)
    assert moves >= {
        (ActionState.PROPOSED, ActionState.CALLED_OFF),
        (ActionState.TO_DO, ActionState.DONE),
        (ActionState.TO_DO, ActionState.CALLED_OFF),
        (ActionState.DONE, ActionState.VERIFIED),
        (AuditState.ALLOCATED, AuditState.IN_PROGRESS),
        (AuditState.IN_PROGRESS, AuditState.SUBMITTED),
        (AuditState.SUBMITTED, AuditState.IN_PROGRESS),
        (AuditState.ALLOCATED, AuditState.WITHDRAWN),
        (AuditState.IN_PROGRESS, AuditState.WITHDRAWN),
        (ExemptionState.REQUESTED, ExemptionState.GRANTED),
        (ExemptionState.GRANTED, ExemptionState.ENDED),
        (ModerationState.WAITING, ModerationState.READING),
        (ModerationState.COMPARING, ModerationState.RETURNED),
        (CycleState.OPEN, CycleState.DRAWN),
        (CycleState.DRAWN, CycleState.CLOSED),
        (EditionState.COMPILED, EditionState.PUBLISHED),
        (FindingState.DRAFT, FindingState.CONFIRMED),
        (FindingState.CONFIRMED, FindingState.DRAFT),
    }, "a legal move that never happens is not proved to be watched"


def test_in_a_closed_cycle_no_audit_moves(app, session, signed_in):
    world = make_everything(session)
    client = signed_in(world.person)
    closed = select(Cycle.id).where(Cycle.state == CycleState.CLOSED)
    audits = session.scalars(select(Audit).where(Audit.cycle_id.in_(closed))).all()
    before = {audit.id: (audit.state, audit.auditor_id) for audit in audits}
    assert set(AuditState) == {state for state, _ in before.values()}
    for rule in rules_of(app):
        if "POST" in rule.methods and "audit_id" in rule.arguments:
            for audit in audits:
                parts = {"audit_id": audit.id, "key": audit.cycle.key}
                section = next(s for _, s in load_form(audit.form_version).sections)
                parts["section_key"] = section.key
                client.send(address_of(app, rule, parts), _form(world))
    session.expire_all()
    assert {audit.id: (audit.state, audit.auditor_id) for audit in audits} == before


@pytest.mark.parametrize("approver_compiled", [True, False])
def test_publishing_needs_a_second_person(session, signed_in, approver_compiled):
    world = make_everything(session)
    approver = world.person if approver_compiled else world.other
    answer = signed_in(approver).send(f"/editions/{world.own_edition}/publish")
    assert answer.status_code == 302
    session.expire_all()
    edition = session.get_one(Edition, world.own_edition)
    published = edition.state is EditionState.PUBLISHED
    assert published is not approver_compiled
    assert edition.approved_by_id == (None if approver_compiled else world.other.id)


def _form(world: Everything) -> dict[str, object]:
    """Fields that some form or other takes."""
    return {
        "per_auditor": "1",
        "to": str(world.other.id),
        "reason": "away",
        "kind": "strength",
        "statement": "Words",
        "seed": "x",
        "because": "To learn whether we agree.",
        "reader": str(world.person.id),
        "borderline": "2",
        "random_share": "10",
        "why": "sealed",
        "approve": "yes",
        "who": str(world.other.id),
        "from_day": ["1", "11", "2026"],
        "to_day": ["2", "11", "2026"],
        "comment_chron_place": "Look at it again.",
        "words": "Words",
        "what": "Words",
        "owner": str(world.person.id),
        "due_on": [str(DUE.day), str(DUE.month), str(DUE.year)],
        "done": "yes",
        "accept": "yes",
    }


def _answers_of_submitted(session: Session) -> dict[tuple[int, str], object]:
    rows = session.execute(
        select(
            RecordedAnswer.audit_id,
            RecordedAnswer.question_id,
            RecordedAnswer.value,
            RecordedAnswer.evidence,
            RecordedAnswer.outcome,
        )
        .join(Audit, Audit.id == RecordedAnswer.audit_id)
        .where(Audit.state == AuditState.SUBMITTED)
    )
    return {(audit, question): (*rest,) for audit, question, *rest in rows}


def _answers_returned(session: Session) -> dict[tuple[int, str], object]:
    """What was submitted first in audits that were returned to their auditors."""
    rows = session.execute(
        select(
            AuditVersion.audit_id,
            EarlierAnswer.question_id,
            EarlierAnswer.value,
            EarlierAnswer.evidence,
            EarlierAnswer.outcome,
        )
        .join(EarlierAnswer, EarlierAnswer.version_id == AuditVersion.id)
        .where(AuditVersion.number == 1)
    )
    return {(audit, question): (*rest,) for audit, question, *rest in rows}


def _cycle(session: Session, auditors: list[Person], name: str) -> Cycle:
    version = latest_form(session, "monthly_sample")
    assert version is not None
    return create_cycle(session, version, name=name, month="2026-11", auditors=auditors, at=AT)


def _edition(session: Session, cycle: Cycle, by: Person, number: int) -> Edition:
    return store_edition(
        session,
        cycle,
        design="qa_sub_group",
        number=number,
        title="Pack",
        data_cut_off=AT.date(),
        data_hash=f"{number}" * 64,
        content=b"%PDF",
        page_count=1,
        by_id=by.id,
        at=AT,
    )


def _purge(session: Session, state: PurgeState, asker: Person, approver: Person) -> None:
    approved = state in (PurgeState.APPROVED, PurgeState.RUN)
    session.add(
        Purge(
            kind=next(iter(Kept)),
            before=AT.date().replace(year=2001),
            state=state,
            counts={},
            asked_at=AT,
            asked_by_id=asker.id,
            approved_at=AT if approved else None,
            approved_by_id=approver.id if approved else None,
        )
    )
