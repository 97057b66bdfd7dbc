"""Pilots side by side with their warnings; and who evaluates a pilot."""

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.roles import Role
from pilots.models import Pilot
from surveys.models import Survey
from tests.builders.pilots import announced_pilot, planned_pilot, service
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.people import make_area, make_person

pytestmark = pytest.mark.django_db


def texts_of(page):
    return " ".join(page.content.decode().split())


def closed(evaluator, mo, slug, *, accepting, bank="lla-13"):
    author = make_person(f"author-{slug}", area=make_area(), confirmed=True)
    pilot = announced_pilot(mo, of=service(moderator=mo, author=author, name_ko=slug, name_en=slug))
    survey = registered_survey(evaluator, pilot=pilot, n_min=2, m_min=1, bank=bank)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 20, prefix=slug), accepting=accepting)
    closed_wave(wave)
    return survey


def closed_again(evaluator, mo, first):
    """The next version of the service of a pilot, tried as well."""
    service, at = first.version.service, timezone.now()
    service.versions.create(number=2, summary_ko="더 밝아요.", made_at=at, smart_service_level=3)
    # The proposal stands at its first pilot; only the version counts here.
    pilot = planned_pilot(mo, of=service)
    Pilot.objects.filter(pk=pilot.pk).update(stage=Pilot.Stage.OPEN, announced_at=at)
    pilot.refresh_from_db()
    survey = registered_survey(evaluator, pilot=pilot, n_min=2, m_min=1)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 20, prefix="again"), accepting=10)
    closed_wave(wave)
    return survey


@pytest.fixture
def pair(eva, mo):
    other = make_person("evi", Role.EVALUATOR)
    return [closed(eva, mo, "lamps", accepting=15), closed(other, mo, "cars", accepting=5, bank="lla-31")]


def test_pilots_stand_side_by_side_with_what_keeps_them_apart(client_of, eva, pair, django_assert_max_num_queries):
    client = client_of(eva)
    chosen = {"pilot": [survey.pilot.slug for survey in pair]}
    with django_assert_max_num_queries(12):
        told = texts_of(client.get(reverse("surveys:compare"), chosen))

    assert "Different questions were asked." in told
    assert "lla-13" in told
    assert "lla-31" in told
    assert "75.0%" in told
    assert f'href="{reverse("surveys:wave", args=[pair[0].waves.get(number=1).pk])}"' in told
    # Somebody else's pilot is shown as everybody sees it.
    assert f'href="{reverse("surveys:results", args=[pair[1].waves.get(number=1).pk])}"' in told


def test_one_pilot_alone_is_nothing_to_compare(client_of, eva, pair):
    told = texts_of(client_of(eva).get(reverse("surveys:compare"), {"pilot": [pair[0].pilot.slug]}))

    assert "Choose two to four pilots." in told
    assert "Side by side" not in told


def test_the_versions_of_a_service_are_chosen_already(client_of, eva, mo, pair, django_assert_max_num_queries):
    first = pair[0].pilot
    alone = texts_of(client_of(eva).get(reverse("surveys:compare"), {"service": first.version.service.slug}))
    assert "No two versions of this service have a closed wave yet" in alone
    assert f'value="{first.slug}" id="id_pilot_1" checked' in alone

    second = closed_again(eva, mo, first)
    client = client_of(eva)
    with django_assert_max_num_queries(12):
        told = texts_of(client.get(reverse("surveys:compare"), {"service": first.version.service.slug}))
    assert "Side by side" in told
    assert f"{second.pilot.title}, wave 1" in told
    assert f"{first.title}, wave 1" in told
    # The pilot of another service is not among them.
    assert "lla-31" not in told
    assert f'?service={first.version.service.slug}"' in texts_of(
        client.get(reverse("surveys:pilot", args=[first.slug]))
    )
    assert "Compare the versions" in texts_of(client.get(reverse("pilots:service", args=[first.version.service.slug])))
    assert "Compare the versions" not in texts_of(
        client_of().get(reverse("pilots:service", args=[first.version.service.slug]))
    )


def test_a_pilot_without_closed_wave_is_refused_in_words(client_of, eva, pair):
    told = texts_of(client_of(eva).get(reverse("surveys:compare"), {"pilot": [pair[0].pilot.slug, "made-up"]}))

    assert "One of the pilots has no closed wave to compare." in told
    assert "made-up is not one" not in told


def test_figures_that_stand_side_by_side_are_worked_out_again_where_they_are_ones_own(client_of, eva, pair):
    own, other = (survey.waves.get(number=1).pk for survey in pair)
    chosen = {"pilot": [survey.pilot.slug for survey in pair]}
    told = texts_of(client_of(eva).get(reverse("surveys:compare"), chosen))

    for key in ("accept", "use", "participation", "constructs.PU.mean"):
        assert f'href="{reverse("surveys:figure", args=[own, key])}"' in told
        assert f'href="{reverse("surveys:figure", args=[other, key])}"' not in told
    assert "never added up" in told
    assert "−50.0" in told


def test_without_closed_waves_the_page_says_so(client_of, eva):
    assert "Nothing to compare yet" in texts_of(client_of(eva).get(reverse("surveys:compare")))


def test_a_moderator_changes_who_evaluates_a_pilot(client_of, mo, eva, pair):
    other = make_person("eve", Role.EVALUATOR)
    url = reverse("surveys:evaluators", args=[pair[0].pilot.slug])
    client = client_of(mo)
    assert "eva" in texts_of(client.get(url))
    assert client.post(url, {"people": [eva.pk, other.pk]}).status_code == 302
    assert set(Survey.objects.get(pk=pair[0].pk).evaluators.all()) == {eva, other}

    told = texts_of(client.post(url, {"people": []}))
    assert "error-summary" in told
    told = texts_of(client.post(url, {"people": [mo.pk]}))
    assert "error-summary" in told
    assert pair[0].evaluators.count() == 2


def test_the_page_of_evaluators_asks_as_often_with_many_as_with_few(client_of, mo, pair, django_assert_max_num_queries):
    for number in range(9):
        make_person(f"eve{number}", Role.EVALUATOR)
    client = client_of(mo)

    with django_assert_max_num_queries(12):
        assert client.get(reverse("surveys:evaluators", args=[pair[0].pilot.slug])).status_code == 200
