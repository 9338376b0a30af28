"""Links that let one person in once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import AT, make_person, password_hash
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.access import Role
from audit_app.store.accounts import choose_password
from audit_app.store.mailed_links import find_link, mail_link, make_link, open_link, use_link
from audit_app.store.tables import LinkPurpose, Mail, MailedLink, Person


@pytest.fixture
def pat(session: Session) -> Person:
    return make_person(session, Role.QA_LEAD, "Pat Example")


def test_only_the_hash_of_a_token_is_kept(session: Session, pat: Person) -> None:
    tokens = {make_link(session, pat, LinkPurpose.INVITATION, AT) for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43  # 256 bits in base64
    kept = " ".join(str(vars(row)) for row in session.scalars(select(MailedLink)))
    assert not [token for token in tokens if token in kept]


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [
        (LinkPurpose.INVITATION, timedelta(days=7)),
        (LinkPurpose.NEW_PASSWORD, timedelta(hours=1)),
    ],
)
def test_a_link_works_for_its_time(
    session: Session, pat: Person, purpose: LinkPurpose, lasts: timedelta
) -> None:
    token = make_link(session, pat, purpose, AT)
    found = find_link(session, token, AT + lasts - timedelta(seconds=1))
    assert found is not None
    assert (found.person, found.purpose) == (pat, purpose)
    assert find_link(session, token, AT + lasts) is None
    assert open_link(session, pat, AT) is found
    assert open_link(session, pat, AT + lasts) is None


def test_a_link_works_once_and_a_newer_one_replaces_it(session: Session, pat: Person) -> None:
    other = make_person(session, Role.QA_LEAD, "Other")
    others = make_link(session, other, LinkPurpose.INVITATION, AT)
    first = make_link(session, pat, LinkPurpose.INVITATION, AT)
    second = make_link(session, pat, LinkPurpose.NEW_PASSWORD, AT)
    assert find_link(session, first, AT) is None
    link = find_link(session, second, AT)
    assert link is not None
    use_link(link, AT)
    session.flush()
    assert find_link(session, second, AT) is None
    assert find_link(session, others, AT) is not None


def test_a_link_of_somebody_who_is_disabled_is_none(session: Session, pat: Person) -> None:
    token = make_link(session, pat, LinkPurpose.INVITATION, AT)
    pat.active = False
    session.flush()
    assert find_link(session, token, AT) is None


@pytest.mark.parametrize("forged", ["", "x", "a" * 43, "é" * 20, "\x00", "' OR 1=1 --"])
def test_a_forged_token_is_none(session: Session, pat: Person, forged: str) -> None:
    make_link(session, pat, LinkPurpose.INVITATION, AT)
    assert find_link(session, forged, AT) is None


def test_a_mailed_link_leads_to_this_site(session: Session, pat: Person) -> None:
    link = mail_link(
        session,
        pat,
        LinkPurpose.INVITATION,
        site_url="https://audits.council.example",
        council="Anywhere {council} Council",
        at=AT,
    )
    (mail,) = session.scalars(select(Mail))
    assert mail.address == pat.email
    assert link in mail.body
    assert "at Anywhere {council} Council." in mail.body
    address, _, token = link.rpartition("/")
    assert address == "https://audits.council.example/invitation"
    assert find_link(session, token, AT) is not None


def test_choosing_a_password_uses_the_link_and_keeps_the_second_factor(
    session: Session, pat: Person
) -> None:
    pat.tf_primary_method, pat.tf_totp_secret, pat.password = "authenticator", "kept", None
    link = find_link(session, make_link(session, pat, LinkPurpose.INVITATION, AT), AT)
    assert link is not None
    choose_password(session, link, password_hash(), at=AT)
    assert (pat.password, link.used_at) == (password_hash(), AT)
    assert (pat.tf_primary_method, pat.tf_totp_secret) == ("authenticator", "kept")
