"""The benchmark of counting, with a few answers: it loads, counts, refreshes and shows what it says it does."""

import pytest
from django.utils import timezone

from benchmarks import metrics, metrics_worker
from benchmarks.metrics_answers import CELLS, answers_and_edits, load, make_waves
from surveys.metrics.recount import recount
from surveys.metrics.refresh import refresh, state_of_wave, touch_everything
from surveys.models.response import CHUNK

pytestmark = pytest.mark.django_db

ANSWERS = 600
NUMBERS = range(2 * CHUNK - 500, 2 * CHUNK + 100)


@pytest.fixture
def wave():
    (wave,) = make_waves([ANSWERS])
    load(wave, NUMBERS, at=timezone.now())
    return wave


def test_made_up_answers_are_counted_like_any_others(wave):
    assert touch_everything(wave) == 2
    assert refresh(wave, at=timezone.now()) == 2

    state = state_of_wave(wave)
    assert state.n(counted=None) == ANSWERS
    assert {cell for cell, _counted in state.keys} <= set(CELLS)
    assert len(state.layout.driver_items) == 29
    assert all(state.block("mode", counted=None).reshape(3, 3)[:, 0] > 0)
    assert 0.2 < state.block("accept")[1] / state.block("accept")[0] < 0.8
    assert recount(wave).identical


def test_a_day_touches_the_chunks_it_says(wave):
    touch_everything(wave)
    refresh(wave, at=timezone.now())

    touched = answers_and_edits(wave, NUMBERS, new=5, edited=1, at=timezone.now())

    assert refresh(wave, at=timezone.now()) == touched
    assert state_of_wave(wave).n(counted=None) == ANSWERS + 5
    assert recount(wave).identical


def test_a_page_and_the_steps_of_a_chunk_are_timed(wave):
    touch_everything(wave)
    refresh(wave, at=timezone.now())

    assert metrics_worker.pages(wave.pk)["seconds"] > 0
    assert set(metrics_worker.steps(wave.pk)) == {"read", "read and count", "write down"}


def test_what_was_missed_is_told_with_by_how_much():
    took = {"read": 0.01, "read and count": 0.03, "write down": 0.001}
    row = metrics.Row(10_000, 1.0, 99.0, 1e9, 100.0, 50.0, 0.6, 1e8, 0.3, 0.5, 1e8, 10**6, 10**6, 10**5, 10**7, took)

    text = metrics.as_markdown([row], metrics.Usual(10_000, 2.0, 1.0, 1e9), busy=0.1)

    assert "On two processors with nothing else to do that is\n75.0 s." in text
    assert "| all counted | 99.00 s | at most 90 s | missed by 10% |" in text
    assert "| a day counted | 0.60 s | at most 1.5 s | reached |" in text
    assert "| page shown | 0.30 s | at most 0.15 s | missed by 100% |" in text
    assert "| faster than the usual way | 10 times | at least 20 times | missed by 50% |" in text
