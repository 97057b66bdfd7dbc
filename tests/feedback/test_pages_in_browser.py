"""Deciding and reading decisions in a browser, with and without JavaScript; the first page on a phone."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from feedback.models import Decision
from livinglab.accounts.models import Person
from tests.browser import axe
from tests.builders import feedback as build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, person: Person, url: str) -> None:
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def is_well(page: Page) -> None:
    """Nothing has to be scrolled sideways, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    axe(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_moderator_decides_on_a_phone_and_everybody_reads_it(visitor, live_server, eva, mo, javascript):
    verdict = build.verdict(eva, "REVISE")
    page = visitor(width=360, javascript=javascript)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, mo, live_server.url)

    page.goto("/")
    page.get_by_role("link", name="결정을 기다리는 판정 1건").click()
    is_well(page)
    page.get_by_role("link", name="도담동 발소리 가로등", exact=True).click()
    page.get_by_role("button", name="저장하고 미리 보기").click()
    expect(page.get_by_role("alert")).to_contain_text("시는 무엇을 결정하나요?")
    is_well(page)

    page.get_by_label("개선").check()
    page.get_by_label("새 버전에서 달라지는 것 (한국어)").fill("센서를 더 촘촘하게 달아요.")
    page.get_by_label("근거").first.select_option("item:PE2")
    page.get_by_label("주민의 말 (한국어)").first.fill("비가 오면 늦게 켜져요.")
    page.get_by_role("radio", name="이렇게 했어요").first.check()
    page.get_by_role("button", name="하나 더 적기").click()
    expect(page.get_by_label("주민의 말 (한국어)").first).to_have_value("비가 오면 늦게 켜져요.")
    expect(page.get_by_label("주민의 말 (한국어)")).to_have_count(2)
    page.get_by_label("하는 일, 또는 하지 않는 까닭 (한국어)").first.fill("센서에 덮개를 씌웠어요.")
    page.get_by_role("button", name="저장하고 미리 보기").click()

    expect(page.get_by_role("heading", name="결정 발표")).to_be_visible()
    is_well(page)
    page.get_by_role("button", name="최종 발표").click()
    expect(page.get_by_text("결정을 발표했어요.")).to_be_visible()
    is_well(page)
    assert Decision.objects.published().get().verdict == verdict

    reader = visitor(width=1280, locale="en-GB", javascript=javascript)
    reader.goto("/results/")
    is_well(reader)
    reader.get_by_role("link", name="Footstep lamps in Dodam-dong").click()
    expect(reader.get_by_text("센서에 덮개를 씌웠어요.")).to_have_attribute("lang", "ko")
    is_well(reader)


@pytest.mark.parametrize(("width", "locale"), [(360, "ko-KR"), (1280, "en-GB")])
def test_the_first_page_shows_the_loop_on_every_screen(visitor, live_server, eva, mo, width, locale):
    build.published(build.verdict(eva, "SCALE"), mo, "scale", changes=[build.change()])
    page = visitor(width=width, locale=locale)
    sizes: list[int] = []
    page.on(
        "response",
        lambda response: sizes.append(0 if ".woff2" in response.url else response.request.sizes()["responseBodySize"]),
    )

    page.goto("/")

    is_well(page)
    ring = page.locator(".loop-ring")
    assert ring.bounding_box()["width"] >= 300
    for text in ring.locator(".loop-count, .loop-name").all():
        assert text.bounding_box()["width"] < 84
    expect(page.locator(".loop-list li")).to_have_count(7)
    assert 0 < sum(sizes) < 150_000
