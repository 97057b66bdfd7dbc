"""The page for one's own words on a phone: it reads well, counts, keeps what is typed, and needs no script."""

import pytest
from playwright.sync_api import expect

from surveys.models import OpenAnswer, Response
from tests.browser import follow, looks_right, sign_in
from tests.builders.pilots import joined
from tests.builders.surveys import answer, open_wave_of, registered_survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KOREAN = ("ko-KR", "다음", "제출하기")
ENGLISH = ("en-GB", "Next", "Hand in")


@pytest.fixture
def wave(eva, ben):
    survey = registered_survey(eva, with_open_question=True)
    bens = joined(survey.pilot, ben, age_band="65-74", at=survey.made_at)
    wave = open_wave_of(survey)
    answer(wave, bens, hand_in=False)
    return wave


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("words", [KOREAN, ENGLISH], ids=["ko", "en"])
def test_resident_writes_on_a_phone_looks_it_over_changes_it_and_hands_in(
    visitor, live_server, wave, ben, words, javascript
):
    locale, onwards, hand_in = words
    page = visitor(locale=locale, width=360, javascript=javascript)
    sign_in(page, ben, live_server.url)
    page.goto(f"/answer/{wave.pk}/words/")
    looks_right(page)
    box = page.get_by_role("textbox")
    box.fill("가" * 1001)
    follow(page.get_by_role("button", name=onwards))
    expect(box).to_have_value("가" * 1001)
    expect(page.get_by_role("alert")).to_contain_text("1001")
    looks_right(page)

    box.fill("비 오는 날에는 늦게 켜져요.\n다리 밑이 어두워요.")
    follow(page.get_by_role("button", name=onwards))
    expect(page.get_by_text("다리 밑이 어두워요.")).to_be_visible()
    looks_right(page)
    follow(page.locator(f"main a[href='/answer/{wave.pk}/words/?review']"))
    expect(box).to_have_value("비 오는 날에는 늦게 켜져요.\n다리 밑이 어두워요.")
    box.fill("이제 괜찮아요.")
    follow(page.get_by_role("main").get_by_role("button").last)
    follow(page.get_by_role("button", name=hand_in))
    assert Response.objects.get().submitted_at is not None
    assert OpenAnswer.objects.get().text == "이제 괜찮아요."


def test_what_is_typed_is_counted_and_kept_while_typing(visitor, live_server, wave, ben):
    page = visitor(locale="en-GB", width=360)
    sign_in(page, ben, live_server.url)
    page.goto(f"/answer/{wave.pk}/words/")
    expect(page.get_by_text("0 of 1000 characters", exact=True)).to_be_visible()
    page.get_by_role("textbox").press_sequentially("Too dark.")
    expect(page.get_by_text("9 of 1000 characters", exact=True)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Kept.")).to_be_visible()
    looks_right(page)
    assert OpenAnswer.objects.get().text == "Too dark."
