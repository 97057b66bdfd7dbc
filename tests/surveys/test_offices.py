"""An evaluator of one office has a desk in its areas and reads elsewhere what everybody may read."""

import pytest
from django.urls import reverse

from livinglab.accounts.models import Area, Person
from livinglab.accounts.roles import Role
from pilots.models import TestBed
from surveys.actions.plan import set_evaluators
from surveys.errors import WrongPlan
from surveys.metrics.release import Audience, audience_of
from surveys.models import Alarm, Survey, Wave
from tests.builders import pilots as build_pilots
from tests.builders import surveys as build
from tests.people import make_staff_of


@pytest.fixture
def near(dodam: Area) -> Person:
    return make_staff_of(dodam, nickname="near", role=Role.EVALUATOR)


@pytest.fixture
def far(areum: Area) -> Person:
    return make_staff_of(areum, nickname="far", role=Role.EVALUATOR)


def test_an_evaluator_of_an_office_plans_in_its_areas_only(client_of, mo, eva, near, far) -> None:
    pilot = build_pilots.announced_pilot(mo)
    plan = reverse("surveys:plan", args=[pilot.slug])

    assert [client_of(person).get(plan).status_code for person in (eva, near, far)] == [200, 200, 404]
    listed = [plan in client_of(person).get(reverse("surveys:desk")).content.decode() for person in (eva, near, far)]
    assert listed == [True, True, False]


def test_nobody_is_made_evaluator_of_a_pilot_out_of_reach(client_of, adam, eva, near, far) -> None:
    survey = build.planned_survey(eva)

    offered = client_of(adam).get(reverse("surveys:evaluators", args=[survey.pilot.slug])).content.decode()
    assert "near" in offered
    assert "far" not in offered
    with pytest.raises(WrongPlan):
        set_evaluators(survey, [eva, far])
    set_evaluators(survey, [eva, near])

    assert set(survey.current_evaluators()) == {eva, near}


def test_a_desk_ends_where_the_areas_of_the_office_end(client_of, near, areum) -> None:
    survey = build.registered_survey(near)
    wave = build.open_wave_of(survey)
    address = reverse("surveys:wave", args=[wave.pk])
    assert client_of(near).get(address).status_code == 200
    assert audience_of(near, survey) == Audience.DESK

    TestBed.objects.update(area=areum)

    moved = Survey.objects.get()
    assert client_of(near).get(address).status_code == 404
    assert audience_of(near, moved) == Audience.PUBLIC
    assert not Wave.objects.of_evaluator(near).exists()
    assert not Alarm.objects.of_evaluator(near).exists()
    assert not moved.current_evaluators().exists()
