"""What nothing keeps; language; whose words wait in a browser; second factor and idle sessions of staff."""

from collections.abc import Callable
from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livinglab.accounts.devices import remember_device
from livinglab.accounts.doors import drop_words_of_others, remember_last_person
from livinglab.accounts.sessions import SessionStore, device_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class NoStoreMiddleware:
    """Nothing keeps what somebody with a session, or a program with a token, was answered.

    Browsers, proxies and whoever presses "back" on a shared computer find it gone. What a view calls public (photos of
    published proposals) stays public; static files are answered before this.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        cookie = settings.SESSION_COOKIE_NAME
        personal = cookie in request.COOKIES or cookie in response.cookies or "Authorization" in request.headers
        if personal and "public" not in response.get("Cache-Control", ""):
            patch_cache_control(response, private=True, no_store=True)
        return response


class PersonLocaleMiddleware(LocaleMiddleware):
    """The person's choice, then the visitor's cookie, then the browser among Korean and English, then Korean."""

    def process_request(self, request: HttpRequest) -> None:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        else:
            super().process_request(request)


class LastPersonMiddleware:
    """Words that somebody typed before signing in are for nobody else on the same device, which is remembered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        drop_words_of_others(request)
        response = self.get_response(request)
        remember_last_person(request, response)
        remember_device(request, response)
        return response


class StaffSecondFactorMiddleware:
    """Staff without a second factor are sent to enrol one before anything else."""

    FREE_PREFIXES = ("account_", "mfa_")
    FREE_NAMES = frozenset({"set_language", "display", "health", "stop_mail"})

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


class SessionMiddleware:
    """Sign staff out who have asked for nothing for hours; of everybody else note when the session was last used.

    Whoever is signed out here meets the door of the page she asked for, as anybody who is not signed in does: what she
    sent is kept where that door keeps it, and signing in leads back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if isinstance(session, SessionStore) and not session.device:
            # Written down with the row that signing in makes.
            session.device = device_of(request.headers.get("User-Agent", ""))
        if request.user.is_authenticated and isinstance(session, SessionStore):
            at, hours = timezone.now(), settings.STAFF_IDLE_HOURS
            idle = at - (session.seen_at or at)
            if request.user.is_city_staff and idle >= timedelta(hours=hours):
                logout(request)
                sentence = ngettext(
                    "You were signed out because nothing happened here for %(hours)s hour.",
                    "You were signed out because nothing happened here for %(hours)s hours.",
                    hours,
                )
                messages.info(request, sentence % {"hours": hours})
            elif "X-By-Itself" not in request.headers:
                # Pages that ask for news by themselves say so: nobody has pressed anything.
                session.touch(request.headers.get("User-Agent", ""), at=at)
        return self.get_response(request)
