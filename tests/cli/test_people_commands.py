"""`audit-app people`: the first person of an installation, and accounts over their life."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from cli.conftest import PASSWORD, Run
from sqlalchemy import select

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.database import Database
from audit_app.store.mailed_links import find_link
from audit_app.store.people import find_person
from audit_app.store.tables import HistoryEntry, Mail

LEAD = "lead@council.example"
INVITE = ("people", "invite", LEAD, "--name", "Quality Lead", "--role", "administrator")


def add(run: Run, email: str, *more: str) -> None:
    added = run("people", "add", email, "--name", "Pat Example", "--password", PASSWORD, *more)
    assert (added.code, added.err) == (0, "")


def changes(database: Database) -> list[tuple[str, dict[str, Any]]]:
    with database.session(writes=False) as session:
        rows = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id))
        return [(row.action, json.loads(row.detail or "{}")) for row in rows]


def test_the_first_person_of_an_installation_is_invited(run: Run, database: Database) -> None:
    """Without a mail server the link is printed, so that somebody can come in at all."""
    invited = run(*INVITE)
    (token,) = re.findall(r"http://127\.0\.0\.1:5000/invitation/(\S+)", invited.out)
    with database.session() as session:
        link = find_link(session, token, clock.now())
        assert link is not None
        assert (link.person.email, link.person.role_names) == (LEAD, {Role.ADMINISTRATOR})
        assert link.person.password is None
    again = run("people", "invite", LEAD, "--json")
    assert again.data["state"] == "invited"
    with database.session() as session:
        assert find_link(session, token, clock.now()) is None
        assert find_link(session, again.data["link"].rpartition("/")[2], clock.now()) is not None
        assert [mail.address for mail in session.scalars(select(Mail))] == [LEAD, LEAD]
    assert [action for action, _detail in changes(database)] == ["invited", "invited again"]


def test_with_a_mail_server_the_link_is_mailed_only(run: Run, database: Database) -> None:
    settings = {
        "AUDIT_APP_SMTP_URL": "smtp://127.0.0.1:9",
        "AUDIT_APP_SITE_URL": "https://audits.council.example/",
    }
    invited = run(*INVITE, "--json", **settings)
    assert "link" not in invited.data
    assert "/invitation/" not in run("people", "invite", LEAD, **settings).out
    with database.session() as session:
        bodies = [mail.body for mail in session.scalars(select(Mail))]
    assert len(bodies) == 2
    assert all("https://audits.council.example/invitation/" in body for body in bodies)


def test_somebody_over_the_years(run: Run, database: Database) -> None:
    assert run("banks", "publish").code == 0
    add(run, "other@council.example", "--role", "administrator")
    add(run, LEAD, "--role", "qa_lead", "--theme", "protection_plans", "--team", "North")
    steps = [
        ("people", "appoint", LEAD, "--role", "practitioner", "--of-team", "north"),
        ("people", "move", LEAD, "--team", "South"),
        ("people", "end-role", LEAD, "--role", "qa_lead", "--theme", "protection_plans"),
        ("people", "move", LEAD, "--team", ""),
        ("people", "disable", LEAD),
    ]
    for step in steps:
        ended = run(*step, "--json")
        assert (ended.code, ended.data["email"]) == (0, LEAD), ended.err
    shown = run("people", "show", LEAD, "--json").data
    assert (shown["state"], shown["team"], shown["roles"]) == ("disabled", None, ["practitioner"])
    assert [(one["team"], one["to"] is None) for one in shown["teams"]] == [
        ("North", False),
        ("South", False),
    ]
    assert [(a["role"], a["scope"], a["to"] is None) for a in shown["appointments"]] == [
        ("qa_lead", "Children on child protection plans", False),
        ("practitioner", "North", True),
    ]
    said = run("people", "show", LEAD).out
    assert "team South" in said
    assert "practitioner, North only" in said
    assert run("people", "enable", LEAD, "--json").data["state"] == "active"
    assert [action for action, _detail in changes(database)][3:] == [
        "gave role",
        "changed",
        "ended role",
        "changed",
        "disabled",
        "enabled",
    ]


REFUSED = [
    (("invite", LEAD), 2, "Somebody new needs --name and --role"),
    (("invite", "here@council.example"), 1, "is not waiting for an invitation"),
    (("invite", "no address", "--name", "N", "--role", "qa_lead"), 1, "is not an email address"),
    (("disable", LEAD), 1, "Nobody has an account as “lead@council.example”"),
    (("disable", "here@council.example"), 1, "only administrator who can sign in"),
    (("enable", "here@council.example"), 1, "is not disabled"),
    (("end-role", "here@council.example", "--role", "qa_lead"), 1, "does not have this role"),
    (("end-role", "here@council.example", "--role", "administrator"), 1, "only administrator"),
    (("appoint", "here@council.example", "--role", "administrator"), 1, "has this role already"),
    (("appoint", "here@council.example", "--role", "king"), 2, "is not one of"),
    (
        ("appoint", "here@council.example", "--role", "qa_lead", "--theme", "none"),
        1,
        "There is no theme “none”",
    ),
    (
        ("appoint", "here@council.example", "--role", "qa_lead", "--of-team", "north"),
        1,
        "not given for one team only",
    ),
    (
        ("appoint", "here@council.example", "--role", "qa_lead", "--theme", "a", "--cycle", "b"),
        2,
        "narrowed to one thing at most",
    ),
    (("show", LEAD), 1, "'audit-app people list' shows who has"),
]


@pytest.mark.parametrize(("command", "code", "said"), REFUSED)
def test_what_cannot_be_is_refused_in_one_sentence(
    run: Run, database: Database, command: tuple[str, ...], code: int, said: str
) -> None:
    add(run, "here@council.example", "--role", "administrator", "--team", "North")
    before = changes(database)
    ended = run("people", *command)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert changes(database) == before
    with database.session() as session:
        assert find_person(session, LEAD) is None
        assert session.scalars(select(Mail)).all() == []


def test_an_invitation_again_takes_no_other_options(run: Run) -> None:
    assert run(*INVITE).code == 0
    again = run(*INVITE)
    assert again.code == 2
    assert "invite again without other options" in again.err
