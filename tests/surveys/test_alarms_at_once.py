"""Two workers at the same close, and two evaluators at the same alarm: one row, and the other reads why not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from livinglab.notices.models import Notice
from surveys.actions.monitor import raise_alarms, review_alarm
from surveys.errors import CannotReview
from surveys.models import Alarm, Review
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(call: Callable[[], object]) -> list[object]:
    """The same call from two connections; what each returned or raised."""

    def alone(_number: int) -> object:
        try:
            return call()
        except CannotReview as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(alone, range(2)))


def test_an_alarm_is_raised_once_and_its_review_signed_once(eva, monkeypatch):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), looks=(1,))
    people = take_part(survey, 20)
    # As a server left it that did not know of alarms yet.
    monkeypatch.setattr("surveys.actions.waves.raise_alarms", lambda survey, at: [])
    for number, accepting in ((1, 19), (2, 9)):
        wave = open_wave_of(survey, number)
        answers_of(wave, people, accepting=accepting)
        closed_wave(wave)
    assert not Alarm.objects.exists()

    raised = at_once(lambda: raise_alarms(survey, at=timezone.now()))
    alarm = Alarm.objects.get()
    assert sorted(len(found) for found in raised) == [0, 1]
    assert Notice.objects.filter(kind="alarm_to_review", person=eva).count() == 1

    words = {"found_ko": "비가 왔어요.", "found_en": "It rained.", "done_ko": "기다려요.", "done_en": "We wait."}
    signed = at_once(lambda: review_alarm(alarm, by=eva, at=timezone.now(), **words))
    assert sorted(type(one).__name__ for one in signed) == ["CannotReview", "Review"]
    assert Review.objects.count() == 1
