"""Programs that call: with a token, as no browser would."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from livinglab.accounts.models import Person
from livinglab.accounts.tokens import make_token
from surveys.models import Survey, Wave
from tests.builders.surveys import open_wave_of, registered_survey


def token_of(person: Person, *scopes: str, days: int = 7, at: datetime | None = None) -> str:
    """The text of a new token with these scopes; with all that she can have, where none is named."""
    scopes = scopes or (("write", "staff") if person.is_city_staff else ("write",))
    return make_token(person, name="program", scopes=scopes, days=days, at=at or timezone.now())[1]


@pytest.fixture
def program_of(db: None) -> Callable[..., APIClient]:
    """A client with a token of that person that may do everything she may; nobody's without one."""

    def sign_in(person: Person | None = None, language: str = "en") -> APIClient:
        client = APIClient(headers={"accept-language": language})
        if person is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(person)}")
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
