"""One draft in two windows, a network that goes away, and words that were not sent: nothing is lost unseen."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser import Visitor, looks_right, sign_in
from tests.builders import proposals as build
from tests.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PROBLEM = "What is the problem, and for whom?"


@pytest.fixture
def draft(db):
    call_command("load_areas", verbosity=0)
    return build.draft(make_person("ana"))


@pytest.fixture
def window(visitor: Visitor, live_server, draft) -> Page:
    page = visitor(width=360, height=740, locale="en-GB")
    sign_in(page, draft.author, live_server.url)
    page.goto(f"/proposals/{draft.pk}/edit/")
    return page


def stored(draft) -> str:
    draft.refresh_from_db()
    return draft.problem_en


def test_the_window_that_does_not_know_the_newest_text_shows_both(window: Page, draft):
    other = window.context.new_page()
    other.goto(f"/proposals/{draft.pk}/edit/")
    window.get_by_label(PROBLEM).fill("A whole paragraph.")
    expect(window.get_by_text("Draft saved at")).to_be_visible()

    other.get_by_label(PROBLEM).fill("One word.")
    expect(other.get_by_text("Not saved: this draft was changed in another window.")).to_be_visible()
    assert stored(draft) == "A whole paragraph."
    other.get_by_role("button", name="Show both texts").click()
    expect(other.get_by_text("Stored meanwhile:")).to_be_visible()
    expect(other.get_by_text("A whole paragraph.")).to_be_visible()
    expect(other.get_by_label(PROBLEM)).to_have_value("One word.")
    looks_right(other)

    other.get_by_label(PROBLEM).fill("Both in one.")
    expect(other.get_by_text("Draft saved at")).to_be_visible()
    assert stored(draft) == "Both in one."


def test_what_could_not_be_sent_is_sent_when_the_network_is_back(window: Page, draft):
    window.context.set_offline(True)
    window.get_by_label(PROBLEM).fill("Written on the train.")
    waits = window.get_by_text("No connection: not saved yet. We try again by ourselves.")
    expect(waits).to_be_visible()
    # Beside the field that is being written.
    expect(window.locator(".field", has=window.get_by_label(PROBLEM)).locator("#saved")).to_be_visible()

    window.context.set_offline(False)

    expect(window.get_by_text("Draft saved at")).to_be_visible()
    assert stored(draft) == "Written on the train."


def test_leaving_with_words_that_were_not_sent_asks(visitor: Visitor, live_server, draft):
    reader = make_person("ben", area=draft.area, confirmed=True)
    lights = build.published(make_person("cho"), make_person("mo", "moderator"))
    page = visitor(locale="en-GB")
    sign_in(page, reader, live_server.url)
    page.goto(f"/proposals/{lights.pk}/")
    page.get_by_label("Your comment").fill("What about cats?")
    asked: list[str] = []

    def stay(dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        page.get_by_role("navigation").get_by_role("link", name="Pilots").first.click()
    expect(page.get_by_label("Your comment")).to_have_value("What about cats?")
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Send comment").click()
    expect(page.locator(".comment")).to_contain_text("What about cats?")
    assert asked == ["beforeunload"]
    page.get_by_role("navigation").get_by_role("link", name="Pilots").first.click()
    page.wait_for_url("**/pilots/")


def test_the_page_counts_as_the_server_does(window: Page, draft):
    title = window.get_by_label("What could help?")
    title.fill("가" * 2_999 + "\n" + "각")
    expect(window.get_by_text("3001 of 3000 characters: 1 too many").first).to_be_visible()
    title.fill("가" * 2_998 + "\n" + "각")
    expect(window.get_by_text("3000 of 3000 characters").first).to_be_visible()
    expect(window.get_by_text("Draft saved at")).to_be_visible()
    draft.refresh_from_db()
    assert len(draft.idea_en) == 3_000
