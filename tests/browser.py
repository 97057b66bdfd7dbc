"""What the browser tests share: finding Chromium, opening pages as a visitor, pressing, looking.

A page is read only once it is there: after a press that leads to another page, `follow` waits for that page; for what a
script puts in its place, `expect` waits until it shows. A plain read right after a press may still see the page before.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from livinglab.accounts.models import Person
from tests.people import say_who

# Milliseconds until something that should show counts as missing: many, for a test that passes never waits for them.
PATIENCE = 60_000
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
HOW_TO_GET_IT = (
    "NO BROWSER TESTS WERE RUN: there is no Chromium on this machine; "
    "install one (Debian: apt-get install chromium; Fedora: dnf install chromium; macOS: Google Chrome)."
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

# The console also tells of pages that are refused or not found, and of requests that htmx takes back when a newer one
# or the next page comes; those that fail it tells of in other words.
ON_PURPOSE = ("the server responded with a status of 4", "htmx:sendAbort", "htmx:afterRequest")
# What the console tells of a network that a test takes away.
ON_PURPOSE += ("net::ERR_INTERNET_DISCONNECTED", "htmx:sendError")

Visitor = Callable[..., Page]
expect.set_options(timeout=PATIENCE)
without_javascript: WeakSet[BrowserContext] = WeakSet()


def installed_chromium() -> str | None:
    return next(filter(None, map(shutil.which, [*NAMES, MAC_CHROME])), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = installed_chromium()
    if executable is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, live_server) -> Iterator[Visitor]:
    """Opens pages, each as a person with a device of her own: `visitor(locale="en-GB", javascript=False, width=360)`.

    At the end of the test no page may have shown an error in its console (which is where a refused content security
    policy shows) or have asked another host for anything.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    site = urlsplit(live_server.url).netloc

    def open_page(*, locale: str = "ko-KR", javascript: bool = True, width: int = 1280, height: int = 900) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale=locale,
            timezone_id="Asia/Seoul",
            java_script_enabled=javascript,
            # Colours that fade into each other have too little contrast on the way.
            reduced_motion="reduce",
            viewport={"width": width, "height": height},
        )
        contexts.append(context)
        if not javascript:
            without_javascript.add(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()

        def heard(message) -> None:
            if message.type == "error" and not any(words in message.text for words in ON_PURPOSE):
                complaints.append(f"{page.url}: {message.text}")

        def asked(request) -> None:
            if request.url.startswith("http") and urlsplit(request.url).netloc != site:
                complaints.append(f"{page.url} asked for {request.url}")

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", asked)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor()


def sign_in(page: Page, person: Person, site: str, *, sure: bool = False) -> None:
    """Signed in at that address, without passing through the pages that do it.

    With ``sure`` the person has said a moment ago who it is, so that pages which ask once more do not.
    """
    client = Client()
    client.force_login(person)
    if sure:
        say_who(client, person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])


def follow(button: Locator) -> None:
    """Press it, and wait for the page that follows, also where that has the address of this one."""
    with button.page.expect_navigation():
        button.click()


def looks_right(page: Page, *, with_axe: bool = True) -> None:
    """One heading of the first level, nothing that has to be scrolled sideways, nothing that axe complains of."""
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    if with_axe:
        axe(page)


def axe(page: Page) -> None:
    """Nothing that axe-core knows to look for is wrong with the page as it stands."""
    told = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
        + "\n    ".join(f"{node['target'][0]}  {node['html'][:160]}" for node in violation["nodes"])
        for violation in violations(page)
    ]
    assert not told, f"axe on {page.url}:\n" + "\n".join(told)


def violations(page: Page) -> list[dict[str, Any]]:
    if page.context not in without_javascript:
        return run_axe(page)
    # axe is itself a script: it looks at the same HTML in a page that may run it, but none of the site's.
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(storage_state=page.context.storage_state(), viewport=page.viewport_size) as context:
        twin, html = context.new_page(), page.content()
        twin.route("**/*.js", lambda route: route.abort())
        twin.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        twin.goto(page.url)
        return run_axe(twin)


def run_axe(page: Page) -> list[dict[str, Any]]:
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    asked = "axe.run(document, {resultTypes: ['violations']}).then(results => results.violations)"
    return list(page.evaluate(asked))
