"""How much one request may send: by address and by whether somebody is signed in, before anything of it is read."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch
from django.utils.translation import gettext as _

from livinglab.api.errors import problem_page

KB = 1024
MB = 1024 * KB
SIGNED_OUT, SIGNED_IN = 100 * KB, MB
# Pages that take photos, of people who are signed in; each photo is looked at by itself (``proposals/photos.py``).
WITH_PHOTOS = 100 * MB
OF_PAGES = {"proposals:new": WITH_PHOTOS, "proposals:edit": WITH_PHOTOS}


class BodyLimitMiddleware:
    """413 for what is larger than its page takes, 411 for what does not say how large it is.

    Stands before the first that reads a form. Django reads no more of a body than its Content-Length says, and nothing
    of one without: so the header decides, for forms with and without files and for JSON alike.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH")
        if not length:
            if "Transfer-Encoding" in request.headers:
                return refusal_of(request, HTTPStatus.LENGTH_REQUIRED)
            return None
        if not length.isdigit() or int(length) > most_bytes(request):
            return refusal_of(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return None


def most_bytes(request: HttpRequest) -> int:
    """How many bytes this request may bring."""
    match = request.resolver_match
    assert isinstance(match, ResolverMatch)
    signed_in = request.user.is_authenticated or (is_for_programs(request) and "Authorization" in request.headers)
    return OF_PAGES.get(match.view_name, SIGNED_IN) if signed_in else SIGNED_OUT


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def refusal_of(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    if is_for_programs(request):
        if status == HTTPStatus.LENGTH_REQUIRED:
            return problem_page(status, code="length_required", detail=_("Say with Content-Length how much is sent."))
        return problem_page(status, code="too_large", detail=_("This is larger than what is taken here."))
    return render(request, "413.html", {"signed_out": not request.user.is_authenticated}, status=status)
