"""Sweeps over notices and mails; each may run twice, late, or on two machines."""

from celery import shared_task
from django.utils import timezone

from livinglab.notices.access_digest import write_digest_of_last_month
from livinglab.notices.mails import send_next, write_mails

BATCH = 200
# Beat comes back soon; a sweep that never ended would only be followed by idle ones.
MAILS_OF_ONE_SWEEP = 500


@shared_task
def write_mails_of_notices() -> None:
    while write_mails(at_most=BATCH, at=timezone.now()) == BATCH:
        pass


@shared_task(acks_late=True)
def write_access_digest() -> None:
    """Every night: on the first of a month, or as soon after it as the site runs, one mail about the month before."""
    write_digest_of_last_month(at=timezone.now())


@shared_task
def send_waiting_mail() -> None:
    for _mail in range(MAILS_OF_ONE_SWEEP):
        if not send_next(at=timezone.now()):
            break
