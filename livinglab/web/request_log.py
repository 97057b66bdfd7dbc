"""One line in the access log for each request, and its time in the metrics."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from livinglab.logs import ACCESS, path_without_personal_data
from livinglab.web.request_times import REQUEST_TIMES

logger = logging.getLogger(ACCESS)


class RequestLogMiddleware:
    """Writes down what was asked and how it was answered; not by whom, from where, or with which words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - begun
        view = request.resolver_match.view_name if request.resolver_match else "none"
        REQUEST_TIMES.add(view, response.status_code, seconds)
        line = {
            "method": request.method,
            "path": path_without_personal_data(request),
            "view": view,
            "status": response.status_code,
            "ms": round(1000 * seconds),
        }
        logger.info("request", extra={"access": line})
        return response
