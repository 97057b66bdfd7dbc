"""From how many answers on everybody is told acceptance exactly where no rule says another number."""

import pytest

from surveys.metrics.disclosure import Acceptance, acceptance_of
from surveys.metrics.snapshots import inputs_of
from surveys.models import Wave
from tests.builders.surveys import planned_survey, registered
from tests.surveys.imports.conftest import folder, run

__all__ = ["folder", "run"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("answers", "finely"), [(99, Acceptance.PERCENT), (100, Acceptance.EXACT)])
def test_where_no_rule_is_registered_it_is_a_hundred(run, answers: int, finely: Acceptance):
    run()

    for wave in Wave.objects.select_related("snapshot"):
        results = wave.snapshot.results | {"accept_unweighted": {"value": 0.5, "n": answers}}
        assert acceptance_of(results) == finely


def test_a_registered_minimum_takes_its_place(eva):
    survey = planned_survey(eva)
    wave = survey.waves.get(number=1)
    assert inputs_of(wave).n_min == 100

    registered(survey, eva, n_min=250)

    assert inputs_of(Wave.objects.get(pk=wave.pk)).n_min == 250
