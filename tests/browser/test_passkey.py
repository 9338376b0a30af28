"""A passkey in a real browser, with an authenticator that Chromium plays."""

from __future__ import annotations

import pytest
from browser.real_browser import BROWSER_MARKS, leave, sign_in
from factories import PASSWORD, make_person

from audit_app.core.access import Role

pytestmark = BROWSER_MARKS


@pytest.fixture
def site(house) -> str:
    """By a name: WebAuthn knows no bare network addresses."""
    return house.site.replace("127.0.0.1", "localhost")


def give_device(page) -> None:
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_out(page, site) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/sign-in")


def use_passkey(page, site) -> None:
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use my passkey").click()


def test_a_passkey_alone_signs_in_until_it_is_removed(house, site, browser):
    with house.database.session() as session:
        email = make_person(session, Role.QA_LEAD, "Passkey Holder").email
    page = sign_in(browser, site, email)
    page.wait_for_url(f"{site}/")
    give_device(page)
    page.goto(f"{site}/account")
    page.get_by_role("button", name="Add a passkey").click()
    page.fill("#name", "Work laptop")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"{site}/account")
    assert page.get_by_text("Work laptop, last used").is_visible()

    sign_out(page, site)
    use_passkey(page, site)
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/account/sign-ins")
    assert page.get_by_text("By passkey").is_visible()

    page.goto(f"{site}/account")
    page.get_by_role("button", name="Remove Work laptop").click()
    page.get_by_text("The passkey is removed.").wait_for()
    sign_out(page, site)
    use_passkey(page, site)
    page.get_by_role("button", name="Use my passkey").wait_for()
    page.goto(f"{site}/account")
    assert page.url.startswith(f"{site}/sign-in")
    leave(page)


def test_a_passkey_is_the_first_second_factor(house, site, browser):
    with house.database.session() as session:
        made = make_person(session, Role.QA_LEAD, "Newly Invited")
        made.tf_totp_secret = made.tf_primary_method = None
        email = made.email
    page = browser.new_context().new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text))
    page.goto(f"{site}/sign-in")
    give_device(page)
    password(page, email)
    page.get_by_role("button", name="Set up a passkey").click()
    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    codes = page.locator(".app-codes li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("button", name="I have kept them").click()
    page.wait_for_url(f"{site}/")

    sign_out(page, site)
    password(page, email)
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/account/sign-ins")
    assert page.get_by_text("By password and passkey").is_visible()

    sign_out(page, site)
    password(page, email)
    page.get_by_role("link", name="Use a recovery code instead").click()
    page.fill("#code", codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/")
    leave(page)


def password(page, email) -> None:
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
