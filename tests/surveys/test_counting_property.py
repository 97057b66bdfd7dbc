"""Whatever happens in whatever order, the counts equal a recount from the answers, bit for bit."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.actions.answer import save_screen
from surveys.actions.withdraw import delete_keys_of_deleted_accounts, take_out_withdrawn
from surveys.metrics.counter import Counter
from surveys.metrics.recount import recount
from surveys.metrics.refresh import refresh, refresh_all, state_of_wave
from surveys.models import Response, TouchedChunk
from surveys.models.response import CHUNK
from surveys.stats.state import State
from tests.builders.surveys import AGAINST, answer, take_part

pytestmark = pytest.mark.django_db

PEOPLE = 6


class Crash(Exception):
    """A worker that dies."""


class CrashingCounter(Counter):
    def count(self, chunk: int) -> State:
        super().count(chunk)
        raise Crash


class RolledBack(Exception):
    """The end of an example."""


somebody = st.integers(0, PEOPLE - 1)
value = st.sampled_from([1, 2, 3, 4, 5, 98, 99])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), somebody, value),
        st.tuples(st.just("begin"), somebody, value),
        st.tuples(st.just("edit"), somebody, value),
        st.tuples(st.just("withdraw"), somebody, st.just(0)),
        st.tuples(st.just("erase"), somebody, st.just(0)),
        st.tuples(st.just("refresh"), st.just(0), st.just(0)),
        st.tuples(st.just("crash"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@pytest.fixture
def people(survey):
    return take_part(survey, PEOPLE - 2) + take_part(survey, 2, age_band="", sex="m", prefix="q")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=steps)
def test_any_order_of_events_leaves_counts_equal_to_a_recount(wave, people, steps):
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                # So that a few answers already lie in two chunks.
                cursor.execute("SELECT setval('surveys_response_id_seq', %s)", [CHUNK - 3])
            for step, who, value in steps:
                happen(step, wave, people[who], value)
                assert recount(wave).identical, step
            refresh(wave, at=wave.opens_at)
            found = recount(wave)
            assert found.identical
            assert found.waiting == ()
            assert state_of_wave(wave).to_bytes() == found.state.to_bytes()
            raise RolledBack
    except RolledBack:
        pass


def happen(step, wave, enrolment, value):
    """One event of a wave's life; what cannot happen now does not."""
    enrolment.refresh_from_db()
    key = getattr(enrolment, "participant_key", None)
    begun = key is not None and Response.objects.filter(participant_key=key.key).exists()
    gone = enrolment.answers_withdrawn_at is not None or enrolment.person_id is None
    if step == "submit" and not gone:
        answer(wave, enrolment, PU1=value, SL=value if value <= 5 else 99, **(AGAINST if value < 3 else {}))
    elif step == "begin" and not gone and not begun:
        answer(wave, enrolment, PU1=value, hand_in=False)
    elif step == "edit" and not gone and begun:
        save_screen(wave, enrolment, 1, {"PU1": value, "PE2": value}, at=wave.opens_at + timedelta(days=1))
    elif step == "withdraw":
        enrolment.answers_withdrawn_at = wave.opens_at
        enrolment.save()
        take_out_withdrawn()
    elif step == "erase":
        enrolment.person = None
        enrolment.save()
        delete_keys_of_deleted_accounts()
    elif step == "refresh":
        refresh(wave, at=wave.opens_at)
        refresh(wave, at=wave.opens_at)
    elif step == "crash" and TouchedChunk.objects.exists():
        with pytest.raises(Crash):
            refresh_all(CrashingCounter(wave), at=wave.opens_at)
