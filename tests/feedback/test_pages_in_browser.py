"""Deciding and reading decisions in a browser, with and without JavaScript; the first page on a phone."""

import pytest
from playwright.sync_api import Response, expect

from feedback.models import Decision
from tests.browser import follow, looks_right, sign_in
from tests.builders import feedback as build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_moderator_decides_on_a_phone_and_everybody_reads_it(visitor, live_server, eva, mo, javascript):
    verdict = build.verdict(eva, "REVISE")
    page = visitor(width=360, javascript=javascript)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, mo, live_server.url)

    page.goto("/")
    follow(page.get_by_role("link", name="결정을 기다리는 판정 1건"))
    looks_right(page)
    page.get_by_role("link", name="도담동 발소리 가로등", exact=True).click()
    page.get_by_role("button", name="저장하고 미리 보기").click()
    expect(page.get_by_role("alert")).to_contain_text("시는 무엇을 결정하나요?")
    looks_right(page)

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
    looks_right(page)
    page.get_by_role("button", name="최종 발표").click()
    expect(page.get_by_text("결정을 발표했어요.")).to_be_visible()
    looks_right(page)
    assert Decision.objects.published().get().verdict == verdict

    reader = visitor(width=1280, locale="en-GB", javascript=javascript)
    reader.goto("/results/")
    looks_right(reader)
    reader.get_by_role("link", name="Footstep lamps in Dodam-dong").click()
    expect(reader.get_by_text("센서에 덮개를 씌웠어요.")).to_have_attribute("lang", "ko")
    looks_right(reader)


@pytest.mark.parametrize(("width", "locale"), [(360, "ko-KR"), (1280, "en-GB")])
def test_the_first_page_shows_the_loop_on_every_screen(visitor, live_server, eva, mo, width, locale):
    build.published(build.verdict(eva, "SCALE"), mo, "scale", changes=[build.change()])
    page = visitor(width=width, locale=locale)
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))

    page.goto("/")

    looks_right(page)
    ring = page.locator(".loop-ring")
    assert ring.bounding_box()["width"] >= 300
    for text in ring.locator(".loop-count, .loop-name").all():
        assert text.bounding_box()["width"] < 84
    expect(page.locator(".loop-list li")).to_have_count(7)
    sizes = [response.request.sizes()["responseBodySize"] for response in responses if ".woff2" not in response.url]
    assert 0 < sum(sizes) < 150_000
