"""A lost second factor is reset by two administrators, neither of them the person it is about."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.errors import NothingToReset, OwnSecondFactor, SecondPersonNeeded
from livinglab.accounts.factor_resets import ask_for_factor_reset, confirm_factor_reset, drop_factor_reset
from livinglab.accounts.models import AccessRecord, FactorReset, Person
from livinglab.accounts.roles import Role
from livinglab.errors import TryAgain
from livinglab.notices.models import Mail
from tests.api.conftest import codes, token_of
from tests.people import PASSWORD, make_person

NOW = timezone.now()


@pytest.fixture
def alma(db) -> Person:
    """A second administrator beside adam."""
    return make_person("alma", Role.ADMINISTRATOR)


@pytest.fixture
def reset(mo, adam) -> FactorReset:
    return ask_for_factor_reset(mo, by=adam, at=NOW)


def subjects(person: Person) -> list[str]:
    return [mail.subject.removeprefix("[Living Lab] ") for mail in Mail.objects.filter(to=person.email).order_by("pk")]


def test_two_administrators_reset_it_together(client, client_of, reset, mo, adam, alma):
    session, token = client_of(mo), token_of(mo)

    confirm_factor_reset(reset, by=alma, at=NOW)

    assert not mo.authenticator_set.exists()
    assert session.get(reverse("me:profile"))["Location"].startswith(reverse("account_login"))
    program = client.get("/api/v1/me/proposals/", headers={"authorization": f"Bearer {token}"})
    assert codes(program) == (401, "token_ended")
    assert "Your second factor was reset" in subjects(mo)
    records = AccessRecord.objects.filter(action=AccessRecord.Action.FACTOR_RESET, about=f"person {mo.pk}")
    assert {record.by_pk for record in records} == {adam.pk, alma.pk}


def test_the_person_then_sets_up_a_new_one_before_anything_else(client_of, reset, mo, alma):
    confirm_factor_reset(reset, by=alma, at=NOW)
    browser = client_of()

    browser.post(reverse("account_login"), {"login": mo.email, "password": PASSWORD})

    assert browser.get(reverse("me:residence_desk"))["Location"] == reverse("mfa_activate_totp")


def test_nobody_does_it_alone_or_for_herself(reset, mo, adam, alma):
    mo.grants.create(role=Role.ADMINISTRATOR)

    with pytest.raises(SecondPersonNeeded):
        confirm_factor_reset(reset, by=adam, at=NOW)
    with pytest.raises(OwnSecondFactor):
        confirm_factor_reset(reset, by=mo, at=NOW)
    with pytest.raises(OwnSecondFactor):
        ask_for_factor_reset(alma, by=alma, at=NOW)

    assert mo.authenticator_set.exists()


@pytest.mark.parametrize("wrong", ["the same", "the person", "the person asks"])
def test_the_database_refuses_that_as_well(reset, mo, adam, wrong):
    rows = FactorReset.objects.filter(pk=reset.pk)
    fields = {
        "the same": {"confirmed_by": adam, "confirmed_at": NOW},
        "the person": {"confirmed_by": mo, "confirmed_at": NOW},
        "the person asks": {"asked_by": mo},
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**fields[wrong])


def test_asked_twice_it_is_asked_once_and_those_concerned_hear_of_it(reset, mo, adam, alma):
    assert ask_for_factor_reset(mo, by=alma, at=NOW) == reset

    assert FactorReset.objects.count() == 1
    assert subjects(mo) == ["Somebody asks to reset your second factor"]
    assert not subjects(adam)


def test_other_administrators_hear_that_one_waits(alma, adam, mo):
    ask_for_factor_reset(mo, by=adam, at=NOW)

    assert subjects(alma) == ["A lost second factor waits for you to confirm"]
    assert "http://localhost:8000/administration/people/" in Mail.objects.get(to=alma.email).body


def test_a_request_waits_for_a_week_and_can_be_dropped(reset, mo, adam, alma):
    with pytest.raises(TryAgain):
        confirm_factor_reset(reset, by=alma, at=NOW + timedelta(days=8))

    again = ask_for_factor_reset(mo, by=adam, at=NOW + timedelta(days=8))
    drop_factor_reset(again, by=alma, at=NOW + timedelta(days=8))
    drop_factor_reset(again, by=alma, at=NOW + timedelta(days=8))

    with pytest.raises(TryAgain):
        confirm_factor_reset(again, by=alma, at=NOW + timedelta(days=8))
    assert mo.authenticator_set.exists()


def test_asking_and_dropping_are_recorded_once_each(reset, mo, adam, alma):
    ask_for_factor_reset(mo, by=alma, at=NOW)
    drop_factor_reset(reset, by=alma, at=NOW)
    drop_factor_reset(reset, by=adam, at=NOW)

    records = AccessRecord.objects.filter(about=f"person {mo.pk}").order_by("pk")
    assert [(record.action, record.by_pk) for record in records] == [
        (AccessRecord.Action.RESET_ASKED, adam.pk),
        (AccessRecord.Action.RESET_DROPPED, alma.pk),
    ]


def test_what_was_confirmed_is_not_dropped(reset, mo, adam, alma):
    confirm_factor_reset(reset, by=alma, at=NOW)

    drop_factor_reset(reset, by=adam, at=NOW)

    assert not AccessRecord.objects.filter(action=AccessRecord.Action.RESET_DROPPED).exists()
    assert FactorReset.objects.get().dropped_at is None


def test_done_once_it_is_not_done_again(reset, mo, alma):
    confirm_factor_reset(reset, by=alma, at=NOW)

    with pytest.raises(TryAgain):
        confirm_factor_reset(reset, by=alma, at=NOW)
    with pytest.raises(NothingToReset):
        ask_for_factor_reset(mo, by=alma, at=NOW)


def test_administrators_do_it_on_the_page_of_the_account(client_of, mo, adam, alma, eva):
    page = reverse("administration:person", args=[mo.pk])
    assert client_of(eva).post(page, {"do": "ask_reset"}).status_code == 403
    first, second = client_of(adam), client_of(alma)

    first.post(page, {"do": "ask_reset"})

    reset = FactorReset.objects.get()
    assert "Another administrator has to confirm it." in first.get(page).content.decode()
    assert first.post(page, {"do": "confirm_reset", "reset": reset.pk}).status_code == 409
    assert "mo Kim" in second.get(reverse("administration:people")).content.decode()
    assert "Reset the second factor" in second.get(page).content.decode()
    second.post(page, {"do": "confirm_reset", "reset": reset.pk})
    assert not mo.authenticator_set.exists()


def test_a_request_can_be_dropped_on_the_page(client_of, reset, mo, alma):
    page = reverse("administration:person", args=[mo.pk])

    client_of(alma).post(page, {"do": "drop_reset", "reset": reset.pk})

    assert "Ask for a reset" in client_of(alma).get(page).content.decode()


def test_where_there_is_one_administrator_the_server_does_it(adam, capsys):
    call_command("reset_second_factor", "Adam@example.kr")

    assert not adam.authenticator_set.exists()
    assert subjects(adam) == ["Your second factor was reset"]
    record = AccessRecord.objects.get(action=AccessRecord.Action.FACTOR_RESET)
    assert (record.by, record.about) == (None, f"person {adam.pk}")
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@example.kr")
