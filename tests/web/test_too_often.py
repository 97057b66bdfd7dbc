"""429: when to go on, and every word that was typed."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from livinglab.accounts.limits import RESIDENCE_CODES
from tests.accounts.test_agreements import SIGN_UP

pytestmark = pytest.mark.django_db
SIGN_UP_PAGE = reverse("account_signup")


def typed_in(page: str) -> dict[str, str]:
    """What a press on "Send it again" sends."""
    form = page.partition("What you typed is kept on this page.")[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_sign_up_too_many_keeps_what_was_typed_but_for_the_password(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "1/h/ip"}
    Client().post(SIGN_UP_PAGE, SIGN_UP | {"email": "first@example.kr", "nickname": "first"})
    client, form = Client(headers={"accept-language": "en"}), SIGN_UP | {"name": 'Ha "Na" <b>'}

    page = client.post(f"{SIGN_UP_PAGE}?next=/me/", form)

    assert page.status_code == 429
    assert "What you typed is kept on this page." in page.content.decode()
    assert f'action="{SIGN_UP_PAGE}?next=/me/"' in page.content.decode()
    assert SIGN_UP["password1"] not in page.content.decode()
    typed = typed_in(page.content.decode())
    assert typed == {name: value for name, value in form.items() if not name.startswith("password")}

    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "9/h/ip"}
    again = client.post(SIGN_UP_PAGE, typed)
    assert again.status_code == 200
    assert again.context["form"]["name"].value() == 'Ha "Na" <b>'
    assert again.context["form"]["agrees_to_terms"].value()


def test_a_code_too_many_says_when_to_go_on_beside_what_was_typed(client_of, sam):
    client = client_of(sam)
    for _try in range(RESIDENCE_CODES.times[0][0]):
        client.post(reverse("me:residence"), {"code": "2222-2222-2222"})

    page = client.post(reverse("me:residence"), {"code": "7KQM-R2XD-94TB"})

    assert page.status_code == 429
    assert re.search(r"You can go on in (60|5\d) minutes", page.content.decode())
    assert page.context["form"]["code"].value() == "7KQM-R2XD-94TB"
