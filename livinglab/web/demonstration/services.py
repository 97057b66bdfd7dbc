"""Services, their pilots and who takes part."""

from datetime import datetime
from itertools import zip_longest
from typing import Any

from livinglab.accounts.models import MailKind, Person
from livinglab.web.demonstration.city import City, content, in_both
from livinglab.web.demonstration.decisions import decide
from livinglab.web.demonstration.people import first_area
from livinglab.web.demonstration.surveys import CLOSES, plan, run_wave
from pilots.actions.enrol import join_pilot, leave_pilot, recount_people
from pilots.actions.plan import make_pilot, make_service, make_test_bed
from pilots.actions.run import announce_pilot, end_pilot
from pilots.consent import ConsentWords
from pilots.models import AccessNeed, AgeBand, Consent, ConsentText, Enrolment, Pilot, ServiceVersion, Sex, TestBed
from proposals.models import ServiceField

State = Enrolment.State
# People who need it are asked for nothing else; some of the oldest are.
NEEDS = {AgeBand.A75_PLUS: [AccessNeed.LARGE_TEXT], AgeBand.A65_74: [AccessNeed.READ_ALOUD]}


def make_services(city: City) -> None:
    words = content("services")
    beds = {bed["key"]: make_bed(city, bed) for bed in words["test_beds"]}
    for service in words["services"]:
        make_service_of(city, service, beds)


def make_bed(city: City, words: dict[str, Any]) -> TestBed:
    return make_test_bed(
        host=city.people[words["host"]],
        area=city.areas[words["area"]],
        capacity=words["capacity"],
        illustrative=True,
        **in_both("name", words["name"]),
        **in_both("offer", words["offer"]),
    )


def make_service_of(city: City, words: dict[str, Any], beds: dict[str, TestBed]) -> None:
    """Version after version: each pilot with its waves and its end, each decision with what it changed."""
    first = words["versions"][0]
    service = make_service(
        city.proposals[words["proposal"]],
        smart_service_level=first["smart_service_level"],
        field=ServiceField.objects.get(pk=words["field"]),
        at=city.day(first["made"]),
        **in_both("name", words["name"]),
        **in_both("summary", first["summary"]),
    )
    for version_words, following in zip_longest(words["versions"], words["versions"][1:]):
        version = service.versions.get(number=version_words["number"])
        if "pilot" in version_words:
            run_pilot(city, version, version_words, following, beds)


def run_pilot(
    city: City,
    version: ServiceVersion,
    version_words: dict[str, Any],
    following: dict[str, Any] | None,
    beds: dict[str, TestBed],
) -> None:
    words = version_words["pilot"]
    pilot = prepare_pilot(city, version, words, beds[words["test_bed"]], made=city.day(version_words["made"]))
    announce_pilot(pilot, by=city.moderator, at=city.day(words["announced"]))
    survey = plan(city, pilot, words)
    take_part(city, pilot, words)
    some_leave(city, pilot, words)
    for wave, wave_words in zip(survey.waves.order_by("number"), words["survey"]["waves"], strict=True):
        if "answered" not in wave_words:
            continue
        verdict = run_wave(city, wave, wave_words, words["questions"])
        if verdict is None:
            continue
        if words["ends"] <= wave_words["decision"]["day"]:
            end_pilot(pilot, by=city.moderator, at=city.day(words["ends"], hour=CLOSES))
        decide(city, verdict, wave_words["decision"], following)
    pilot.refresh_from_db()
    # Where waves went on watching after the decision, the pilot ended with the last of them.
    if pilot.stage == Pilot.Stage.OPEN and words["ends"] < 0:
        end_pilot(pilot, by=city.moderator, at=city.day(words["ends"], hour=CLOSES))


def prepare_pilot(city: City, version: ServiceVersion, words: dict[str, Any], bed: TestBed, *, made: datetime) -> Pilot:
    consent = words["consent"]
    return make_pilot(
        version,
        test_bed=bed,
        starts_on=city.day(words["starts"]).date(),
        ends_on=city.day(words["ends"]).date(),
        capacity=words["capacity"],
        consent=ConsentWords(**consent["participation"]),
        sensitive=ConsentWords(**consent["sensitive"]),
        monitoring=ConsentWords(**consent["monitoring"]) if "monitoring" in consent else None,
        asks_phone=words.get("asks_phone", False),
        contact_phone=words.get("contact_phone", ""),
        at=made,
        **in_both("title", words["title"]),
        **in_both("purpose", words["purpose"]),
        **in_both("expected", words["expected"]),
        **in_both("limits", words["limits"]),
        **in_both("usage", words.get("usage", {"ko": "", "en": ""})),
    )


