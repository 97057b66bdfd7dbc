"""A survey with a wave that takes answers, for the tests of the package."""

import pytest

from livinglab.accounts.models import Person
from surveys.models import Survey, Wave
from tests.builders.surveys import open_wave_of, registered_survey


@pytest.fixture
def survey(eva: Person) -> Survey:
    """Two waves planned, the rule registered with small numbers so that tests stay short."""
    return registered_survey(eva, n_min=8, m_min=2)


@pytest.fixture
def wave(survey: Survey) -> Wave:
    return open_wave_of(survey)
