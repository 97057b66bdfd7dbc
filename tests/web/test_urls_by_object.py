"""The written table of addresses by object, held against the site as it answers."""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from tests.canary.test_places import methods_of_programs
from tests.web.test_urls_by_role import sign_in
from tests.web.urls_by_object import CALLS, ROWS, Row
from tests.web.world import READERS, make_people, make_world

pytestmark = pytest.mark.django_db

# Of nobody and for everybody, or of the package that serves them: the token in the address is what opens them.
OF_NOBODY = {"account_reset_password_from_key"}


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """All objects and a browser for each reader, in a transaction that is taken back at the end."""
    folder = tmp_path_factory.mktemp("world")
    folders = {name: folder / name.lower() for name in ("REPORTS_ROOT", "EXPORTS_ROOT", "MEDIA_ROOT")}
    with django_db_blocker.unblock(), override_settings(**folders), transaction.atomic():
        people = make_people()
        clients = {reader: Client(headers={"accept-language": "en"}) for reader in READERS}
        for reader, person in people.items():
            sign_in(clients[reader], person)
        yield {"objects": make_world(people), "clients": clients}
        transaction.set_rollback(True)


def addresses_with_arguments(resolver: URLResolver, namespaces: tuple[str, ...] = (), before: bool = False) -> set[str]:
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        has_arguments = before or bool(pattern.pattern.regex.groups)
        if isinstance(pattern, URLResolver):
            inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            found |= addresses_with_arguments(pattern, inside, has_arguments)
        elif isinstance(pattern, URLPattern) and has_arguments and pattern.name:
            found.add(":".join([*namespaces, pattern.name]))
    return found


def test_every_address_of_an_object_has_a_row():
    # Administrators alone come into the admin: tests/web/urls_by_role.py.
    site = {name for name in addresses_with_arguments(get_resolver()) if not name.startswith("admin:")} - OF_NOBODY
    table = {row.url for row in ROWS}

    assert not site - table, f"no row in tests/web/urls_by_object.py: {', '.join(sorted(site - table))}"
    assert not table - site, f"rows in tests/web/urls_by_object.py without an object: {', '.join(sorted(table - site))}"


def test_every_method_of_a_program_has_a_row():
    assert {(row.url, row.method) for row in CALLS} == methods_of_programs()


def answer(row: Row, path: str, client: Client) -> str:
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    # Programs send JSON, pages send forms.
    sent = {"content_type": "application/json"} if row.url.startswith("api:") else {}
    with transaction.atomic():
        ask = getattr(client, row.method.lower())
        response = client.get(path) if row.post is None else ask(path, row.post, **sent)
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/accounts/login/?")
    return "login" if to_sign_in else str(response.status_code)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_reader_finds_what_the_table_says(row: Row, world: dict[str, Any]):
    path = reverse(row.url, kwargs=world["objects"][row.object])

    answers = {reader: answer(row, path, client) for reader, client in world["clients"].items()}

    assert answers == dict(zip(READERS, row.answers.split(), strict=True))