def take_part(city: City, pilot: Pilot, words: dict[str, Any]) -> None:
    """Residents join as anybody does; the crowd comes in bulk, each with the same rows an ordinary join leaves."""
    people, announced = words["people"], city.day(words["announced"])
    until = city.day(words["starts"])
    texts = {ConsentText.Purpose(text.purpose): text for text in pilot.current_consent_texts()}
    named = [who for who in content("people")["residents"] if who["key"] in people["named"]]
    for who in named:
        join_pilot(
            pilot,
            person=city.people[who["key"]],
            consents=[texts[ConsentText.Purpose.PARTICIPATION]],
            language=who["language"],
            at=city.some_time(announced, until),
            age_band=who["age_band"],
            sex=who["sex"],
            phone=made_up_phone(city.people[who["key"]]),
        )
    bands = [band for band, number in people["age_bands"].items() for _one in range(number)]
    areas = [area for area, number in people["areas"].items() for _one in range(number)]
    for who in named:
        bands.remove(who["age_band"])
        areas.remove(who["area"])
    city.chance.shuffle(bands)
    joined = [
        enrolment_of(city, pilot, city.crowd[area].pop(), band, asked_at=city.some_time(announced, until))
        for area, band in zip(areas, bands, strict=True)
    ]
    for enrolment in joined:
        enrolment.state, enrolment.joined_at = State.JOINED, enrolment.asked_at
    # Whoever waits asked when the last place was gone.
    last = max(enrolment.asked_at for enrolment in pilot.enrolments.all())
    full = max([last, *(enrolment.asked_at for enrolment in joined)])
    waiting = [
        enrolment_of(
            city,
            pilot,
            city.crowd[first_area(people)].pop(),
            city.chance.choice(bands),
            asked_at=city.some_time(full, city.now),
        )
        for _one in range(people["waiting"])
    ]
    enrolments = Enrolment.objects.bulk_create(joined + waiting)
    recount_people(pilot)
    Consent.objects.bulk_create(
        Consent(enrolment=enrolment, text=text, language="ko", given_at=enrolment.asked_at)
        for enrolment in enrolments
        for purpose, text in texts.items()
        if purpose == ConsentText.Purpose.PARTICIPATION
        or (purpose == ConsentText.Purpose.SENSITIVE and enrolment.access_needs)
    )


def enrolment_of(city: City, pilot: Pilot, person: Person, band: str, *, asked_at: datetime) -> Enrolment:
    return Enrolment(
        pilot=pilot,
        person=person,
        state=State.WAITING,
        age_band=band,
        sex=city.chance.choices([Sex.FEMALE, Sex.MALE, Sex.UNKNOWN], [49, 47, 4])[0],
        area=person.area,
        access_needs=NEEDS.get(AgeBand(band), []) if city.chance.random() < 0.3 else [],
        phone=made_up_phone(person) if pilot.asks_phone else "",
        asked_at=asked_at,
    )


def some_leave(city: City, pilot: Pilot, words: dict[str, Any]) -> None:
    """Before the first wave, with and without a reason; spread over everybody, so that no group is lost."""
    number, first_wave = words["people"]["left"], city.day(words["survey"]["waves"][0]["opens"])
    extras = pilot.enrolments.joined().filter(person__stopped_mails__contains=[MailKind.INVITATIONS])
    crowd = extras.order_by("age_band", "pk")
    reasons = ["", *Enrolment.LeaveReason.values]
    for enrolment in list(crowd)[:: crowd.count() // number][:number] if number else []:
        at = city.some_time(city.day(words["starts"]), first_wave)
        leave_pilot(enrolment, at=at, reason=city.chance.choice(reasons))


def made_up_phone(person: Person) -> str:
    """A number that nobody has: none of Korea's begins with 010-0."""
    return f"+82100{person.pk % 10_000_000:07}"
