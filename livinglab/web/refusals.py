"""What the lab refuses, where the page does not show it itself: the sentence, not an error of the server."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import reswap, retarget

from livinglab.accounts.limits import TooOften
from livinglab.errors import Refused
from livinglab.posted import typed_fields

logger = logging.getLogger("livinglab.web")


class RefusalMiddleware:
    """Pages with a form show what was refused above it, with ``status_of``. This is for buttons, and for what cannot be
    shown at all, such as a stored bank that is damaged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TooOften):
            return too_often(request, exception)
        if not isinstance(exception, Refused):
            return None
        if request.method in ("GET", "HEAD"):
            logger.warning("refused: %s", exception.code, exc_info=exception, extra={"request": request})
        return refused(request, exception)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The sentence and the way back, in place of the page's content where htmx asked for a part of it."""
    context = {"refusal": refusal, "back": page_before(request)}
    if not getattr(request, "htmx", False):
        return render(request, "409.html", context, status=refusal.status)
    part = render(request, "_refused.html", context, status=refusal.status)
    return reswap(retarget(part, "#main"), "innerHTML")


def page_before(request: HttpRequest) -> str:
    """Where the button was pressed, of this site only; empty where the browser does not say."""
    address = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return ""
    found = urlsplit(address)
    return f"{found.path}?{found.query}" if found.query else found.path


def too_often(request: HttpRequest, refusal: TooOften | None = None) -> HttpResponse:
    """429: when to go on, and what was typed, to be sent again with one press."""
    context = {"refusal": refusal, "typed": typed_fields(request), "again": request.get_full_path()}
    response = render(request, "429.html", context, status=429)
    if refusal is not None:
        response["Retry-After"] = str(refusal.seconds)
    return response
