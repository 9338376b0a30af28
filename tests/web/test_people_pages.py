"""Pages of people: who is listed, what an administrator may do, and to whom not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from factories import Council, make_person
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from web.conftest import sign_in_to
from web.page_checks import CheckedClient, errors_of, parse, text_of
from web.query_counts import counted_queries

from audit_app import clock
from audit_app.core.access import MATRIX, ROLE_WORDS, Permission, Reach, Role
from audit_app.store.accounts import Grant, invite_person
from audit_app.store.database import Database
from audit_app.store.people import (
    Scope,
    appoint,
    appointments_of,
    find_person,
    memberships_of,
    scope_of,
)
from audit_app.store.people_lists import PersonState, state_of
from audit_app.store.tables import HistoryEntry, Mail, Person
from audit_app.web.people.words import PERMISSION_WORDS, REACH_WORDS

NEW = {
    "email": "New.Person@council.example",
    "name": "New Person",
    "role": "senior_manager",
    "scope": "",
    "team": "",
    "worker_name": "",
}


@pytest.fixture
def boss(person: Callable[..., Person]) -> Person:
    """An administrator; a second one is there, so that the first is not the last."""
    person(Role.ADMINISTRATOR, name="Second Administrator")
    return person(Role.ADMINISTRATOR, name="First Administrator", team="North")


@pytest.fixture
def office(signed_in: Callable[[Person], CheckedClient], boss: Person) -> CheckedClient:
    """The administrator's browser."""
    return signed_in(boss)


def words_of(response) -> str:
    return text_of(parse(response.get_data(as_text=True)))


def refusals(response) -> list[str]:
    assert response.status_code == 200
    return list(errors_of(response.get_data(as_text=True)).values())


def look_again(session: Session) -> None:
    """See what the pages have written meanwhile."""
    session.rollback()
    session.expire_all()


def last_entry(session: Session) -> tuple[str, int | None, int | None, dict]:
    look_again(session)
    row = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert row is not None
    return row.action, row.person_id, row.subject_id, json.loads(row.detail or "{}")


def test_people_are_listed_with_roles_team_and_state(
    office: CheckedClient, person: Callable[..., Person]
) -> None:
    person(Role.QA_LEAD, Role.PRACTITIONER, name="Lee <b>Lead</b>", team="South")
    page = words_of(office.get("/people"))
    assert "3 people, by name" in page
    assert "Lee <b>Lead</b>" in page
    assert "Practitioner or team managerQA lead South Active" in page
    narrowed = words_of(office.get("/people?role=qa_lead"))
    assert "1 person, by name" in narrowed
    assert "First Administrator" not in narrowed.partition("by name")[2]
    nobody = words_of(office.get("/people?words=zzz&state=disabled"))
    assert "Nobody is like that." in nobody
    assert "3 people" in words_of(office.get("/people?role=king&state=%00&page=x"))


def test_a_long_list_keeps_its_filter_and_asks_no_query_a_row(
    office: CheckedClient, session: Session, database: Database
) -> None:
    office.get("/people")  # so that nothing is asked for the first time below
    counts = []
    for names in (range(5), range(5, 60)):
        for n in names:
            one = make_person(session, Role.SUB_GROUP, f"Member {n:02}", f"Team {n}")
            appoint(
                session, one, Role.PRACTITIONER, at=clock.now(), scope=Scope(team_id=one.team_id)
            )
        session.commit()
        with counted_queries(database) as sent:
            page = office.get("/people?words=member&role=sub_group")
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert "1 to 50 of 60 people" in words_of(page)
    link = "/people?words=member&amp;role=sub_group&amp;page=2"
    assert link in page.get_data(as_text=True)
    second = words_of(office.get(link.replace("&amp;", "&")))
    assert "51 to 60 of 60 people" in second
    assert "Member 59" in second


