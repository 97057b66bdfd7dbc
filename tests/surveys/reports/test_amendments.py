"""Amendments of dates are printed with the rule, those made until the close and no later ones."""

from datetime import datetime, timedelta

import pytest

from livinglab.accounts.models import Person
from surveys.actions.amend import Operations, amend_registration
from surveys.models import Survey
from surveys.reports.material import material_of, snapshot_of
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.surveys.reports.conftest import made, text_of

pytestmark = pytest.mark.django_db


def moved(survey: Survey, *, by: Person, reason: str, at: datetime) -> None:
    """The second wave a week later."""
    wave, week = survey.waves.get(number=2), timedelta(days=7)
    dates = {2: (wave.opens_at + week, wave.closes_at + week)}
    amend_registration(survey, Operations(dates=dates), reason=reason, by=by, at=at)


def test_a_report_prints_the_amendments_of_its_rule(eva: Person):
    survey = registered_survey(eva, n_min=4, m_min=1)
    moved(survey, by=eva, reason="The school is closed that week.", at=survey.made_at)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 6), accepting=4)
    snapshot = closed_wave(wave)
    before = text_of(made(snapshot))
    moved(survey, by=eva, reason="The bridge is closed.", at=wave.closes_at + timedelta(days=1))

    (amendment,) = material_of(snapshot_of(wave.pk)).amendments
    assert amendment["reason"] == "The school is closed that week."
    assert {change["field"] for change in amendment["changes"]} == {"opens_at", "closes_at"}
    assert "The school is closed that week." in before
    assert "The bridge is closed." not in text_of(made(snapshot))
