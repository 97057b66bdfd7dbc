"""Codes by mail: six digits that phones fill in, sent again on wish, to a corrected address; what a used one says."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from livinglab.accounts.limits import MAIL_CODE_TRIES, MAIL_CODES, MAIL_CODES_OF_AN_ADDRESS
from livinglab.accounts.models import Person
from livinglab.notices.models import Mail
from tests.accounts.test_agreements import SIGN_UP, sign_up
from tests.people import PASSWORD
from tests.proposals.side_by_side import side_by_side

pytestmark = pytest.mark.django_db
CONFIRM, ASK, SIGN_IN = (
    reverse(name) for name in ("account_email_verification_sent", "account_request_login_code", "account_login")
)
CONFIRM_SIGN_IN = reverse("account_confirm_login_code")
USED_UP = {"en": "This code is used up. Sign in, and we send you another one.", "ko": "이 코드는 더 쓸 수 없어요."}


def code_in(mail: Mail) -> str:
    found = re.search(r"^\d{6}$", mail.body, re.MULTILINE)
    assert found, mail.body
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def ask(client: Client, email: str, address: str = "203.0.113.7"):
    return client.post(ASK, {"email": email}, REMOTE_ADDR=address)


@pytest.mark.parametrize("way", ["signing up", "signing in"])
def test_a_code_is_six_digits_in_a_field_for_digits_that_phones_fill_in(client_of, ben, way):
    client = client_of()
    if way == "signing up":
        sign_up(client)
    else:
        ask(client, ben.email)
    page = client.get(CONFIRM if way == "signing up" else CONFIRM_SIGN_IN).content.decode()

    assert code_in(Mail.objects.get())
    field = re.search(r'<input[^>]*name="code"[^>]*>', page)
    assert field
    assert 'inputmode="numeric"' in field[0]
    assert 'autocomplete="one-time-code"' in field[0]
    assert "15 minutes" in page
    assert "15 minutes" in Mail.objects.get().body


def test_the_time_that_pages_and_mails_tell_is_the_one_that_counts():
    minutes = 15 * 60
    assert minutes == settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT == settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT


@pytest.mark.parametrize("language", ["en", "ko"])
def test_three_wrong_codes_after_signing_up_say_what_is_so_and_signing_in_sends_another(client_of, language):
    client = client_of(language=language)
    sign_up(client)
    first = code_in(Mail.objects.get())
    for _try in range(2):
        assert client.post(CONFIRM, {"code": wrong(first)}).status_code == 200

    page = client.post(CONFIRM, {"code": wrong(first)}, follow=True)

    assert page.redirect_chain[-1][0] == SIGN_IN
    assert USED_UP[language] in page.content.decode()
    again = client.post(SIGN_IN, {"login": SIGN_UP["email"], "password": SIGN_UP["password1"]})
    assert again["Location"].startswith(CONFIRM)
    second = code_in(Mail.objects.order_by("pk").last())
    assert client.post(CONFIRM, {"code": second}).status_code == 302
    assert Person.objects.get().emailaddress_set.get().verified


def test_a_code_is_sent_again_and_the_first_is_worth_nothing(client_of, ben):
    client = client_of()
    ask(client, ben.email)
    first = code_in(Mail.objects.get())
    assert "Send a new code" in client.get(CONFIRM_SIGN_IN).content.decode()

    client.post(CONFIRM_SIGN_IN, {"action": "resend"})

    second = code_in(Mail.objects.order_by("pk").last())
    if first != second:
        assert client.post(CONFIRM_SIGN_IN, {"code": first}).status_code == 200
    assert client.post(CONFIRM_SIGN_IN, {"code": second}).status_code == 302


def test_the_address_can_be_corrected(client_of):
    client = client_of()
    sign_up(client, email="rosa@exmaple.kr")
    assert "Use another e-mail address" in client.get(CONFIRM).content.decode()

    client.post(CONFIRM, {"action": "change", "email": "rosa@example.kr"})

    mail = Mail.objects.get(to="rosa@example.kr")
    assert client.post(CONFIRM, {"code": code_in(mail)}).status_code == 302
    assert Person.objects.get().email == "rosa@example.kr"


def test_a_code_by_mail_is_right_however_it_is_typed(client_of, ben):
    client = client_of()
    ask(client, ben.email)
    code = code_in(Mail.objects.get())

    assert client.post(CONFIRM_SIGN_IN, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


@pytest.mark.parametrize("email", ["ben@example.kr", "nobody@example.kr"])
def test_one_mailbox_gets_so_many_codes_and_whether_there_is_an_account_makes_no_difference(ben, email):
    for number in range(MAIL_CODES.times[0][0]):
        assert ask(Client(), email, f"10.0.0.{number}").status_code == 302

    page = ask(Client(headers={"accept-language": "en"}), email, "10.0.1.1")

    assert page.status_code == 200
    assert "Several codes were sent to this address." in page.content.decode()
    assert Mail.objects.count() == MAIL_CODES.times[0][0]


def test_whoever_asks_for_codes_of_somebody_else_does_not_keep_their_own_device_out(client_of, ben):
    device = client_of()
    device.post(SIGN_IN, {"login": ben.email, "password": PASSWORD})
    device.post(reverse("account_logout"))
    for number in range(MAIL_CODES.times[0][0] + 1):
        ask(Client(), ben.email, f"10.0.0.{number}")

    assert ask(device, ben.email).status_code == 302


def test_one_address_asks_for_a_few_codes_a_minute_for_each_mailbox(ben, ana):
    for _try in range(MAIL_CODES_OF_AN_ADDRESS.times[0][0]):
        assert ask(Client(), ben.email).status_code == 302

    assert ask(Client(), ben.email).status_code == 200
    assert ask(Client(), ana.email).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_hundred_wrong_codes_at_once_are_compared_as_often_as_allowed(client_of, ben, monkeypatch):
    from allauth.account import forms

    compared, compare = [], forms.compare_user_code
    monkeypatch.setattr(forms, "compare_user_code", lambda **codes: compared.append(codes) or compare(**codes))
    client = client_of()
    ask(client, ben.email)
    code = wrong(code_in(Mail.objects.get()))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    def guess_in_the_same_session():
        other = Client()
        other.cookies[settings.SESSION_COOKIE_NAME] = cookie
        return other.post(CONFIRM_SIGN_IN, {"code": code})

    for _round in range(5):
        side_by_side(*[guess_in_the_same_session] * 20)

    assert len(compared) <= MAIL_CODE_TRIES.times[0][0]
