"""What is no bug of ours: a full disk, a database that is away or takes nothing. People are told what to do."""

import errno
from enum import Enum
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.context_processors import csrf
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from livinglab.posted import typed_fields

RETRY_AFTER = "30"  # seconds


class Outage(Enum):
    """Why the site cannot do it now, as `code` for programs and as a sentence for people."""

    DISK_FULL = "disk_full", _("There is no room left on our disk, so nothing new can be stored.")
    READ_ONLY = "read_only", _("Nothing new can be stored at the moment; the site can only be read.")
    DATABASE_AWAY = "database_away", _("Our database cannot be reached at the moment.")

    @property
    def code(self) -> str:
        return self.value[0]

    @property
    def sentence(self) -> str:
        return str(self.value[1])


ERRNOS = {
    errno.ENOSPC: Outage.DISK_FULL,
    errno.EDQUOT: Outage.DISK_FULL,
    errno.EROFS: Outage.READ_ONLY,
}
# PostgreSQL, appendix A: what is full, what takes nothing, and what ended or refuses connections.
SQLSTATES = {
    "53100": Outage.DISK_FULL,
    "25006": Outage.READ_ONLY,
    "53300": Outage.DATABASE_AWAY,
    "57P01": Outage.DATABASE_AWAY,
    "57P02": Outage.DATABASE_AWAY,
    "57P03": Outage.DATABASE_AWAY,
}


def outage_behind(error: BaseException | None) -> Outage | None:
    """The outage that an error comes from, or that was met while it was dealt with; none where it is a bug."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if (outage := _outage(error)) is not None:
            return outage
        error = error.__cause__ or error.__context__
    return None


def outage_page(request: HttpRequest, outage: Outage) -> HttpResponse:
    """503: why, what to do, and what was typed, to be sent again with one press. It asks nothing of the database."""
    language = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    with translation.override(language):
        context = {"outage": outage, "typed": typed_fields(request), "again": request.get_full_path()}
        # Without the request, whose context processors would ask who is signed in.
        page = get_template("503.html").render(context | csrf(request))
        response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = RETRY_AFTER
    return response


def _outage(error: BaseException) -> Outage | None:
    if isinstance(error, OSError) and error.errno in ERRNOS:
        return ERRNOS[error.errno]
    state = getattr(error, "sqlstate", None)
    if state in SQLSTATES:
        return SQLSTATES[state]
    if isinstance(error, (OperationalError, InterfaceError)):
        # A connection that failed has no state of a statement.
        inner = getattr(error.__cause__, "sqlstate", None)
        return SQLSTATES.get(inner) if inner and not inner.startswith("08") else Outage.DATABASE_AWAY
    return None
