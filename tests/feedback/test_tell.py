"""Everybody who had a part hears of a decision, once, whatever happens to the worker."""

import pytest
from django.utils import timezone

from feedback.actions import tell
from feedback.actions.tell import concerned_by, tell_next
from feedback.models import Decision
from feedback.tasks import tell_people_of_decisions
from livinglab.notices.models import Notice
from livinglab.notices.texts import render
from proposals.actions.support import support_proposal
from tests.builders import feedback as build
from tests.builders.proposals import comment
from tests.people import make_area, make_person

KIND = "decision_published"


@pytest.fixture
def decision(eva, mo) -> Decision:
    return build.published(build.verdict(eva, "REVISE"), mo, "revise")


def heard() -> list[str]:
    return sorted(Notice.objects.filter(kind=KIND).values_list("person__nickname", flat=True))


@pytest.mark.django_db
def test_whoever_proposed_supported_commented_or_joined_hears_once(eva, mo, ben, sam):
    verdict = build.verdict(eva, "REVISE")
    proposal = verdict.registration.survey.pilot.version.service.proposal
    support_proposal(proposal, by=ben, at=timezone.now())
    comment(proposal, ben)
    comment(proposal, make_person("talker"))
    gone = make_person("gone")
    comment(proposal, gone)
    gone.is_active = False
    gone.save()
    decision = build.published(verdict, mo, "revise")

    tell_people_of_decisions()
    tell_people_of_decisions()

    assert heard() == sorted(["ben", "talker", "proposer", *[f"p{n}" for n in range(build.PEOPLE)]])
    decision.refresh_from_db()
    assert decision.told_at is not None
    notice = ben.notices.get(kind=KIND)
    assert notice.url == f"/results/{decision.pk}/"


@pytest.mark.django_db
def test_a_draft_is_told_to_nobody(eva, mo):
    build.draft(build.verdict(eva), mo, "scale")

    tell_people_of_decisions()

    assert heard() == []


@pytest.mark.django_db
def test_people_are_told_in_lots_until_nobody_is_left(decision, monkeypatch):
    monkeypatch.setattr(tell, "TOLD_AT_ONCE", 4)

    assert [tell_next(decision, at=timezone.now()) for _lot in range(4)] == [4, 4, 3, 0]
    assert not Decision.objects.not_told().exists()


@pytest.mark.django_db
def test_whoever_comes_after_everybody_was_told_is_not_told(decision, ben):
    tell_people_of_decisions()
    comment(decision.pilot.version.service.proposal, ben)
    tell_people_of_decisions()

    assert "ben" not in heard()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "kind", "subject", "body"),
    [
        ("SCALE", "scale", "“Footstep lamps” stays: the city has decided", "goes on as a lasting service"),
        ("REVISE", "revise", "“Footstep lamps” is being changed: the city has decided", "a new version follows"),
        ("RETIRE", "retire", "“Footstep lamps” ends: the city has decided", "does not go on"),
        (
            "NOT_ENOUGH_EVIDENCE",
            "continue",
            "“Footstep lamps” is tried further: the city has decided",
            "until the next survey",
        ),
    ],
)
def test_notice_says_what_was_decided(eva, mo, outcome, kind, subject, body):
    build.published(build.verdict(eva, outcome, waves=2), mo, kind)
    tell_people_of_decisions()

    text = render(Notice.objects.filter(kind=KIND).first(), "en")
    assert text.subject == subject
    assert body in text.body
    assert "발소리 가로등" in render(Notice.objects.filter(kind=KIND).first(), "ko").subject


@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_it_tells_leaves_nobody_out_and_tells_nobody_twice(eva, mo, celery_worker_process):
    decision = build.published(build.verdict(eva, "RETIRE"), mo, "retire")
    proposal = decision.pilot.version.service.proposal
    area, now = make_area(), timezone.now()
    people = [
        type(eva)(
            email=f"crowd{n}@example.kr",
            nickname=f"crowd{n}",
            nickname_key=f"crowd{n}",
            name="Kim",
            area=area,
            residence="confirmed",
            password="!",
        )
        for n in range(6_000)
    ]
    # One statement takes so many values and no more.
    crowd = type(eva).objects.bulk_create(people, batch_size=2_000)
    proposal.supports.bulk_create(proposal.supports.model(proposal=proposal, person=each, at=now) for each in crowd)
    expected = concerned_by(decision).count()

    worker = celery_worker_process()
    worker.wait_until(lambda: Notice.objects.filter(kind=KIND).exists())
    worker.kill()
    told_before = Notice.objects.filter(kind=KIND).count()
    assert 0 < told_before <= expected

    worker.start()
    worker.wait_until(lambda: not Decision.objects.not_told().exists())
    worker.stop()
    tell_people_of_decisions()

    assert Notice.objects.filter(kind=KIND).count() == expected == 6_000 + build.PEOPLE + 1
    assert Notice.objects.filter(kind=KIND).values("person").distinct().count() == expected


@pytest.mark.django_db
def test_an_imported_pilot_without_a_proposal_concerns_nobody_else(decision, ben):
    service = decision.pilot.version.service
    type(service).objects.filter(pk=service.pk).update(proposal=None)

    assert ben not in concerned_by(decision)
    assert concerned_by(decision).count() == build.PEOPLE
