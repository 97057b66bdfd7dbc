"""What the lab refuses where no page expected it: the sentence, not an error of the server."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from livinglab.errors import Refused

logger = logging.getLogger("livinglab.web")


class RefusalMiddleware:
    """Pages show what their own actions refuse; this is for the rest, such as a stored bank that is damaged."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        logger.warning("%s refused: %s", request.path, exception.code, exc_info=exception)
        return render(request, "409.html", {"refusal": exception}, status=409)
