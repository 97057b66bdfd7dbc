"""The description of the API is committed, valid, and true."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import reverse
from openapi_spec_validator import validate

from livinglab.api.docs import METHODS, description

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def test_the_committed_description_is_the_one_the_code_gives():
    assert yaml.safe_load(COMMITTED.read_text()) == description("en"), "Run `make schema` and look at what changed."


def test_the_description_is_valid():
    assert description("en")["openapi"] == "3.1.0"
    validate(yaml.safe_load(COMMITTED.read_text()))


def test_programs_get_the_description(client, db):
    response = client.get(reverse("api:schema"))

    assert yaml.safe_load(response.content)["paths"].keys() == description("en")["paths"].keys()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_tells_every_operation(client_of, language):
    page = client_of(language=language).get(reverse("api:docs")).content.decode()

    for path, operations in description("en")["paths"].items():
        for method in operations.keys() & set(METHODS):
            assert f"{method.upper()} {path}" in page
            assert f'id="{operations[method]["operationId"]}"' in page


def test_the_page_costs_nothing(client_of, django_assert_num_queries):
    with django_assert_num_queries(0):
        client_of().get(reverse("api:docs"))
