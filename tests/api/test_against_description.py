"""Schemathesis holds the API against its own description: whatever is sent, what comes back is as described."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from rest_framework.throttling import SimpleRateThrottle

from livinglab.accounts.roles import Role
from livinglab.wsgi import application
from proposals.actions.comment import flag_comment
from tests.api.conftest import token_of
from tests.builders import proposals
from tests.builders.pilots import joined
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.people import make_area, make_person

api = schemathesis.openapi.from_path(Path(django_settings.BASE_DIR) / "docs" / "openapi.yaml")
api.app = application
# NUL in a text is refused (test_proposals.py), which JSON Schema cannot say.
api.config.generation.allow_x00 = False
# A made-up ETag in If-Match is never the right one.
api.config.checks.positive_data_acceptance.expected_statuses = [
    *api.config.checks.positive_data_acceptance.expected_statuses,
    "412",
]
FEW = settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """One of everything, for all calls; each test leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield made_city()
        transaction.set_rollback(True)


def made_city() -> dict[str, Any]:
    ana = make_person("ana", area=make_area(), confirmed=True)
    mo, eva = make_person("mo", Role.MODERATOR), make_person("eva", Role.EVALUATOR)
    published = proposals.published(ana, mo)
    survey = registered_survey(eva, n_min=8, m_min=2, with_open_question=True)
    ben = joined(survey.pilot, make_person("ben", area=make_area(), confirmed=True)).person
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 10), accepting=10)
    closed_wave(wave)
    comment = proposals.comment(published, ana)
    return {
        "tokens": {"resident": token_of(ben), "moderator": token_of(mo)},
        "proposals": published.pk,
        "comments": comment.pk,
        "pilots": survey.pilot.slug,
        "waves": open_wave_of(survey, 2).pk,
        "waves/{id}/results": wave.pk,
        "moderation/proposals": proposals.submitted(ana).pk,
        "moderation/reports": flag_comment(comment, by=ben, reason="insult", at=comment.at).pk,
    }


@pytest.fixture
def unhurried(city: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The city, where nobody is told to slow down."""
    for who in ("anon", "user"):
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, who, None)
    # As Django's own test client does: all calls share the connection that is rolled back in the end.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield city
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.django_db
@api.include(method="GET").exclude(path_regex="/(me|moderation)/").parametrize()
@FEW
def test_what_anybody_hears_is_as_described(case: schemathesis.Case, unhurried: dict[str, Any]) -> None:
    call(case, unhurried)


@pytest.mark.django_db
@api.exclude(path_regex="/moderation/").parametrize()
@FEW
def test_what_a_resident_hears_is_as_described(case: schemathesis.Case, unhurried: dict[str, Any]) -> None:
    call(case, unhurried, "resident")


@pytest.mark.django_db
@api.include(path_regex="/moderation/").parametrize()
@FEW
def test_what_a_moderator_hears_is_as_described(case: schemathesis.Case, unhurried: dict[str, Any]) -> None:
    call(case, unhurried, "moderator")


def call(case: schemathesis.Case, city: dict[str, Any], caller: str = "") -> None:
    point_at_something(case, city)
    case.call_and_validate(headers={"Authorization": f"Bearer {city['tokens'][caller]}"} if caller else {})


def point_at_something(case: schemathesis.Case, city: dict[str, Any]) -> None:
    """Numbers made up by chance name nothing; where a call is meant to be right, it is about something that exists."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    about = max((part for part in city if case.path.startswith(f"/api/v1/{part}")), key=len, default=None)
    for name in ("id", "slug"):
        if about is not None and name in case.path_parameters:
            case.path_parameters[name] = city[about]
