"""Private servers for one run of the tests, started once by the first process and handed to the others.

This file lies at the top so that the settings find their environment, whichever folder is tested.
"""

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.core.cache import caches
from django.utils import translation
from pytest_django import DjangoDbBlocker

from livinglab import embedded

pytest_plugins = ["tests.people", "tests.browser", "tests.reference_rows", "tests.workers"]

OURS = "LIVINGLAB_TEST_FOLDER"  # set by the process that started the servers, seen by the workers of pytest-xdist
STARTS_SERVERS = OURS not in os.environ

# What is set on this machine for a site must not change what is tested.
SETTINGS_OF_A_SITE = [
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "BIND_ADDRESS",
    "CITY_NAME_EN",
    "CITY_NAME_KO",
    "CONTACT_COUNTER_EN",
    "CONTACT_COUNTER_KO",
    "CONTACT_EMAIL",
    "CONTACT_PHONE",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "DEMONSTRATION",
    "EMAIL_URL",
    "FROZEN_AFTER",
    "HSTS_INCLUDE_SUBDOMAINS",
    "HSTS_PRELOAD",
    "HSTS_SECONDS",
    "LEAST_FREE_DISK",
    "LOGS",
    "METRICS_TOKEN",
    "OFFICIAL_GOV_MASTHEAD",
    "PACKAGES",
    "PORT",
    "PRIVACY_OFFICER_DEPARTMENT",
    "PRIVACY_OFFICER_EMAIL",
    "PRIVACY_OFFICER_NAME",
    "PRIVACY_OFFICER_PHONE",
    "PROCESSORS",
    "PROXY_COUNT",
    "SECRET_KEY_FALLBACKS",
    "STAFF_IDLE_HOURS",
]

# About how many seconds a test takes that uses this; any other a fraction of one.
SECONDS = {"look": 60, "worker": 30, "celery_worker_process": 15, "site": 8, "visitor": 5, "snapshot": 2, "run": 2}


def start_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="livinglab-tests-"))
    # PostgreSQL runs as somebody else when we are root and has to pass.
    folder.chmod(0o711)
    (folder / "static").mkdir()
    for name in ("assets", "fonts"):
        built = Path(__file__).parent / "var" / name
        if built.is_dir():
            (folder / name).symlink_to(built)
    for name in SETTINGS_OF_A_SITE:
        os.environ.pop(name, None)
    os.environ |= {
        OURS: str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        # Playwright keeps an event loop in the thread of the test; Django takes that for a mistake of ours.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "SECRET_KEY": "only for tests, where nothing is secret; fifty characters",
        "SITE_URL": "http://localhost:8000",
        "VAR_DIR": str(folder),
        "DATABASE_URL": embedded.postgres(folder / "postgres", durable=False),
        "REDIS_URL": embedded.redis(folder / "redis"),
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first: one process runs a file, and the other should not wait for the last of them."""
    seconds: dict[Path, float] = defaultdict(float)
    for item in items:
        used = getattr(item, "fixturenames", [])
        seconds[item.path] += 0.1 + sum(SECONDS.get(name, 0) for name in used)
    items.sort(key=lambda item: -seconds[item.path])


def pytest_unconfigure(config: pytest.Config) -> None:
    if STARTS_SERVERS:
        folder = Path(os.environ[OURS])
        embedded.stop_redis(folder / "redis")
        embedded.stop_postgres(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


if STARTS_SERVERS:
    start_servers()
    # pytest-django looked for settings before there were any.
    django.setup()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Whatever language the request of an earlier test left behind, actions refuse in English."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def empty_cache(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a test counted in the cache is gone after it: its table has no model, so emptying the database leaves it."""
    yield
    database = request.node.get_closest_marker("django_db")
    if database is not None and database.kwargs.get("transaction"):
        with django_db_blocker.unblock():
            for name in settings.CACHES:
                caches[name].clear()
