"""Ordering the report of a closed wave, and making it: the order is the queue, and survives whoever was at it."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Person
from surveys.models import ReportOrder, Snapshot
from surveys.reports.letters import FontsMissing
from surveys.reports.make import made_report, name_of
from surveys.reports.material import snapshot_of

logger = logging.getLogger("livinglab.surveys")

# A report that took its maker down so often would do so again.
TRIES = 3
# Our part of PostgreSQL's advisory locks; the order's number follows.
LOCKS = 20_260_000 << 32
ERRORS = {
    "DISK": _("The file could not be written (%(detail)s). Make room on the disk, then order the report again."),
    "FONTS": _("The fonts of reports are missing. They are fetched when the site is built."),
    "TRIES": _("Making the report was interrupted %(detail)s times. Order it again; if that does not help, tell us."),
    "PROGRAM": _("Something went wrong in our program (%(detail)s). It has been written to the log."),
}


def order_report(snapshot: Snapshot, *, language: str, by: Person, at: datetime) -> ReportOrder:
    """Have a report made in one language. Ordered twice it is made once; after a failure it can be ordered again."""
    ReportOrder.objects.bulk_create(
        [ReportOrder(snapshot=snapshot, language=language, ordered_by=by, ordered_at=at)], ignore_conflicts=True
    )
    return ReportOrder.objects.exclude(stage=ReportOrder.Stage.FAILED).get(snapshot=snapshot, language=language)


def waiting_orders() -> QuerySet[ReportOrder]:
    """Orders to be made, also those that somebody began: whoever still is at one holds its lock."""
    begun = [ReportOrder.Stage.ORDERED, ReportOrder.Stage.MAKING]
    return ReportOrder.objects.filter(stage__in=begun).select_related("snapshot").order_by("ordered_at", "pk")


def make_next_report() -> bool:
    """Make the oldest report that nobody is making. False if there is none."""
    for order in waiting_orders():
        with held(order) as ours:
            # Whoever held it before may have finished between our look and our lock.
            if ours and waiting_orders().filter(pk=order.pk).exists():
                _make(order)
                return True
    return False


@contextmanager
def held(order: ReportOrder) -> Iterator[bool]:
    """Whether this connection alone is at an order. PostgreSQL lets go by itself when the connection dies with us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCKS + order.pk])
        ours = bool(cursor.fetchone()[0])
        try:
            yield ours
        finally:
            if ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCKS + order.pk])


def _make(order: ReportOrder) -> None:
    if order.tries >= TRIES:
        _fail(order, "TRIES", str(order.tries))
        return
    _change(order, stage=ReportOrder.Stage.MAKING, progress=0, tries=F("tries") + 1)
    try:
        snapshot = snapshot_of(order.snapshot.wave_id)
        report = made_report(snapshot, order.language, tell=lambda percent: _change(order, progress=percent))
        name = f"{name_of(snapshot, order.language)}-{order.pk}"
        for kind, data in (("pdf", report.pdf), ("zip", report.pack)):
            _keep(f"{name}.{kind}", data)
    except (OperationalError, InterfaceError):
        # The database is away; the order waits for the next sweep.
        raise
    except OSError as error:
        _fail(order, "DISK", error.strerror or str(error))
    except FontsMissing:
        _fail(order, "FONTS")
    except Exception as error:
        logger.exception("report order %s", order.pk)
        _fail(order, "PROGRAM", type(error).__name__)
    else:
        _change(
            order,
            stage=ReportOrder.Stage.READY,
            progress=100,
            pdf=f"{name}.pdf",
            pack=f"{name}.zip",
            made_at=timezone.now(),
        )


def _keep(name: str, data: bytes) -> None:
    """Under another name until it is whole, so that nobody ever reads half a file."""
    settings.REPORTS_ROOT.mkdir(parents=True, exist_ok=True)
    path = Path(settings.REPORTS_ROOT) / name
    part = path.with_name(f"{name}.part")
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _change(order: ReportOrder, **fields: object) -> None:
    ReportOrder.objects.filter(pk=order.pk).update(**fields)


def _fail(order: ReportOrder, error: str, detail: str = "") -> None:
    _change(order, stage=ReportOrder.Stage.FAILED, error=f"{error}:{detail}"[:500])


def error_in_words(order: ReportOrder) -> str:
    """Why it failed, for the evaluator who waits; empty if it did not."""
    error, _colon, detail = order.error.partition(":")
    return str(ERRORS[error]) % {"detail": detail} if error in ERRORS else ""
