"""How often anybody may do what others can be bothered with: the numbers, the counting, and whose address it is.

Counts are rows of ``UseCount``, changed under their lock: requests side by side are counted one after the other, and no
other traffic throws them away. Doors count (pages and API alike), actions do not.
"""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livinglab.accounts.models import Person, UseCount
from livinglab.errors import Refused

MINUTE, TEN_MINUTES, QUARTER, HOUR, DAY = (timedelta(minutes=minutes) for minutes in (1, 10, 15, 60, 24 * 60))


@dataclass(frozen=True)
class Limit:
    """So many times within each of these stretches of time."""

    name: str
    times: tuple[tuple[int, timedelta], ...]


# By person, on pages and in the API together.
COMMENTS = Limit("comment", ((6, MINUTE), (40, HOUR)))
CORRECTIONS = Limit("correction", ((10, MINUTE), (60, HOUR)))
DRAFTS = Limit("draft", ((6, MINUTE), (30, HOUR)))
# A draft saves itself while it is written.
SAVES = Limit("save", ((40, MINUTE), (600, HOUR)))
SUBMISSIONS = Limit("submission", ((6, MINUTE), (20, HOUR)))
REPORTS = Limit("report", ((6, MINUTE), (30, HOUR)))
# A proposal takes a few at once.
PHOTOS = Limit("photo", ((20, MINUTE), (100, HOUR)))
MESSAGES = Limit("message", ((3, MINUTE), (10, HOUR)))
RESIDENCE_CODES = Limit("residence code", ((10, HOUR),))
WRONG_SHEET_CODES = Limit("wrong sheet code", ((20, TEN_MINUTES),))
WRONG_NICKNAMES = Limit("wrong nickname", ((20, TEN_MINUTES),))
# By address. Behind one there may be a hall.
MESSAGES_OF_AN_ADDRESS = Limit("message of an address", ((30, HOUR),))
WRONG_LINKS = Limit("wrong link", ((20, TEN_MINUTES),))
# By account, or by address and account: guesses of passwords by strangers, and by devices it was used on.
WRONG_PASSWORDS = Limit("wrong password", ((5, QUARTER),))
WRONG_PASSWORDS_ON_A_KNOWN_DEVICE = Limit("wrong password, known device", ((10, QUARTER),))
# By address: guesses at many accounts.
WRONG_PASSWORDS_OF_AN_ADDRESS = Limit("wrong password of an address", ((30, QUARTER),))
# By account, and by address and account.
MAIL_CODES = Limit("mail code", ((12, HOUR), (40, DAY)))
MAIL_CODE_TRIES = Limit("try of a mail code", ((3, QUARTER),))
MAIL_CODES_OF_AN_ADDRESS = Limit("mail code of an address", ((3, MINUTE),))


class TooOften(Refused):
    """Somebody did this as often as anybody may; ``until`` says when to go on."""

    code = "too_often"
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, until: datetime, *, at: datetime) -> None:
        self.until, self.seconds = until, max(1, round((until - at).total_seconds()))
        super().__init__(
            _("That was often in a short time. You can go on in %(time)s.") % {"time": duration(self.seconds)}
        )


def duration(seconds: int) -> str:
    """In words, rounded up: seconds below one minute, else minutes."""
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def take_turn(limit: Limit, who: object, *, at: datetime) -> None:
    """Count one use; ``TooOften`` where it would be one too many, and then nothing is counted."""
    with transaction.atomic():
        for most, stretch in limit.times:
            key = key_of(limit, stretch, who)
            UseCount.objects.get_or_create(key=key, defaults={"ends_at": at + stretch})
            row = UseCount.objects.select_for_update().get(key=key)
            if row.ends_at <= at:
                row.count, row.ends_at = 0, at + stretch
            if row.count >= most:
                raise TooOften(row.ends_at, at=at)
            row.count += 1
            row.save(update_fields=["count", "ends_at"])


def give_turn_back(limit: Limit, who: object, *, at: datetime) -> None:
    """Take one use back out of the count: it was none of those that are limited."""
    for _most, stretch in limit.times:
        row = UseCount.objects.filter(key=key_of(limit, stretch, who), ends_at__gt=at, count__gt=0)
        row.update(count=F("count") - 1)


def count_more(limit: Limit, who: object, number: int, *, at: datetime) -> None:
    """Add to a count that ``take_turn`` began: one request held several guesses."""
    for _most, stretch in limit.times:
        UseCount.objects.filter(key=key_of(limit, stretch, who), ends_at__gt=at).update(count=F("count") + number)


def demand_turn_left(limit: Limit, who: object, *, at: datetime) -> None:
    """``TooOften`` where nothing more is allowed now; nothing is counted."""
    for most, stretch in limit.times:
        spent = UseCount.objects.filter(key=key_of(limit, stretch, who), ends_at__gt=at, count__gte=most).first()
        if spent is not None:
            raise TooOften(spent.ends_at, at=at)


@contextmanager
def guess(limit: Limit, who: object, *wrong: type[Exception], at: datetime) -> Iterator[None]:
    """Count what is tried before it is looked at, and keep the count only where it was ``wrong``.

    So guesses sent side by side are looked at no more often than one after the other.
    """
    take_turn(limit, who, at=at)
    try:
        yield
    except wrong:
        raise
    except BaseException:
        give_turn_back(limit, who, at=at)
        raise
    else:
        give_turn_back(limit, who, at=at)


def allow_writing(person: Person, limit: Limit) -> None:
    """One more text of this person, now; ``TooOften`` where she has to wait."""
    take_turn(limit, person.pk, at=timezone.now())


def delete_counts_that_are_over(at: datetime) -> int:
    """Delete counts whose time is over; returns how many. Safe to repeat."""
    return UseCount.objects.over(at).delete()[0]


def key_of(limit: Limit, stretch: timedelta, who: object) -> str:
    return sha256(f"{limit.name}|{stretch.total_seconds():.0f}|{who}".encode()).hexdigest()


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks; behind our proxies the one that the outermost of them saw.

    What a visitor writes into the header herself stands further left and is never taken. Of an IPv6 address it is the
    network of one subscriber (/64): within it anybody chooses addresses at will.
    """
    seen = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if settings.PROXY_COUNT and forwarded:
        seen = forwarded[-min(settings.PROXY_COUNT, len(forwarded))]
    try:
        address = ipaddress.ip_address(without_port(seen))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
    return str(address)


def without_port(address: str) -> str:
    """Some proxies add the port: ``192.0.2.7:4711``, ``[2001:db8::7]:4711``."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