def test_somebody_is_invited_and_gets_a_mail(
    office: CheckedClient, boss: Person, session: Session, council: Council
) -> None:
    answer = office.send(
        "/people/invite",
        NEW
        | {
            "role": "independent_member",
            "scope": "theme:protection_plans",
            "team": "new",
            "new_team": "Disabled children",
            "worker_name": " N.  Person ",
        },
    )
    person = find_person(session, NEW["email"])
    assert person is not None
    assert answer.headers["Location"] == f"/people/{person.id}"
    assert (person.email, person.name) == ("new.person@council.example", "New Person")
    assert (person.worker_name, person.password) == ("N. Person", None)
    assert person.team is not None
    assert person.team.name == "Disabled children"
    assert [(a.role, scope_of(a)) for a in person.roles] == [
        (Role.INDEPENDENT_MEMBER, Scope(theme="protection_plans"))
    ]
    (mail,) = session.scalars(select(Mail))
    assert mail.address == person.email
    assert re.search(r"http://127\.0\.0\.1:5000/invitation/\S{43}\n", mail.body)
    assert last_entry(session)[:3] == ("invited", boss.id, person.id)
    page = words_of(office.get(f"/people/{person.id}"))
    assert "The invitation is on its way to new.person@council.example." in page
    assert "Independent member, Children on child protection plans only" in page
    assert "Team Disabled children" in page
    assert "A mail to this person is waiting to be sent." in page
    assert "Signs in withnothing yet" in page
    assert mail.body.split("/invitation/")[1].split()[0] not in page


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"email": ""}, "#email", "Enter an email address"),
        ({"email": "no address"}, "#email", "is not an email address"),
        ({"email": "a@b.example\r\nBcc: x@y.example"}, "#email", "is not an email address"),
        ({"name": " "}, "#name", "Enter the person’s name"),
        ({"name": "x" * 201}, "#name", "200 characters or fewer"),
        ({"role": ""}, "#role", "Choose a role"),
        ({"role": "king"}, "#role", "Choose a role"),
        ({"scope": "theme:no_such_form"}, "#scope", "Not a valid choice"),
        ({"scope": "cycle:999999"}, "#scope", "Not a valid choice"),
        ({"role": "administrator", "scope": "theme:monthly_sample"}, "#scope", "always for every"),
        ({"role": "practitioner", "scope": "theme:monthly_sample"}, "#scope", "to one team"),
        ({"role": "qa_lead", "scope": "team:1"}, "#scope", "to one cycle or one theme"),
        ({"team": "999"}, "#team", "Not a valid choice"),
        ({"team": "new", "new_team": " "}, "#new_team", "Enter the name of the team"),
    ],
)
def test_an_invitation_that_cannot_be_says_why(
    office: CheckedClient, session: Session, changes: dict, field: str, said: str
) -> None:
    before = len(session.scalars(select(Person)).all())
    page = office.send("/people/invite", NEW | changes).get_data(as_text=True)
    errors = errors_of(page)
    assert said in errors[field]
    assert "New Person" in page or "name" in changes  # what was typed is still there
    look_again(session)
    assert len(session.scalars(select(Person)).all()) == before
    assert session.scalars(select(Mail)).all() == []


def test_nobody_is_invited_twice_but_an_invitation_can_be_sent_again(
    office: CheckedClient, session: Session
) -> None:
    office.send("/people/invite", NEW)
    taken = office.send("/people/invite", NEW | {"email": NEW["email"].upper()})
    assert "already has an account" in refusals(taken)[0]
    person = find_person(session, NEW["email"])
    assert person is not None
    office.send(f"/people/{person.id}/invitation")
    look_again(session)
    first, second = session.scalars(select(Mail).order_by(Mail.id))
    link = re.compile(r"(/invitation/\S+)")
    old, new = (link.findall(mail.body)[0] for mail in (first, second))
    somebody = office.application.test_client()
    assert somebody.get(old).status_code == 404
    assert somebody.get(new).status_code == 200
    assert last_entry(session)[0] == "invited again"


def test_an_invitation_is_sent_again_only_to_who_waits(
    office: CheckedClient, person: Callable[..., Person], session: Session
) -> None:
    somebody = person(Role.QA_LEAD)
    said = refusals(office.send(f"/people/{somebody.id}/invitation"))
    assert said == ["Pat Example is not waiting for an invitation. Nothing was changed."]
    assert session.scalars(select(Mail)).all() == []


