"""A moderator of one office meets what was handed in in its areas, and of other areas what everybody may see."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import Area, Person
from livinglab.accounts.roles import Role
from proposals.actions.comment import flag_comment, flag_proposal
from proposals.actions.moderate import decline_proposal
from proposals.actions.propose import add_photo, submit_proposal, withdraw_proposal
from proposals.lifecycle import Stage
from proposals.models import Photo, Proposal
from tests.builders import proposals as build
from tests.people import make_staff_of


@pytest.fixture
def near(dodam: Area) -> Person:
    """Moderates for the office of the area in which ana proposes."""
    return make_staff_of(dodam, nickname="near", role=Role.MODERATOR)


@pytest.fixture
def far(areum: Area) -> Person:
    return make_staff_of(areum, nickname="far", role=Role.MODERATOR)


@pytest.fixture
def waiting(ana: Person) -> Proposal:
    draft = build.draft(ana)
    add_photo(draft, by=ana, upload=build.picture(), alt="A path", at=timezone.now())
    return submit_proposal(draft, by=ana, at=timezone.now())


def statuses(client_of, people: tuple[Person, ...], address: str) -> list[int]:
    return [client_of(person).get(address).status_code for person in people]


@pytest.mark.parametrize("name", ["proposals:detail", "proposals:review", "proposals:translate", "api:proposal"])
def test_what_waits_is_found_by_its_own_office_and_the_whole_citys_staff_only(
    client_of, waiting, mo, near, far, name
) -> None:
    address = reverse(name, args=[waiting.pk])

    assert statuses(client_of, (mo, near, far), address) == [200, 200, 404]


def test_the_photo_of_what_waits_goes_with_it(client_of, waiting, mo, near, far) -> None:
    address = reverse("proposals:photo", args=[Photo.objects.get().pk])

    assert statuses(client_of, (mo, near, far), address) == [200, 200, 404]


@pytest.mark.parametrize("stage", [Stage.DECLINED, Stage.WITHDRAWN])
def test_what_was_declined_or_withdrawn_stays_with_its_office(client_of, waiting, ana, mo, near, far, stage) -> None:
    if stage == Stage.DECLINED:
        decline_proposal(waiting, by=mo, at=timezone.now(), reason_code="exists", **build.WORDS)
    else:
        withdraw_proposal(waiting, by=ana, at=timezone.now())
    address = reverse("proposals:detail", args=[waiting.pk])

    assert statuses(client_of, (mo, near, far), address) == [200, 200, 404]


def test_queue_and_its_endpoint_list_what_is_in_ones_areas(client_of, waiting, mo, near, far) -> None:
    def listed(client: Client) -> tuple[bool, int]:
        page = client.get(reverse("proposals:queue")).content.decode()
        answer = client.get(reverse("api:waiting-proposals")).json()
        return str(waiting) in page, len(answer["results"])

    assert [listed(client_of(person)) for person in (mo, near, far)] == [(True, 1), (True, 1), (False, 0)]


def test_decisions_of_another_office_find_nothing(client_of, waiting, far, near) -> None:
    page, endpoint = reverse("proposals:review", args=[waiting.pk]), reverse("api:publish", args=[waiting.pk])

    assert client_of(far).post(page, {"do": "publish"}).status_code == 404
    assert client_of(far).post(endpoint, {}, content_type="application/json").status_code == 404
    waiting.refresh_from_db()
    assert waiting.stage == Stage.SUBMITTED

    assert client_of(near).post(endpoint, {}, content_type="application/json").status_code == 200


def test_reports_wait_for_the_office_of_their_area(client_of, ana, ben, mo, near, far) -> None:
    proposal = build.published(ana, mo)
    flag = flag_comment(build.comment(proposal, ana), by=ben, reason="insult", at=timezone.now())
    flag_proposal(proposal, by=ben, reason="advert", at=timezone.now())
    page, keep = reverse("proposals:review-report", args=[flag.pk]), reverse("api:keep", args=[flag.pk])

    assert statuses(client_of, (mo, near, far), page) == [200, 200, 404]
    lists = [client_of(person).get(reverse("api:waiting-reports")).json()["results"] for person in (mo, near, far)]
    assert [len(reports) for reports in lists] == [2, 2, 0]
    assert client_of(far).post(keep, {}, content_type="application/json").status_code == 404


def test_a_public_proposal_offers_the_desk_to_its_own_office_only(client_of, ana, mo, near, far) -> None:
    proposal = build.published(ana, mo)
    translate, address = (
        reverse("proposals:translate", args=[proposal.pk]),
        reverse("proposals:detail", args=[proposal.pk]),
    )

    shown = [translate in client_of(person).get(address).content.decode() for person in (mo, near, far)]

    assert shown == [True, True, False]


def test_a_draft_is_its_authors_alone(client_of, ana, mo, near, adam) -> None:
    address = reverse("proposals:detail", args=[build.draft(ana).pk])

    assert statuses(client_of, (mo, near, adam), address) == [404, 404, 404]


def test_an_office_without_areas_reaches_nothing(client_of, waiting) -> None:
    nobody = make_staff_of(nickname="nobody", role=Role.MODERATOR)

    assert client_of(nobody).get(reverse("proposals:review", args=[waiting.pk])).status_code == 404
    assert not Proposal.objects.in_care_of(nobody).exists()
