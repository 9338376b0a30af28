"""Drafts of banks in the store: one a bank, no save unseen, published whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import AT, complete_audit, make_council, make_person, shipped_library
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from audit_app.core.access import Role
from audit_app.core.bank_edits import find_question, with_question
from audit_app.core.question_bank import Outcome
from audit_app.store.audits import Draft, audits_of
from audit_app.store.bank_drafts import (
    DraftConflict,
    DraftFault,
    begin_draft,
    change_draft,
    delete_draft,
    draft_of,
    load_draft,
)
from audit_app.store.bank_publishing import plan_forms, publish_draft
from audit_app.store.bank_usage import question_use
from audit_app.store.instruments import PublishFault, latest_bank, load_bank
from audit_app.store.tables import BankDraft, BankVersion, RecordedState

LATER = AT + timedelta(hours=1)


@pytest.fixture
def lead(session):
    return make_council(session).lead


@pytest.fixture
def draft(session, lead):
    version = latest_bank(session, "chronology")
    return begin_draft(session, load_bank(version), version, by=lead, at=AT)


def heavier(bank):
    question = find_question(bank, "chron_cumulative")
    return with_question(bank, "chron_main", replace(question, weight=5))


def test_a_bank_has_one_draft(session, draft, lead):
    bank = load_draft(draft)
    assert bank == shipped_library().banks["chronology"]
    with pytest.raises(DraftFault, match="Quality Lead changed last"):
        begin_draft(session, bank, None, by=lead, at=LATER)
    copy = {c.name: getattr(draft, c.name) for c in BankDraft.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError):
        session.execute(BankDraft.__table__.insert().values(**copy))


def test_who_did_not_see_a_change_overwrites_nothing(session, draft, lead):
    other = make_person(session, Role.QA_LEAD, "Sam Second")
    bank = heavier(load_draft(draft))
    change_draft(session, draft, bank, seen=0, by=other, at=LATER)
    for late in (
        lambda: change_draft(session, draft, bank, seen=0, by=lead, at=LATER),
        lambda: delete_draft(session, draft, seen=0),
    ):
        with pytest.raises(DraftConflict, match="Sam Second changed this draft"):
            late()
    assert (draft.changes, draft.changed_by) == (1, other)
    assert find_question(load_draft(draft), "chron_cumulative").weight == 5
    delete_draft(session, draft, seen=1)
    assert draft_of(session, "chronology") is None


def test_publishing_takes_the_forms_along_or_changes_nothing(database, session, draft, lead):
    bank = heavier(load_draft(draft))
    change_draft(session, draft, bank, seen=0, by=lead, at=LATER)
    session.commit()
    with database.sessions() as other:
        # Too low a version is refused where all publishing is, whatever a page computed.
        here = draft_of(other, "chronology")
        with pytest.raises(PublishFault, match="chronology"):
            publish_draft(other, here, bank, [], seen=1, by=lead, at=LATER)
    assert session.scalar(select(func.count(BankVersion.id))) == len(shipped_library().banks)
    raised = replace(bank, version="2.0")
    plans = [plan for plan in plan_forms(session, lead, raised) if plan.asks]
    assert [plan.then.version for plan in plans] == ["2.0", "3.0"]
    said = publish_draft(session, draft, raised, plans, seen=1, by=lead, at=LATER)
    assert {one.key for one in said if one.new} == {"chronology", "monthly_sample", "under_twos"}
    assert draft_of(session, "chronology") is None


def test_answers_are_counted_once_they_are_submitted(session):
    council = make_council(session)
    first, *_others = audits_of(session, council.managers[0])
    assert question_use(session, council.lead, "supervision") == {}
    unseen = Draft("sup_challenge", RecordedState.NOT_RECORDED, evidence="Nothing there.")
    complete_audit(session, first, {"sup_challenge": unseen})
    use = question_use(session, council.lead, "supervision")
    assert use["sup_challenge"].counts == {Outcome.NOT_RECORDED: 1}
    assert question_use(session, council.lead, "nothing") == {}
    assert question_use(session, council.managers[0]) == {}, "a manager sees no results"
