"""What waits to be done: how many rows of every kind that workers walk, and since when the oldest waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from livinglab.notices.models import Mail, Notice
from surveys.actions.closing import CLOSING_WORK
from surveys.actions.exports import EXPORTS
from surveys.actions.reports import REPORT_ORDERS
from surveys.models import TouchedChunk, Wave


@dataclass(frozen=True)
class Kind:
    """Rows of one kind that wait at a moment, the column that says since when, and for how long that is usual."""

    name: str
    waiting: Callable[[datetime], QuerySet]
    # None: these rows do not say.
    since: str | None
    usual: timedelta


@dataclass(frozen=True)
class Backlog:
    kind: str
    rows: int
    # Of the oldest row, zero where none waits.
    age: timedelta
    is_late: bool


# Mails about one thing wait for each other up to an hour; a report or a file takes minutes, and others may be first.
KINDS = (
    Kind("notices to be mailed", lambda at: Notice.objects.awaiting_mail(), "at", timedelta(hours=2)),
    Kind("mails", lambda at: Mail.objects.waiting(at), "next_try_at", timedelta(minutes=15)),
    Kind("waves to open", lambda at: Wave.objects.due_to_open(at), "opens_at", timedelta(minutes=10)),
    Kind("waves to close", lambda at: Wave.objects.due_to_close(at), "closes_at", timedelta(minutes=10)),
    Kind("answers to count", lambda at: TouchedChunk.objects.all(), None, timedelta(0)),
    Kind("reports", lambda at: REPORT_ORDERS.waiting(), "ordered_at", timedelta(hours=1)),
    Kind("files", lambda at: EXPORTS.waiting(), "requested_at", timedelta(hours=1)),
    Kind("work after a close", lambda at: CLOSING_WORK.waiting(), "queued_at", timedelta(hours=2)),
)


def backlogs(at: datetime | None = None) -> list[Backlog]:
    """Every kind, also where nothing waits."""
    at = at or timezone.now()
    return [_backlog(kind, at) for kind in KINDS]


def mails_given_up() -> int:
    """Mails that no mail server took, however often it was asked."""
    return Mail.objects.filter(given_up_at__isnull=False).count()


def _backlog(kind: Kind, at: datetime) -> Backlog:
    oldest = {"oldest": Min(kind.since)} if kind.since else {}
    found = kind.waiting(at).order_by().aggregate(rows=Count("pk"), **oldest)
    age = max(at - found["oldest"], timedelta(0)) if found.get("oldest") else timedelta(0)
    return Backlog(kind.name, found["rows"], age, is_late=kind.since is not None and age > kind.usual)
