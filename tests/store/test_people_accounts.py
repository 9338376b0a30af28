"""Accounts over their life, and what an administrator cannot do to themself or to the last one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest
from factories import AT, make_council, make_person, password_hash
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from store.store_answers import every_row

from audit_app.core.access import Role
from audit_app.store.accounts import (
    Grant,
    change_person,
    disable_person,
    enable_person,
    end_role,
    end_sign_ins,
    give_role,
    invite_person,
    take_away_council_account,
    take_away_second_factor,
)
from audit_app.store.database import Database
from audit_app.store.history import verify_history
from audit_app.store.mailed_links import find_link, make_link
from audit_app.store.people import PeopleFault, Scope, appointments_of, move_to_team
from audit_app.store.people_lists import (
    PersonState,
    holders_of_roles,
    people_listed,
    person_to_manage,
    state_of,
)
from audit_app.store.tables import HistoryEntry, LinkPurpose, Passkey, Person, SignIn, SignInMethod


def open_sign_ins(session: Session, person: Person) -> int:
    query = select(func.count()).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    return session.scalar(query) or 0


def entries(session: Session) -> list[tuple[str, int | None, dict]]:
    """The history: what was done, by whom, and what changed."""
    rows = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id))
    return [(row.action, row.person_id, json.loads(row.detail or "{}")) for row in rows]


def invite(session: Session, email: str = "pat@council.example", **changes) -> Person:
    values = {
        "name": "Pat Example",
        "grants": [Grant(Role.SENIOR_MANAGER)],
        "team": "North",
        "worker_name": " P.  Example ",
        "by": None,
        "at": AT,
    }
    return invite_person(session, email=email, **(values | changes))


def sign_in(session: Session, person: Person) -> None:
    session.add(
        SignIn(
            person_id=person.id,
            token_hash=f"{open_sign_ins(session, person)}{person.id}".rjust(64, "0"),
            method=SignInMethod.PASSKEY,
            began_at=AT,
            confirmed_at=AT,
            seen_at=AT,
        )
    )
    session.flush()


def held(session: Session, person: Person):
    return appointments_of(session, person, still=True)[0]


def test_an_invited_person_has_everything_but_a_way_in(session: Session) -> None:
    boss = make_person(session, Role.ADMINISTRATOR)
    person = invite(session, by=boss, grants=[Grant(Role.QA_LEAD, Scope(theme="monthly_sample"))])
    assert (person.password, person.worker_name) == (None, "P. Example")
    assert person.role_names == {Role.QA_LEAD}
    assert state_of(person) is PersonState.INVITED
    assert entries(session) == [
        (
            "invited",
            boss.id,
            {"roles": [[], ["qa_lead theme monthly_sample"]], "team": [None, person.team_id]},
        )
    ]


def test_nobody_is_left_behind_by_an_invitation_that_is_refused(database: Database) -> None:
    """A view answers a refusal with a page, and then commits: nothing must be half done."""
    before = every_row(database)
    with database.session() as session:
        for changes in (
            {"grants": [Grant(Role.ADMINISTRATOR, Scope(theme="monthly_sample"))]},
            {"email": "no address"},
        ):
            with pytest.raises(PeopleFault):
                invite(session, **changes)
    assert every_row(database) == before


@pytest.mark.parametrize(
    "email",
    ["pat@council.example, eve@else.example", "pat @council.example", "pat@council\n.example",
     "<pat@council.example>", "pät@council.example", "p" * 65 + "@council.example", "pat@-.."],
)  # fmt: skip
def test_an_address_is_one_plain_address(session: Session, email: str) -> None:
    with pytest.raises(PeopleFault, match="is not an email address"):
        invite(session, email=email)


def test_changes_are_in_the_history_without_names(session: Session) -> None:
    boss = make_person(session, Role.ADMINISTRATOR)
    person = invite(session)
    north = person.team_id
    changes = {"by": boss, "at": AT}
    assert not change_person(
        session, person, name="Pat Example", worker_name="P. Example", team="north ", **changes
    )
    assert change_person(session, person, name="Pat Else", worker_name="", team="South", **changes)
    assert (person.name, person.worker_name) == ("Pat Else", None)
    assert person.team is not None
    assert entries(session)[1:] == [
        ("changed", boss.id, {"changed": ["name", "worker_name"], "team": [north, person.team_id]})
    ]
    with pytest.raises(PeopleFault, match="needs a name"):
        change_person(session, person, name=" ", worker_name="", team="South", **changes)
    give_role(session, person, Grant(Role.PRACTITIONER, Scope(team_id=north)), **changes)
    end_role(session, person, held(session, person), **changes)
    assert entries(session)[2:] == [
        ("gave role", boss.id, {"role": [None, f"practitioner team {north}"]}),
        ("ended role", boss.id, {"role": ["senior_manager", None]}),
    ]
    assert verify_history(session, {}) is None


def test_nobody_changes_what_decides_their_own_access(database: Database) -> None:
    with database.session() as session:
        boss = make_person(session, Role.ADMINISTRATOR, team="North")
        make_person(session, Role.ADMINISTRATOR, "Another")
        number = boss.id
    before = every_row(database)
    own: list[Callable[[Session, Person], object]] = [
        lambda s, p: give_role(s, p, Grant(Role.QA_LEAD), by=p, at=AT),
        lambda s, p: end_role(s, p, held(s, p), by=p, at=AT),
        lambda s, p: disable_person(s, p, by=p, at=AT),
        lambda s, p: take_away_second_factor(s, p, by=p, at=AT),
        lambda s, p: take_away_council_account(s, p, by=p, at=AT),
        lambda s, p: change_person(s, p, name="N", worker_name="", team="South", by=p, at=AT),
        lambda s, p: change_person(s, p, name="N", worker_name="", team="", by=p, at=AT),
        lambda s, p: change_person(s, p, name="N", worker_name="W", team="North", by=p, at=AT),
    ]
    for attempt in own:
        with database.session() as session:
            boss = session.get_one(Person, number)
            with pytest.raises(PeopleFault, match=r"^You cannot .* Nothing was changed\.$"):
                attempt(session, boss)
    assert every_row(database) == before
    with database.session() as session:
        boss = session.get_one(Person, number)
        assert change_person(session, boss, name="N", worker_name="", team="North", by=boss, at=AT)


def test_the_last_administrator_who_can_come_in_is_not_lost(session: Session) -> None:
    boss = make_person(session, Role.ADMINISTRATOR)
    invite(session, grants=[Grant(Role.ADMINISTRATOR)])  # has not come in yet
    gone = make_person(session, Role.ADMINISTRATOR, "Gone")
    disable_person(session, gone, by=boss, at=AT)
    for attempt in (
        lambda: disable_person(session, boss, by=None, at=AT),
        lambda: end_role(session, boss, held(session, boss), by=None, at=AT),
    ):
        with pytest.raises(PeopleFault, match="only administrator who can sign in"):
            attempt()
    enable_person(session, gone, by=boss, at=AT)
    disable_person(session, boss, by=None, at=AT)
    assert not boss.active
    with pytest.raises(PeopleFault, match="only administrator who can sign in"):
        end_role(session, gone, held(session, gone), by=None, at=AT)


def test_two_administrators_cannot_end_each_other(database: Database) -> None:
    with database.session() as session:
        ids = [make_person(session, Role.ADMINISTRATOR, name).id for name in ("One", "Two")]
    start, outcomes = threading.Barrier(2), []

    def end_the_other(mine: int, other: int) -> None:
        start.wait(timeout=20)
        try:
            with database.session() as session:
                person = session.get_one(Person, other)
                by = session.get_one(Person, mine)
                disable_person(session, person, by=by, at=AT)
            outcomes.append("done")
        except PeopleFault:
            outcomes.append("refused")

    threads = [threading.Thread(target=end_the_other, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["done", "refused"]


def test_disabling_shuts_every_door_and_keeps_the_rest(session: Session) -> None:
    person = make_person(session, Role.QA_LEAD, team="North")
    make_person(session, Role.QA_LEAD, "Other")
    token = make_link(session, person, LinkPurpose.NEW_PASSWORD, AT)
    sign_in(session, person)
    sign_in(session, person)
    disable_person(session, person, by=None, at=AT)
    assert (person.active, person.disabled_at, open_sign_ins(session, person)) == (False, AT, 0)
    assert find_link(session, token, AT) is None
    assert person.role_names == {Role.QA_LEAD}
    assert entries(session) == [("disabled", None, {"active": [True, False], "sign_ins": [2, 0]})]
    with pytest.raises(PeopleFault, match="disabled already"):
        disable_person(session, person, by=None, at=AT)
    enable_person(session, person, by=None, at=AT)
    assert (person.active, person.disabled_at) == (True, None)
    assert open_sign_ins(session, person) == 0
    assert find_link(session, token, AT) is None
    with pytest.raises(PeopleFault, match="is not disabled"):
        enable_person(session, person, by=None, at=AT)


def test_a_lost_second_factor_is_taken_away_whole(session: Session) -> None:
    person = make_person(session, Role.QA_LEAD)
    person.tf_primary_method, person.tf_totp_secret = "authenticator", "kept encrypted"
    person.mf_recovery_codes, person.totp_counter = ["one"], 7
    person.webauthn.append(
        Passkey(name="Key", credential_id=b"1", public_key=b"2", device_type="x", usage="first")
    )
    sign_in(session, person)
    take_away_second_factor(session, person, by=None, at=AT)
    session.expire_all()
    assert (person.tf_primary_method, person.tf_totp_secret) == (None, None)
    assert (person.mf_recovery_codes, person.totp_counter, person.webauthn) == (None, None, [])
    assert person.password == password_hash()
    assert entries(session)[-1] == (
        "took away second factor",
        None,
        {"authenticator": [True, False], "passkeys": [1, 0], "sign_ins": [1, 0]},
    )
    with pytest.raises(PeopleFault, match="no second factor yet"):
        take_away_second_factor(session, person, by=None, at=AT)


def test_a_council_account_is_taken_away(session: Session) -> None:
    boss = make_person(session, Role.ADMINISTRATOR)
    boss.password, boss.sso_tenant, boss.sso_object = None, "tenant", "boss"
    person = invite(session)
    person.sso_tenant, person.sso_object = "tenant", "object"
    sign_in(session, person)
    assert state_of(person) is PersonState.ACTIVE
    take_away_council_account(session, person, by=boss, at=AT)
    assert (person.sso_tenant, person.sso_object) == (None, None)
    assert state_of(person) is PersonState.INVITED
    assert entries(session)[-1] == (
        "took away council account",
        boss.id,
        {"council_account": [True, False], "sign_ins": [1, 0]},
    )
    with pytest.raises(PeopleFault, match="has no council account here"):
        take_away_council_account(session, person, by=boss, at=AT)
    with pytest.raises(PeopleFault, match="only administrator who can sign in"):
        take_away_council_account(session, boss, by=None, at=AT)
    assert boss.sso_object == "boss"


def test_ending_sign_ins_ends_only_theirs(session: Session) -> None:
    one, two = (make_person(session, Role.QA_LEAD, name) for name in ("One", "Two"))
    for person in (one, one, two):
        sign_in(session, person)
    assert end_sign_ins(session, one, by=two, at=AT) == 2
    assert (open_sign_ins(session, one), open_sign_ins(session, two)) == (0, 1)
    assert end_sign_ins(session, one, by=two, at=AT) == 0
    assert [action for action, *_ in entries(session)] == ["ended sign-ins"]


def test_the_list_is_narrowed_and_in_order(session: Session) -> None:
    council = make_council(session)
    lead = council.lead
    invited = invite(session, name="aaron A_B", email="50%@council.example")
    gone = make_person(session, Role.QA_LEAD, "Gone")
    disable_person(session, gone, by=None, at=AT)
    purged = make_person(session, Role.QA_LEAD, "Purged")
    purged.purged_at = AT
    session.flush()
    everybody = people_listed(session)
    assert everybody == [invited, gone, *council.managers, lead]
    assert people_listed(session, words=" QUALITY ") == [lead]
    assert people_listed(session, words="50%") == [invited]
    assert people_listed(session, words="%") == [invited]
    assert people_listed(session, words="_") == [invited]
    assert people_listed(session, role=Role.QA_LEAD) == [lead]
    assert people_listed(session, role=Role.QA_LEAD, state=PersonState.DISABLED) == [gone]
    assert people_listed(session, state=PersonState.INVITED) == [invited]
    assert people_listed(session, state=PersonState.ACTIVE) == [*council.managers, lead]
    assert person_to_manage(session, purged.id) is None
    counts = holders_of_roles(session)
    assert counts[Role.QA_LEAD] == 1
    assert counts[Role.SENIOR_MANAGER] == 4
    assert counts[Role.PRACTITIONER] == 0
    for role in Role:
        assert counts[role] == len(people_listed(session, role=role))


def test_a_team_named_in_another_way_is_the_same(session: Session) -> None:
    person = make_person(session, Role.QA_LEAD, team="North")
    north = person.team_id
    move_to_team(session, person, "  NORTH ", at=AT)
    assert person.team_id == north
