"""Whoever finds a session open can read, but what would take the account over asks who it is and tells the owner."""

import re
from pathlib import Path

import allauth
import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from livinglab.accounts.encryption import decrypt
from livinglab.accounts.models import Person
from livinglab.notices.models import Mail
from tests.accounts.test_agreements import SIGN_UP
from tests.people import PASSWORD
from tests.web.test_second_factor import code_in_last_mail, code_of

pytestmark = pytest.mark.django_db

EMAIL, DELETE = reverse("account_email"), reverse("me:delete")
NEW_ADDRESS = {"action_add": "", "email": "new@example.kr"}
BY_PASSWORD, BY_MAIL = reverse("account_reauthenticate"), reverse("account_request_reauthentication_code")
BY_FACTOR = reverse("mfa_reauthenticate")


def asked_at(answer) -> str:
    """Where one is asked who one is."""
    assert answer.status_code == 302
    return answer["Location"].partition("?")[0]


def mails_to(address: str) -> list[str]:
    return [mail.subject.removeprefix("[Living Lab] ") for mail in Mail.objects.filter(to=address).order_by("pk")]


@pytest.mark.parametrize(
    ("url", "post"),
    [
        (EMAIL, NEW_ADDRESS),
        (EMAIL, {"action_primary": "", "email": "second@example.kr"}),
        (EMAIL, {"action_remove": "", "email": "second@example.kr"}),
        (DELETE, None),
        (DELETE, {"word": "delete"}),
        (reverse("mfa_activate_totp"), None),
        (reverse("mfa_add_webauthn"), None),
    ],
)
def test_a_session_alone_changes_nothing(client_of, ben, url, post):
    ben.emailaddress_set.create(email="second@example.kr", verified=True)
    client = client_of(ben)

    answer = client.get(url) if post is None else client.post(url, post)

    assert asked_at(answer) == BY_PASSWORD
    assert client_of(ben, sure=True).get(url).status_code == 200
    assert Person.objects.filter(email="ben@example.kr").exists()
    assert {address.email for address in ben.emailaddress_set.all()} == {"ben@example.kr", "second@example.kr"}


def test_what_was_sent_goes_on_after_the_password(client_of, ben):
    client = client_of(ben)
    asked = client.post(EMAIL, NEW_ADDRESS)

    client.post(asked["Location"], {"password": "wrong"})
    assert not mails_to("new@example.kr")
    client.post(asked["Location"], {"password": PASSWORD})

    assert mails_to("new@example.kr") == ["Please confirm your e-mail address"]


def test_who_has_no_password_is_asked_by_mail(client_of, ben):
    ben.set_unusable_password()
    ben.save()
    client = client_of(ben)
    assert asked_at(client.get(DELETE)) == BY_MAIL

    client.post(BY_MAIL, {"recipient": ben.email, "next": DELETE})
    answer = client.post(
        reverse("account_confirm_reauthentication_code"), {"code": code_in_last_mail(), "next": DELETE}
    )

    assert answer["Location"] == DELETE
    assert client.get(DELETE).status_code == 200


def test_staff_are_asked_for_the_second_factor_and_nothing_else(client_of, mo):
    client = client_of(mo)
    assert asked_at(client.get(DELETE)) == BY_FACTOR
    for other in (BY_PASSWORD, BY_MAIL):
        assert asked_at(client.post(other, {"password": PASSWORD, "recipient": mo.email})) == BY_FACTOR
    assert asked_at(client.get(DELETE)) == BY_FACTOR

    secret = decrypt(mo.authenticator_set.get().data["secret"])
    client.post(BY_FACTOR, {"code": code_of(secret), "next": DELETE})

    assert client.get(DELETE).status_code == 200


def test_the_old_address_hears_of_a_new_one_before_and_after(client_of, ben):
    client = client_of(ben, sure=True)

    client.post(EMAIL, NEW_ADDRESS)
    assert mails_to("ben@example.kr") == ["An address is being added to your account"]
    assert "new@example.kr" in Mail.objects.get(to="ben@example.kr").body
    code = Mail.objects.get(to="new@example.kr")
    client.post(reverse("account_email_verification_sent"), {"code": re.search(r"^\d{6}$", code.body, re.M)[0]})
    client.post(EMAIL, {"action_primary": "", "email": "new@example.kr"})

    assert Person.objects.get(pk=ben.pk).email == "new@example.kr"
    assert mails_to("ben@example.kr")[-1] == "Your main address was changed"
    client.post(EMAIL, {"action_remove": "", "email": "ben@example.kr"})
    assert mails_to("new@example.kr")[-1] == "An address was removed from your account"


