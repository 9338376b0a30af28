"""Claim E1 in a real browser: invited, bound, out, and in again with the council account."""

from __future__ import annotations

import pytest
from browser.conftest import House
from browser.page_rules import check_narrow, check_rules
from browser.real_browser import BROWSER_MARKS, leave
from identity_provider.process import IdentityProvider, running_provider
from playwright.sync_api import Page, expect

from audit_app import clock
from audit_app.core.access import Role
from audit_app.store.mailed_links import make_link
from audit_app.store.people import add_person
from audit_app.store.tables import LinkPurpose

__all__ = ["running_provider"]
pytestmark = BROWSER_MARKS


@pytest.fixture
def invitation(house: House, running_provider: IdentityProvider) -> str:
    """The link of a QA lead without a password, on a site whose provider is another site."""
    provider = IdentityProvider(running_provider.port, host="localhost")
    house.app.config.update(SITE_URL=house.site, SINGLE_SIGN_ON=provider.settings)
    at = clock.now()
    with house.database.session() as session:
        person = add_person(
            session,
            email="lead@council.example",
            name="Pat Example",
            roles=[Role.QA_LEAD],
            team=None,
            password_hash=None,
            at=at,
        )
        token = make_link(session, person, LinkPurpose.INVITATION, at)
    return f"{house.site}/invitation/{token}"


def test_from_an_invitation_to_the_second_sign_in(browser, house, invitation):
    page = browser.new_context().new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text))
    page.goto(invitation)
    page.get_by_role("button", name="Use your council account").click()
    check_rules(page)
    check_narrow(page)
    page.get_by_role("button", name="Go to the council’s sign-in").click()
    sign_in_there(page)
    expect(page.locator(".app-header__person")).to_contain_text("Pat Example")

    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Sign in – Case file audit")
    page.goto(f"{house.site}/account")
    page.get_by_role("button", name="Sign in with your council account").click()
    sign_in_there(page)
    expect(page).to_have_url(f"{house.site}/account")
    expect(page.locator(".app-header__person")).to_contain_text("Pat Example")
    leave(page)


def sign_in_there(page: Page) -> None:
    """What the person does at the provider."""
    expect(page).to_have_title("Council")
    page.get_by_role("button", name="Sign in as yourself").click()
