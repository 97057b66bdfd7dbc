"""Working out what closed waves left in the queue: one worker takes a row, it may be taken again, it is done once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet

from surveys.metrics.closing import work_to_do, worked_out
from surveys.metrics.snapshots import code_version
from surveys.models import ClosingWork, Wave

logger = logging.getLogger("livinglab.surveys")

# Work that failed or took its worker down so often would do so again.
TRIES = 3
# Our part of PostgreSQL's advisory locks, beside that of reports; the row's number follows.
LOCKS = 20_260_001 << 32


def queue_closing_work(wave: Wave, *, at: datetime) -> None:
    """Have everything worked out that needs the answers of a wave that has just closed. Safe to repeat."""
    ClosingWork.objects.bulk_create(
        [ClosingWork(wave=wave, kind=kind, earlier=earlier, queued_at=at) for kind, earlier in work_to_do(wave)],
        ignore_conflicts=True,
    )


@transaction.atomic
def queue_again(wave: Wave, *, at: datetime) -> int:
    """Queue what was never queued, and what failed, with all its tries. Returns how much of the wave waits now."""
    queue_closing_work(wave, at=at)
    ClosingWork.objects.filter(wave=wave, stage=ClosingWork.Stage.FAILED).update(
        stage=ClosingWork.Stage.WAITING, tries=0, error=""
    )
    return ClosingWork.objects.filter(wave=wave, stage=ClosingWork.Stage.WAITING).count()


def waiting_work() -> QuerySet[ClosingWork]:
    """Work to be done, also what somebody began: whoever still is at it holds its lock."""
    waiting = ClosingWork.objects.filter(stage=ClosingWork.Stage.WAITING)
    return waiting.select_related("wave", "earlier").order_by("queued_at", "pk")


def work_out_next(*, at: datetime) -> bool:
    """Work out the oldest row that nobody is at. False if there is none."""
    for work in waiting_work():
        with held(work) as ours:
            # Whoever held it before may have finished between our look and our lock.
            if ours and waiting_work().filter(pk=work.pk).exists():
                _work_out(work, at=at)
                return True
    return False


@contextmanager
def held(work: ClosingWork) -> Iterator[bool]:
    """Whether this connection alone is at a row. PostgreSQL lets go by itself when the connection dies with us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCKS + work.pk])
        ours = bool(cursor.fetchone()[0])
        try:
            yield ours
        finally:
            if ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCKS + work.pk])


def _work_out(work: ClosingWork, *, at: datetime) -> None:
    row = ClosingWork.objects.filter(pk=work.pk, stage=ClosingWork.Stage.WAITING)
    if work.tries >= TRIES:
        row.update(stage=ClosingWork.Stage.FAILED)
        return
    # Before the work: a worker that dies of it has had its try.
    row.update(tries=F("tries") + 1)
    try:
        found = worked_out(work)
    except (OperationalError, InterfaceError):
        # The database is away; the row waits for the next sweep.
        raise
    except Exception as error:
        logger.exception("closing work %s", work.pk)
        row.update(error=type(error).__name__)
        return
    row.update(
        stage=ClosingWork.Stage.DONE,
        results=found.results,
        released=found.released,
        state=found.state,
        seed=found.seed,
        replicates=found.replicates,
        code_version=code_version(),
        done_at=at,
        error="",
    )
