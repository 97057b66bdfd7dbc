"""Watching a pilot: the flow, who is missing and is asked again, waves beside each other, figures worked out again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from livinglab.accounts.roles import Role
from livinglab.notices.models import Notice
from surveys.actions.remind_part import remind_part
from surveys.errors import CannotRemind
from surveys.metrics.refresh import refresh
from surveys.models import Invitation, PartReminded
from surveys.stats.representativeness import Coverage
from surveys.views.watching import accept_over_waves, action_for, monitoring_shown
from tests.builders.surveys import (
    answer,
    closed_wave,
    invite,
    take_part,
)
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def missing(survey, wave):
    """Twenty younger and ten older people are asked; all of the younger answer, and two of the older."""
    young, old = take_part(survey, 20), take_part(survey, 10, age_band="75+", sex="m", prefix="old")
    invite(wave, at=wave.opens_at)
    for enrolment in [*young, *old[:2]]:
        answer(wave, enrolment)
    refresh(wave, at=wave.opens_at + timedelta(hours=2))
    return wave


def texts_of(page):
    return " ".join(page.content.decode().split())


def page_of(wave):
    return reverse("surveys:pilot", args=[wave.survey.pilot.slug])


def test_the_page_names_who_is_missing_and_offers_something_to_do(
    client_of, eva, missing, django_assert_max_num_queries
):
    client = client_of(eva)
    with django_assert_max_num_queries(15):
        told = texts_of(client.get(page_of(missing)))

    # Two, which rounds to none: while the wave is open counts are told to the nearest five.
    assert "Missing most: 75 and older (Age). 0 of 10 invited answered; that is 0%" in told
    assert f'href="{reverse("surveys:enter", args=[missing.pk])}"' in told
    assert "Ask “75 and older” again" in told
    # While a wave with a look is open nothing of the outcome is told but the band.
    assert "Share that accepts, by wave" not in told


def test_each_missing_group_has_its_own_thing_to_do(client_of, eva, survey, wave):
    young, men = take_part(survey, 20), take_part(survey, 10, sex="m", prefix="man")
    old = take_part(survey, 10, age_band="75+", prefix="old")
    invite(wave, at=wave.opens_at)
    for enrolment in [*young, *men[:5], *old[:5]]:
        answer(wave, enrolment)
    refresh(wave, at=wave.opens_at + timedelta(hours=2))
    told = texts_of(client_of(eva).get(page_of(wave)))

    assert "Take answers of “75 and older” on paper or with help" in told
    assert 'value="sex|m"' in told
    assert 'value="sex|f"' not in told
    assert "nobody gets more of them than planned, nor two within a day" in told


def test_a_group_of_whom_too_few_take_part_is_to_be_invited():
    rare, mostly = Coverage("rare", 2, 0.05, 0.20, 0.25), Coverage("65-74", 9, 0.16, 0.20, 0.8)

    assert action_for(rare, 10, 200, ["40-49"]) == "invite"
    assert action_for(rare, 40, 200, ["40-49"]) == "ask"
    assert action_for(mostly, 40, 200, ["65-74"]) == "help"
    assert action_for(Coverage("fine", 9, 0.19, 0.20, 0.95), 10, 200, ["75+"]) == ""
    # Four people would be pointed at.
    assert action_for(Coverage("few", 1, 0.05, 0.20, 0.25), 4, 20, ["75+"]) == "invite"


def test_who_watches_finds_the_rule_the_amendment_and_waves_to_come(client_of, eva, survey, wave):
    told = texts_of(client_of(eva).get(page_of(wave)))

    for name in ("rule", "amend", "questions"):
        assert f'href="{reverse(f"surveys:{name}", args=[survey.pilot.slug])}"' in told
    assert f'href="{reverse("surveys:wave", args=[survey.waves.get(number=2).pk])}"' in told


def test_before_the_first_wave_the_page_says_what_will_be_there(client_of, eva, survey):
    told = texts_of(client_of(eva).get(reverse("surveys:pilot", args=[survey.pilot.slug])))

    assert "No wave has opened yet" in told
    assert "0 take part now, 0 have left the pilot." in told


def test_those_of_a_part_who_have_not_answered_are_asked_again_and_it_is_logged(missing, eva):
    at = missing.opens_at + timedelta(days=2)
    done = remind_part(missing, "age", "75+", categories=["75+"], by=eva, at=at)

    assert (done.people, done.category, done.by) == (8, "75+", eva)
    reminded = Invitation.objects.filter(reminders=1)
    assert {invitation.enrolment.age_band for invitation in reminded} == {"75+"}
    assert Notice.objects.filter(kind="reminder").count() == 8

    with pytest.raises(CannotRemind):
        remind_part(missing, "age", "75+", categories=["75+"], by=eva, at=at + timedelta(hours=23))
    assert PartReminded.objects.count() == 1


def test_nobody_is_reminded_more_often_than_planned(missing, eva):
    at = missing.opens_at
    for day in (2, 4):
        remind_part(missing, "sex", "m", categories=["m"], by=eva, at=at + timedelta(days=day))

    with pytest.raises(CannotRemind):
        remind_part(missing, "sex", "m", categories=["m"], by=eva, at=at + timedelta(days=6))


def test_reminding_few_people_is_refused_because_it_points_at_them(survey, wave, eva):
    take_part(survey, 10)
    take_part(survey, 4, age_band="75+", prefix="old")
    invite(wave, at=wave.opens_at)

    with pytest.raises(CannotRemind):
        remind_part(wave, "age", "75+", categories=["75+"], by=eva, at=wave.opens_at + timedelta(days=2))
    assert not PartReminded.objects.exists()


def test_only_evaluators_of_the_pilot_watch_it_and_have_people_reminded(missing, client_of):
    stranger = make_person("evi", Role.EVALUATOR)
    with pytest.raises(CannotRemind):
        remind_part(missing, "age", "75+", categories=["75+"], by=stranger, at=missing.opens_at + timedelta(days=2))

    assert client_of(stranger).get(page_of(missing)).status_code == 404


def test_a_part_that_does_not_exist_cannot_be_asked_for(missing, client_of, eva):
    url = reverse("surveys:remind", args=[missing.survey.pilot.slug])

    for part in ("nickname|ben", "age|14-64", "age", ""):
        assert client_of(eva).post(url, {"part": part}).status_code == 404


def test_waves_stand_beside_each_other_and_lead_to_figures_worked_out_again(
    client_of, eva, missing, django_assert_max_num_queries
):
    closed_wave(missing)
    client = client_of(eva)
    with django_assert_max_num_queries(12):
        told = texts_of(client.get(page_of(missing)))
    again = reverse("surveys:figure", args=[missing.pk, "accept"])
    wave_page = texts_of(client.get(reverse("surveys:wave", args=[missing.pk])))
    assert f'href="{again}"' in wave_page
    assert 'href="/methods/#accept"' in wave_page
    assert f'href="{again}"' in told
    assert "100.0%" in told

    with django_assert_max_num_queries(12):
        figure = texts_of(client.get(again))
    assert "Identical" in figure
    assert missing.snapshot.hash in figure
    for key in ("constructs.PU.mean", "items.PE2.mean", "groups.65+.gap", "informed.informed", "flags.suspects"):
        assert "Identical" in texts_of(client.get(reverse("surveys:figure", args=[missing.pk, key]))), key
    assert client.get(reverse("surveys:figure", args=[missing.pk, "made.up"])).status_code == 404


def wave_told(accept, n, *, version="1", verdict=None):
    share = {"value": accept, "low": None, "high": None, "n": n, "n_star": n, "method": "Wilson", "reason": None}
    return {
        "wave": {"number": 1, "before_use": False, "instrument": "lla-13", "version": version, "question_set": 1},
        "accept": share,
        "verdict": verdict and {"outcome": verdict},
    }


def test_after_scale_later_waves_are_watched_for_alarms(survey):
    wave = survey.waves.get(number=1)
    later = [(wave, wave_told(0.5, 200)) for _number in range(4)]

    assert monitoring_shown([(wave, wave_told(0.8, 200)), *later]) is None
    watched = monitoring_shown([(wave, wave_told(0.8, 200, verdict="SCALE")), *later])
    assert watched["points"][-1]["alarm"]
    assert not watched["small_baseline"]


def test_a_changed_wording_breaks_the_line(survey):
    wave = survey.waves.get(number=1)
    points = accept_over_waves([(wave, wave_told(0.8, 50)), (wave, wave_told(0.8, 50, version="2"))])

    assert points[0]["series"] != points[1]["series"]
