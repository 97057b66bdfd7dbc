"""Administrators give and take roles where they can see who somebody is, and read who looked at what."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.audit import record_access
from livinglab.accounts.errors import LastAdministrator, OwnAccount, WholeCityOnly
from livinglab.accounts.grants import close_account, grant_role, take_role
from livinglab.accounts.models import AccessRecord, Person, RoleGrant
from livinglab.accounts.roles import Role
from tests.people import make_office, make_person

Action = AccessRecord.Action
NOW = timezone.now()


def done(action: AccessRecord.Action) -> list[tuple[int | None, str]]:
    """Who did it, and about what, the oldest first."""
    return [(record.by_number, record.about) for record in AccessRecord.objects.filter(action=action).order_by("pk")]


def test_a_role_given_and_taken_is_recorded_with_its_office(adam, ben, dodam) -> None:
    office = make_office("dodam", dodam)

    grant = grant_role(ben, Role.MODERATOR, office=office, by=adam, at=NOW)
    grant_role(ben, Role.MODERATOR, office=office, by=adam, at=NOW)
    take_role(grant, by=adam, at=NOW)
    take_role(grant, by=adam, at=NOW)

    assert not ben.grants.exists()
    assert done(Action.ROLE_GRANTED) == done(Action.ROLE_TAKEN) == [(adam.pk, f"person {ben.pk} moderator dodam")]


def test_the_first_administrator_is_recorded_too(db) -> None:
    call_command("createsuperuser", email="boss@city.example", interactive=False)

    boss = Person.objects.get()
    assert done(Action.ROLE_GRANTED) == [(None, f"person {boss.pk} administrator")]


def test_an_administrator_is_of_no_office(adam, ben, dodam) -> None:
    with pytest.raises(WholeCityOnly):
        grant_role(ben, Role.ADMINISTRATOR, office=make_office("dodam", dodam), by=adam, at=NOW)


def test_somebody_goes_on_to_administer(adam, ben) -> None:
    with pytest.raises(LastAdministrator):
        take_role(RoleGrant.objects.get(person=adam), by=adam, at=NOW)
    with pytest.raises(OwnAccount):
        close_account(adam, by=adam, at=NOW)

    assert Person.objects.get(pk=adam.pk).is_active


def test_page_of_roles_names_people_so_that_nobody_is_mistaken(client_of, adam, mo) -> None:
    page = client_of(adam).get(reverse("administration:people")).content.decode()

    for told in ("mo Kim", "mo@example.kr", "Moderator"):
        assert told in page
    assert done(Action.CONTACTS_SEEN) == [(adam.pk, "staff")]


@pytest.mark.parametrize("typed", ["ben@example.kr", "BEN"])
def test_somebody_is_found_by_what_was_typed_without_an_address_in_the_url(client_of, adam, ben, typed) -> None:
    client = client_of(adam)

    answer = client.post(reverse("administration:people"), {"who": typed})

    assert answer["Location"] == reverse("administration:person", args=[ben.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "ben Kim" in page
    assert "ben@example.kr" in page
    assert done(Action.CONTACTS_SEEN) == [(adam.pk, f"person {ben.pk}")]


def test_a_search_for_nobody_leaves_a_digest(client_of, adam) -> None:
    page = client_of(adam).post(reverse("administration:people"), {"who": "nobody@example.kr"})

    assert "Nobody has this e-mail or nickname." in page.content.decode()
    assert all("nobody" not in about.partition(" ")[2] for _by, about in done(Action.CONTACTS_SEEN))


def test_roles_are_given_and_taken_on_the_page(client_of, adam, ben, dodam) -> None:
    client, address = client_of(adam), reverse("administration:person", args=[ben.pk])
    office = make_office("dodam", dodam)

    assert client.post(address, {"do": "grant", "role": "moderator", "office": office.pk}).status_code == 302
    grant = ben.grants.get()
    assert (grant.role, grant.office) == ("moderator", office)
    assert client.post(address, {"do": "grant", "role": "administrator", "office": office.pk}).status_code == 409
    assert client.post(address, {"do": "take", "grant": grant.pk}).status_code == 302

    assert not ben.grants.exists()
    ben.refresh_from_db()
    assert (ben.email, ben.name, ben.nickname) == ("ben@example.kr", "ben Kim", "ben")


def test_an_account_is_closed_and_opened_again(client_of, adam, ben) -> None:
    client, address = client_of(adam), reverse("administration:person", args=[ben.pk])
    bens = client_of(ben)

    client.post(address, {"do": "close"})
    assert bens.get(reverse("me:profile")).status_code == 302
    client.post(address, {"do": "reopen"})

    assert Person.objects.get(pk=ben.pk).is_active
    assert done(Action.ACCOUNT_CLOSED) == done(Action.ACCOUNT_OPENED) == [(adam.pk, f"person {ben.pk}")]


def test_reading_the_trail_is_recorded(client_of, adam) -> None:
    client = client_of(adam)
    assert "No records" in client.get(reverse("administration:access")).content.decode()

    page = client.get(reverse("administration:access")).content.decode()

    assert "read this record" in page
    assert done(Action.TRAIL_READ) == [(adam.pk, ""), (adam.pk, "")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"pilot call-bus-1", "account 7", "account 70"}),
        ({"action": "contacts_seen"}, {"pilot call-bus-1"}),
        ({"about": "person 7"}, {"account 7"}),
        ({"since": (NOW - timedelta(days=2)).date()}, {"pilot call-bus-1", "account 7"}),
        ({"until": (NOW - timedelta(days=2)).date()}, {"account 70"}),
        ({"action": "nonsense", "staff": "x"}, {"pilot call-bus-1", "account 7", "account 70"}),
    ],
    ids=lambda value: " ".join(value) or "everything" if isinstance(value, dict) else "",
)
def test_the_trail_can_be_narrowed(client_of, adam, mo, query, found) -> None:
    record_access(mo, Action.CONTACTS_SEEN, about="pilot call-bus-1", count=31)
    record_access(mo, Action.ROLE_GRANTED, about="person 7 host")
    record_access(mo, Action.ROLE_GRANTED, about="person 70 host", at=NOW - timedelta(days=9))

    rows = client_of(adam).get(reverse("administration:access"), query).context["rows"]

    told = {row["about"].removesuffix(" host") for row in rows if row["record"].by_number == mo.pk}
    assert told == found


def test_the_trail_tells_who_by_staff_number_when_the_account_is_gone(client_of, adam, mo) -> None:
    number = mo.pk
    record_access(mo, Action.CONTACTS_SEEN, about="pilot call-bus-1", count=31)
    mo.delete()

    page = client_of(adam).get(reverse("administration:access"), {"staff": number}).content.decode()

    assert f"No. {number}" in page
    assert "Moderator" in page


def test_the_trail_costs_few_queries(client_of, adam, django_assert_max_num_queries) -> None:
    for number in range(30):
        record_access(make_person(f"mo{number}", Role.MODERATOR), Action.CONTACTS_SEEN, about="pilot call-bus-1")
    client = client_of(adam)

    with django_assert_max_num_queries(10):
        assert client.get(reverse("administration:access")).status_code == 200


def test_administration_is_in_korean_too(client_of, adam) -> None:
    assert "접근 기록" in client_of(adam, "ko").get(reverse("administration:access")).content.decode()
    assert "사람과 역할" in client_of(adam, "ko").get(reverse("administration:people")).content.decode()
