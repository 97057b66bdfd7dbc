"""The city stands once for all tests of a module, in one transaction that is taken back at the end."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from tests.canary.city import City, build


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    folders = {name: folder / name.lower() for name in ("REPORTS_ROOT", "EXPORTS_ROOT", "MEDIA_ROOT")}
    with (
        django_db_blocker.unblock(),
        override_settings(**folders, ROOT_URLCONF="tests.web.urls_of_demonstration"),
        transaction.atomic(),
    ):
        yield build(folder)
        transaction.set_rollback(True)
