"""Pages of administrators on a phone, and what a shared computer shows after somebody has signed out."""

import pytest
from playwright.sync_api import expect

from livinglab.accounts.audit import record_access
from livinglab.accounts.models import AccessRecord
from livinglab.accounts.roles import Role
from tests.browser import Visitor, looks_right, sign_in
from tests.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_people_roles_and_the_trail_on_a_phone(visitor: Visitor, live_server, locale: str) -> None:
    adam, ben = make_person("adam", Role.ADMINISTRATOR), make_person("ben")
    record_access(adam, AccessRecord.Action.CONTACTS_SEEN, about="pilot call-bus-1", count=31)
    page = visitor(locale=locale, width=360, height=740)
    sign_in(page, adam, live_server.url)

    page.goto("/administration/people/")
    looks_right(page)
    page.locator("input[name=who]").fill("ben@example.kr")
    page.locator("main form button").first.click()
    expect(page.locator("h1")).to_have_text("ben Kim")
    assert page.url.endswith(f"/administration/people/{ben.pk}/")
    looks_right(page)
    page.locator("select[name=role]").select_option("moderator")
    page.locator("form:has(select[name=role]) button").click()
    expect(page.locator(".row-item h3")).to_have_count(1)
    page.goto("/administration/access/")
    expect(page.locator("tbody tr")).not_to_have_count(0)
    looks_right(page)


def test_nothing_comes_back_after_signing_out(visitor: Visitor, live_server) -> None:
    adam = make_person("adam", Role.ADMINISTRATOR)
    page = visitor(locale="en-GB")
    sign_in(page, adam, live_server.url)
    page.goto("/administration/people/")
    expect(page.get_by_text("adam@example.kr")).to_be_visible()

    page.goto("/")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    # As often as it takes to come to the page again; on the way lie the first page and signing out.
    for _press in range(5):
        page.go_back()
        if "/administration/people/" in page.url or "/accounts/login/" in page.url:
            break

    expect(page.get_by_text("adam@example.kr")).to_have_count(0)
    assert "/accounts/login/" in page.url
