"""Counts are always what a recount from the answers says."""

import pytest

from surveys.metrics.recount import recount
from surveys.metrics.refresh import refresh, state_of_wave
from surveys.models import TouchedChunk
from tests.builders.surveys import answer, answers_of, closed_wave, take_part

pytestmark = pytest.mark.django_db


def test_a_handed_in_answer_is_counted_by_the_next_refresh(survey, wave):
    (ana,) = take_part(survey, 1)
    answer(wave, ana)

    assert state_of_wave(wave).n(counted=None) == 0
    assert refresh(wave, at=wave.opens_at) == 1
    assert refresh(wave, at=wave.opens_at) == 0

    assert state_of_wave(wave).block("item:PU1").tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert recount(wave).identical


def test_an_answer_that_was_not_handed_in_is_not_counted(survey, wave):
    (ana,) = take_part(survey, 1)
    answer(wave, ana, hand_in=False)

    assert refresh(wave, at=wave.opens_at) == 0
    assert not TouchedChunk.objects.exists()
    assert recount(wave).state.n(counted=None) == 0


def test_closing_counts_what_waits_and_freezes_it(survey, wave):
    people = take_part(survey, 10) + take_part(survey, 4, age_band="75+", prefix="old")
    answers_of(wave, people, accepting=9)
    snapshot = closed_wave(wave)

    assert snapshot.results["accept"]["value"] == 9 / 14
    assert snapshot.results["counts"]["invited"] == 14
    assert snapshot.verdict.outcome == "NOT_ENOUGH_EVIDENCE"
