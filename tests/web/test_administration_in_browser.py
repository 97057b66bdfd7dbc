"""Pages of administrators on a phone, and what a shared computer shows after somebody has signed out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from livinglab.accounts.audit import record_access
from livinglab.accounts.models import AccessRecord
from livinglab.accounts.roles import Role
from tests.browser import ARGUMENTS, PATIENCE, Visitor, installed_chromium, looks_right, sign_in
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


@pytest.fixture
def browser_that_keeps_pages(browser: Browser) -> Iterator[Browser]:
    """As people have it: pages left a moment ago come back as they were. Playwright switches that off by itself."""
    chromium = browser.browser_type.launch(
        executable_path=installed_chromium(), args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield chromium
    chromium.close()


def step_back(page: Page) -> None:
    """A press of "back", which ends when the other page shows: one that comes back as it was is not loaded again."""
    page.go_back(wait_until="commit")


def test_nothing_comes_back_after_signing_out(browser_that_keeps_pages: Browser, live_server) -> None:
    adam = make_person("adam", Role.ADMINISTRATOR)
    page = browser_that_keeps_pages.new_context(base_url=live_server.url, locale="en-GB").new_page()
    page.set_default_timeout(PATIENCE)
    # A page for everybody is kept, and comes back without being asked for: this browser would show the others, too.
    page.add_init_script(
        "addEventListener('pageshow', (event) => { document.documentElement.dataset.cameBack = event.persisted; })"
    )
    page.goto("/pilots/")
    page.goto("/proposals/")
    step_back(page)
    expect(page.locator("html")).to_have_attribute("data-came-back", "true")

    sign_in(page, adam, live_server.url)
    page.goto("/administration/people/")
    expect(page.get_by_text("adam@example.kr")).to_be_visible()
    page.goto("/")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    # As often as it takes to come to the page again; on the way lie the first page and signing out.
    for _press in range(5):
        step_back(page)
        if "/administration/people/" in page.url or "/accounts/login/" in page.url:
            break

    expect(page.get_by_text("adam@example.kr")).to_have_count(0)
    assert "/accounts/login/" in page.url
