"""The written table of every URL and every role, held against the site as it answers."""

import time
from collections.abc import Iterator

import pytest
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY as METHODS_OF
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as METHODS
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from livinglab.accounts.models import Person
from tests.web.urls_by_role import ROWS, Row
from tests.web.urls_of_pages import addresses_asked_by_get, addresses_in_urls, is_kept_by_nobody

# The demonstration's pages are part of the table; on other installs they do not exist at all.
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.urls_of_demonstration")]

ROLES = ["anonymous", "resident", "moderator", "evaluator", "host", "administrator"]


def models_of_admin() -> set[str]:
    return {f"admin:{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}


def urls(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all URLs; a model of the admin counts as one."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from urls(pattern, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)
        elif isinstance(pattern, URLPattern):
            if pattern.name is None:
                assert namespaces == ("admin",), f"{pattern} needs a name."
                continue
            name = ":".join([*namespaces, pattern.name])
            model = name.rpartition("_")[0]
            yield model if model in models_of_admin() else name


def test_every_url_has_a_row():
    site = set(urls(get_resolver()))
    table = {row.url for row in ROWS}

    assert not site - table, f"no row in tests/web/urls_by_role.py: {', '.join(sorted(site - table))}"
    assert not table - site, f"rows in tests/web/urls_by_role.py without a URL: {', '.join(sorted(table - site))}"


@pytest.fixture
def people(ben, mo, eva, hana, adam) -> dict[str, Person | None]:
    return {"anonymous": None, "resident": ben, "moderator": mo, "evaluator": eva, "host": hana, "administrator": adam}


def address(row: Row) -> str:
    name = f"{row.url}_changelist" if row.url in models_of_admin() else row.url
    return reverse(name, kwargs=row.arguments())


def sign_in(client: Client, person: Person) -> None:
    """As if with the password a moment ago, so that pages which ask for it again do not."""
    client.force_login(person)
    session = client.session
    session[METHODS] = [{"method": "password", "at": time.time(), "email": person.email, "reauthenticated": True}]
    session[METHODS_OF] = str(person.pk)
    session.save()


def answer(row: Row, path: str, person: Person | None) -> str:
    client = Client(headers={"accept-language": "en"})
    with transaction.atomic():
        if person:
            sign_in(client, person)
        url = path + row.query
        # Programs send JSON, pages send forms.
        sent = {"content_type": "application/json"} if row.url.startswith("api:") else {}
        response = client.get(url) if row.post is None else client.post(url, row.post, **sent)
        # Two promises that hold on every page, and cost nothing to keep here.
        assert person is None or is_kept_by_nobody(response), f"{person} can be shown {url} again after signing out."
        assert not addresses_in_urls(response)
        assert not addresses_asked_by_get(response)
        transaction.set_rollback(True)
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/accounts/login/?")
    return "login" if to_sign_in else str(response.status_code)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.url + (" POST" if row.post is not None else row.query))
def test_each_role_finds_what_the_table_says(row, people):
    path = address(row)

    answers = {role: answer(row, path, person) for role, person in people.items()}

    assert answers == dict(zip(ROLES, row.answers.split(), strict=True))
