"""Several workers on one wave, and counts that another version of the program stored."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.actions.waves import close_wave
from surveys.metrics import refresh as counting
from surveys.metrics.recount import recount, repair
from surveys.metrics.refresh import refresh, refresh_some, state_of_wave, touch_everything
from surveys.models import ChunkTally, Snapshot, Tally, TouchedChunk
from surveys.models.response import CHUNK
from tests.builders.surveys import answer, open_wave_of, registered_survey, take_part

pytestmark = pytest.mark.django_db(transaction=True)

CHUNKS = 6


@pytest.fixture
def scattered(eva):
    """An open wave with two answers in each of several chunks, none of them counted yet."""
    wave = open_wave_of(registered_survey(eva, at=timezone.now(), n_min=8, m_min=2))
    for number, enrolment in enumerate(take_part(wave.survey, 2 * CHUNKS)):
        if number % 2 == 0:
            with connection.cursor() as cursor:
                cursor.execute("SELECT setval('surveys_response_id_seq', %s)", [(number // 2 + 1) * CHUNK])
        answer(wave, enrolment, PU1=1 + number % 5)
    return wave


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads of their own, let loose together."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [done.result() for done in [threads.submit(run, call) for call in calls]]


def everything_is_counted(wave) -> bool:
    found = recount(wave)
    return found.identical and not found.waiting and state_of_wave(wave) == found.state


def test_workers_share_the_chunks_of_a_wave_and_their_sum_is_exact(scattered, monkeypatch):
    monkeypatch.setattr(counting, "TOGETHER", 2)

    counted = at_once(*[lambda: refresh(scattered, at=timezone.now())] * 3)

    assert sum(counted) >= CHUNKS
    assert everything_is_counted(scattered)
    assert state_of_wave(scattered).n(counted=None) == 2 * CHUNKS


def test_a_whole_wave_is_counted_again_by_whoever_has_time(scattered, monkeypatch):
    monkeypatch.setattr(counting, "TOGETHER", 2)
    refresh(scattered, at=timezone.now())
    before = state_of_wave(scattered)

    assert touch_everything(scattered) == CHUNKS
    at_once(*[lambda: refresh(scattered, at=timezone.now())] * 2)

    assert not TouchedChunk.objects.exists()
    assert state_of_wave(scattered) == before
    assert everything_is_counted(scattered)


def test_the_tasks_of_a_large_wave_go_on_until_everything_is_counted(celery_worker_process, eva):
    wave = open_wave_of(registered_survey(eva, at=timezone.now(), n_min=8, m_min=2))
    response = answer(wave, take_part(wave.survey, 1)[0])
    # Behind the chunk of the first answer, wherever that is.
    others = range(response.chunk + 1, response.chunk + 2 * counting.TOGETHER + 3)
    for chunk in others:
        response.pk, response.participant_key = chunk * CHUNK, uuid4()
        response.save(force_insert=True)
    assert touch_everything(wave) == 1 + len(others)

    celery_worker_process().wait_until(lambda: not TouchedChunk.objects.exists())

    assert everything_is_counted(wave)
    assert state_of_wave(wave).n(counted=None) == 1 + len(others)


def test_the_total_is_written_once_for_many_chunks(scattered):
    with CaptureQueriesContext(connection) as queries:
        assert refresh_some(counting.Counter(scattered), at=timezone.now()) == CHUNKS

    written = [query["sql"].split(" SET ")[0] for query in queries if query["sql"].startswith("UPDATE")]
    assert written == ['UPDATE "surveys_chunktally"'] * CHUNKS + ['UPDATE "surveys_tally"']


def test_closing_waits_for_workers_that_are_counting(scattered, monkeypatch):
    monkeypatch.setattr(counting, "TOGETHER", 1)

    at_once(
        lambda: close_wave(scattered, at=scattered.closes_at),
        *[lambda: refresh(scattered, at=timezone.now())] * 2,
    )

    assert Snapshot.objects.get(wave=scattered).counts["answered"] == 2 * CHUNKS
    assert everything_is_counted(scattered)


def test_counts_of_another_version_are_nothing_until_they_are_counted_again(scattered):
    refresh(scattered, at=timezone.now())
    right = state_of_wave(scattered)
    ChunkTally.objects.update(state=b"LLS1 as it once was")
    Tally.objects.update(state=b"LLS1 as it once was")

    assert state_of_wave(scattered).n(counted=None) == 0
    assert not recount(scattered).identical
    # One chunk is touched by an edit; making the total anew finds the others.
    counting.touch_chunks(scattered, [2])
    while refresh(scattered, at=timezone.now()):
        pass

    assert state_of_wave(scattered) == right
    assert everything_is_counted(scattered)


def test_a_damaged_chunk_does_not_spoil_the_total_when_it_is_counted_again(scattered):
    refresh(scattered, at=timezone.now())
    ChunkTally.objects.filter(chunk=3).update(state=b"damaged")
    counting.touch_chunks(scattered, [3])

    refresh(scattered, at=timezone.now())

    assert everything_is_counted(scattered)


@pytest.mark.parametrize("where", ["a chunk", "the total", "both"])
def test_a_difference_is_told_and_repaired(scattered, where):
    refresh(scattered, at=timezone.now())
    wrong = ChunkTally.objects.get(chunk=1).state
    if where != "the total":
        ChunkTally.objects.filter(chunk=2).update(state=wrong)
    if where != "a chunk":
        Tally.objects.update(state=wrong)

    found = recount(scattered)
    assert found.differences
    assert found.differing == (() if where == "the total" else (2,))
    repair(scattered, found, at=timezone.now())

    assert everything_is_counted(scattered)
