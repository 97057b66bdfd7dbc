"""Sweeps of the surveys: each finds rows, does work that may be done twice, and leaves."""

import logging
from datetime import timedelta
from math import ceil

from celery import shared_task
from django.db.models import Count
from django.db.utils import OperationalError
from django.utils import timezone

from livinglab.errors import Refused
from surveys.actions.check_counts import check_counts
from surveys.actions.closing import work_out_next
from surveys.actions.exports import expire_exports, make_next_export
from surveys.actions.reports import make_next_report
from surveys.actions.sheets import delete_sheets_of_past_waves
from surveys.actions.waves import close_wave, invite, open_due_wave, remind
from surveys.actions.withdraw import delete_keys_of_deleted_accounts, take_out_withdrawn
from surveys.metrics.counter import Counter
from surveys.metrics.refresh import TOGETHER, refresh_some
from surveys.models import TouchedChunk, Wave

logger = logging.getLogger("livinglab.surveys")
# Workers that count one wave side by side, at most.
SIDE_BY_SIDE = 8
CHECKED_FOR = timedelta(days=7)
WITH_ITS_SURVEY = (
    "survey__pilot__version__service",
    "survey__instrument",
    "survey__use_level",
    "survey__comprehension",
    "survey__registration",
    "question_set",
)


@shared_task(acks_late=True)
def open_and_close_waves() -> None:
    """Close what is due, then open what is due; a wave that refuses keeps no other waiting.

    Sheets of waves that are over go after that.
    """
    at = timezone.now()
    for act, waves in (
        (close_wave, Wave.objects.due_to_close(at)),
        (open_due_wave, Wave.objects.due_to_open(at)),
    ):
        for wave in waves.select_related(*WITH_ITS_SURVEY).order_by("opens_at", "pk"):
            try:
                act(wave, at=at)
            except Refused as refused:
                logger.info("wave %s: %s", wave.pk, refused)
    delete_sheets_of_past_waves()


@shared_task(acks_late=True)
def invite_and_remind() -> None:
    """Ask whoever joined meanwhile, and those again who have not answered."""
    at = timezone.now()
    for wave in Wave.objects.open().filter(closes_at__gt=at).select_related(*WITH_ITS_SURVEY).order_by("pk"):
        invite(wave, at=at)
        remind(wave, at=at)


@shared_task(acks_late=True)
def refresh_touched_waves() -> None:
    """Queue the counting of each wave that has markers waiting, after the answers that people took back are gone."""
    take_out_withdrawn()
    delete_keys_of_deleted_accounts()
    waiting = TouchedChunk.objects.values("wave").annotate(chunks=Count("chunk", distinct=True)).order_by("wave")
    for wave_pk, chunks in waiting.values_list("wave", "chunks"):
        for _worker in range(min(ceil(chunks / TOGETHER), SIDE_BY_SIDE)):
            refresh_wave.delay(wave_pk)


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def refresh_wave(wave_pk: int) -> None:
    """Count some of what waits; where there is more, queue up again behind everybody else's work."""
    counter = Counter(Wave.objects.select_related(*WITH_ITS_SURVEY).get(pk=wave_pk))
    if refresh_some(counter, at=timezone.now()) == TOGETHER:
        refresh_wave.delay(wave_pk)


@shared_task(acks_late=True)
def recount_waves() -> None:
    """Every night: check the counts of what is open, and of what was closed not long ago."""
    for wave_pk in Wave.objects.open_or_closed_since(timezone.now() - CHECKED_FOR).values_list("pk", flat=True):
        recount_wave.delay(wave_pk)


@shared_task(acks_late=True)
def recount_wave(wave_pk: int) -> None:
    check_counts(Wave.objects.select_related(*WITH_ITS_SURVEY).get(pk=wave_pk), at=timezone.now())


@shared_task(acks_late=True)
def make_ordered_reports() -> None:
    """Make what evaluators ordered, and what somebody began who is no longer at it."""
    while make_next_report():
        pass


@shared_task(acks_late=True)
def work_out_closed_waves() -> None:
    """Work out what needs the answers of closed waves, and what somebody began who is no longer at it."""
    while work_out_next(at=timezone.now()):
        pass


@shared_task(acks_late=True)
def make_exports() -> None:
    """Make the files that evaluators asked for, and what somebody began who is no longer at it."""
    while make_next_export():
        pass


@shared_task(acks_late=True)
def delete_old_exports() -> None:
    expire_exports(at=timezone.now())
