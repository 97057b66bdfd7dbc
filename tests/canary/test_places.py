"""Every address and command is in tests/canary/places.py; what answers htmx otherwise says so there."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from tests.canary.places import COMMANDS, PLACES

# The demonstration's pages are part of the surface; on other installs they do not exist at all.
pytestmark = pytest.mark.urls("tests.web.urls_of_demonstration")

OURS = ("livinglab", "proposals", "pilots", "surveys", "feedback")


def patterns(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)
        elif isinstance(pattern, URLPattern) and pattern.name is not None:
            yield ":".join([*namespaces, pattern.name]), pattern


def test_every_address_is_a_place():
    site, places = {name for name, _pattern in patterns(get_resolver())}, {place.url for place in PLACES}

    assert not site - places, f"no row in tests/canary/places.py: {', '.join(sorted(site - places))}"
    assert not places - site, f"rows in tests/canary/places.py without an address: {', '.join(sorted(places - site))}"


def methods_of_programs() -> set[tuple[str, str]]:
    """Name of an address and method, of each that changes something with neither GET nor POST."""
    return {
        (name, method.upper())
        for name, pattern in patterns(get_resolver())
        if issubclass(view := getattr(pattern.callback, "cls", object), APIView)
        for method in ("put", "patch", "delete")
        if hasattr(view, method)
    }


def test_only_places_that_read_htmx_are_asked_with_it():
    """By the module of their view: tests with htmx cost as much as those without."""
    views = {name: inspect.getmodule(inspect.unwrap(pattern.callback)) for name, pattern in patterns(get_resolver())}
    marked = {Path(views[place.url].__file__) for place in PLACES if place.htmx}

    assert marked == set(modules_that_read_htmx())


def modules_that_read_htmx() -> Iterator[Path]:
    for package in OURS:
        for path in (settings.BASE_DIR / package).rglob("*.py"):
            source = path.read_text()
            if ".htmx" in source and any(
                isinstance(node, ast.Attribute) and node.attr == "htmx" for node in ast.walk(ast.parse(source))
            ):
                yield path


def test_no_template_reads_htmx():
    """Then its view is one of those that answer htmx otherwise, and no module says so."""
    reading = [
        path.name for path in (settings.BASE_DIR / "templates").rglob("*.html") if "request.htmx" in path.read_text()
    ]

    assert not reading


def test_every_command_is_called_or_says_why_not():
    commands = {name for name, app in get_commands().items() if app.startswith(OURS)}

    assert commands == set(COMMANDS), "tests/canary/places.py"
