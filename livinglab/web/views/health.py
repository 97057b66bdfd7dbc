"""For load balancers and for what watches the site; `livinglab.web.probes` leads here, past everything else."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from livinglab.web.metrics import metrics as metrics_text
from livinglab.web.readiness import readiness

# Who stands between the machine and somebody else says so in one of these.
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while this process answers requests; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 while the site does its work, else 503 with what is wrong."""
    found = readiness()
    return JsonResponse(
        {"ready": not found.problems, "problems": found.problems, **found.checks},
        status=503 if found.problems else 200,
        json_dumps_params={"ensure_ascii": False},
    )


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: for the machine itself, or with `Authorization: Bearer METRICS_TOKEN`."""
    if not (_comes_from_this_machine(request) or _shows_the_token(request)):
        return HttpResponse("Only from the machine itself, or with the token.\n", status=403, content_type="text/plain")
    return HttpResponse(metrics_text(), content_type=METRICS_TYPE)


def _comes_from_this_machine(request: HttpRequest) -> bool:
    # A proxy on this machine speaks for others.
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _shows_the_token(request: HttpRequest) -> bool:
    token, shown = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    return bool(token) and constant_time_compare(shown, f"Bearer {token}")
