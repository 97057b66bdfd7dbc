"""A form sent with an expired session loses nothing of what was typed, however one signs in again."""

import pytest
from django.urls import reverse

from livinglab.accounts.models import Person
from tests.accounts.test_agreements import SIGN_UP
from tests.people import PASSWORD
from tests.web.test_second_factor import code_in_last_mail

TYPED = {"name": "새 이름 Ⅱ", "nickname": "evening walker", "language": "en"}


@pytest.fixture
def visitor(client_of):
    """Somebody whose session ran out and who has just pressed Save."""
    client = client_of()
    answer = client.post(reverse("me:profile"), TYPED)
    assert answer["Location"] == f"{reverse('account_login')}?next=/me/"
    return client


def assert_words_are_back(client) -> None:
    page = client.get(reverse("me:profile"))
    assert page.context["form"]["name"].value() == TYPED["name"]
    assert page.context["form"]["nickname"].value() == TYPED["nickname"]
    assert not Person.objects.filter(name=TYPED["name"]).exists()


def test_words_survive_signing_in_with_a_password(visitor, ben):
    answer = visitor.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD, "next": "/me/"})

    assert answer["Location"] == "/me/"
    assert_words_are_back(visitor)


def test_words_survive_signing_in_with_a_code(visitor, ben):
    asked = visitor.post(reverse("account_request_login_code"), {"email": ben.email, "next": "/me/"}, follow=True)
    assert '<input type="hidden" name="next" value="/me/">' in asked.content.decode()

    confirm = {"code": code_in_last_mail(), "next": "/me/"}
    answer = visitor.post(reverse("account_confirm_login_code"), confirm)

    assert answer["Location"] == "/me/"
    assert_words_are_back(visitor)


def test_words_survive_signing_up(visitor):
    visitor.post(reverse("account_signup"), {**SIGN_UP, "next": "/me/"})

    answer = visitor.post(reverse("account_email_verification_sent"), {"code": code_in_last_mail()})

    assert answer["Location"] == "/me/"
    assert_words_are_back(visitor)


def test_words_come_back_once(visitor, ben):
    visitor.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD})
    assert_words_are_back(visitor)

    assert visitor.get(reverse("me:profile")).context["form"]["name"].value() == ben.name


def test_secrets_of_the_form_are_not_kept(visitor):
    assert "csrf" not in str(dict(visitor.session))
