"""Pages that explain the site. Their long texts are one file for each language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from livinglab.accounts.agreements import text_of, version_of
from livinglab.accounts.models import Agreement
from livinglab.bilingual import active_language
from livinglab.web.privacy import ACCESS_RECORDS_KEPT, HISTORY, PURPOSES, REMEDIES


def text_page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    text = f"web/texts/{name}.{active_language()}.html"
    return render(request, "web/text.html", {"title": title, "text": text, **context})


def about(request: HttpRequest) -> HttpResponse:
    return text_page(request, "about", _("How it works"))


def methods(request: HttpRequest) -> HttpResponse:
    return text_page(request, "methods", _("How we count"))


def accessibility(request: HttpRequest) -> HttpResponse:
    return text_page(request, "accessibility", _("Accessibility"))


def privacy(request: HttpRequest) -> HttpResponse:
    page = {
        "purposes": PURPOSES,
        "officer": settings.PRIVACY_OFFICER,
        "processors": settings.PROCESSORS,
        "remedies": REMEDIES,
        "history": HISTORY,
        "since": HISTORY[0].since,
        "retention_of_access": ACCESS_RECORDS_KEPT,
    }
    return text_page(request, "privacy", _("Privacy policy"), **page)


def terms(request: HttpRequest) -> HttpResponse:
    kind = Agreement.Kind.TERMS
    page = {"text": text_of(kind, active_language()), "version": version_of(kind)}
    return render(request, "web/terms.html", page)


def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be found; what belongs to one person or to the desk may not."""
    closed = [reverse("me:profile"), reverse("notices:list"), "/accounts/", "/admin/", "/administration/", "/answer/"]
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in closed], ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
