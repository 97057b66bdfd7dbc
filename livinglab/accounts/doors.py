"""Doors that lose nothing: what was typed survives an expired session."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django_htmx.middleware import HtmxDetails

from livinglab.accounts.models import Person

KEPT = "kept_posts"
# More than one form can wait (two tabs); beyond this the oldest goes.
AT_MOST = 5


class AuthenticatedRequest(HttpRequest):
    """A request behind a door: somebody is signed in."""

    user: Person
    htmx: HtmxDetails


def keep_posted(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """``login_required`` for form views: a form posted while signed out waits in the session.

    After signing in the visitor comes back to the same address; the view finds her words with ``kept_post`` and shows
    the form filled in. Files cannot be kept.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            posted = request.POST.copy()
            posted.pop("csrfmiddlewaretoken", None)
            kept = [entry for entry in request.session.get(KEPT, []) if entry[0] != request.path]
            request.session[KEPT] = [*kept[-(AT_MOST - 1) :], [request.path, posted.urlencode()]]
        return redirect_to_login(request.path if request.method == "POST" else request.get_full_path())

    return guarded


def kept_post(request: HttpRequest) -> QueryDict | None:
    """What was posted to this address before signing in, once."""
    kept = request.session.get(KEPT, [])
    found = next((words for path, words in kept if path == request.path), None)
    if found is None:
        return None
    request.session[KEPT] = [entry for entry in kept if entry[0] != request.path]
    return QueryDict(found)
