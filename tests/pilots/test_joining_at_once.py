"""Several people at the same moment; any order of joining and leaving."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilots.actions.enrol import leave_pilot
from pilots.models import Enrolment, Pilot
from tests.builders import pilots as build
from tests.people import make_area, make_person

State = Enrolment.State


def at_once(*calls: Callable[[], object]) -> None:
    """Run the calls in threads of their own, let loose together."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            barrier.wait()
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        for done in [threads.submit(run, call) for call in calls]:
            done.result()


@pytest.mark.django_db(transaction=True)
def test_last_place_taken_by_several_at_once_goes_to_one_and_the_others_wait(mo):
    pilot = build.announced_pilot(mo, capacity=1)
    people = [make_person(f"at once {n}", area=make_area(), confirmed=True) for n in range(4)]

    at_once(*[lambda person=person: build.joined(pilot, person) for person in people])

    assert pilot.enrolments.joined().count() == 1
    assert pilot.enrolments.waiting().count() == 3


@pytest.mark.django_db(transaction=True)
def test_double_click_on_join_is_one_enrolment_and_one_notice(mo, ben):
    pilot = build.announced_pilot(mo)

    at_once(*[lambda: build.joined(pilot, ben)] * 3)

    assert pilot.enrolments.count() == 1
    assert pilot.enrolments.get().consents.count() == 1
    assert ben.notices.filter(kind="pilot_joined").count() == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_and_joining_at_once_never_gives_a_place_twice(mo, ana, ben):
    pilot = build.announced_pilot(mo, capacity=1)
    first = build.joined(pilot, ana)
    late = make_person("late", area=make_area(), confirmed=True)
    build.joined(pilot, ben)

    at_once(lambda: leave_pilot(first, at=timezone.now()), lambda: build.joined(pilot, late))

    assert pilot.enrolments.joined().get().person == ben
    assert pilot.enrolments.waiting().get().person == late


@pytest.fixture
def small_pilot(mo):
    pilot = build.announced_pilot(mo, capacity=2)
    people = [make_person(f"someone {n}", area=make_area(), confirmed=True) for n in range(5)]
    return pilot, people


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.sampled_from(["join", "leave"]), st.integers(0, 4)), max_size=16))
def test_any_order_of_joins_and_leaves_fills_the_places_first_come_first_served(small_pilot, moves):
    pilot, people = small_pilot
    Enrolment.objects.filter(pilot=pilot).delete()
    line: list[int] = []  # everybody who takes part or waits, in the order in which they asked
    for move, n in moves:
        if move == "join":
            build.joined(pilot, people[n])
            if n not in line:
                line.append(n)
        elif n in line:
            leave_pilot(pilot.enrolments.get(person=people[n]), at=timezone.now())
            line.remove(n)

        inside = {enrolment.person for enrolment in Pilot.objects.get(pk=pilot.pk).enrolments.joined()}
        waiting = [enrolment.person for enrolment in pilot.enrolments.waiting()]
        assert inside == {people[n] for n in line[:2]}
        assert waiting == [people[n] for n in line[2:]]
