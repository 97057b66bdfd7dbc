"""Ordering a report and waiting for it, on a phone and at the desk, with and without JavaScript."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from livinglab.accounts.models import Person
from surveys.actions.reports import make_next_report
from surveys.models import Snapshot
from tests.browser import axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, person: Person, url: str) -> None:
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, False)])
def test_an_evaluator_orders_and_sees_it_become_ready(
    visitor, live_server, imported: Snapshot, eva: Person, width: int, javascript: bool
):
    imported.wave.survey.evaluators.add(eva)
    page = visitor(locale="en-GB", javascript=javascript, width=width)
    sign_in(page, eva, live_server.url)
    page.goto(live_server.url + reverse("surveys:report_desk", args=[imported.wave_id]))
    axe(page)

    english = page.get_by_role("region", name="English", exact=True)
    english.get_by_role("button", name="Order a draft").click()
    expect(english.get_by_text("Ordered: 0 percent")).to_be_visible()
    axe(page)
    make_next_report()
    if not javascript:
        english.get_by_role("link", name="See how far it is").click()
    expect(english.get_by_role("link", name="Draft as PDF")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
