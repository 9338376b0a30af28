"""Exemptions and withdrawals: who is left out of a cycle's target, and that the counts agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from factories import AT, complete_audit, drafts_for, make_council, make_person
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.core.completion import LeftOut, WithdrawalReason
from audit_app.core.exemptions import ExemptionReason
from audit_app.core.lifecycle import AuditState, ExemptionState, IllegalMove
from audit_app.core.sampling import Filters, draw_sample
from audit_app.store.agreeing import return_audit
from audit_app.store.audits import find_audit, form_of, record_answers
from audit_app.store.cycles import close_cycle, completion_of, create_cycle, cycle_summaries
from audit_app.store.exemptions import (
    ExemptionFault,
    ask_exemption,
    decide_exemption,
    end_exemption,
    left_by_exempt,
)
from audit_app.store.instruments import latest_form
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.moderation_draw import choose_audit
from audit_app.store.reassigning import ReassignFault, candidates_for, reassign_audit
from audit_app.store.results import cycle_results
from audit_app.store.samples import draw_cycle_sample, drawn_cases, drawn_for, sample_frame
from audit_app.store.tables import Audit, Cycle, Exemption, Person
from audit_app.store.withdrawing import WithdrawalFault, withdraw_audit

DAYS = (date(2026, 11, 1), date(2026, 11, 30))
SEALED = WithdrawalReason.SEALED


def ask(session: Session, cycle: Cycle, who: Person, by: Person) -> Exemption:
    return ask_exemption(session, cycle, who, ExemptionReason.AWAY, DAYS, by=by, at=AT)


def exempt(session: Session, cycle: Cycle, who: Person, by: Person) -> Exemption:
    exemption = ask(session, cycle, who, who)
    decide_exemption(session, exemption, granted=True, by=by, at=AT)
    return exemption


def counts_of(session: Session, cycle: Cycle) -> tuple[int, int, LeftOut]:
    """Due, submitted and left out; the three places that count must agree."""
    (summary,) = [one for one in cycle_summaries(session) if one.cycle.id == cycle.id]
    completion = cycle_results(session, cycle).completion
    by_person = completion_of(session, cycle)
    counted = (summary.due, summary.submitted, summary.left_out)
    assert (completion.due, completion.submitted, completion.left_out) == counted
    assert sum(one.due for one in by_person) == summary.due
    assert sum(one.submitted for one in by_person) == summary.submitted
    assert summary.drawn == summary.due + summary.left_out.count
    return counted


def test_whoever_is_exempt_leaves_the_target_with_what_they_left(session: Session) -> None:
    council = make_council(session)
    away, second, _third = council.managers
    mine, left = session.scalars(select(Audit).where(Audit.auditor_id == away.id)).all()
    complete_audit(session, mine)
    assert counts_of(session, council.cycle) == (6, 1, LeftOut())
    asked = ask(session, council.cycle, away, away)
    assert counts_of(session, council.cycle) == (6, 1, LeftOut())
    decide_exemption(session, asked, granted=True, by=council.lead, at=AT)
    only = {ExemptionReason.AWAY: 1}
    assert counts_of(session, council.cycle) == (5, 1, LeftOut({}, only, 1))
    assert completion_of(session, council.cycle)[0].person is away
    assert list(left_by_exempt(session, council.cycle)) == [left]
    theirs = session.scalars(select(Audit).where(Audit.auditor_id == second.id)).first()
    assert theirs is not None
    with pytest.raises(ReassignFault):
        reassign_audit(session, theirs, away)
    fit = next(one.person for one in candidates_for(session, left) if not one.bars)
    reassign_audit(session, left, fit)
    assert counts_of(session, council.cycle) == (6, 1, LeftOut({}, only, 0))
    end_exemption(session, asked, by=council.lead, at=AT)
    assert counts_of(session, council.cycle) == (6, 1, LeftOut())


def test_nobody_decides_their_own_or_what_they_asked_for(session: Session) -> None:
    council = make_council(session)
    away, other, third = council.managers
    own = ask(session, council.cycle, away, away)
    for person in (away, other):
        with pytest.raises(ExemptionFault, match="Another person"):
            decide_exemption(session, own, granted=True, by=person, at=AT)
    with pytest.raises(ExemptionFault, match="already"):
        ask(session, council.cycle, away, council.lead)
    decide_exemption(session, own, granted=False, by=council.lead, at=AT)
    asked = ask(session, council.cycle, away, council.lead)
    with pytest.raises(ExemptionFault, match="Another person"):
        decide_exemption(session, asked, granted=True, by=council.lead, at=AT)
    decide_exemption(session, asked, granted=True, by=third, at=AT)
    with pytest.raises(IllegalMove):
        decide_exemption(session, asked, granted=False, by=third, at=AT)
    with pytest.raises(ExemptionFault, match="Another person has to end"):
        end_exemption(session, asked, by=away, at=AT)
    stranger = make_person(session, Role.SENIOR_MANAGER, "Not In It")
    with pytest.raises(ExemptionFault, match="does not audit"):
        ask(session, council.cycle, stranger, council.lead)


@pytest.mark.parametrize("who", ["person_id", "asked_by_id"])
def test_the_schema_wants_another_person(session: Session, who: str) -> None:
    council = make_council(session)
    exemption = ask(session, council.cycle, council.managers[0], council.lead)
    wrong = {"state": ExemptionState.GRANTED, "decided_at": AT}
    with pytest.raises(IntegrityError, match="decided_by_another_person"):
        session.execute(update(Exemption).values(**wrong, decided_by_id=getattr(exemption, who)))


def test_nothing_is_drawn_for_the_exempt_and_the_draw_can_be_made_again(session: Session) -> None:
    council = make_council(session)
    version = latest_form(session, "monthly_sample")
    assert version is not None
    cycle = create_cycle(
        session, version, name="Next", month="2026-12", auditors=council.managers, at=AT
    )
    away, back = council.managers[:2]
    exempt(session, cycle, away, council.lead)
    early = exempt(session, cycle, back, council.lead)
    end_exemption(session, early, by=council.lead, at=AT)
    later = AT + timedelta(days=1)
    sample = draw_cycle_sample(
        session, cycle, Filters(), per_auditor=2, seed="again", by=None, at=later
    )
    assert {one.auditor_id for one in drawn_cases(session, sample)} == {
        one.id for one in council.managers[1:]
    }
    # Who is exempt after the draw was drawn for, and stays in its account.
    exempt_later = ask(session, cycle, back, back)
    decide_exemption(
        session, exempt_later, granted=True, by=council.lead, at=later + timedelta(days=1)
    )
    session.expire_all()
    again = draw_sample(
        sample_frame(session, sample),
        drawn_for(session, cycle, sample),
        per_auditor=2,
        seed=sample.seed,
    )
    assert {(int(one.auditor), one.position) for one in again} == {
        (one.auditor_id, one.position) for one in drawn_cases(session, sample)
    }
    due, _submitted, left_out = counts_of(session, cycle)
    assert (due, left_out) == (2, LeftOut({}, {ExemptionReason.AWAY: 2}, 2))


def test_a_withdrawn_audit_leaves_n_and_stays_readable(session: Session) -> None:
    council = make_council(session)
    manager = council.managers[0]
    begun = session.scalars(select(Audit).where(Audit.auditor_id == manager.id)).first()
    assert begun is not None
    drafts = drafts_for(form_of(begun))
    record_answers(session, begun, drafts, at=AT)
    withdraw_audit(session, begun, SEALED, by=council.lead, at=AT)
    assert counts_of(session, council.cycle) == (5, 0, LeftOut({SEALED: 1}))
    with pytest.raises(IllegalMove, match="withdrawn"):
        record_answers(session, begun, drafts, at=AT)
    with pytest.raises(WithdrawalFault, match="already"):
        withdraw_audit(session, begun, SEALED, by=council.lead, at=AT)
    close_cycle(council.cycle, at=AT)
    read = find_audit(session, manager, begun.id)
    assert read is not None
    assert len(read.answers) == len(drafts)
    assert find_audit(session, council.managers[1], begun.id) is None


def test_what_was_submitted_once_is_not_withdrawn(session: Session) -> None:
    council = make_council(session)
    audit = session.scalars(select(Audit).order_by(Audit.id)).first()
    assert audit is not None
    complete_audit(session, audit)
    with pytest.raises(WithdrawalFault, match="has been submitted"):
        withdraw_audit(session, audit, SEALED, by=council.lead, at=AT)
    moderation = moderation_of(session, audit.id)
    if moderation is None:
        choose_audit(session, audit, "To learn.", by=council.lead, at=AT)
        moderation = moderation_of(session, audit.id)
    assert moderation is not None
    reader = make_person(session, Role.QA_LEAD, "Reader")
    name_reader(session, moderation, reader, by=council.lead, at=AT)
    assert moderation.reading is not None
    complete_audit(session, moderation.reading)
    return_audit(session, moderation, {"chron_place": "Look."}, by=reader, at=AT)
    assert audit.state is AuditState.IN_PROGRESS
    with pytest.raises(WithdrawalFault, match="has been submitted"):
        withdraw_audit(session, audit, SEALED, by=council.lead, at=AT)
