"""Programs that call: with a token, as no browser would."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from livinglab.accounts.models import Person
from surveys.models import Survey, Wave
from tests.builders.surveys import open_wave_of, registered_survey


@pytest.fixture
def program_of(db: None) -> Callable[..., APIClient]:
    """A client with the token of that person; nobody's without one."""

    def sign_in(person: Person | None = None, language: str = "en") -> APIClient:
        client = APIClient(headers={"accept-language": language})
        if person is not None:
            token = Token.objects.get_or_create(user=person)[0]
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token.key}")
        return client

    return sign_in


@pytest.fixture
def survey(eva: Person) -> Survey:
    return registered_survey(eva, n_min=8, m_min=2)


@pytest.fixture
def wave(survey: Survey) -> Wave:
    return open_wave_of(survey)


def codes(response: Any) -> tuple[int, str]:
    """Status and problem code, after a look at the form of the problem."""
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    assert told["title"]
    return response.status_code, told["code"]