def test_a_new_password_is_told_and_so_is_a_deleted_account(client_of, ben):
    client = client_of(ben, sure=True)
    new = {"oldpassword": PASSWORD, "password1": "a quiet evening walk", "password2": "a quiet evening walk"}

    client.post(reverse("account_change_password"), new)
    client.post(DELETE, {"word": "delete"})

    assert mails_to("ben@example.kr") == ["Your account is deleted"]  # earlier mails went with the account


def test_each_thing_that_is_told_has_words_of_ours():
    """Allauth's own would say the network address and the browser, which are stored nowhere."""
    theirs = Path(allauth.__file__).parent / "templates"
    messages = [path for app in ("account", "mfa") for path in theirs.glob(f"{app}/email/*_message.txt")]
    notifications = [path for path in messages if "base_notification" in path.read_text()]
    assert len(notifications) >= 10

    for path in notifications:
        for name in (path.name, path.name.replace("_message", "_subject")):
            template = get_template(f"{path.parent.parent.name}/email/{name}")
            assert not Path(template.origin.name).is_relative_to(theirs), template.origin.name


def test_mail_about_a_change_is_in_the_language_of_the_person_and_says_nothing_of_the_device(client_of, ben):
    Person.objects.filter(pk=ben.pk).update(language="ko")
    client = client_of(ben, sure=True)
    new = {"oldpassword": PASSWORD, "password1": "a quiet evening walk", "password2": "a quiet evening walk"}

    client.post(reverse("account_change_password"), new, headers={"user-agent": "Firefox/140"}, REMOTE_ADDR="9.8.7.6")

    mail = Mail.objects.get()
    assert mail.subject.startswith("[리빙랩] 비밀번호")
    assert "http://localhost:8000/me/sessions/" in mail.body
    assert not re.search(r"Firefox|9\.8\.7\.6", mail.body)


@pytest.mark.parametrize(
    ("url", "post"),
    [
        (reverse("account_reset_password"), {"email": "ben@example.kr"}),
        (reverse("account_reset_password"), {"email": "nobody@example.kr"}),
        (reverse("account_signup"), SIGN_UP | {"email": "ben@example.kr"}),
        (reverse("account_request_login_code"), {"email": "ben@example.kr"}),
        (reverse("account_request_login_code"), {"email": "nobody@example.kr"}),
    ],
)
def test_mails_take_their_address_from_the_settings_and_not_from_the_request(client, ben, settings, url, post):
    settings.SITE_URL = "https://lab.example.kr"
    settings.ALLOWED_HOSTS = ["lab.example.kr", "localhost"]

    client.post(url, post, headers={"host": "localhost:1337"})

    body = Mail.objects.get().body
    assert "localhost" not in body
    assert "lab.example.kr" in body
    assert all(link.startswith("https://lab.example.kr/") for link in re.findall(r"\w+://\S+", body))


def test_guesses_are_counted_whatever_the_request_calls_the_site(ben):
    """Each from another network address, so that only the limit of the account counts."""
    answers = [
        Client(headers={"accept-language": "en", "host": f"localhost:{number}"}).post(
            reverse("account_login"), {"login": ben.email, "password": "wrong"}, REMOTE_ADDR=f"10.0.0.{number}"
        )
        for number in range(1, 8)
    ]

    assert "After several wrong passwords" not in answers[0].content.decode()
    assert "After several wrong passwords" in answers[-1].content.decode()


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password was hashed, which is what takes the time."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("email", ["ben@example.kr", "nobody@example.kr"])
def test_signing_up_takes_as_long_with_an_address_that_has_an_account(client, ben, settings, email):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.hashed = 0

    answer = client.post(reverse("account_signup"), SIGN_UP | {"email": email})

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert CountingHasher.hashed == 1
    assert [mail.to for mail in Mail.objects.all()] == [email]
    assert client.get(reverse("me:profile")).status_code == 302


def test_code_of_a_new_account_can_be_sent_again_and_to_another_address(client):
    client.post(reverse("account_signup"), SIGN_UP)
    page = reverse("account_email_verification_sent")

    client.post(page, {"action": "resend"})
    assert Mail.objects.filter(to=SIGN_UP["email"]).count() == 2
    client.post(page, {"action": "change", "email": "rosa.han@example.kr"})

    client.post(page, {"code": code_in_last_mail()})
    assert Person.objects.get().email == "rosa.han@example.kr"
