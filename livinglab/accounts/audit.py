"""The audit trail: one row for each look or deed of staff that concerns people's data."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from livinglab.accounts.models import AccessRecord, Person
from livinglab.accounts.models.access_record import AccessAction
from livinglab.accounts.roles import Role

Action = AccessRecord.Action
# What is unusual in a month: at least so often, and so many times as often as on average in the months before.
OFTEN, FAR_MORE, MONTHS_BEFORE = 10, 3, 3


def record_access(
    by: Person | None,
    action: AccessAction,
    *,
    about: str = "",
    count: int | None = None,
    at: datetime | None = None,
) -> AccessRecord:
    """The new row of the trail. ``by`` is ``None`` for a command on the server.

    ``about`` is the kind and key of a thing (``pilot call-bus-1``, ``wave 5``, ``person 12``), never a name or an
    address; what somebody typed goes in as ``digest_of(typed)``. ``count`` says how many people it concerned.
    """
    return AccessRecord.objects.create(
        at=at or timezone.now(),
        by=by,
        by_pk=by.pk if by else None,
        by_roles=sorted(by.roles - {Role.RESIDENT}) if by else [],
        action=action,
        about=about,
        count=count,
    )


def digest_of(typed: str) -> str:
    """Sixteen letters for what was typed: the same for the same words, and nobody reads them back without the key."""
    return salted_hmac("livinglab.audit", " ".join(typed.split()).casefold(), algorithm="sha256").hexdigest()[:16]


@dataclass(frozen=True)
class Looks:
    """How often one member of staff did one thing in a month, and to how many people."""

    staff_pk: int | None
    nickname: str
    action: AccessAction
    times: int
    people: int
    # Often, and far more often than in the months before.
    is_unusual: bool


def looks_of(month: date) -> list[Looks]:
    """What every member of staff did in the month that begins on this day: what is unusual first, then the most."""
    before: Counter[tuple[int | None, str]] = Counter()
    for row in counts_between(months_later(month, -MONTHS_BEFORE), month):
        before[row["by_pk"], row["action"]] += row["times"]
    looks = [
        Looks(
            staff_pk=row["by_pk"],
            nickname=row["by__nickname"] or "",
            action=Action(row["action"]),
            times=row["times"],
            people=row["people"] or 0,
            is_unusual=row["times"] >= OFTEN
            and row["times"] > FAR_MORE * before[row["by_pk"], row["action"]] / MONTHS_BEFORE,
        )
        for row in counts_between(month, months_later(month, 1))
    ]
    return sorted(looks, key=lambda look: (not look.is_unusual, -look.times, look.staff_pk or 0, look.action))


def counts_between(first: date, last: date) -> "QuerySet[AccessRecord, Any]":
    """How often each member of staff did each thing from the first day on, before the last."""
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last))
    rows = AccessRecord.objects.filter(at__gte=start, at__lt=end).order_by()
    return rows.values("by_pk", "by__nickname", "action").annotate(times=Count("pk"), people=Sum("count"))


def months_later(month: date, count: int) -> date:
    """The first day of the month so many months later."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


def delete_old_access_records(at: datetime) -> int:
    """How many rows older than two years were deleted. Safe to run twice."""
    deleted, _by_model = AccessRecord.objects.past_retention(at).delete()
    return deleted
