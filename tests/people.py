"""The people of the tests: ana proposes, ben votes, mo moderates, eva evaluates, hana hosts, adam administers, and sam
has no business here."""

import time
from collections.abc import Callable

import pytest
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY as METHODS_OF
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as METHODS
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client
from django.urls import reverse

from livinglab.accounts.models import Area, Office, Person
from livinglab.accounts.roles import Role

PASSWORD = "correct horse battery staple"


def make_area(name_ko: str = "도담동", name_en: str = "Dodam-dong", office_code: str = "3611052000") -> Area:
    return Area.objects.get_or_create(
        office_code=office_code,
        defaults={"name_ko": name_ko, "name_en": name_en, "kind": "dong", "lat": 36.5159, "lon": 127.2594},
    )[0]


def make_person(nickname: str, *roles: Role, area: Area | None = None, confirmed: bool = False) -> Person:
    """Somebody with an account; staff get a second factor, as the site demands."""
    person = Person.objects.create_user(
        f"{nickname}@example.kr",
        PASSWORD,
        name=f"{nickname} Kim",
        nickname=nickname,
        area=area,
        residence="confirmed" if confirmed else "unconfirmed",
    )
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    for role in roles:
        person.grants.create(role=role)
    if roles:
        TOTP.activate(person, generate_totp_secret())
    return Person.objects.with_roles().get(pk=person.pk)


def say_who(client: Client, person: Person) -> None:
    """As if she had just typed her password or code again."""
    session = client.session
    session[METHODS] = [{"method": "password", "at": time.time(), "email": person.email, "reauthenticated": True}]
    session[METHODS_OF] = str(person.pk)
    session.save()


def make_office(slug: str, *areas: Area) -> Office:
    """An office in charge of these areas."""
    office = Office.objects.create(slug=slug, name_ko="주민센터", name_en="Community centre")
    office.areas.add(*areas)
    return office


def make_staff_of(*areas: Area, nickname: str, role: Role) -> Person:
    """Somebody with this role in the areas of one office alone."""
    person = make_person(nickname, role)
    person.grants.update(office=make_office(nickname, *areas))
    return Person.objects.with_roles().get(pk=person.pk)


@pytest.fixture
def dodam(db: None) -> Area:
    return make_area()


@pytest.fixture
def areum(db: None) -> Area:
    """Another area, of another office."""
    return make_area("아름동", "Areum-dong", "3611053000")


@pytest.fixture
def ana(dodam: Area) -> Person:
    return make_person("ana", area=dodam, confirmed=True)


@pytest.fixture
def ben(dodam: Area) -> Person:
    return make_person("ben", area=dodam, confirmed=True)


@pytest.fixture
def sam(db: None) -> Person:
    return make_person("sam")


@pytest.fixture
def mo(db: None) -> Person:
    return make_person("mo", Role.MODERATOR)


@pytest.fixture
def eva(db: None) -> Person:
    return make_person("eva", Role.EVALUATOR)


@pytest.fixture
def hana(db: None) -> Person:
    return make_person("hana", Role.HOST)


@pytest.fixture
def adam(db: None) -> Person:
    return make_person("adam", Role.ADMINISTRATOR)


@pytest.fixture
def client_of(db: None) -> Callable[..., Client]:
    """A client signed in as that person: ``client_of(ana).get(...)``; English unless another language is asked for.

    With ``sure`` she has said a moment ago who she is, so that pages which ask once more do not.
    """

    def sign_in(person: Person | None = None, language: str = "en", *, sure: bool = False) -> Client:
        client = Client(headers={"accept-language": language})
        if person is not None:
            client.force_login(person)
        if sure:
            assert person is not None
            say_who(client, person)
        return client

    return sign_in


def let_session_run_out(client: Client) -> None:
    """Whoever was signed in has looked at a page and is signed out; the browser keeps its other cookies."""
    client.get(reverse("me:profile"))
    client.session.delete()
    del client.cookies[settings.SESSION_COOKIE_NAME]
