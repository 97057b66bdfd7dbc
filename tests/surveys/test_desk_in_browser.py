"""Watching, changing and comparing in the browser: on a phone in Korean, on a wide screen in English."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from surveys.metrics.refresh import refresh
from surveys.tasks import work_out_closed_waves
from tests.browser import follow, looks_right, sign_in
from tests.builders.surveys import (
    answer,
    answers_of,
    bulk_answers,
    closed_wave,
    invite,
    open_wave_of,
    planned_survey,
    registered_survey,
    take_part,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = [(360, "ko-KR"), (1280, "en-GB")]


@pytest.mark.parametrize(("width", "locale"), SCREENS)
def test_who_is_missing_is_named_and_asked_again(visitor, live_server, eva, width, locale):
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    young = take_part(survey, 8)
    take_part(survey, 8, age_band="75+", prefix="old")
    invite(wave, at=wave.opens_at - timedelta(days=3))
    for enrolment in young:
        answer(wave, enrolment)
    refresh(wave, at=wave.opens_at + timedelta(hours=2))
    page = visitor(width=width, locale=locale)
    sign_in(page, eva, live_server.url)
    page.goto(f"/desk/pilots/{survey.pilot.slug}/")
    looks_right(page)
    follow(page.locator("#missing .note button"))
    # To the nearest five: how many have not answered, to the last of them, would tell when each of the others does.
    said = "약 10명" if locale == "ko-KR" else "about 10 of “75+”, by eva"
    expect(page.locator("main")).to_contain_text(said)
    looks_right(page)


@pytest.mark.parametrize(("width", "locale"), SCREENS)
def test_a_closed_wave_is_looked_into_from_its_page(visitor, live_server, eva, width, locale):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=())
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 1), accepting=1)
    bulk_answers(wave, 150)
    closed_wave(wave)
    work_out_closed_waves()
    page = visitor(width=width, locale=locale)
    sign_in(page, eva, live_server.url)
    slug = survey.pilot.slug
    for address in (
        f"/desk/waves/{wave.pk}/change/",
        f"/desk/waves/{wave.pk}/signals/",
        f"/desk/waves/{wave.pk}/figures/accept/",
        f"/desk/pilots/{slug}/",
        "/desk/compare/",
        f"/desk/compare/?pilot={slug}&pilot={slug}",
        "/methods/",
    ):
        page.goto(address)
        for more in page.locator("details.more > summary").all():
            more.click()
        looks_right(page)


def test_what_it_takes_is_worked_out_again_without_javascript(visitor, live_server, eva):
    survey = planned_survey(eva, waves=3)
    page = visitor(width=360, locale="en-GB", javascript=False)
    sign_in(page, eva, live_server.url)
    page.goto(f"/desk/pilots/{survey.pilot.slug}/rule/")
    page.get_by_label("Who the answers stand for, in English").fill("Whoever lives here")
    page.get_by_label("If so many people answer").fill("125")
    page.get_by_role("button", name="Work it out again").click()

    expect(page.locator("#planning-help")).to_contain_text("With 125 people a share of 70.4% or more")
    expect(page.get_by_label("Who the answers stand for, in English")).to_have_value("Whoever lives here")
    looks_right(page, with_axe=False)


@pytest.mark.parametrize(("width", "locale"), SCREENS)
def test_an_alarm_is_looked_into_and_its_review_signed(visitor, live_server, eva, width, locale):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), looks=(1,))
    people = take_part(survey, 20)
    for number, accepting in ((1, 19), (2, 9)):
        wave = open_wave_of(survey, number)
        answers_of(wave, people, accepting=accepting)
        closed_wave(wave)
    work_out_closed_waves()
    page = visitor(width=width, locale=locale)
    sign_in(page, eva, live_server.url)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/desk/")
    looks_right(page)
    follow(page.locator("#alarms a"))
    looks_right(page)
    follow(page.locator("#review form .actions button"))
    expect(page.locator(".error-summary li")).to_have_count(4)
    looks_right(page)
    for name in ("found_ko", "found_en", "done_ko", "done_en"):
        page.locator(f"[name={name}]").fill(f"Words of {name}")
    follow(page.locator("#review form .actions button"))
    expect(page.locator("#review dl")).to_contain_text(
        "Words of found_ko" if locale == "ko-KR" else "Words of found_en"
    )
    looks_right(page)
    page.goto(f"/desk/pilots/{survey.pilot.slug}/")
    expect(page.locator("#monitoring")).to_contain_text("Words of done")
    looks_right(page)
    page.goto(f"/desk/waves/{wave.pk}/signals/")
    looks_right(page)
