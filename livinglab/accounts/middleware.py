"""Language of the person; second factor of staff."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponse]


class PersonLocaleMiddleware(LocaleMiddleware):
    """The person's choice, then the visitor's cookie, then the browser among Korean and English, then Korean."""

    def process_request(self, request: HttpRequest) -> None:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        else:
            super().process_request(request)


class StaffSecondFactorMiddleware:
    """Staff without a second factor are sent to enrol one before anything else."""

    FREE_PREFIXES = ("account_", "mfa_")
    FREE_NAMES = frozenset({"set_language", "display", "health"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not user.is_city_staff or is_mfa_enabled(user):
            return None
        match = request.resolver_match
        name = (match and match.url_name) or ""
        if (
            name.startswith(self.FREE_PREFIXES)
            or name in self.FREE_NAMES
            or (match and "demonstration" in match.namespaces)
        ):
            return None
        if request.path.startswith("/api/v1/"):
            # The API asks itself, and answers programs in its own way.
            return None
        messages.info(request, _("Staff accounts need a second factor. Set one up now; it takes a minute."))
        return redirect(reverse("mfa_activate_totp"))
