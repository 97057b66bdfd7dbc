"""The person's choice, then the visitor's, then the browser's among Korean and English, then Korean."""

import pytest
from django.test import Client
from django.urls import reverse

from livinglab.accounts.actions import choose_language

pytestmark = pytest.mark.django_db


def language_of(client: Client) -> str:
    answer = client.get(reverse("about"))
    assert f'<html lang="{answer["Content-Language"]}"' in answer.content.decode()
    return answer["Content-Language"]


@pytest.mark.parametrize(
    ("browser", "shown"), [("en-GB", "en"), ("ko", "ko"), ("fr", "ko"), ("fr, en;q=0.5", "en"), ("", "ko")]
)
def test_browser_is_asked_and_korean_is_the_default(browser, shown):
    assert language_of(Client(headers={"accept-language": browser})) == shown


def test_choice_of_a_visitor_comes_before_the_browser(client_of):
    client = client_of(language="ko")

    answer = client.post(reverse("set_language"), {"language": "en", "next": "/about/"})

    assert answer["Location"] == "/about/"
    assert language_of(client) == "en"


def test_choice_of_the_person_comes_before_the_cookie_of_the_device(client_of, ben):
    client = client_of(ben, language="ko")
    client.post(reverse("set_language"), {"language": "en"})
    ben.refresh_from_db()
    assert ben.language == "en"

    client.cookies["django_language"] = "ko"

    assert language_of(client) == "en"


def test_her_language_follows_her_to_another_device(client_of, ben):
    choose_language(ben, language="ko")

    assert language_of(client_of(ben, language="en")) == "ko"


def test_nothing_but_the_two_languages_is_stored(client_of, ben):
    client_of(ben).post(reverse("set_language"), {"language": "xx"})

    ben.refresh_from_db()
    assert ben.language == ""


def test_switching_leads_to_no_other_site(client_of):
    answer = client_of().post(reverse("set_language"), {"language": "en", "next": "https://elsewhere.example/"})

    assert answer["Location"] == "/"
