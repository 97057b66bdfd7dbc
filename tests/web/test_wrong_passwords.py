"""Wrong passwords close the password door of an account to strangers, and to nobody else."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.devices import AT_MOST, PREFIX
from livinglab.accounts.limits import WRONG_PASSWORDS, WRONG_PASSWORDS_OF_AN_ADDRESS
from livinglab.accounts.models import Person, UseCount
from tests.people import PASSWORD, make_person
from tests.proposals.side_by_side import side_by_side
from tests.web.test_second_factor import code_in_last_mail

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
CLOSED = "a password opens this account only on devices it was used on before"
MOST = WRONG_PASSWORDS.times[0][0]


def stranger(language: str = "en") -> Client:
    return Client(headers={"accept-language": language})


def sign_in(client: Client, email: str, password: str = PASSWORD, address: str = "203.0.113.7"):
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=address)


def close_door(email: str) -> None:
    """Each wrong password from another address."""
    for number in range(MOST):
        page = sign_in(stranger(), email, "wrong", f"10.0.0.{number}")
        assert CLOSED not in page.content.decode()


def test_the_door_closes_to_strangers_and_says_what_opens_it(ben):
    close_door(ben.email)

    page = sign_in(stranger(), ben.email)

    assert page.status_code == 200
    assert CLOSED in page.content.decode()
    assert "A code by e-mail opens it now." in page.content.decode()
    assert sign_in(stranger("ko"), ben.email).status_code == 200


def test_a_device_it_was_used_on_comes_in(ben):
    device = stranger()
    sign_in(device, ben.email)
    device.post(reverse("account_logout"))
    close_door(ben.email)

    assert sign_in(device, ben.email).status_code == 302


def test_a_device_of_somebody_else_is_a_stranger(ben, ana):
    device = stranger()
    sign_in(device, ana.email)
    device.post(reverse("account_logout"))
    close_door(ben.email)

    assert CLOSED in sign_in(device, ben.email).content.decode()


def test_a_cookie_made_up_or_renamed_opens_nothing(ben, ana):
    device = stranger()
    sign_in(device, ana.email)
    token = next(cookie.value for name, cookie in device.cookies.items() if name.startswith(PREFIX))
    bens = stranger()
    sign_in(bens, ben.email)
    name = next(name for name in bens.cookies if name.startswith(PREFIX))
    close_door(ben.email)

    for value in (token, token[:-1] + "x", "", "x" * 200):
        guesser = stranger()
        guesser.cookies[name] = value
        assert CLOSED in sign_in(guesser, ben.email).content.decode()


def test_a_new_password_makes_every_other_device_a_stranger(ben):
    old, current = stranger(), stranger()
    for device in (old, current):
        sign_in(device, ben.email)
    new = "a quiet evening walk"
    current.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    current.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
    )
    assert Person.objects.get(pk=ben.pk).check_password(new)
    for device in (old, current):
        device.post(reverse("account_logout"))
    close_door(ben.email)

    assert CLOSED in sign_in(old, ben.email, new).content.decode()
    assert sign_in(current, ben.email, new).status_code == 302


def test_a_code_by_mail_comes_in(ben):
    close_door(ben.email)
    client = stranger()
    client.post(reverse("account_request_login_code"), {"email": ben.email})

    answer = client.post(reverse("account_confirm_login_code"), {"code": code_in_last_mail()})

    assert answer.status_code == 302
    assert client.get(reverse("me:profile")).status_code == 200


def test_the_door_opens_again_by_itself(ben):
    close_door(ben.email)
    UseCount.objects.update(ends_at=timezone.now() - timedelta(seconds=1))

    assert sign_in(stranger(), ben.email).status_code == 302


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password was hashed, which is what takes the time."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("closed", [False, True])
def test_an_address_without_account_is_answered_alike(ben, settings, closed):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    ben.set_password(PASSWORD)
    ben.save()
    seen = []
    for email in (ben.email, "nobody@example.kr"):
        if closed:
            close_door(email)
        CountingHasher.hashed = 0
        page = sign_in(stranger(), email, "wrong", "198.51.100.2")
        errors = page.context["form"].non_field_errors()
        seen.append((page.status_code, list(errors), CountingHasher.hashed, sorted(page.cookies)))

    assert seen[0] == seen[1]
    assert seen[0][2] == (0 if closed else 1)


def test_one_attacker_does_not_keep_a_whole_network_out(ben, ana):
    """Behind one address somebody tries many accounts; the others there come in with a device or a code."""
    shared = "198.51.100.1"
    device = stranger()
    sign_in(device, ben.email, address=shared)
    device.post(reverse("account_logout"))
    for number in range(WRONG_PASSWORDS_OF_AN_ADDRESS.times[0][0]):
        sign_in(stranger(), f"person{number}@example.kr", "wrong", shared)

    assert CLOSED in sign_in(stranger(), ana.email, address=shared).content.decode()
    assert sign_in(device, ben.email, address=shared).status_code == 302
    newcomer = stranger()
    newcomer.post(reverse("account_request_login_code"), {"email": ana.email}, REMOTE_ADDR=shared)
    code = {"code": code_in_last_mail()}
    assert newcomer.post(reverse("account_confirm_login_code"), code, REMOTE_ADDR=shared).status_code == 302
    # Nor anybody elsewhere.
    assert sign_in(stranger(), ana.email).status_code == 302


def test_right_passwords_are_not_counted(ben):
    for _time in range(3 * MOST):
        assert sign_in(stranger(), ben.email).status_code == 302


def test_a_computer_of_a_library_keeps_a_few_cookies_only():
    device = stranger()
    for number in range(AT_MOST + 3):
        sign_in(device, make_person(f"reader{number}").email)
        device.post(reverse("account_logout"))

    kept = [name for name, cookie in device.cookies.items() if name.startswith(PREFIX) and cookie.value]
    assert len(kept) == AT_MOST
    assert all(device.cookies[name]["httponly"] for name in kept)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_wrong_passwords_at_once_are_checked_as_often_as_allowed(ben, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    ben.set_password(PASSWORD)
    ben.save()
    CountingHasher.hashed = 0

    for _round in range(5):
        side_by_side(*[lambda: sign_in(stranger(), ben.email, "wrong")] * 20)

    assert CountingHasher.hashed == MOST
