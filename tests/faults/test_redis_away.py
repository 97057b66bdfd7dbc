"""While Redis is away people notice nothing; what had to wait is done once it is back, at the same place and empty."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from livinglab.celery import app
from livinglab.notices.models import Mail, Notice
from pilots.models import Enrolment
from proposals.lifecycle import Stage
from proposals.models import Proposal, Support
from surveys.metrics.recount import recount
from surveys.models import Response, Tally
from surveys.questionnaire import questionnaire_of
from tests.builders.proposals import WRITTEN, make_field, published
from tests.builders.surveys import CONTENT, on_the_pages_of
from tests.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def propose(client: Client) -> Proposal:
    form = WRITTEN | {"language": "en", "draft_key": str(uuid4()), "field": make_field().pk, "do": "check"}
    preview = client.post(reverse("proposals:new"), form | {"area": Proposal.objects.latest("pk").area_id})
    assert preview.status_code == 302
    draft = Proposal.objects.latest("pk")
    assert client.post(reverse("proposals:submit", args=[draft.pk])).status_code == 302
    draft.refresh_from_db()
    return draft


def answer_on_the_pages(client: Client, wave) -> None:
    assert client.post(reverse("surveys:answer", args=[wave.pk])).status_code == 302
    for number, screen in enumerate(questionnaire_of(wave).screens, start=1):
        chosen = {question.code: CONTENT[question.code] for question in screen.questions}
        place = reverse("surveys:answer_screen", args=[wave.pk, number])
        assert client.post(place, chosen).status_code == 302
    assert client.post(reverse("surveys:answer_review", args=[wave.pk])).status_code == 302


def test_residents_propose_support_and_answer_while_redis_is_away(
    celery_worker_process,
    redis_server,
    smtp,
    mail_server,
    monkeypatch,
    client_of,
    wave,
    bens_place,
    counted,
    ana,
    ben,
    mo,
):
    lights = published(make_person("neighbour", area=ana.area, confirmed=True), mo)
    worker = celery_worker_process(redis_url=redis_server.url, **smtp)
    worker.wait_until(
        lambda: Notice.objects.filter(person=ben, kind="invitation", mail__sent_at__isnull=False).exists()
    )
    # A request that asked the broker for anything would fail now.
    monkeypatch.setattr(app.conf, "broker_url", redis_server.url)
    redis_server.stop()
    # What it had already fetched it still does.
    worker.wait_until(lambda: "Connection to broker lost" in worker.log.read_text(errors="replace"))

    proposal = propose(client_of(ana))
    client_of(ben).post(reverse("proposals:support", args=[lights.pk]))
    bens = Enrolment.objects.get(person=ben, pilot=wave.survey.pilot)
    answer_on_the_pages(on_the_pages_of(bens, wave, client_of(ben)), wave)

    assert proposal.stage == Stage.SUBMITTED
    assert Support.objects.filter(proposal=lights, person=ben).exists()
    assert Response.objects.submitted().get().wave == wave
    received = Notice.objects.get(person=ana, kind="proposal_received")
    assert received.mail_considered_at is None
    assert not Tally.objects.exists()

    redis_server.start()
    worker.wait_until(lambda: Mail.objects.filter(notice=received, sent_at__isnull=False).exists())
    worker.wait_until(counted)

    found = recount(wave)
    assert (found.identical, found.waiting) == (True, ())
    assert Notice.objects.filter(person=ben, kind="invitation").count() == 1
    assert len(mail_server.message_ids()) == len(set(mail_server.message_ids()))
