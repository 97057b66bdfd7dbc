"""The URLs that a page leads to, and what they must never hold."""

import re
from html import unescape
from urllib.parse import unquote

from django.http import HttpResponseBase

LEADS_TO = re.compile(r"""\s(?:href|src|action|formaction|hx-(?:get|post)|data-url)\s*=\s*["']([^"']*)["']""")
GET_FORM = re.compile(r"<form\b(?![^>]*method\s*=\s*[\"']?post)[^>]*>.*?</form>", re.S | re.I)
FIELD = re.compile(r"<input\b[^>]*>", re.I)
ADDRESS = re.compile(r"[^\s/?=&]+@[^\s/?=&]+\.\w+")


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
    """Whether neither browser nor proxy keeps it; what its view calls public is for everybody."""
    parts = {part.strip() for part in response.get("Cache-Control", "").split(",")}
    return "public" in parts or parts >= {"private", "no-store"}
