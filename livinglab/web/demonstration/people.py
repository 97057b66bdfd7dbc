"""Staff, residents with something to say, and the crowd that supports and answers."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password

from livinglab.accounts.actions import confirm_residence, record_agreement
from livinglab.accounts.models import Agreement, MailKind, Person, ResidenceRecord, ResidenceState
from livinglab.text import fold_name
from livinglab.web.demonstration.city import City, content

# Told to everybody who starts the demonstration; only its own people have it.
PASSWORD = "sejong-living-lab"
JOINED = -420


def make_people(city: City) -> None:
    words = content("people")
    password = make_password(PASSWORD)
    since = city.day(JOINED)
    for who in words["staff"] + words["residents"]:
        person = Person.objects.create(
            email=who["email"],
            password=password,
            name=who["name"],
            nickname=who["nickname"],
            nickname_key=fold_name(who["nickname"]),
            language=who["language"],
            area=city.areas.get(who.get("area", "")),
            date_joined=since,
        )
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        for kind in (Agreement.Kind.TERMS, Agreement.Kind.PRIVACY, Agreement.Kind.AGE):
            record_agreement(person, kind, agreed=True, language=who["language"], at=since)
        for role in who.get("roles", []):
            person.grants.create(role=role)
        if "roles" in who:
            TOTP.activate(person, generate_totp_secret())
        city.people[who["key"]] = Person.objects.with_roles().get(pk=person.pk)
    for who in words["residents"]:
        if who["residence"] == "confirmed":
            confirm_residence(
                city.people[who["key"]], city.areas[who["area"]], by=city.moderator, at=since + timedelta(days=7)
            )


def make_crowd(city: City) -> None:
    """As many confirmed residents of each area as the pilots need. They get no mail, so that a newcomer finds hers."""
    words = content("people")["crowd"]
    nicknames = [first + second for first, second in product(words["first"], words["second"])]
    city.chance.shuffle(nicknames)
    places = [area for area, number in sorted(places_in_pilots().items()) for _place in range(number)]
    since = city.day(JOINED)
    crowd = Person.objects.bulk_create(
        Person(
            email=f"resident-{number:04}@example.kr",
            password=make_password(None),
            name=words["name"]["ko"],
            nickname=nickname,
            nickname_key=fold_name(nickname),
            language="ko",
            area=city.areas[area],
            residence=ResidenceState.CONFIRMED,
            stopped_mails=[kind for kind, _label in MailKind.chosen_in_the_profile()],
            date_joined=since,
        )
        for number, (nickname, area) in enumerate(zip(nicknames, places, strict=False), start=1)
    )
    ResidenceRecord.objects.bulk_create(
        ResidenceRecord(person=person, area=person.area, way=ResidenceRecord.Way.DESK, by=city.moderator, at=since)
        for person in crowd
    )
    city.chance.shuffle(crowd)
    for area in set(places):
        city.crowd[area] = [person for person in crowd if person.area == city.areas[area]]


def places_in_pilots() -> Counter[str]:
    """How many of the crowd have to live where."""
    home = {who["key"]: who["area"] for who in content("people")["residents"]}
    places: Counter[str] = Counter()
    for pilot in pilots():
        people = pilot["people"]
        places.update(people["areas"])
        places.subtract(home[key] for key in people["named"])
        places[first_area(people)] += people["waiting"]
    return places


def first_area(people: dict[str, Any]) -> str:
    """The area from which most take part."""
    return max(people["areas"], key=people["areas"].__getitem__)


def pilots() -> Iterator[dict[str, Any]]:
    for service in content("services")["services"]:
        for version in service["versions"]:
            if "pilot" in version:
                yield version["pilot"]
