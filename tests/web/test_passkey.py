"""A passkey opens the account of staff, enrolled and used in the browser with Chromium's virtual authenticator."""

import pytest
from playwright.sync_api import Page, expect

from livinglab.accounts.roles import Role
from tests.browser import Visitor, axe
from tests.journeys.steps import fill, press
from tests.people import PASSWORD, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def with_authenticator(page: Page) -> Page:
    """The device of this page holds passkeys and says yes to whatever it is asked."""
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
    return page


def test_staff_enrol_a_passkey_and_sign_in_with_nothing_else(visitor: Visitor):
    nara = make_person("nara")
    nara.grants.create(role=Role.MODERATOR)
    page = with_authenticator(visitor())
    page.goto("/accounts/login/")
    fill(page, login=nara.email, password=PASSWORD)
    press(page)
    page.wait_for_url("**/accounts/reauthenticate/**")
    fill(page, password=PASSWORD)
    press(page)

    page.goto("/accounts/2fa/webauthn/add/")
    axe(page)
    fill(page, name="휴대전화", passwordless=True)
    with page.expect_navigation():
        page.click("#mfa_webauthn_add")

    page.goto("/me/residence-desk/")
    expect(page).to_have_url("/me/residence-desk/")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    with page.expect_navigation():
        page.click("#passkey_login")
    page.goto("/me/residence-desk/")
    expect(page).to_have_url("/me/residence-desk/")
    expect(page.get_by_role("banner")).to_contain_text(nara.nickname)
