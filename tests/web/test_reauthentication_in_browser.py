"""Being asked once more who one is, on a phone: nothing that was typed is lost, and each page fits."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from livinglab.accounts.factor_resets import ask_for_factor_reset
from livinglab.accounts.models import ApiToken, MailKind
from livinglab.accounts.roles import Role
from livinglab.notices.stopping import path_to_stop
from tests.browser import Visitor, follow, looks_right, sign_in
from tests.people import PASSWORD, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_token_is_made_after_the_password_with_what_was_typed(visitor: Visitor, live_server, ben, javascript):
    page = visitor(locale="en-GB", width=360, javascript=javascript)
    sign_in(page, ben, live_server.url)
    page.goto("/me/tokens/")
    page.get_by_label("What it is for").fill("Figures for the map")
    page.get_by_label("Write: propose").check()
    follow(page.get_by_role("button", name="Make a token"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Confirm", exact=True))

    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()
    token = ApiToken.objects.get()
    assert (token.name, token.scopes) == ("Figures for the map", ["read", "write"])
    if javascript:
        looks_right(page)


@pytest.mark.parametrize(("locale", "width"), [("ko-KR", 360), ("en-GB", 1280)])
def test_pages_that_ask_again_and_that_stop_mails_fit(visitor: Visitor, live_server, ben, locale, width):
    page = visitor(locale=locale, width=width)
    stop = path_to_stop(ben, MailKind.PILOTS)
    page.goto(stop)
    looks_right(page)
    follow(page.locator("button[name=List-Unsubscribe]"))
    looks_right(page)
    follow(page.locator("button[name=do]"))

    sign_in(page, ben, live_server.url)
    for path in ("/accounts/reauthenticate/", "/accounts/reauthenticate/code/"):
        page.goto(path)
        looks_right(page)
    follow(page.locator("main form button").first)
    looks_right(page)


@pytest.mark.parametrize(("locale", "width"), [("ko-KR", 360), ("en-GB", 1280)])
def test_page_where_a_second_factor_is_reset_fits(visitor: Visitor, live_server, mo, adam, locale, width):
    alma, page = make_person("alma", Role.ADMINISTRATOR), visitor(locale=locale, width=width)
    sign_in(page, alma, live_server.url)
    page.goto(f"/administration/people/{mo.pk}/")
    looks_right(page)
    ask_for_factor_reset(mo, by=adam, at=timezone.now())

    for path in (f"/administration/people/{mo.pk}/", "/administration/people/"):
        page.goto(path)
        looks_right(page)
