"""A tablet that several people answer on: whose survey it is, the way out, and the question before it closes."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from time import monotonic

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from surveys import link_sessions
from surveys.actions.answer import response_of
from surveys.links import answer_link
from surveys.questionnaire import questionnaire_of
from tests.browser import PATIENCE, follow, looks_right, sign_in
from tests.builders.pilots import joined
from tests.builders.surveys import open_wave_of, registered_survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLOSED = "이 기기에서 설문이 닫혔어요"


@pytest.fixture
def wave(eva):
    return open_wave_of(registered_survey(eva))


@pytest.fixture
def anas(wave, ana):
    return joined(wave.survey.pilot, ana, at=wave.survey.made_at)


@pytest.fixture
def bens(wave, ben):
    return joined(wave.survey.pilot, ben, age_band="65-74", at=wave.survey.made_at)


def last_press_was(page: Page, *, minutes: int) -> None:
    """As if nobody had pressed anything in this browser for so many minutes."""
    (cookie,) = (cookie for cookie in page.context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME)
    session = import_module(settings.SESSION_ENGINE).SessionStore(cookie["value"])
    session[link_sessions.KEY] |= {"pressed_at": (timezone.now() - timedelta(minutes=minutes)).isoformat()}
    session.save()


def let_time_pass(page: Page, *, until: Callable[[], bool]) -> None:
    """Time passes in the browser, one timer of the question after the other."""
    deadline = monotonic() + PATIENCE / 1000
    while not until():
        assert monotonic() < deadline, "nothing happened, however much time passed in the browser"
        page.clock.fast_forward("55:01")


def level_in(enrolment, wave) -> int | None:
    response = response_of(enrolment, wave)
    return response and response.answers[questionnaire_of(wave).column["SL"]]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_ben_answers_on_the_tablet_where_ana_is_signed_in(visitor, live_server, wave, ana, anas, bens, javascript):
    page = visitor(width=360, javascript=javascript)
    sign_in(page, ana, live_server.url)

    page.goto(answer_link(wave, bens))
    expect(page.get_by_text("지금 ana님으로 로그인되어 있어요. 이 링크는 ben님의 것이에요.")).to_be_visible()
    looks_right(page, with_axe=javascript)
    follow(page.get_by_role("button", name="ben님이 답하기"))
    expect(page.get_by_text("ben님의 답변")).to_be_visible()
    looks_right(page, with_axe=javascript)
    follow(page.get_by_role("button", name="시작하기"))
    page.get_by_label("평소 생활에서 늘 쓰고 있다").check()
    follow(page.get_by_role("button", name="다음"))
    assert (level_in(anas, wave), level_in(bens, wave)) == (None, 5)
    looks_right(page, with_axe=javascript)

    follow(page.get_by_role("button", name="이 기기에서 마치기"))
    expect(page.get_by_role("heading", level=1)).to_have_text(CLOSED)
    looks_right(page, with_axe=javascript)
    follow(page.get_by_role("link", name="ana님으로 계속하기"))
    expect(page.get_by_text("ana님의 답변")).to_be_visible()
    expect(page.get_by_role("button", name="시작하기")).to_be_visible()


def test_a_neighbour_finds_nothing_after_thanks(visitor, live_server, wave, bens):
    page = visitor(width=360)
    page.goto(answer_link(wave, bens))
    follow(page.get_by_role("button", name="시작하기"))
    page.get_by_label("평소 생활에서 늘 쓰고 있다").check()
    follow(page.get_by_role("button", name="다음"))
    while page.get_by_role("heading", name="내 답변").count() == 0:
        for group in page.get_by_role("main").get_by_role("group").all():
            group.get_by_label("모르겠다").check()
        follow(page.get_by_role("button", name="다음"))
    looks_right(page)
    follow(page.get_by_role("button", name="제출하기"))
    expect(page.get_by_role("heading", level=1)).to_have_text("고맙습니다. 답변을 잘 받았어요.")
    looks_right(page)

    page.goto(f"/answer/{wave.pk}/review/")
    expect(page.get_by_role("heading", level=1)).to_have_text(CLOSED)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(CLOSED)


def test_it_is_asked_before_the_survey_closes_and_a_press_keeps_it_open(visitor, live_server, wave, bens):
    page = visitor(width=360)
    page.clock.install()
    page.goto(answer_link(wave, bens))
    follow(page.get_by_role("button", name="시작하기"))
    page.get_by_label("평소 생활에서 늘 쓰고 있다").check()
    question = page.get_by_role("dialog", name="아직 답하고 계세요?")

    # Another tab was in use meanwhile: nothing to ask. It looks a second time only after it has read the first answer.
    looks: list[str] = []
    page.on("response", lambda answer: looks.append(answer.url) if answer.url.endswith("/time-left/") else None)
    let_time_pass(page, until=lambda: len(looks) >= 2)
    expect(question).to_be_hidden()

    last_press_was(page, minutes=56)
    let_time_pass(page, until=question.is_visible)
    expect(question).to_be_visible()
    expect(page.get_by_role("button", name="계속할게요")).to_be_focused()
    looks_right(page)
    page.get_by_role("button", name="계속할게요").click()
    expect(question).to_be_hidden()
    expect(page.get_by_label("평소 생활에서 늘 쓰고 있다")).to_be_checked()

    last_press_was(page, minutes=56)
    page.clock.fast_forward("55:01")
    expect(question).to_be_visible()
    last_press_was(page, minutes=61)
    page.clock.fast_forward("05:01")
    expect(page.get_by_role("heading", level=1)).to_have_text(CLOSED)
    expect(page.get_by_text("한 시간 동안 아무것도 누르지 않아")).to_be_visible()
    assert level_in(bens, wave) not in (5,)

    # What was chosen and not sent is there for whoever has the link.
    page.goto(answer_link(wave, bens))
    follow(page.get_by_role("link", name="이어서 답하기"))
    expect(page.get_by_label("평소 생활에서 늘 쓰고 있다")).to_be_checked()
    expect(page.get_by_text("아직 저장되지 않았어요")).to_be_visible()
