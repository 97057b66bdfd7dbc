from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from livinglab.web.display import COOKIE, COOKIE_AGE, Display


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Set text size or colours, then go back to where the person was."""
    chosen = Display.of(request).changed(
        theme=request.POST.get("theme", ""), text_size=request.POST.get("text_size", "")
    )
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        COOKIE,
        chosen.as_cookie,
        max_age=COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
