"""The description of the API is committed, valid, and true."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import reverse
from openapi_spec_validator import validate

from livinglab.api.docs import METHODS, description
from livinglab.api.fields import SOMETHING_TO_SEE
from livinglab.text import is_blank

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


def test_the_description_asks_of_a_text_what_the_doors_ask():
    says_something = re.compile(SOMETHING_TO_SEE)

    told = [chr(point) for point in range(0x110000) if bool(says_something.search(chr(point))) == is_blank(chr(point))]

    assert not told
