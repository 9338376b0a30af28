"""Actions: one source, another verifies than owns, and each reader gets what their reach gives."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from factories import AT, complete_audit, make_council, make_person
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.access import Role
from audit_app.core.lifecycle import ActionState, FindingKind, IllegalMove
from audit_app.core.retention import Kept
from audit_app.store.accounts import disable_person
from audit_app.store.action_lists import (
    actions_for,
    actions_of_findings,
    find_action,
    own_actions,
    possible_owners,
    waiting_actions,
)
from audit_app.store.actions import (
    ActionFault,
    add_update,
    call_off,
    give_to,
    make_of_finding,
    not_accept,
    propose_action,
    say_done,
    take_back,
    tell_owners,
    verify,
)
from audit_app.store.audits import audits_of
from audit_app.store.cycles import close_cycle
from audit_app.store.editions import publish_edition, store_edition
from audit_app.store.findings import FindingText, confirm_finding, draft_finding, reopen_finding
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.moderation_draw import choose_audit
from audit_app.store.people import Scope, appoint
from audit_app.store.purging import run_purge
from audit_app.store.retention import approve_purge, ask_for_purge
from audit_app.store.subject_access import everything_about
from audit_app.store.tables import Action, ActionUpdate, Finding, Mail

DUE = date(2026, 12, 1)
WHAT = "Visit the child’s school this month."


@pytest.fixture
def council(session):
    return make_council(session, managers=2)


@pytest.fixture
def owner(council, session):
    return make_person(session, Role.ACTION_OWNER)


@pytest.fixture
def audit(council, session):
    return audits_of(session, council.managers[0])[0]


@pytest.fixture
def finding(council, session):
    text = FindingText(
        "chronology", None, FindingKind.AREA_FOR_DEVELOPMENT, "Words", 1, 2,
        action="Agree one place for it.",
    )  # fmt: skip
    made = draft_finding(session, council.cycle, text, by=council.lead, at=AT)
    confirm_finding(made, by=council.lead, at=AT)
    return made


@pytest.fixture
def action(session, council, owner, audit):
    """One for a case, open."""
    made = propose_action(session, audit, WHAT, owner, DUE, by=audit.auditor, at=AT)
    complete_audit(session, audit)
    return made


@pytest.fixture
def of_finding(session, council, owner, finding):
    """One for practice, open."""
    return make_of_finding(session, council.cycle, finding, owner, DUE, by=council.lead, at=AT)


def test_what_is_proposed_is_nobodys_until_the_audit_is_submitted(session, council, owner, audit):
    made = propose_action(session, audit, WHAT, owner, DUE, by=audit.auditor, at=AT)
    gone = propose_action(session, audit, "Wrong file", owner, DUE, by=audit.auditor, at=AT)
    take_back(session, gone, by=audit.auditor, at=AT)
    assert own_actions(session, owner) == []
    assert find_action(session, council.lead, made.id) is None
    complete_audit(session, audit)
    assert own_actions(session, owner) == [made]
    assert made.opened_at == audit.submitted_at
    assert find_action(session, council.lead, gone.id) is None
    for refused in (
        lambda: take_back(session, made, by=audit.auditor, at=AT),
        lambda: propose_action(session, audit, WHAT, owner, DUE, by=audit.auditor, at=AT),
    ):
        with pytest.raises(ActionFault):
            refused()


def test_done_is_not_verified_and_what_is_not_accepted_is_to_do_again(
    session, council, owner, action
):
    lead = council.lead
    add_update(session, action, "Asked the school.", by=owner, at=AT)
    with pytest.raises(IllegalMove):
        verify(session, action, "", by=lead, at=AT)
    say_done(session, action, "Note of 3 November.", by=owner, at=AT)
    assert action.done_at == AT
    assert waiting_actions(session, lead, DUE + timedelta(days=1)) == (0, 1)
    not_accept(session, action, "The note says nothing of the visit.", by=lead, at=AT)
    assert (action.state, action.done_at) == (ActionState.TO_DO, None)
    assert waiting_actions(session, lead, DUE + timedelta(days=1)) == (1, 0)
    say_done(session, action, "Note of 5 November.", by=owner, at=AT)
    verify(session, action, "", by=lead, at=AT)
    assert (action.state, action.verified_by_id) == (ActionState.VERIFIED, lead.id)
    session.expire_all()
    found = find_action(session, owner, action.id)
    assert [one.state for one in found.updates] == [None, "done", "to_do", "done", "verified"]


def test_nobody_decides_on_their_own_action(session, council, action, of_finding):
    lead = council.lead
    appoint(session, lead, Role.ACTION_OWNER, at=AT)
    session.refresh(lead)
    for one in (action, of_finding):
        give_to(session, one, lead, DUE, "Nobody else can.", by=lead, at=AT)
    with pytest.raises(ActionFault, match="own action"):
        call_off(session, of_finding, "No more.", by=lead, at=AT)
    say_done(session, action, "Done.", by=lead, at=AT)
    for write in (verify, not_accept):
        with pytest.raises(ActionFault, match="own action"):
            write(session, action, "Words", by=lead, at=AT)
    another = make_person(session, Role.QA_LEAD, "Another Lead")
    verify(session, action, "", by=another, at=AT)


def test_only_its_owner_says_how_far_it_is_and_only_a_qa_lead_decides(
    session, council, owner, action
):
    manager = council.managers[0]
    for write in (add_update, say_done):
        with pytest.raises(ActionFault, match="owner"):
            write(session, action, "Words", by=manager, at=AT)
    say_done(session, action, "Done.", by=owner, at=AT)
    for write in (verify, not_accept, call_off):
        with pytest.raises(ActionFault, match="QA lead"):
            write(session, action, "Words", by=manager, at=AT)
    with pytest.raises(ActionFault):
        give_to(session, action, manager, DUE, "Words", by=council.lead, at=AT)


@pytest.mark.parametrize(
    "values",
    [
        {"finding_id": 1},
        {"audit_id": None},
        {"what": ""},
        {"state": "done"},
        {"state": "verified", "done_at": AT, "verified_at": AT},
        {"state": "proposed"},
        {"opened_at": None},
    ],
)
def test_the_schema_refuses_what_cannot_be(session, action, finding, values):
    assert session.get(Finding, 1) is finding
    with pytest.raises(IntegrityError):
        session.execute(update(Action).where(Action.id == action.id).values(values))


def test_the_schema_refuses_that_an_owner_verifies(session, owner, action):
    verified = {"state": "verified", "done_at": AT, "verified_at": AT, "verified_by_id": owner.id}
    with pytest.raises(IntegrityError, match=r"verified_by_another"):
        session.execute(update(Action).where(Action.id == action.id).values(verified))


def test_a_finding_gives_one_action_unless_it_was_called_off(
    session, council, owner, finding, of_finding
):
    lead, cycle = council.lead, council.cycle
    with pytest.raises(ActionFault, match="already"):
        make_of_finding(session, cycle, finding, owner, DUE, by=lead, at=AT)
    call_off(session, of_finding, "The bank asks it no more.", by=lead, at=AT)
    again = make_of_finding(session, cycle, finding, owner, DUE, by=lead, at=AT)
    assert actions_of_findings(session, [finding.id]) == {finding.id: again}
    call_off(session, again, "No.", by=lead, at=AT)
    reopen_finding(finding)
    with pytest.raises(ActionFault, match="confirmed"):
        make_of_finding(session, cycle, finding, owner, DUE, by=lead, at=AT)


def read_by(session, person):
    return {one.id for one in actions_for(session, person, most=9)}


def test_each_reads_what_their_reach_gives(session, council, owner, action, of_finding):
    both = {action.id, of_finding.id}
    member = make_person(session, Role.INDEPENDENT_MEMBER)
    sub_group = make_person(session, Role.SUB_GROUP)
    other_owner = make_person(session, Role.ACTION_OWNER, "Other Owner")
    other_theme = make_person(session, Role.INDEPENDENT_MEMBER, "Other Theme")
    appoint(session, member, Role.INDEPENDENT_MEMBER, at=AT, scope=Scope(theme="monthly_sample"))
    appoint(session, other_theme, Role.INDEPENDENT_MEMBER, at=AT, scope=Scope(theme="under_twos"))
    for one in (member, other_theme):
        session.refresh(one)
    for reader in (council.lead, council.managers[1], member, owner):
        assert read_by(session, reader) == both, reader.name
    for outsider in (sub_group, other_owner, other_theme, make_person(session, Role.PRACTITIONER)):
        assert read_by(session, outsider) == set(), outsider.name
    edition = store_edition(
        session, council.cycle, design="qa_sub_group", number=1, title="Pack",
        data_cut_off=AT.date(), data_hash="1" * 64, content=b"%PDF", page_count=1,
        by_id=council.lead.id, at=AT,
    )  # fmt: skip
    assert read_by(session, sub_group) == set()
    publish_edition(edition, by=council.managers[0], at=AT)
    session.flush()
    assert read_by(session, sub_group) == {of_finding.id}
    # Confirmed anew after the report was compiled: the report says something else.
    reopen_finding(of_finding.finding)
    confirm_finding(of_finding.finding, by=council.lead, at=AT + timedelta(days=1))
    session.flush()
    assert read_by(session, sub_group) == set()


def test_a_blind_second_reader_reads_no_action_of_the_first_audit(session, council, action):
    if moderation_of(session, action.audit_id) is None:
        choose_audit(session, action.audit, "To learn.", by=council.lead, at=AT)
    moderation = moderation_of(session, action.audit_id)
    reader = make_person(session, Role.QA_LEAD, "Reads Again")
    assert read_by(session, reader) == {action.id}
    name_reader(session, moderation, reader, by=council.lead, at=AT)
    assert read_by(session, reader) == set()
    assert waiting_actions(session, reader, DUE + timedelta(days=1)) == (0, 0)


def test_whose_account_is_shut_can_be_given_nothing(session, council, owner):
    manager = council.managers[0]
    assert {owner, manager} <= set(possible_owners(session))
    assert council.lead not in possible_owners(session)
    disable_person(session, owner, by=None, at=AT)
    assert owner not in possible_owners(session)


def test_a_mail_says_nothing_of_the_action(session, action, audit):
    tell_owners(session, [action], site_url="https://site", council="Anywhere", at=AT)
    mail = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail.address == action.owner.email
    assert f"https://site/actions/{action.id}\n" in mail.body
    for secret in (WHAT, audit.case_file.reference, audit.cycle.name):
        assert secret not in mail.subject + mail.body


def test_a_purge_takes_the_words_and_the_case_file_owns_them_till_then(
    session, council, owner, action, of_finding, audit
):
    add_update(session, action, "Canary of the school", by=owner, at=AT)
    session.commit()
    told = str(everything_about(session, audit.case_file, at=AT)["actions"])
    assert WHAT in told
    assert "Canary of the school" in told
    assert "Agree one place" not in told
    close_cycle(council.cycle, at=AT + timedelta(days=30))
    later = AT.replace(year=2033)
    purge = ask_for_purge(session, Kept.AUDITS, date(2027, 1, 10), by=council.lead, at=later)
    approve_purge(session, purge, by=council.managers[0], at=later)
    run_purge(session, purge, by=None, at=later, folder=AttachmentFolder(Path("nowhere")))
    session.expire_all()
    assert (action.what, action.purged_at) == ("", later)
    assert session.scalars(select(ActionUpdate)).all() == []
    assert read_by(session, owner) == {of_finding.id}