def test_a_move_to_another_team_is_kept_with_its_moment(
    office: CheckedClient, boss: Person, person: Callable[..., Person], session: Session
) -> None:
    somebody = person(Role.SENIOR_MANAGER, team="South")
    south, north = somebody.team_id, boss.team_id
    page = office.get(f"/people/{somebody.id}/change").get_data(as_text=True)
    assert re.search(rf'value="{south}"\s+checked', page)
    sent = {"name": "Pat Else", "team": str(north), "worker_name": "P. Else"}
    office.send(f"/people/{somebody.id}/change", sent)
    look_again(session)
    assert (somebody.name, somebody.worker_name, somebody.team_id) == ("Pat Else", "P. Else", north)
    assert [m.team_id for m in memberships_of(session, somebody)] == [south, north]
    assert last_entry(session) == (
        "changed",
        boss.id,
        somebody.id,
        {"changed": ["name", "worker_name"], "team": [south, north]},
    )
    shown = words_of(office.get(f"/people/{somebody.id}"))
    assert re.search(r"Team North – \S+ \w+ 2026 at [\d:]+ still", shown)
    assert re.search(r"Team South – \S+ \w+ 2026 at [\d:]+ \S+ \w+ 2026 at [\d:]+", shown)
    again = office.send(f"/people/{somebody.id}/change", sent, follow_redirects=True)
    assert "Nothing was changed." in words_of(again)


def test_a_role_is_given_and_ended(
    office: CheckedClient, boss: Person, person: Callable[..., Person], session: Session
) -> None:
    somebody = person(Role.SENIOR_MANAGER)
    (first,) = appointments_of(session, somebody)
    sent = {"role": "qa_lead", "scope": "theme:protection_plans"}
    office.send(f"/people/{somebody.id}/roles/give", sent)
    assert last_entry(session)[3] == {"role": [None, "qa_lead theme protection_plans"]}
    twice = refusals(office.send(f"/people/{somebody.id}/roles/give", sent))
    assert twice == ["Pat Example has this role already. Nothing was changed."]
    office.send(f"/people/{somebody.id}/roles/{first.id}/end")
    assert last_entry(session) == (
        "ended role",
        boss.id,
        somebody.id,
        {"role": ["senior_manager", None]},
    )
    assert somebody.role_names == {Role.QA_LEAD}
    assert len(appointments_of(session, somebody)) == 2
    assert office.send(f"/people/{somebody.id}/roles/{first.id}/end").status_code == 404


def test_a_role_of_somebody_else_is_not_ended_by_the_wrong_address(
    office: CheckedClient, boss: Person, person: Callable[..., Person], session: Session
) -> None:
    somebody = person(Role.SENIOR_MANAGER)
    (own,) = appointments_of(session, boss)
    assert office.send(f"/people/{somebody.id}/roles/{own.id}/end").status_code == 404
    look_again(session)
    assert boss.role_names == {Role.ADMINISTRATOR}


def test_an_account_is_disabled_and_enabled(
    office: CheckedClient, app: Flask, person: Callable[..., Person], session: Session
) -> None:
    somebody = person(Role.QA_LEAD)
    theirs = sign_in_to(app, somebody)
    assert theirs.get("/").status_code == 200
    office.send(f"/people/{somebody.id}/disable")
    look_again(session)
    assert state_of(somebody) is PersonState.DISABLED
    assert theirs.get("/").status_code == 302
    page = words_of(office.get(f"/people/{somebody.id}"))
    assert "The account is disabled since" in page
    assert "Disable the account" not in page
    again = refusals(office.send(f"/people/{somebody.id}/disable"))
    assert again == ["Pat Example is disabled already. Nothing was changed."]
    office.send(f"/people/{somebody.id}/enable")
    look_again(session)
    assert state_of(somebody) is PersonState.ACTIVE


def test_a_second_factor_is_taken_away_and_sign_ins_end(
    office: CheckedClient, app: Flask, person: Callable[..., Person], session: Session
) -> None:
    somebody = person(Role.QA_LEAD)
    somebody.tf_primary_method, somebody.tf_totp_secret = "authenticator", "encrypted"
    session.commit()
    assert "Take away the second factor" in words_of(office.get(f"/people/{somebody.id}"))
    office.send(f"/people/{somebody.id}/second-factor")
    look_again(session)
    assert (somebody.tf_primary_method, somebody.tf_totp_secret) == (None, None)
    assert "Take away the second factor" not in words_of(office.get(f"/people/{somebody.id}"))
    ended = office.send(f"/people/{somebody.id}/sign-ins", follow_redirects=True)
    assert "sign-ins of Pat Example ended." in words_of(ended)


def test_a_council_account_is_taken_away_and_the_person_invited_anew(
    office: CheckedClient, person: Callable[..., Person], session: Session
) -> None:
    somebody = person(Role.QA_LEAD)
    somebody.password, somebody.sso_tenant, somebody.sso_object = None, "tenant", "object"
    session.commit()
    page = words_of(office.get(f"/people/{somebody.id}"))
    assert "Signs in withthe council account" in page
    assert "The person then needs a new invitation." in page
    office.send(f"/people/{somebody.id}/council-account")
    look_again(session)
    assert somebody.sso_object is None
    assert "Send a new invitation" in words_of(office.get(f"/people/{somebody.id}"))


