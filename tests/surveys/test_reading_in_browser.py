"""Open answers in the browser, on a phone in Korean and on a wide screen in English: read by keyboard."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from surveys.actions.open_answers import code_answer, name_theme, release_answer
from surveys.models import OpenAnswer
from surveys.tasks import work_out_closed_waves
from tests.builders.voices import wave_with_voices
from tests.surveys.test_pages_in_browser import looks_right, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "locale"), [(360, "ko-KR"), (1280, "en-GB")])
def test_what_people_wrote_is_read_and_coded(visitor, live_server, eva, width, locale):
    snapshot = wave_with_voices(eva, against=60, in_favour=60)
    survey = snapshot.wave.survey
    waiting = name_theme(
        survey, name_ko="기다리는 시간", name_en="Waiting", keywords=["기다"], by=eva, at=timezone.now()
    )
    for answer in OpenAnswer.objects.order_by("pk")[:8]:
        code_answer(answer, [waiting] if "기다" in answer.masked else [], by=eva, at=timezone.now())
        release_answer(answer, answer.masked, by=eva, at=timezone.now())
    work_out_closed_waves()
    page = visitor(width=width, locale=locale)
    sign_in(page, eva, live_server.url)
    for address in (
        f"/desk/waves/{snapshot.wave_id}/words/?show=released",
        f"/desk/pilots/{survey.pilot.slug}/themes/",
        f"/desk/pilots/{survey.pilot.slug}/",
        f"/desk/waves/{snapshot.wave_id}/words/",
    ):
        page.goto(address)
        looks_right(page)

    article = page.locator("article").first
    article.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    article.locator("button[value=release]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".progress")).to_contain_text("9")
    looks_right(page)
