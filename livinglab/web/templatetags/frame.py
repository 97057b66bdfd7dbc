"""Parts of the frame that are the same for everybody, drawn once for everything they show."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from livinglab.accounts.contact import ContactPoint
from livinglab.bilingual import active_language
from livinglab.web.display import Display

register = template.Library()


@register.simple_tag(takes_context=True)
def main_nav(context: dict[str, Any]) -> SafeString:
    """The main menu, with the section of this page marked and what the reader's roles add."""
    match = context["request"].resolver_match if "request" in context else None
    roles = frozenset(context.get("roles") or ())
    return drawn_nav(active_language(), match.namespace if match else "", (match and match.url_name) or "", roles)


@lru_cache(maxsize=1_024)
def drawn_nav(language: str, here: str, name: str, roles: frozenset[str]) -> SafeString:
    return render_to_string("components/main_nav.html", {"here": here, "name": name, "roles": roles})


@register.simple_tag(takes_context=True)
def display_choices(context: dict[str, Any]) -> SafeString:
    """The sizes of text and the colours, with the chosen ones marked."""
    return drawn_choices(active_language(), context["display"])


@lru_cache(maxsize=32)
def drawn_choices(language: str, display: Display) -> SafeString:
    return render_to_string("components/display_choices.html", {"display": display})


@register.simple_tag(takes_context=True)
def site_footer(context: dict[str, Any]) -> SafeString:
    """The foot of every page: whom to ask, and the pages that explain the site."""
    names = str(context.get("site_name", "")), str(context.get("city_name", ""))
    return drawn_footer(active_language(), *names, context.get("whom_to_ask"))


@lru_cache(maxsize=8)
def drawn_footer(language: str, site_name: str, city_name: str, contact_point: ContactPoint | None) -> SafeString:
    names = {"site_name": site_name, "city_name": city_name}
    return render_to_string("components/footer.html", {**names, "contact_point": contact_point})
