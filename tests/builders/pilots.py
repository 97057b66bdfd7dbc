"""Services, test beds, pilots and people who take part, reached through the real actions."""

from datetime import datetime, timedelta

from django.utils import timezone

from livinglab.accounts.models import Person
from pilots.actions.enrol import join_pilot
from pilots.actions.plan import make_pilot, make_service, make_test_bed
from pilots.actions.run import announce_pilot
from pilots.consent import usual_words
from pilots.models import ConsentText, Enrolment, Pilot, Service, TestBed
from proposals.models import Proposal
from tests.builders.proposals import published
from tests.people import make_area, make_person


def service(
    proposal: Proposal | None = None, *, author: Person | None = None, moderator: Person, **words: str
) -> Service:
    """A service with its first version; from a new published proposal unless one is given."""
    if proposal is None:
        proposal = published(author or make_person("proposer", area=make_area(), confirmed=True), moderator)
    texts = {
        "name_ko": "발소리 가로등",
        "name_en": "Footstep lamps",
        "summary_ko": "밤길을 걸으면 가로등이 먼저 밝아져요.",
        "summary_en": "Street lamps brighten ahead of you at night.",
    } | words
    return make_service(proposal, smart_service_level=3, at=timezone.now(), **texts)


def bed(host: Person | None = None, *, capacity: int = 200) -> TestBed:
    return make_test_bed(
        host=host,
        name_ko="도담동 산책로",
        name_en="Dodam-dong footpath",
        area=make_area(),
        offer_ko="가로등 40개와 전기, 관리하는 사람을 내놓아요.",
        offer_en="Forty street lamps, electricity and somebody who looks after them.",
        capacity=capacity,
    )


def planned_pilot(
    moderator: Person,
    *,
    of: Service | None = None,
    host: Person | None = None,
    capacity: int = 100,
    at: datetime | None = None,
    starts_in: int = 7,
    lasts: int = 90,
) -> Pilot:
    """A pilot of the newest version of a service, still being prepared; days are counted from ``at``."""
    at = at or timezone.now()
    starts_on = timezone.localdate(at) + timedelta(days=starts_in)
    return make_pilot(
        (of or service(moderator=moderator)).versions.latest("number"),
        test_bed=bed(host, capacity=max(capacity, 200)),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=lasts),
        capacity=capacity,
        consent=usual_words(ConsentText.Purpose.PARTICIPATION),
        sensitive=usual_words(ConsentText.Purpose.SENSITIVE),
        at=at,
        title_ko="도담동 발소리 가로등",
        title_en="Footstep lamps in Dodam-dong",
        purpose_ko="밤길이 더 편해지는지 함께 알아봐요.",
        purpose_en="To find out together whether walking at night becomes easier.",
        expected_ko="열 명 중 일곱 명이 밤길이 편해졌다고 말해요.",
        expected_en="Seven in ten say that walking at night became easier.",
        limits_ko="비가 많이 오면 센서가 늦게 반응할 수 있어요.",
        limits_en="In heavy rain the sensors may react late.",
    )


def announced_pilot(moderator: Person, *, at: datetime | None = None, **wishes: object) -> Pilot:
    at = at or timezone.now()
    pilot = planned_pilot(moderator, at=at, **wishes)
    announce_pilot(pilot, by=moderator, at=at)
    return pilot


def joined(
    pilot: Pilot,
    person: Person,
    *,
    at: datetime | None = None,
    age_band: str = "",
    sex: str = "",
    access_needs: tuple[str, ...] = (),
    asked_again: bool = False,
    phone: str = "",
) -> Enrolment:
    """Somebody who takes part, or waits in line if the pilot is full."""
    purpose = ConsentText.Purpose
    agreed = {purpose.PARTICIPATION: True, purpose.SENSITIVE: access_needs, purpose.MONITORING: asked_again}
    consents = [text for text in pilot.current_consent_texts() if agreed[purpose(text.purpose)]]
    return join_pilot(
        pilot,
        person=person,
        consents=consents,
        language="ko",
        at=at or timezone.now(),
        age_band=age_band,
        sex=sex,
        access_needs=access_needs,
        phone=phone,
    )
