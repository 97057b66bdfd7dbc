"""Whoever finds a session open sets no password where there was none; and a token has a name that can be read."""

import pytest
from django.urls import reverse

from livinglab.accounts.models import ApiToken
from tests.people import PASSWORD
from tests.web.test_contact_form import INVISIBLE
from tests.web.test_reauthentication import BY_MAIL, asked_at

pytestmark = pytest.mark.django_db
SET = reverse("account_set_password")
NEW = {"password1": "a quiet evening walk", "password2": "a quiet evening walk"}


@pytest.fixture
def without_password(ben):
    ben.set_unusable_password()
    ben.save()
    return ben


@pytest.mark.parametrize("post", [None, NEW])
def test_setting_a_first_password_asks_who_it_is_again(client_of, without_password, post):
    client = client_of(without_password)

    answer = client.get(SET) if post is None else client.post(SET, post)

    assert asked_at(answer) == BY_MAIL
    without_password.refresh_from_db()
    assert not without_password.has_usable_password()


def test_whoever_has_just_said_so_sets_it(client_of, without_password):
    client_of(without_password, sure=True).post(SET, NEW)

    without_password.refresh_from_db()
    assert without_password.check_password(NEW["password1"])


def test_whoever_has_a_password_is_sent_on_to_change_it(client_of, ben):
    assert client_of(ben, sure=True).post(SET, NEW)["Location"] == reverse("account_change_password")
    ben.refresh_from_db()
    assert ben.check_password(PASSWORD)


@pytest.mark.parametrize("name", INVISIBLE)
def test_a_token_with_a_name_that_nobody_can_see_is_not_made(client_of, ben, name):
    client = client_of(ben, sure=True)

    page = client.post(reverse("me:tokens"), {"name": name, "days": "30"})

    assert page.context["form"].errors["name"]
    assert not ApiToken.objects.exists()
    client.post(reverse("me:tokens"), {"name": f"{name}map", "days": "30"})
    assert ApiToken.objects.get().person == ben
