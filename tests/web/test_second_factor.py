"""Staff come in with a second factor only; enrolling one works without JavaScript."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from tests.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def newcomer(db) -> Person:
    """A moderator who has not enrolled yet."""
    person = make_person("nara")
    person.grants.create(role=Role.MODERATOR)
    return person


def test_staff_without_second_factor_reach_nothing_but_its_set_up(client_of, newcomer):
    client = client_of(newcomer)

    for name in ("home", "me:profile", "notices:list", "me:residence_desk"):
        assert client.get(reverse(name))["Location"] == reverse("mfa_activate_totp")
    for name in ("account_logout", "account_email", "mfa_index", "health"):
        assert client.get(reverse(name)).status_code == 200
    assert client.get("/api/v1/").status_code in (403, 404)


def test_residents_need_none(client_of, ben):
    assert client_of(ben).get(reverse("me:profile")).status_code == 200


def test_staff_enrol_and_then_sign_in_with_a_code_or_a_recovery_code(client_of, newcomer):
    client = client_of()
    client.post(reverse("account_login"), {"login": newcomer.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()

    enrolled = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)

    assert client.get(reverse("me:residence_desk")).status_code == 200
    recovery_codes = re.findall(r"\b[0-9a-f]{8}\b", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    assert len(set(recovery_codes)) == 10, enrolled.redirect_chain

    another = client_of()
    answer = another.post(reverse("account_login"), {"login": newcomer.email, "password": PASSWORD})
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert another.get(reverse("me:profile")).status_code == 302
    another.post(reverse("mfa_authenticate"), {"code": recovery_codes[0]})
    assert another.get(reverse("me:residence_desk")).status_code == 200


def test_code_from_a_mail_does_not_replace_the_second_factor(client_of, mo):
    client = client_of()
    client.post(reverse("account_request_login_code"), {"email": mo.email})
    code = code_in_last_mail()

    answer = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get(reverse("me:profile")).status_code == 302


def code_in_last_mail() -> str:
    from livinglab.notices.models import Mail

    found = re.search(r"^\s*([0-9A-Z]{3,4}-?[0-9A-Z]{3,4})\s*$", Mail.objects.latest("pk").body, re.MULTILINE)
    assert found, Mail.objects.latest("pk").body
    return found[1]
