"""A worker dies in the middle of counting: nothing is lost and nothing counts twice."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from surveys.metrics.recount import recount
from surveys.metrics.refresh import state_of_wave
from surveys.models import Tally, TouchedChunk
from tests.builders.surveys import answers_of, open_wave_of, registered_survey, take_part

pytestmark = pytest.mark.django_db(transaction=True)


def waits_for_a_lock() -> bool:
    """Whether some connection of this database stands still for another one's lock."""
    with connection.cursor() as cursor:
        # Inside a transaction the view would be the one of the first look.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def test_a_worker_killed_while_counting_loses_nothing(celery_worker_process, eva):
    survey = registered_survey(eva, at=timezone.now())
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 5), accepting=3)
    Tally.objects.create(wave=wave)

    with transaction.atomic():
        # The worker has taken the markers and recomputed the chunk when it has to wait for the total.
        Tally.objects.select_for_update().get(wave=wave)
        worker = celery_worker_process()
        worker.wait_until(waits_for_a_lock)
        worker.kill()
    assert TouchedChunk.objects.filter(wave=wave).count() == 5
    assert state_of_wave(wave).n(counted=None) == 0

    again = celery_worker_process()
    again.wait_until(lambda: not TouchedChunk.objects.filter(wave=wave).exists())
    assert state_of_wave(wave).n(counted=None) == 5
    assert recount(wave).identical
