"""Pages of a demonstration; no other install has their addresses."""

import time
from functools import cache

import yaml
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from livinglab.env import BASE_DIR
from livinglab.notices.models import Mail

PEOPLE = BASE_DIR / "livinglab" / "web" / "demonstration" / "people.yaml"
PAGE_SIZE = 20
PERIOD = 30  # seconds


@never_cache
def sent_mail(request: HttpRequest) -> HttpResponse:
    """What the site wrote to anybody, so that one can sign up without a mail server, and the staff's one-time codes."""
    page = Paginator(Mail.objects.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "demonstration/sent_mail.html", {"page": page, "staff": staff_with_codes()})


def staff_with_codes() -> list[tuple[str, str]]:
    """E-mail and current one-time code of the demonstration's own staff; nobody else's, whoever joined meanwhile."""
    authenticators = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP, user__email__in=emails_of_staff()
    ).select_related("user")
    counter = int(time.time()) // PERIOD
    return [
        (authenticator.user.email, format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), counter)))
        for authenticator in authenticators.order_by("user__email")
    ]


@cache
def emails_of_staff() -> list[str]:
    return [person["email"] for person in yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))["staff"]]
