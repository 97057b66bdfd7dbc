"""A worker dies in the middle of its work: nothing is lost, nothing counts twice and nothing is said twice."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from surveys.metrics.closing import worked_out
from surveys.metrics.recount import recount
from surveys.metrics.refresh import state_of_wave
from surveys.models import ClosingWork, Tally, TouchedChunk
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part

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


def test_a_worker_killed_over_a_closed_wave_leaves_the_work_to_the_next(celery_worker_process, eva):
    survey = registered_survey(eva, n_min=2, m_min=1, at=timezone.now() - timedelta(days=90))
    people = take_part(survey, 12)
    for number, accepting in ((1, 9), (2, 7)):
        wave = open_wave_of(survey, number)
        answers_of(wave, people, accepting=accepting)
        closed_wave(wave)
    (pairs,) = ClosingWork.objects.filter(kind="pairs")

    with transaction.atomic(), connection.cursor() as cursor:
        # The worker has taken a row and has to wait for the answers.
        cursor.execute("LOCK TABLE surveys_response IN ACCESS EXCLUSIVE MODE")
        worker = celery_worker_process()
        worker.wait_until(lambda: ClosingWork.objects.filter(stage="waiting", tries=1).exists())
        worker.kill()
    assert not ClosingWork.objects.filter(stage="done", kind="pairs").exists()

    again = celery_worker_process()
    again.wait_until(lambda: not ClosingWork.objects.exclude(stage="done").exists())
    again.kill()
    pairs.refresh_from_db()
    assert pairs.results == worked_out(pairs).results
    assert pairs.results["accept_table"] == {"stayed": 7, "lost": 2, "gained": 0, "never": 3}
