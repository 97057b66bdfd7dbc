"""Who they are, asked again before a page that concerns the safety of the account: a code by e-mail answers it, too."""

import pytest
from django.urls import reverse

from livinglab.notices.models import Mail
from tests.web.test_second_factor import code_in_last_mail

pytestmark = pytest.mark.django_db


def test_whoever_signed_in_by_a_code_answers_with_another_one(client_of, ben):
    client, way = client_of(ben), reverse("account_request_reauthentication_code")
    wanted = reverse("mfa_activate_totp")
    asked = client.get(wanted, follow=True)
    assert way in asked.content.decode()

    client.post(way, {"recipient": ben.email, "next": wanted})
    page = client.get(reverse("account_confirm_reauthentication_code"))
    assert ben.email in page.content.decode()
    answer = client.post(
        reverse("account_confirm_reauthentication_code"), {"code": code_in_last_mail(), "next": wanted}
    )

    assert answer["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_a_wrong_code_opens_nothing(client_of, ben):
    client, wanted = client_of(ben), reverse("mfa_activate_totp")
    client.post(reverse("account_request_reauthentication_code"), {"recipient": ben.email, "next": wanted})

    answer = client.post(reverse("account_confirm_reauthentication_code"), {"code": "ABC-DEF", "next": wanted})

    assert answer.status_code == 200
    assert client.get(wanted)["Location"].startswith(reverse("account_reauthenticate"))


def test_a_code_goes_to_no_address_but_ones_own(client_of, ben, mo):
    way = reverse("account_request_reauthentication_code")

    client_of(ben).post(way, {"recipient": mo.email})

    assert not Mail.objects.exists()
