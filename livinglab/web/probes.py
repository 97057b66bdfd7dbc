"""What watches the site asks here, before anything else of the site has a say."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from livinglab.web.views.health import health, metrics, ready

GetResponse = Callable[[HttpRequest], HttpResponse]
PROBES = {"/healthz": health, "/readyz": ready, "/metrics": metrics}


class ProbeMiddleware:
    """Answers probes as they come: with the address of a machine as Host, over plain http, without a session.

    A load balancer follows no redirect and knows no name of the site.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)
