"""Doors that lose nothing: what was typed survives an expired session, for whoever typed it and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from livinglab.accounts.models import Person

KEPT = "kept_posts"
# More than one form can wait (two tabs); beyond this the oldest goes.
AT_MOST = 5
KEPT_FOR = timedelta(minutes=30)
# Who was signed in last in this browser, as a hash that means nothing elsewhere. Signing in renews the token of every
# form, so a form that is accepted while nobody is signed in was drawn for this person.
LAST_PERSON = "last_person"
LAST_PERSON_AGE = 2 * settings.SESSION_COOKIE_AGE


class AuthenticatedRequest(HttpRequest):
    """A request behind a door: somebody is signed in."""

    user: Person
    htmx: HtmxDetails


class KeptPost(NamedTuple):
    path: str
    typist: str
    at: float
    fields: str


def keep_posted(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """``login_required`` for form views: a form posted while signed out waits in the session.

    Whoever typed it comes back to the same address after signing in; the view finds the words with ``kept_post`` and
    shows the form filled in. Nothing is kept where nobody can say who typed. Files cannot be kept.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and (typist := request.COOKIES.get(LAST_PERSON)):
            keep_post(request, typist=typist)
        return redirect_to_login(request.path if request.method == "POST" else request.get_full_path())

    return guarded


def keep_post(request: HttpRequest, *, typist: str) -> None:
    """Keep what was just posted until ``typist`` comes back to this address, half an hour at most."""
    posted = request.POST.copy()
    posted.pop("csrfmiddlewaretoken", None)
    others = [post for post in _kept(request) if (post.path, post.typist) != (request.path, typist)]
    post = KeptPost(request.path, typist, timezone.now().timestamp(), posted.urlencode())
    request.session[KEPT] = [*others[-(AT_MOST - 1) :], post]


def kept_post(request: HttpRequest, *, typist: str = "") -> QueryDict | None:
    """What this typist, or else whoever is signed in, posted to this address before; once."""
    mark = typist or mark_of(request.user.pk)
    waiting = _kept(request)
    mine = next((post for post in waiting if (post.path, post.typist) == (request.path, mark)), None)
    if mine is None:
        return None
    request.session[KEPT] = [post for post in waiting if post != mine]
    messages.info(request, _("Here is what you typed before. It has not been saved yet."))
    return QueryDict(mine.fields)


def mark_of(person_pk: int | None) -> str:
    """A hash that stands for a person in cookies and kept posts."""
    return salted_hmac("livinglab.accounts.doors", str(person_pk), algorithm="sha256").hexdigest()[:32]


def drop_words_of_others(request: HttpRequest) -> None:
    """Whoever signs in finds nothing in this browser that somebody else typed."""
    if request.user.is_authenticated and KEPT in request.session:
        mark = mark_of(request.user.pk)
        request.session[KEPT] = [post for post in _kept(request) if post.typist == mark]


def remember_last_person(request: HttpRequest, response: HttpResponse) -> None:
    """Leave in the browser who is signed in. A program with a token is nobody who types."""
    if SESSION_KEY not in request.session:
        return
    mark = mark_of(request.user.pk)
    if request.COOKIES.get(LAST_PERSON) != mark:
        response.set_cookie(
            LAST_PERSON,
            mark,
            max_age=LAST_PERSON_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _kept(request: HttpRequest) -> list[KeptPost]:
    """What waits in this session and is not too old."""
    posts = [KeptPost(*post) for post in request.session.get(KEPT, [])]
    since = (timezone.now() - KEPT_FOR).timestamp()
    return [post for post in posts if post.at > since]
