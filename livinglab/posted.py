"""What pages send: what was typed, and what comes back from hidden fields and buttons that we wrote ourselves."""

import re
from datetime import datetime

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from livinglab.errors import TryAgain

# Never written into a page: whoever presses once more types them once more.
SECRETS = re.compile(r".*password.*|csrfmiddlewaretoken")
WHOLE = re.compile(r"[1-9][0-9]{0,14}")


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of what was sent, to be given back on a page; nothing where it could not be read."""
    try:
        sent = list(request.POST.lists())
    except Exception:
        # Reading the body is what failed.
        return []
    fields = [(name, value) for name, values in sent if not SECRETS.fullmatch(name) for value in values]
    return [(name, value) for name, value in fields if isinstance(value, str)]


def whole_number(text: str) -> int:
    """The number, as we write numbers of rows; 0 for anything else, which is the number of no row."""
    return int(text) if WHOLE.fullmatch(text) else 0


def moment(text: str) -> datetime | None:
    """The moment, or nothing where there is none, not even one that no calendar has."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def seen_moment(text: str) -> datetime | None:
    """When that was written which somebody had before their eyes; nothing where the page did not say.

    Raises TryAgain where it says something that is no moment.
    """
    found = moment(text)
    if text and found is None:
        raise TryAgain(_("What this page sent cannot be read. Please look at it again, then decide."))
    return found
