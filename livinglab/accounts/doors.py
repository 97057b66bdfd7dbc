"""Doors that lose nothing: what was typed survives an expired session, for whoever typed it and nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from livinglab.accounts.models import Person
from livinglab.posted import typed_fields

KEPT = "kept_posts"
# More than one form can wait (two tabs); beyond this the oldest goes.
AT_MOST = 5
KEPT_FOR = timedelta(minutes=30)
TOKEN = "csrfmiddlewaretoken"
# Of everything that waits in one session: a proposal as long as it may be, in Korean, and a few comments.
MOST_BYTES, MOST_FIELDS = 48_000, 300
TEXTS_GIVEN_BACK = 12
# Who was signed in last in this browser, as a hash that means nothing elsewhere. Signing in renews the token of every
# form, so a form that is accepted while nobody is signed in was drawn for this person.
LAST_PERSON = "last_person"
MARK = re.compile(r"[0-9a-f]{32}")
LAST_PERSON_AGE = 2 * settings.SESSION_COOKIE_AGE


View = Callable[..., HttpResponseBase]


class AuthenticatedRequest(HttpRequest):
    """A request behind a door: somebody is signed in."""

    user: Person
    htmx: HtmxDetails


class KeptPost(NamedTuple):
    path: str
    typist: str
    at: float
    fields: str
    # In bytes, of names and values.
    size: int = 0


def keep_posted(*known: type[forms.BaseForm] | str) -> Callable[[View], View]:
    """``login_required`` for form views: a form posted while signed out waits in the session.

    ``known`` are the fields that are kept, as form classes or as patterns of whole names; nothing else is.
    Whoever typed it comes back to the same address after signing in; the view finds the words with ``kept_post`` and
    shows the form filled in. Nothing is kept where nobody can say who typed. Files cannot be kept.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            typist = request.COOKIES.get(LAST_PERSON, "")
            if request.method == "POST" and MARK.fullmatch(typist) and not keep_post(request, *known, typist=typist):
                return too_long_to_keep(request)
            return redirect_to_login(request.path if request.method == "POST" else request.get_full_path())

        return guarded

    return guard


def keep_post(request: HttpRequest, *known: type[forms.BaseForm] | str, typist: str) -> bool:
    """Keep what was just posted until ``typist`` comes back to this address, half an hour at most.

    False where the known fields of it are too long to be kept; then nothing is.
    """
    posted = QueryDict(mutable=True)
    for name, values in request.POST.lists():
        if name != TOKEN and _is_known(name, known):
            posted.setlist(name, values)
    size = sum(len(text.encode()) for name, values in posted.lists() for text in (name, *values))
    if size > MOST_BYTES or len(posted) > MOST_FIELDS:
        return False
    post = KeptPost(request.path, typist, timezone.now().timestamp(), posted.urlencode(), size)
    others = [post for post in _kept(request) if (post.path, post.typist) != (request.path, typist)]
    kept = [*others[-(AT_MOST - 1) :], post]
    while sum(post.size for post in kept) > MOST_BYTES:
        kept.pop(0)
    request.session[KEPT] = kept
    return True


def too_long_to_keep(request: HttpRequest) -> HttpResponse:
    """What was sent, to be copied: the site does not keep so much of somebody who is not signed in."""
    longest = sorted((text for _name, text in typed_fields(request) if text), key=len, reverse=True)
    context = {"texts": longest[:TEXTS_GIVEN_BACK], "here": request.path}
    return render(request, "413.html", context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _is_known(name: str, known: tuple[type[forms.BaseForm] | str, ...]) -> bool:
    return any(
        re.fullmatch(fields, name) if isinstance(fields, str) else name in fields.base_fields  # type: ignore[attr-defined]
        for fields in known
    )


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
