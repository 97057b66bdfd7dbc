"""Rows that migrations bring are there in every test, also after a transactional one has emptied every table."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db.models.signals import post_migrate

service_fields = import_module("proposals.migrations.0002_service_fields_of_the_decree")


def bring_back(**_signal: Any) -> None:
    service_fields.fill(apps, None)


@pytest.fixture(scope="session", autouse=True)
def reference_rows() -> Iterator[None]:
    # Django says post_migrate after its flush, too.
    proposals = apps.get_app_config("proposals")
    post_migrate.connect(bring_back, sender=proposals)
    yield
    post_migrate.disconnect(bring_back, sender=proposals)