def test_an_administrator_does_nothing_to_themself(
    office: CheckedClient, boss: Person, session: Session
) -> None:
    (own,) = appointments_of(session, boss)
    page = words_of(office.get(f"/people/{boss.id}"))
    assert "This is your own account." in page
    assert not {"End this role", "Give a role", "Disable the account"} & set(
        re.findall("End this role|Give a role|Disable the account", page)
    )
    before = session.scalars(select(HistoryEntry.id)).all()
    attempts = [
        (f"/people/{boss.id}/roles/give", {"role": "qa_lead", "scope": ""}),
        (f"/people/{boss.id}/roles/{own.id}/end", {}),
        (f"/people/{boss.id}/disable", {}),
        (f"/people/{boss.id}/second-factor", {}),
        (f"/people/{boss.id}/council-account", {}),
        (f"/people/{boss.id}/change", {"name": "First", "team": "", "worker_name": ""}),
    ]
    for address, sent in attempts:
        (said,) = refusals(office.send(address, sent))
        assert said.startswith("You cannot")
        assert said.endswith("Nothing was changed.")
    look_again(session)
    assert boss.role_names == {Role.ADMINISTRATOR}
    assert (boss.active, boss.name) == (True, "First Administrator")
    assert session.scalars(select(HistoryEntry.id)).all() == before


def test_the_last_administrator_is_not_lost(
    office: CheckedClient, boss: Person, signed_in, session: Session
) -> None:
    """Two are there; the first one shuts out the second, and is then the last."""
    second = session.scalars(select(Person).where(Person.name == "Second Administrator")).one()
    theirs = signed_in(second)
    theirs.get("/people")
    office.send(f"/people/{second.id}/disable")
    assert theirs.send(f"/people/{boss.id}/disable").status_code in (302, 401)
    look_again(session)
    assert (boss.active, second.active) == (True, False)


def test_who_is_not_there_is_not_found(office: CheckedClient, session: Session, boss) -> None:
    gone = make_person(session, Role.QA_LEAD, "Gone")
    gone.purged_at = clock.now()
    session.commit()
    for number in (gone.id, 999_999):
        assert office.get(f"/people/{number}").status_code == 404
        assert office.get(f"/people/{number}/change").status_code == 404
        assert office.send(f"/people/{number}/disable").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_manages_people(as_role, role: Role, boss: Person, session: Session) -> None:
    client = as_role(role)
    for address in ("/people", "/people/roles", "/people/invite", f"/people/{boss.id}"):
        assert client.get(address).status_code == 403
    actions = ["disable", "enable", "second-factor", "council-account", "sign-ins", "invitation"]
    for action in (*actions, "roles/give", "change"):
        assert client.send(f"/people/{boss.id}/{action}").status_code == 403
    assert "People" not in words_of(client.get("/"))


def test_roles_are_told_in_words_with_who_has_them(
    office: CheckedClient, person: Callable[..., Person]
) -> None:
    for _ in range(2):
        person(Role.QA_LEAD)
    page = words_of(office.get("/people/roles"))
    for role in Role:
        assert ROLE_WORDS[role] in page
        for permission in MATRIX[role]:
            assert PERMISSION_WORDS[permission] in page
    assert set(PERMISSION_WORDS) == set(Permission)
    assert set(REACH_WORDS) == set(Reach)
    assert "2 people with the role QA lead have this role." in page
    assert "Nobody has this role. It can be given for one team only." in page


def test_a_mail_that_does_not_go_is_told(
    office: CheckedClient, session: Session, boss: Person
) -> None:
    made = invite_person(
        session,
        email="far@council.example",
        name="Far Away",
        grants=[Grant(Role.SUB_GROUP)],
        team=None,
        worker_name=None,
        by=boss,
        at=clock.now(),
    )
    fault = "The mail server does not take mail for this address."
    session.add(
        Mail(
            address=made.email,
            subject="s",
            body="b",
            asked_at=clock.now(),
            next_try_at=clock.now(),
            fault=fault,
        )
    )
    session.commit()
    page = words_of(office.get(f"/people/{made.id}"))
    assert f"waiting to be sent. {fault} It is tried again on its own." in page
    assert "The invitation no longer works." in page
