"""Writing is limited for each person, on pages and in the API together; nobody loses words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.limits import COMMENTS, CORRECTIONS, DRAFTS, PHOTOS, REPORTS, SAVES, SUBMISSIONS, Limit
from livinglab.accounts.models import UseCount
from proposals.models import Comment, Flag, Proposal
from tests.api.conftest import codes, program_of  # noqa: F401
from tests.builders import proposals as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def lights(ana, mo) -> Proposal:
    return build.published(ana, mo)


def url(name: str, subject) -> str:
    return reverse(f"proposals:{name}", args=[subject.pk])


def most(limit: Limit) -> int:
    return limit.times[0][0]


def test_comments_are_limited_and_the_refused_one_stays_in_the_form(client_of, lights, ben, sam):
    client = client_of(ben)
    for number in range(most(COMMENTS)):
        assert client.post(url("comment", lights), {"text": f"Comment {number}", "kind": "plain"}).status_code == 302

    page = client.post(url("comment", lights), {"text": "One too many", "kind": "question"})

    assert page.status_code == 429
    assert "That was often in a short time. You can go on in" in page.content.decode()
    assert page.context["comment_form"]["text"].value() == "One too many"
    assert page.context["comment_form"]["kind"].value() == "question"
    assert lights.comments.count() == most(COMMENTS)
    assert client_of(sam).post(url("comment", lights), {"text": "Me too", "kind": "plain"}).status_code == 302


def test_after_a_minute_it_goes_on(client_of, lights, ben):
    client = client_of(ben)
    for number in range(most(COMMENTS)):
        client.post(url("comment", lights), {"text": f"Comment {number}", "kind": "plain"})
    UseCount.objects.filter(ends_at__lt=timezone.now() + timedelta(minutes=2)).update(ends_at=timezone.now())

    assert client.post(url("comment", lights), {"text": "Later", "kind": "plain"}).status_code == 302


def test_pages_and_programs_count_together(client_of, program_of, lights, ben):  # noqa: F811
    program, address = program_of(ben), f"/api/v1/proposals/{lights.pk}/comments/"
    for number in range(most(COMMENTS) - 1):
        client_of(ben).post(url("comment", lights), {"text": f"Comment {number}", "kind": "plain"})
    assert program.post(address, {"text": "The last one"}).status_code == 201

    refused = program.post(address, {"text": "One too many"})

    assert codes(refused) == (429, "too_often")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert client_of(ben).post(url("comment", lights), {"text": "On the page", "kind": "plain"}).status_code == 429
    assert lights.comments.count() == most(COMMENTS)


def test_reports_are_limited(client_of, ana, ben, mo):
    client = client_of(ben)
    lights = build.published(ana, mo)
    comments = [build.comment(lights, ana, f"Comment {number}") for number in range(most(REPORTS) + 1)]
    for comment in comments[:-1]:
        assert client.post(url("report-comment", comment), {"reason": "insult"}).status_code == 302

    page = client.post(url("report-comment", comments[-1]), {"reason": "insult", "words": "He is at it again."})

    assert page.status_code == 429
    assert page.context["form"]["words"].value() == "He is at it again."
    assert Flag.objects.count() == most(REPORTS)


def test_new_drafts_are_limited_and_saving_one_is_not_held_up_by_that(client_of, ben):
    client, new = client_of(ben), reverse("proposals:new")
    for number in range(most(DRAFTS)):
        assert client.post(new, {"title": f"Lamps {number}", "language": "en"}).status_code == 302

    page = client.post(new, {"title": "Benches", "idea": "By the river", "language": "en"})

    assert page.status_code == 429
    assert page.context["form"]["idea"].value() == "By the river"
    assert Proposal.objects.count() == most(DRAFTS)
    own = Proposal.objects.first()
    assert own is not None
    assert client.post(url("edit", own), {"title": "Lamps, better", "language": "en"}).status_code == 302


def test_a_draft_that_saves_itself_under_its_key_is_one_draft(client_of, ben):
    client = client_of(ben)
    form = client.get(reverse("proposals:new")).context["form"]
    key = str(form["draft_key"].value())

    for number in range(most(DRAFTS) + 3):
        typed = {"draft_key": key, "title": f"Lamps {number}", "language": "en", "do": "autosave"}
        assert client.post(reverse("proposals:new"), typed).status_code == 200

    assert Proposal.objects.get().title == f"Lamps {most(DRAFTS) + 2}"


def test_corrections_are_limited(client_of, lights, ben):
    comment, client = build.comment(lights, ben), client_of(ben)
    for number in range(most(CORRECTIONS)):
        assert client.post(url("edit-comment", comment), {"text": f"Version {number}"}).status_code == 302

    page = client.post(url("edit-comment", comment), {"text": "Once more"})

    assert page.status_code == 429
    assert page.context["form"]["text"].value() == "Once more"
    assert Comment.objects.get(pk=comment.pk).body == f"Version {most(CORRECTIONS) - 1}"


@pytest.mark.parametrize("limit", [COMMENTS, CORRECTIONS, DRAFTS, REPORTS, SUBMISSIONS])
def test_a_handful_a_minute_and_tens_an_hour(limit):
    (minute, _a_minute), (hour, _an_hour) = limit.times

    assert 3 <= minute <= 10
    assert 20 <= hour <= 60


def test_a_draft_saves_itself_often_enough_and_photos_come_several_at_once():
    assert most(SAVES) >= 30
    assert most(PHOTOS) >= 10
