"""A newcomer signs up in the browser, on a phone and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from livinglab.accounts.models import Person
from tests.browser import Visitor, follow, looks_right, sign_in
from tests.web.test_second_factor import code_in_last_mail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_up(page: Page, labels: dict[str, str], look: Callable[[Page], None]) -> None:
    page.goto("/accounts/signup/")
    look(page)
    page.get_by_role("textbox", name=labels["email"]).fill("rosa@example.kr")
    page.get_by_label(labels["password"], exact=True).fill("a quiet evening walk")
    page.get_by_label(labels["again"]).fill("a quiet evening walk")
    page.get_by_label(labels["name"], exact=True).fill("한로사")
    follow(page.get_by_role("button", name=labels["submit"], exact=True).last)

    # What was forgotten is said at the top, and what was typed is still there.
    look(page)
    expect(page.get_by_role("alert")).to_contain_text(labels["nickname"])
    expect(page.get_by_label(labels["name"], exact=True)).to_have_value("한로사")
    page.get_by_label(labels["nickname"]).fill("저녁산책")
    page.get_by_label(labels["password"], exact=True).fill("a quiet evening walk")
    page.get_by_label(labels["again"]).fill("a quiet evening walk")
    for box in ("over_14", "agrees_to_terms", "agrees_to_privacy"):
        page.locator(f"[name={box}]").check()
    page.get_by_role("button", name=labels["submit"], exact=True).last.click()

    page.wait_for_url("**/accounts/confirm-email/**")
    look(page)
    page.locator("[name=code]").fill(code_in_last_mail())
    page.get_by_role("button", name=labels["confirm"], exact=True).click()
    page.wait_for_url("/")
    expect(page.get_by_role("banner")).to_contain_text("저녁산책")


def test_newcomer_signs_up_on_a_phone_in_korean(visitor: Visitor):
    page = visitor(width=360, height=740)

    sign_up(
        page,
        {
            "email": "이메일",
            "password": "비밀번호",
            "again": "비밀번호 다시 입력",
            "name": "성명",
            "nickname": "별명",
            "submit": "가입하기",
            "confirm": "확인",
        },
        look=looks_right,
    )

    person = Person.objects.get()
    assert (person.name, person.nickname, person.language) == ("한로사", "저녁산책", "ko")
    assert person.emailaddress_set.get().verified


def test_newcomer_signs_up_in_english_without_javascript(visitor: Visitor):
    page = visitor(locale="en-GB", javascript=False)

    sign_up(
        page,
        {
            "email": "Email",
            "password": "Password",
            "again": "Password (again)",
            "name": "Name",
            "nickname": "Nickname",
            "submit": "Sign up",
            "confirm": "Confirm",
        },
        look=lambda page: None,
    )

    assert Person.objects.get().language == "en"


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_that_explain_fit_and_are_accessible(visitor: Visitor, locale, width):
    page = visitor(locale=locale, width=width)

    for path in ("/", "/about/", "/methods/", "/accessibility/", "/privacy/", "/terms/", "/api/docs/"):
        page.goto(path)
        looks_right(page)


@pytest.mark.parametrize(("locale", "width"), [("ko-KR", 360), ("en-GB", 360), ("en-GB", 1280)])
def test_pages_of_the_account_fit_and_are_accessible(visitor: Visitor, live_server, mo, dodam, locale, width):
    page = visitor(locale=locale, width=width)
    sign_in(page, mo, live_server.url, sure=True)

    for path in (
        *("/me/", "/me/residence/", "/me/agreements/", "/me/data/", "/me/delete/", "/notices/", "/me/residence-desk/"),
        *("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/me/tokens/", "/me/sessions/"),
    ):
        page.goto(path)
        looks_right(page)
