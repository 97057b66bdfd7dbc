"""What counts guesses, and which codes were used, is not thrown away by ordinary traffic."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.urls import reverse

from livinglab.accounts.limits import WRONG_PASSWORDS
from tests.people import PASSWORD
from tests.proposals.side_by_side import side_by_side
from tests.web.test_second_factor import code_of
from tests.web.test_wrong_passwords import CLOSED, sign_in, stranger

pytestmark = pytest.mark.django_db
AUTHENTICATE = reverse("mfa_authenticate")


@pytest.fixture
def few_entries(settings):
    """Tables that are full with twenty rows, so that a test need not fill them with thousands."""
    options = {**settings.CACHES["default"]["OPTIONS"], "MAX_ENTRIES": 20}
    settings.CACHES = {name: entry | {"OPTIONS": options} for name, entry in settings.CACHES.items()}


def flood(client: Client) -> None:
    """Anonymous calls of the API, each from another address, as a busy day or one IPv6 network brings them."""
    for number in range(60):
        assert client.get("/api/v1/fields/", REMOTE_ADDR=f"127.0.{number // 250}.{number % 250}").status_code == 200


def with_password(person) -> Client:
    client = stranger()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def secret_of(person) -> str:
    return decrypt(Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP).data["secret"])


def test_the_closed_door_stays_closed(few_entries, client, ben):
    for _wrong in range(WRONG_PASSWORDS.times[0][0]):
        sign_in(stranger(), ben.email, "wrong")

    flood(client)

    assert CLOSED in sign_in(stranger(), ben.email).content.decode()


def test_a_used_code_of_an_app_stays_used(few_entries, client, mo):
    code = code_of(secret_of(mo))
    assert with_password(mo).post(AUTHENTICATE, {"code": code}).status_code == 302

    flood(client)

    page = with_password(mo).post(AUTHENTICATE, {"code": code})
    assert "Incorrect code." in page.content.decode()


def test_rows_that_still_count_stay_however_many_come(few_entries):
    for alias in ("default", "throttles"):
        caches[alias].set("aaa", "the first by its key", 60)
        for number in range(50):
            caches[alias].set(f"other-{number}", 1, 60)
        assert caches[alias].get("aaa") == "the first by its key"


def test_rows_that_are_over_go_when_a_table_is_full(few_entries):
    for number in range(40):
        cache.set(f"over-{number}", 1, -1)

    cache.set("counts", 1, 60)

    assert cache.get("counts") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache WHERE cache_key LIKE '%over-%'")
        assert cursor.fetchone()[0] < 20


@pytest.mark.django_db(transaction=True)
def test_a_hundred_wrong_codes_at_once_are_checked_as_often_as_allowed(mo, monkeypatch):
    from allauth.mfa.totp.internal import auth

    checked, compare = [], auth.validate_totp_code
    monkeypatch.setattr(auth, "validate_totp_code", lambda secret, code: checked.append(code) or compare(secret, code))
    clients = [with_password(mo) for _session in range(20)]

    for _round in range(5):
        side_by_side(*[lambda client=client: client.post(AUTHENTICATE, {"code": "000000"}) for client in clients])

    assert len(checked) <= 5
