"""Secrets of second factors are encrypted at rest, and stay readable when the secret key is changed."""

from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.actions import make_residence_codes, use_residence_code
from livinglab.accounts.encryption import decrypt, encrypt
from livinglab.accounts.errors import SecretUnreadable, WrongCode
from surveys.actions.waves import invite
from tests.builders import pilots as build_pilots
from tests.builders.surveys import open_wave_of, registered_survey
from tests.people import PASSWORD
from tests.web.test_second_factor import code_of

NOW = timezone.now()
NEW_KEY = "another key of sixty characters that came after the first, 2"


def change_key(settings, *, keep_the_old: bool) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep_the_old else []
    settings.SECRET_KEY = NEW_KEY


def secret_of(person) -> str:
    return decrypt(person.authenticator_set.get(type="totp").data["secret"])


def test_database_holds_no_secret_in_the_clear(ben):
    secret = generate_totp_secret()

    app, codes = TOTP.activate(ben, secret), RecoveryCodes.activate(ben)

    for authenticator in (app.instance, codes.instance):
        authenticator.refresh_from_db()
        assert secret not in str(authenticator.data)
        assert set(authenticator.data) & {"secret", "seed"}
        assert all(
            authenticator.data[name].startswith("encrypted:")
            for name in ("secret", "seed")
            if name in authenticator.data
        )
    assert secret_of(ben) == secret
    assert len(codes.get_unused_codes()) == 10


def test_the_same_secret_is_never_encrypted_to_the_same_text():
    assert encrypt("JBSWY3DP") != encrypt("JBSWY3DP")


def test_what_was_stored_in_the_clear_is_read_and_then_encrypted(ben):
    TOTP.activate(ben, "x")
    Authenticator.objects.update(data={"secret": "JBSWY3DPEHPK3PXP"})
    Authenticator.objects.create(user=ben, type="recovery_codes", data={"seed": "a1b2", "used_mask": 5})
    assert secret_of(ben) == "JBSWY3DPEHPK3PXP"
    migration = import_module("livinglab.accounts.migrations.0009_second_factors_are_encrypted")

    migration.encrypt_all(apps, None)
    once = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    migration.encrypt_all(apps, None)

    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == once
    assert "JBSWY3DPEHPK3PXP" not in str(once)
    assert secret_of(ben) == "JBSWY3DPEHPK3PXP"
    assert once[1]["used_mask"] == 5
    migration.decrypt_all(apps, None)
    assert Authenticator.objects.get(type="totp").data == {"secret": "JBSWY3DPEHPK3PXP"}


def sign_in_with_app(client, person, secret):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})


@pytest.fixture
def invited(ana, eva):
    """Ana's link to an open wave."""
    survey = registered_survey(eva)
    build_pilots.joined(survey.pilot, ana, at=survey.made_at)
    wave = open_wave_of(survey)
    invite(wave, at=wave.opens_at)
    return ana.notices.get(kind="invitation").url


def test_a_new_key_beside_the_old_one_breaks_nothing(settings, client_of, invited, mo, sam, dodam):
    secret, session = secret_of(mo), client_of(sam)
    printed = make_residence_codes(dodam, count=1, by=mo, at=NOW)[0]

    change_key(settings, keep_the_old=True)

    assert session.get(reverse("me:profile")).status_code == 200
    assert client_of().get(invited, follow=True).redirect_chain[-1][0].startswith("/answer/")
    assert use_residence_code(sam, printed, at=NOW) == dodam
    client = client_of()
    sign_in_with_app(client, mo, secret)
    assert client.get(reverse("me:residence_desk")).status_code == 200


def test_without_the_old_key_sessions_links_and_codes_end_in_plain_words(settings, client_of, invited, mo, sam, dodam):
    secret, session = secret_of(mo), client_of(sam)
    printed = make_residence_codes(dodam, count=1, by=mo, at=NOW)[0]

    change_key(settings, keep_the_old=False)

    assert session.get(reverse("me:profile"))["Location"].startswith(reverse("account_login"))
    assert client_of().get(invited, follow=True).status_code == 404
    with pytest.raises(WrongCode):
        use_residence_code(sam, printed, at=NOW)
    with pytest.raises(SecretUnreadable):
        secret_of(mo)
    answer = sign_in_with_app(client_of(), mo, secret)
    assert answer.status_code == 409
    assert "Please ask an administrator of the lab to reset it." in answer.content.decode()


def test_the_old_key_can_go_once_everything_is_encrypted_with_the_new_one(settings, mo, capsys):
    secret = secret_of(mo)
    change_key(settings, keep_the_old=True)

    call_command("encrypt_second_factors")
    settings.SECRET_KEY_FALLBACKS = []

    assert "1 second factors are encrypted" in capsys.readouterr().out
    assert secret_of(mo) == secret
