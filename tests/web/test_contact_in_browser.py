"""Asking the city, messages to staff, what went by itself, being asked again: on phone and desk, in both languages."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from livinglab.accounts.roles import Role
from livinglab.web.contact import write_to_the_city
from livinglab.web.retention import apply_retention
from pilots.actions.plan import change_consent_text
from pilots.consent import usual_words
from pilots.models import ConsentText, Enrolment
from tests.browser import follow, looks_right, sign_in
from tests.builders import pilots as build
from tests.people import make_area, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVERYWHERE = [("ko-KR", 360), ("en-GB", 360), ("ko-KR", 1280), ("en-GB", 1280)]


@pytest.mark.parametrize(("locale", "width"), EVERYWHERE)
def test_somebody_asks_and_nothing_typed_is_lost(visitor, live_server, locale, width):
    pilot = build.announced_pilot(make_person("mo", Role.MODERATOR))
    page = visitor(locale=locale, width=width)

    page.goto(f"/pilots/{pilot.slug}/")
    page.goto(f"/contact/?pilot={pilot.slug}")
    looks_right(page)
    page.locator("main [name=text]").fill("정류장이 어디인가요?")
    page.locator("main [name=reply_to]").fill("over there")
    follow(page.locator("main form .actions button"))
    expect(page.locator("main [name=text]")).to_have_value("정류장이 어디인가요?")
    looks_right(page)
    page.locator("main [name=reply_to]").fill("010-1234-5678")
    follow(page.locator("main form .actions button"))
    expect(page.locator("main [name=text]")).to_have_value("")
    looks_right(page)


@pytest.mark.parametrize(("locale", "width"), EVERYWHERE)
def test_staff_read_messages_and_what_went(visitor, live_server, locale, width):
    adam = make_person("adam", Role.ADMINISTRATOR)
    page = visitor(locale=locale, width=width)
    sign_in(page, adam, live_server.url)

    for address in ("/contact/messages/", "/retention/"):
        page.goto(address)
        looks_right(page)
    write_to_the_city(
        "정류장이 어디인가요?", pilot=None, person=None, reply_to="010-1234-5678", language="ko", at=timezone.now()
    )
    apply_retention(at=timezone.now())
    for address in ("/contact/messages/", "/retention/"):
        page.goto(address)
        looks_right(page)
    page.goto("/contact/messages/")
    follow(page.locator("main form button").first)
    looks_right(page)
    page.goto("/contact/messages/?show=answered")
    expect(page.get_by_text("정류장이 어디인가요?")).to_be_visible()
    looks_right(page)


@pytest.mark.parametrize(("locale", "width"), EVERYWHERE)
def test_somebody_agrees_to_be_asked_again_and_takes_it_back(visitor, live_server, locale, width):
    monitoring = ConsentText.Purpose.MONITORING
    pilot = build.announced_pilot(make_person("mo", Role.MODERATOR))
    ben = make_person("ben", area=make_area(), confirmed=True)
    change_consent_text(pilot, purpose=monitoring, words=usual_words(monitoring), at=timezone.now())
    enrolment = build.joined(pilot, ben)
    page = visitor(locale=locale, width=width)
    sign_in(page, ben, live_server.url)

    page.goto(f"/pilots/{pilot.slug}/asked-again/")
    looks_right(page)
    follow(page.locator("main form button.button").first)
    looks_right(page)
    assert Enrolment.objects.to_be_asked_again().contains(enrolment)
    page.goto(f"/pilots/{pilot.slug}/asked-again/")
    looks_right(page)
    follow(page.locator("main form button[name=withdraw]"))
    assert not Enrolment.objects.to_be_asked_again().exists()
