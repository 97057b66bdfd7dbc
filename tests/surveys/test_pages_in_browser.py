"""Answering on a phone, with and without JavaScript; the desk at work."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from surveys.metrics.refresh import refresh
from surveys.models import Response
from tests.browser import follow, looks_right, sign_in
from tests.builders.pilots import joined
from tests.builders.surveys import (
    answers_of,
    closed_wave,
    open_wave_of,
    planned_survey,
    registered_survey,
    reloaded,
    take_part,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_resident_answers_on_a_phone_signs_out_and_goes_on(visitor, live_server, eva, ben, javascript):
    survey = registered_survey(eva)
    joined(survey.pilot, ben, age_band="65-74", at=survey.made_at)
    wave = open_wave_of(survey)
    page = visitor(width=360, javascript=javascript)
    sign_in(page, ben, live_server.url)

    page.goto(f"/answer/{wave.pk}/")
    looks_right(page, with_axe=javascript)
    page.get_by_role("button", name="시작하기").click()
    page.get_by_label("평소 생활에서 늘 쓰고 있다").check()
    looks_right(page, with_axe=javascript)
    page.get_by_role("button", name="다음").click()

    first = page.get_by_role("group", name="발소리 가로등 덕분에 일상의 볼일을 더 수월하게 마친다")
    first.get_by_label("매우 그렇다").check()
    page.get_by_role("button", name="다음").click()
    expect(page.get_by_text("아직 답하지 않은 문항이 3개 있어요.")).to_be_visible()
    looks_right(page, with_axe=javascript)
    expect(first.get_by_label("매우 그렇다")).to_be_checked()
    page.get_by_role("button", name="다음").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("운영과 개인정보")

    page.context.clear_cookies()
    sign_in(page, ben, live_server.url)
    page.goto(f"/answer/{wave.pk}/")
    page.get_by_role("link", name="이어서 답하기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("운영과 개인정보")
    page.get_by_role("link", name="뒤로").click()
    expect(first.get_by_label("매우 그렇다")).to_be_checked()
    page.goto(f"/answer/{wave.pk}/screen/3/")
    while page.get_by_role("heading", name="내 답변").count() == 0:
        for group in page.get_by_role("main").get_by_role("group").all():
            group.get_by_label("모르겠다").check()
        follow(page.get_by_role("button", name="다음"))

    looks_right(page, with_axe=javascript)
    page.get_by_role("button", name="제출하기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("고맙습니다. 답변을 잘 받았어요.")
    looks_right(page, with_axe=javascript)
    response = Response.objects.get()
    assert response.submitted_at is not None
    assert response.answers[:5] == [5, 99, 99, 99, 98]
    assert (response.use_level, response.groups) == (5, ["65+"])


@pytest.mark.parametrize("width", [360, 1280])
def test_the_desk_and_the_public_pages_read_well(visitor, live_server, eva, width):
    survey = registered_survey(eva, n_min=20, m_min=5)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 34) + take_part(survey, 8, age_band="75+", prefix="old"), accepting=30)
    refresh(wave, at=wave.opens_at + timedelta(hours=1))
    page = visitor(width=width)
    sign_in(page, eva, live_server.url)

    for address in (f"/desk/waves/{wave.pk}/", "/desk/", f"/waves/{wave.pk}/results/"):
        page.goto(address)
        looks_right(page)
    closed_wave(reloaded(wave))
    slug = survey.pilot.slug
    for address in (
        f"/desk/waves/{wave.pk}/",
        f"/desk/waves/{wave.pk}/verdict/",
        f"/waves/{wave.pk}/results/",
        f"/pilots/{slug}/rule/",
        f"/desk/pilots/{slug}/questions/",
        f"/desk/pilots/{slug}/rule/dates/",
    ):
        page.goto(address)
        looks_right(page)


def test_planning_and_registering_read_well_with_mistakes(visitor, live_server, eva):
    survey = planned_survey(eva)
    page = visitor(width=360)
    sign_in(page, eva, live_server.url)
    page.goto(f"/desk/pilots/{survey.pilot.slug}/plan/")
    looks_right(page)
    page.get_by_label("마감").first.fill("")
    follow(page.get_by_role("button", name="계획 저장"))
    looks_right(page)
    page.goto(f"/desk/pilots/{survey.pilot.slug}/rule/")
    follow(page.get_by_role("button", name="살펴보기"))
    looks_right(page)
    page.get_by_label("답변이 대표하는 사람들(한국어)").fill("참여자")
    page.get_by_label("답변이 대표하는 사람들(영어)").fill("Participants")
    page.get_by_label("평가하는 곳(부서 이름, 개인 이름 없이)").fill("평가 데스크")
    page.get_by_role("button", name="살펴보기").click()
    expect(page.get_by_role("heading", name="판정 기준 살펴보기")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="고치기").click()
    expect(page.get_by_label("답변이 대표하는 사람들(영어)")).to_have_value("Participants")
    page.get_by_label("답한다고 예상하는 사람 수").fill("125")
    page.get_by_label("확대 기준 비율").fill("0.65")
    page.get_by_label("확대 기준 비율").blur()
    expect(page.locator("#planning-help")).to_contain_text("125명이 답하면, 마지막 판정에서 74.4% 이상")
    looks_right(page)
