"""What every page knows without its view saying so."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from livinglab.accounts.contact import the_city
from livinglab.accounts.roles import Role
from livinglab.bilingual import active_language
from livinglab.web.display import Display


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_name": _("Living Lab"),
        "city_name": settings.CITY_NAME_KO if active_language() == "ko" else settings.CITY_NAME_EN,
        "demonstration": settings.DEMONSTRATION,
        "whom_to_ask": the_city(),
        "official_masthead": settings.OFFICIAL_GOV_MASTHEAD,
        "display": Display.of(request),
        "roles": SimpleLazyObject(lambda: roles_of(request)),
        "unread_notices": SimpleLazyObject(lambda: unread_notices_of(request)),
    }


def roles_of(request: HttpRequest) -> set[str]:
    if not request.user.is_authenticated:
        return set()
    return {role.value for role in Role if request.user.has_role(role)}


def unread_notices_of(request: HttpRequest) -> int:
    return request.user.notices.unread().count() if request.user.is_authenticated else 0
