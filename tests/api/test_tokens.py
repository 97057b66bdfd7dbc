"""Programs act with tokens: for what each may do, as long as it may, and no longer than the password."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.errors import SecondFactorMissing, StaffOnly, TooManyTokens
from livinglab.accounts.models import ApiToken, Person
from livinglab.accounts.tokens import delete_old_tokens, end_access_that_was_lost, make_token
from livinglab.notices.models import Mail
from tests.api.conftest import codes, token_of
from tests.builders import proposals
from tests.people import PASSWORD, say_who
from tests.web.test_second_factor import code_in_last_mail

ME, QUEUE = "/api/v1/me/proposals/", "/api/v1/moderation/proposals/"
PAGE = "/me/tokens/"
NEW_PASSWORD = {"password1": "a quiet evening walk", "password2": "a quiet evening walk"}
NOW = timezone.now()


def bearer(text):
    return {"authorization": f"Bearer {text}", "accept-language": "en"}


def make_on_page(page: Client, **fields) -> str:
    return page.post(PAGE, {"name": "map", "days": "30"} | fields).context["made"][1]


def test_a_token_is_shown_once_and_works_until_it_is_ended(client, client_of, ana):
    page = client_of(ana, sure=True)
    text = make_on_page(page)

    assert client.get(ME, headers=bearer(text)).status_code == 200
    again = page.get(PAGE).content.decode()
    assert text not in again
    assert "map" in again

    page.post(reverse("me:end_token", args=[ana.api_tokens.get().pk]))

    assert codes(client.get(ME, headers=bearer(text))) == (401, "token_ended")
    assert "You have no token." in page.get(PAGE).content.decode()


def test_a_session_alone_makes_none_and_what_was_typed_goes_on_after_the_password(client_of, ana):
    page = client_of(ana)
    asked = page.post(PAGE, {"name": "map", "days": "30"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()

    answer = page.post(asked["Location"], {"password": PASSWORD})

    assert "map" in answer.content.decode()
    assert ana.api_tokens.get().name == "map"
    mail = Mail.objects.get(to=ana.email)
    assert "“map”" in mail.body


def test_only_a_digest_is_stored(ana):
    token, text = make_token(ana, name="map", scopes=[], days=7, at=NOW)

    assert re.fullmatch(r"lab_[\w-]{43}", text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_apitoken")
        assert text not in str(cursor.fetchall())
    assert len(token.digest) == 64


def test_a_person_has_several_tokens_but_not_any_number(ana, client):
    texts = [token_of(ana) for _number in range(10)]
    assert {client.get(ME, headers=bearer(text)).status_code for text in texts} == {200}

    with pytest.raises(TooManyTokens):
        token_of(ana)

    ana.api_tokens.filter(pk=ana.api_tokens.first().pk).update(ended_at=NOW)
    token_of(ana)


def test_a_token_expires(ana, client):
    text = token_of(ana, days=7, at=NOW - timedelta(days=7, minutes=1))

    assert codes(client.get(ME, headers=bearer(text))) == (401, "token_expired")


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": ["read", "everything"]},
        {"scopes": ["write"]},
        {"expires_at": NOW + timedelta(days=366)},
        {"digest": "lab_in_the_clear"},
    ],
)
def test_the_database_refuses_what_no_token_can_be(ana, wrong):
    right = {"name": "map", "digest": "a" * 64, "scopes": ["read"], "created_at": NOW}
    right |= {"expires_at": NOW + timedelta(days=365)}
    ApiToken.objects.create(person=ana, **right)

    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.create(person=ana, **right | {"digest": "b" * 64} | wrong)


def test_what_a_token_may_do(client, ana, mo):
    reading, writing = token_of(ana, "read"), token_of(ana, "write")
    comments = f"/api/v1/proposals/{proposals.published(ana, mo).pk}/comments/"
    sent = {"text": "A good idea.", "language": "en"}

    assert client.get(comments, headers=bearer(reading)).status_code == 200
    refused = client.post(comments, sent, content_type="application/json", headers=bearer(reading))
    assert codes(refused) == (403, "scope_missing")
    assert refused.json()["detail"] == "This token lacks the scope write."
    assert client.post(comments, sent, content_type="application/json", headers=bearer(writing)).status_code == 201


def test_what_is_for_staff_needs_its_scope(client, mo, ana):
    waiting = proposals.submitted(ana)
    publish = f"{QUEUE}{waiting.pk}/publish/"
    of_staff, reads_as_staff, of_anybody = token_of(mo), token_of(mo, "staff"), token_of(mo, "write")

    assert client.get(QUEUE, headers=bearer(of_staff)).status_code == 200
    assert client.get(QUEUE, headers=bearer(reads_as_staff)).status_code == 200
    assert codes(client.get(QUEUE, headers=bearer(of_anybody))) == (403, "scope_missing")
    for text in (reads_as_staff, of_anybody):
        refused = client.post(publish, {}, content_type="application/json", headers=bearer(text))
        assert codes(refused) == (403, "scope_missing")
    # What staff see where residents do not is not seen without the scope either.
    one = f"/api/v1/proposals/{waiting.pk}/"
    assert client.get(one, headers=bearer(of_staff)).status_code == 200
    assert codes(client.get(one, headers=bearer(of_anybody))) == (404, "not_found")


def test_residents_have_none_that_works_as_staff(client_of, ana):
    page = client_of(ana, sure=True).post(PAGE, {"name": "map", "days": "7", "scopes": ["staff"]})

    assert page.context["form"].errors
    with pytest.raises(StaffOnly):
        make_token(ana, name="map", scopes=["staff"], days=7, at=NOW)


def test_staff_without_a_second_factor_are_refused(program_of, client_of, mo):
    program = program_of(mo)
    assert program.get(ME).status_code == 200

    mo.authenticator_set.all().delete()

    assert codes(program.get(ME)) == (403, "second_factor_missing")
    assert codes(client_of(mo).get(ME)) == (403, "second_factor_missing")
    assert client_of(mo).get(PAGE)["Location"] == reverse("mfa_activate_totp")
    with pytest.raises(SecondFactorMissing):
        token_of(mo)


def test_staff_make_one_with_the_second_factor_only(client_of, mo):
    asked = client_of(mo).post(PAGE, {"name": "queue", "days": "7", "scopes": ["staff"]})

    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    assert not ApiToken.objects.exists()


def change(client, person):
    client.force_login(person)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **NEW_PASSWORD})


def reset(client, person):
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = re.search(r"http://localhost:8000(/\S+)", Mail.objects.latest("pk").body)[1]
    client.post(client.get(link)["Location"], NEW_PASSWORD)


def set_first(client, person):
    Person.objects.filter(pk=person.pk).update(password="!")
    person.refresh_from_db()
    client.force_login(person)
    say_who(client, person)
    client.post(reverse("account_set_password"), NEW_PASSWORD)


@pytest.mark.parametrize("way", [change, reset, set_first])
def test_tokens_end_with_a_new_password(client, client_of, ana, ben, way):
    text, of_somebody_else = token_of(ana), token_of(ben)
    browser = client_of()

    way(browser, ana)

    assert Person.objects.get(pk=ana.pk).check_password(NEW_PASSWORD["password1"])
    assert codes(client.get(ME, headers=bearer(text))) == (401, "token_ended")
    assert client.get(ME, headers=bearer(of_somebody_else)).status_code == 200


def test_tokens_end_with_a_password_that_the_operator_sets(client, ana, monkeypatch):
    text = token_of(ana)
    monkeypatch.setattr("getpass.getpass", lambda **_prompt: NEW_PASSWORD["password1"])

    call_command("changepassword", ana.email, verbosity=0)

    assert codes(client.get(ME, headers=bearer(text))) == (401, "token_ended")


def test_signing_in_does_not_end_them(client, client_of, ana):
    text, browser = token_of(ana), client_of()
    browser.post(reverse("account_request_login_code"), {"email": ana.email})
    browser.post(reverse("account_confirm_login_code"), {"code": code_in_last_mail()})

    assert client.get(ME, headers=bearer(text)).status_code == 200


def test_who_may_not_sign_in_any_more_is_not_let_in_by_a_token(client, program_of, ana):
    program = program_of(ana)
    ana.is_active = False
    ana.save()
    assert codes(program.get(ME)) == (401, "authentication_failed")

    end_access_that_was_lost(ana, at=NOW)
    Person.objects.filter(pk=ana.pk).update(is_active=True)

    assert codes(program.get(ME)) == (401, "token_ended")


def test_who_loses_the_role_loses_tokens_of_staff_for_good(client, client_of, adam, mo):
    of_staff, of_anybody = token_of(mo), token_of(mo, "write")
    admin = client_of(adam)

    admin.post(reverse("administration:person", args=[mo.pk]), {"do": "take", "grant": mo.grants.get().pk})

    assert not mo.grants.exists()
    assert codes(client.get(ME, headers=bearer(of_staff))) == (401, "token_ended")
    assert client.get(ME, headers=bearer(of_anybody)).status_code == 200
    mo.grants.create(role="moderator")
    assert codes(client.get(ME, headers=bearer(of_staff))) == (401, "token_ended")


def test_use_is_noted_once_an_hour(client, ana, django_assert_num_queries):
    text = token_of(ana)

    client.get(ME, headers=bearer(text))
    first = ApiToken.objects.get().last_used_at
    client.get(ME, headers=bearer(text))

    assert first is not None
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(hours=1))
    client.get(ME, headers=bearer(text))
    assert ApiToken.objects.get().last_used_at > first


def test_old_tokens_are_deleted(ana):
    token_of(ana, days=7, at=NOW - timedelta(days=98))
    working, ended_lately = token_of(ana), token_of(ana)
    ApiToken.objects.filter(digest=ApiToken.objects.first().digest).update(ended_at=NOW)

    assert delete_old_tokens(NOW) == 1
    assert delete_old_tokens(NOW) == 0
    assert working != ended_lately
    assert ApiToken.objects.count() == 2


def test_tokens_that_stood_in_the_clear_are_gone(db):
    migration = import_module("livinglab.accounts.migrations.0011_tokens_in_the_clear_are_gone")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE authtoken_token (key text, user_id bigint)")
        cursor.execute("INSERT INTO authtoken_token VALUES ('in the clear', 1)")
        cursor.execute(migration.Migration.operations[0].sql)

    assert "authtoken_token" not in connection.introspection.table_names()


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer nonsense", "Bearer \x80"])
def test_a_token_that_is_none_is_refused_also_where_nobody_needs_one(client, db, header):
    assert client.get("/api/v1/fields/", headers={"authorization": header}).status_code == 401


def test_a_session_may_read_and_writes_only_with_the_token_against_forgery(ana):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)

    assert browser.get(ME).status_code == 200
    assert codes(browser.post("/api/v1/proposals/", {}, content_type="application/json")) == (403, "permission_denied")
