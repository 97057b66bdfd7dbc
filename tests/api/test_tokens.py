import pytest
from django.test import Client
from rest_framework.authtoken.models import Token

from tests.api.conftest import codes

ME = "/api/v1/me/proposals/"


def bearer(key):
    return {"authorization": f"Bearer {key}"}


def test_a_token_is_shown_once_and_works_until_it_is_revoked(client, client_of, ana):
    page = client_of(ana)
    key = page.post("/me/token/", {"do": "make"}).context["made"].key

    assert client.get(ME, headers=bearer(key)).status_code == 200
    assert key not in page.get("/me/token/").content.decode()

    page.post("/me/token/", {"do": "revoke"})

    assert codes(client.get(ME, headers=bearer(key))) == (401, "authentication_failed")
    assert not Token.objects.exists()


def test_a_new_token_takes_the_place_of_the_old_one(client, client_of, ana):
    old, new = (client_of(ana).post("/me/token/", {"do": "make"}).context["made"].key for _twice in range(2))

    assert client.get(ME, headers=bearer(old)).status_code == 401
    assert client.get(ME, headers=bearer(new)).status_code == 200


def test_staff_without_a_second_factor_are_refused(program_of, client_of, mo):
    assert program_of(mo).get(ME).status_code == 200

    mo.authenticator_set.all().delete()

    assert codes(program_of(mo).get(ME)) == (403, "second_factor_missing")
    assert codes(client_of(mo).get(ME)) == (403, "second_factor_missing")
    assert client_of(mo).post("/me/token/", {"do": "make"}).status_code == 302
    assert Token.objects.count() == 1


def test_who_may_not_sign_in_any_more_is_not_let_in_by_a_token(program_of, ana):
    program = program_of(ana)
    ana.is_active = False
    ana.save()

    assert codes(program.get(ME)) == (401, "authentication_failed")


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer nonsense", "Bearer \x80"])
def test_a_token_that_is_none_is_refused_also_where_nobody_needs_one(client, db, header):
    assert client.get("/api/v1/fields/", headers={"authorization": header}).status_code == 401


def test_a_session_may_read_and_writes_only_with_the_token_against_forgery(ana):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)

    assert browser.get(ME).status_code == 200
    assert codes(browser.post("/api/v1/proposals/", {}, content_type="application/json")) == (403, "permission_denied")
