"""The database goes away while the worker walks, as when it is restarted, and comes back."""

import pytest
from django.utils import timezone

from livinglab.notices.actions import notify
from livinglab.notices.models import Mail, Notice
from surveys.metrics.recount import recount
from surveys.models import Invitation
from tests.builders.surveys import answer, take_part
from tests.workers import database_away

pytestmark = pytest.mark.django_db(transaction=True)

EACH = 20


def test_worker_recovers_when_its_connections_are_cut(
    celery_worker_process, smtp, mail_server, wave, counted, ana, ben, sam
):
    for enrolment in take_part(wave.survey, 5):
        answer(wave, enrolment)
    for person in (ana, ben, sam):
        for number in range(EACH):
            notify(person, "pilot_joined", occasion=f"pilot {number}", at=timezone.now())
    mail_server.pause = 0.05
    worker = celery_worker_process(**smtp)
    worker.wait_until(lambda: len(mail_server.accepted) > 5)

    with database_away():
        worker.wait_until(lambda: "OperationalError" in worker.log.read_text(errors="replace"))
    mail_server.pause = 0

    def everything_is_told() -> bool:
        # The sweeps also invite those who joined the open wave; after that nothing more comes.
        joined = wave.survey.pilot.enrolments.joined().count()
        return (
            Invitation.objects.filter(wave=wave).count() == joined
            and not Notice.objects.awaiting_mail().exists()
            and not Mail.objects.filter(sent_at=None).exists()
        )

    worker.wait_until(everything_is_told)
    worker.wait_until(counted)
    assert Notice.objects.filter(person__in=[ana, ben, sam]).count() == 3 * EACH
    assert Mail.objects.count() == Notice.objects.count()
    # A mail may repeat only where the cut came between the mail server's word and our commit, with the same Message-ID:
    # at most one for each of the worker's two processes.
    assert len(set(mail_server.message_ids())) == Mail.objects.count()
    assert len(mail_server.accepted) <= Mail.objects.count() + 2
    assert recount(wave).identical
