"""What a first visit costs, from the files and the server of a real install."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Response

from livinglab.env import BASE_DIR
from tests.browser import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE_AND_ALL_BUT_FONTS = 150_000
SCRIPTS_AND_STYLES = 100_000


@pytest.fixture
def site(transactional_db, tmp_path: Path) -> Iterator[str]:
    """The address of a server as `make run` starts it, with compressed static files, on the database of the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "assets").symlink_to(Path(settings.VAR_DIR) / "assets")
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "livinglab.settings",
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "SITE_URL": f"http://localhost:{port}",
        "VAR_DIR": str(tmp_path),
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    # Neither is on our pages, and compressing them takes longest.
    collect += ["--ignore", "admin", "--ignore", "rest_framework"]
    subprocess.run(collect, cwd=BASE_DIR, env=environment, check=True)
    serve = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    with open(tmp_path / "server.log", "wb") as log:
        server = subprocess.Popen(
            [*serve, "livinglab.wsgi:application"], cwd=BASE_DIR, env=environment, stdout=log, stderr=log
        )
    address = f"http://localhost:{port}"
    try:
        wait_for(f"{address}/healthz", tmp_path / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(tmp_path / "static", ignore_errors=True)


def wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            urlopen(address).close()
            return
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)


def test_first_visit_of_the_home_page_is_light(browser: Browser, site: str):
    for locale in ("ko-KR", "en-GB"):
        visit(browser, site, locale)


def visit(browser: Browser, site: str, locale: str) -> None:
    answers: list[Response] = []
    with browser.new_context(base_url=site, locale=locale, viewport={"width": 360, "height": 740}) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("response", lambda answer: answers.append(answer))
        page.goto("/", wait_until="networkidle")

        bytes_of: dict[str, int] = {}
        for answer in answers:
            kind, sizes = answer.request.resource_type, answer.request.sizes()
            bytes_of[kind] = bytes_of.get(kind, 0) + sizes["responseHeadersSize"] + sizes["responseBodySize"]
            assert answer.url.startswith(f"{site}/"), answer.url
            assert answer.ok, answer.url
            if kind in ("script", "stylesheet"):
                assert answer.header_value("content-encoding") == "br", answer.url
                assert "immutable" in (answer.header_value("cache-control") or ""), answer.url
        blocking = page.locator("script[src]:not([defer], [async], [type=module])").count()

    assert {"document", "script", "stylesheet", "font"} <= bytes_of.keys()
    assert bytes_of["script"] + bytes_of["stylesheet"] < SCRIPTS_AND_STYLES
    assert sum(bytes_of.values()) - bytes_of["font"] < PAGE_AND_ALL_BUT_FONTS
    assert blocking == 0
