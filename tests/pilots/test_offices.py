"""Staff of one office prepare, run and count the pilots of its areas; of others they see what everybody may."""

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import Area, Person
from livinglab.accounts.roles import Role
from pilots.models import Pilot, Service, ServiceVersion, TestBed
from tests.builders import pilots as build
from tests.people import make_staff_of


@pytest.fixture
def near(dodam: Area) -> Person:
    """Moderates for the office of the area in which the pilots of these tests are."""
    return make_staff_of(dodam, nickname="near", role=Role.MODERATOR)


@pytest.fixture
def far(areum: Area) -> Person:
    return make_staff_of(areum, nickname="far", role=Role.MODERATOR)


def statuses(client_of, people: tuple[Person, ...], address: str) -> list[int]:
    return [client_of(person).get(address).status_code for person in people]


def test_a_pilot_being_prepared_is_seen_by_its_own_office(client_of, mo, near, far, areum, dodam) -> None:
    pilot = build.planned_pilot(mo)
    eva_near = make_staff_of(dodam, nickname="eva-near", role=Role.EVALUATOR)
    eva_far = make_staff_of(areum, nickname="eva-far", role=Role.EVALUATOR)
    people = (mo, near, far, eva_near, eva_far)

    for name in ("pilots:detail", "api:pilot"):
        assert statuses(client_of, people, reverse(name, args=[pilot.slug])) == [200, 200, 404, 200, 404]
    for person, listed in zip(people[:3], (True, True, False), strict=True):
        page = client_of(person).get(reverse("pilots:list"), {"show": "planned"}).content.decode()
        assert (pilot.title_en in page) is listed


def test_counts_of_people_and_reasons_for_leaving_stay_with_the_office(client_of, mo, near, far, areum) -> None:
    pilot = build.announced_pilot(mo)
    eva_far = make_staff_of(areum, nickname="eva-far", role=Role.EVALUATOR)
    address = reverse("pilots:people", args=[pilot.slug])

    assert statuses(client_of, (mo, near, far, eva_far), address) == [200, 200, 404, 404]
    for person, offered in ((mo, True), (near, True), (far, False), (eva_far, False)):
        page = client_of(person).get(reverse("pilots:detail", args=[pilot.slug])).content.decode()
        assert (address in page) is offered


def test_a_waiting_version_is_prepared_by_the_office_of_its_proposal(client_of, mo, near, far) -> None:
    version = build.service(moderator=mo).versions.get()

    for name in ("pilots:choose-test-bed", "pilots:add-test-bed"):
        assert statuses(client_of, (mo, near, far), reverse(name, args=[version.pk])) == [200, 200, 404]
    listed = [
        version.service.name_en in client_of(person).get(reverse("pilots:new")).content.decode()
        for person in (mo, near, far)
    ]
    assert listed == [True, True, False]


def test_nobody_starts_a_pilot_for_a_version_of_another_office_at_a_test_bed_of_their_own(
    client_of, mo, far, areum
) -> None:
    version, bed = build.service(moderator=mo).versions.get(), build.bed()
    TestBed.objects.update(area=areum)

    address = reverse("pilots:new-pilot", args=[version.pk, bed.pk])

    assert statuses(client_of, (mo, far), address) == [200, 404]
    assert client_of(far).post(address, {}).status_code == 404
    assert not Pilot.objects.exists()


def test_the_next_version_is_also_prepared_where_the_one_before_was_tried(mo, near, far, areum) -> None:
    pilot = build.planned_pilot(mo)
    TestBed.objects.update(area=areum)
    service = pilot.version.service
    service.versions.create(number=2, summary_ko="둘째", smart_service_level=3, made_at=timezone.now())

    waiting = ServiceVersion.objects.without_pilot()

    assert [waiting.in_care_of(person).count() for person in (mo, near, far)] == [1, 1, 1]


def test_a_service_nobody_has_tried_yet_is_seen_by_its_own_office(client_of, mo, near, far) -> None:
    service = build.service(moderator=mo)

    assert statuses(client_of, (mo, near, far), reverse("pilots:service", args=[service.slug])) == [200, 200, 404]
    assert Service.objects.visible_to(mo).get() == service


def test_a_test_bed_is_added_in_ones_own_areas(client_of, mo, near, dodam, areum) -> None:
    version = build.service(moderator=mo).versions.get()
    words = {"name_ko": "도서관", "name_en": "Library", "offer_ko": "방 하나", "capacity": "40"}
    address = reverse("pilots:add-test-bed", args=[version.pk])

    for area in ("", str(areum.pk)):
        assert client_of(near).post(address, words | {"area": area}).status_code == 200
    assert not TestBed.objects.exists()

    assert client_of(near).post(address, words | {"area": str(dodam.pk)}).status_code == 302
    assert TestBed.objects.get().area == dodam


def test_whoever_decides_hears_of_it_by_area(mo, near, far, adam) -> None:
    assert set(build.announced_pilot(mo).deciders()) == {mo, near, adam}
