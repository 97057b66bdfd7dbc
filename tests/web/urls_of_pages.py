"""The URLs that a page leads to, and what they must never hold."""

import re
from html import unescape
from urllib.parse import unquote

from django.http import HttpResponseBase

LEADS_TO = re.compile(
    r"""\s(?:href|src|srcset|action|formaction|(?:data-)?hx-(?:get|post|put|patch|delete)|data-url)\s*=\s*["']([^"']*)["']"""
)
GET_FORM = re.compile(r"<form\b(?![^>]*method\s*=\s*[\"']?post)[^>]*>.*?</form>", re.S | re.I)
FIELD = re.compile(r"<input\b[^>]*>", re.I)
ADDRESS = re.compile(r"[^\s/?=&]+@[^\s/?=&]+\.\w+")
# What is for everybody also where somebody with a session asks: photos of published proposals.
FOR_EVERYBODY = {"proposals:photo"}


def text_of(response: HttpResponseBase) -> str:
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return ""
    return response.content.decode()  # type: ignore[attr-defined]


def addresses_in_urls(response: HttpResponseBase) -> list[str]:
    """URLs of the page, or the one it sends on to, that hold an e-mail address; links that write a mail are none."""
    urls = [unquote(unescape(url)) for url in LEADS_TO.findall(text_of(response))]
    urls = [url for url in urls if not url.startswith(("mailto:", "data:"))] + [unquote(response.get("Location", ""))]
    return [url for url in urls if ADDRESS.search(url)]


def addresses_asked_by_get(response: HttpResponseBase) -> list[str]:
    """Fields of forms sent with GET that ask for an e-mail address, which would end in a URL."""
    fields = [field for form in GET_FORM.findall(text_of(response)) for field in FIELD.findall(form)]
    return [field for field in fields if "email" in field or 'name="who"' in field]


def is_kept_by_nobody(response: HttpResponseBase) -> bool:
    """Whether neither browser nor proxy keeps it, or everybody may have it."""
    parts = {part.strip() for part in response.get("Cache-Control", "").split(",")}
    if "public" in parts:
        return response.resolver_match.view_name in FOR_EVERYBODY  # type: ignore[attr-defined]
    return parts >= {"private", "no-store"}
