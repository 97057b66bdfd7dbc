"""Sweeps of the surveys: each finds rows, does work that may be done twice, and leaves."""

import logging

from celery import shared_task
from django.db.utils import OperationalError
from django.utils import timezone

from livinglab.errors import Refused
from surveys.actions.reports import make_next_report
from surveys.actions.waves import close_wave, invite, open_wave, remind
from surveys.actions.withdraw import cut_loose, take_out_withdrawn
from surveys.metrics.refresh import refresh
from surveys.models import Wave

logger = logging.getLogger("livinglab.surveys")
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
    """Close what is due, then open what is due; a wave that refuses keeps no other waiting."""
    at = timezone.now()
    for act, waves in (
        (close_wave, Wave.objects.due_to_close(at)),
        (open_wave, Wave.objects.due_to_open(at)),
    ):
        for wave in waves.select_related(*WITH_ITS_SURVEY).order_by("opens_at", "pk"):
            try:
                act(wave, at=at)
            except Refused as refused:
                logger.info("wave %s: %s", wave.pk, refused)


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
    cut_loose(at=timezone.now())
    for number in Wave.objects.touched().values_list("pk", flat=True):
        refresh_wave.delay(number)


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def refresh_wave(number: int) -> None:
    refresh(Wave.objects.select_related(*WITH_ITS_SURVEY).get(pk=number), at=timezone.now())


@shared_task(acks_late=True)
def make_ordered_reports() -> None:
    """Make what evaluators ordered, and what somebody began who is no longer at it."""
    while make_next_report():
        pass
