"""Administrators give and take roles where they can see who somebody is, and read who looked at what."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts import grants
from livinglab.accounts.audit import record_access
from livinglab.accounts.errors import LastAdministrator, NicknameTaken, OwnAccount, WholeCityOnly
from livinglab.accounts.grants import close_account, grant_role, name_account, take_role
from livinglab.accounts.models import AccessRecord, Person, RoleGrant
from livinglab.accounts.roles import Role
from livinglab.text import fold_name
from tests.people import make_office, make_person
from tests.posted import NO_NUMBERS

Action = AccessRecord.Action
NOW = timezone.now()


def done(action: AccessRecord.Action) -> list[tuple[int | None, str]]:
    """Who did it, and about what, the oldest first."""
    return [(record.by_pk, record.about) for record in AccessRecord.objects.filter(action=action).order_by("pk")]


def page_of(client: Client, person: Person) -> str:
    """The address of an account whose e-mail this client has just typed."""
    return str(client.post(reverse("administration:people"), {"who": person.email})["Location"])


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


def test_whoever_is_closed_does_not_count_as_somebody_who_administers(adam, mo) -> None:
    alma = make_person("alma", Role.ADMINISTRATOR)
    close_account(alma, by=adam, at=NOW)

    with pytest.raises(LastAdministrator):
        take_role(RoleGrant.objects.get(person=adam), by=adam, at=NOW)
    with pytest.raises(LastAdministrator):
        close_account(adam, by=mo, at=NOW)
    # That one has no use of the role any more.
    take_role(RoleGrant.objects.get(person=alma), by=adam, at=NOW)

    assert Person.objects.get(pk=adam.pk).is_active
    assert [grant.person for grant in RoleGrant.objects.filter(role=Role.ADMINISTRATOR)] == [adam]


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


def test_an_account_without_a_role_opens_after_a_search_for_it_and_no_other(client_of, adam, ana, ben) -> None:
    client, address = client_of(adam), reverse("administration:person", args=[ben.pk])

    for answer in (client.get(address), client.post(address, {"do": "close"})):
        assert answer["Location"] == reverse("administration:people")
    page_of(client, ana)
    assert client.get(address)["Location"] == reverse("administration:people")
    assert client_of(adam).get(address)["Location"] == reverse("administration:people")
    assert Person.objects.get(pk=ben.pk).is_active

    assert client.get(page_of(client, ben)).status_code == 200
    # Each look leaves a record, and a page that did not open is none.
    assert done(Action.CONTACTS_SEEN).count((adam.pk, f"person {ben.pk}")) == 1


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize(("do", "name"), [("take", "grant"), ("drop_reset", "reset")])
def test_numbers_that_the_page_never_wrote_change_nothing(client_of, adam, mo, do, name, number) -> None:
    answer = client_of(adam).post(reverse("administration:person", args=[mo.pk]), {"do": do, name: number})

    assert answer.status_code == 404
    assert mo.grants.exists()


def test_an_account_of_staff_opens_by_itself(client_of, adam, mo) -> None:
    assert "mo Kim" in client_of(adam).get(reverse("administration:person", args=[mo.pk])).content.decode()


def test_an_account_whose_last_role_was_just_taken_stays_open_to_who_took_it(client_of, adam, mo) -> None:
    client, address = client_of(adam), reverse("administration:person", args=[mo.pk])

    taken = client.post(address, {"do": "take", "grant": mo.grants.get().pk})

    assert client.get(taken["Location"]).status_code == 200
    assert client_of(adam).get(address)["Location"] == reverse("administration:people")


def test_another_nickname_for_staff_may_speak_for_the_city_and_is_recorded(client_of, adam, mo) -> None:
    address = reverse("administration:person", args=[mo.pk])

    client_of(adam).post(address, {"do": "name", "nickname": "시청 담당자"})

    assert Person.objects.get(pk=mo.pk).nickname == "시청 담당자"
    assert done(Action.ACCOUNT_NAMED) == [(adam.pk, f"person {mo.pk}")]


def test_of_residents_only_whoever_passes_for_the_city_is_given_another_nickname(client_of, adam, ana, ben) -> None:
    client = client_of(adam)
    address = page_of(client, ben)
    client.post(address, {"do": "name", "nickname": "lamplighter"})
    assert Person.objects.get(pk=ben.pk).nickname == "ben"

    # As it was before names were reserved.
    Person.objects.filter(pk=ben.pk).update(nickname="시청 직원", nickname_key=fold_name("시청 직원"))
    refused = client.post(address, {"do": "name", "nickname": "관리자"})
    assert refused.status_code == 409
    assert Person.objects.get(pk=ben.pk).nickname == "시청 직원"
    assert done(Action.ACCOUNT_NAMED) == []
    client.post(address, {"do": "name", "nickname": "lamplighter"})

    assert Person.objects.get(pk=ben.pk).nickname == "lamplighter"
    assert done(Action.ACCOUNT_NAMED) == [(adam.pk, f"person {ben.pk}")]


@pytest.mark.parametrize("at_once", [False, True], ids=["before", "a moment ago"])
def test_a_nickname_that_somebody_else_has_taken_is_refused(adam, ana, mo, monkeypatch, at_once) -> None:
    if at_once:
        monkeypatch.setattr(grants, "check_nickname", lambda *_name, **_wishes: None)

    with pytest.raises(NicknameTaken):
        name_account(mo, "ana", by=adam, at=NOW)

    assert Person.objects.get(pk=mo.pk).nickname == "mo"
    assert done(Action.ACCOUNT_NAMED) == []


def test_roles_are_given_and_taken_on_the_page(client_of, adam, ben, dodam) -> None:
    client = client_of(adam)
    address, office = page_of(client, ben), make_office("dodam", dodam)

    assert client.post(address, {"do": "grant", "role": "moderator", "office": office.pk}).status_code == 302
    grant = ben.grants.get()
    assert (grant.role, grant.office) == ("moderator", office)
    assert client.post(address, {"do": "grant", "role": "administrator", "office": office.pk}).status_code == 409
    assert client.post(address, {"do": "take", "grant": grant.pk}).status_code == 302

    assert not ben.grants.exists()
    ben.refresh_from_db()
    assert (ben.email, ben.name, ben.nickname) == ("ben@example.kr", "ben Kim", "ben")


def test_an_account_is_closed_and_opened_again(client_of, adam, ben) -> None:
    client, bens = client_of(adam), client_of(ben)
    address = page_of(client, ben)

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

    told = {row["about"].removesuffix(" host") for row in rows if row["record"].by_pk == mo.pk}
    assert told == found


@pytest.mark.parametrize(
    "query", ["about=%00", "action=%00", "staff=%00", "since=%00", "page=%00", "about=" + "x" * 5000]
)
def test_a_broken_address_of_the_trail_shows_it_all_the_same(client_of, adam, query) -> None:
    assert client_of(adam).get(f"{reverse('administration:access')}?{query}").status_code == 200


def test_the_trail_tells_who_by_staff_pk_when_the_account_is_gone(client_of, adam, mo) -> None:
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
