"""Sweeps of the pilots: each finds rows, does work that may be done twice, and leaves."""

from celery import shared_task
from django.utils import timezone

from pilots.actions.news import tell_next_of_news
from pilots.models import Pilot


@shared_task
def tell_news_of_pilots() -> None:
    """Walk announced pilots of which not everybody who wants news has heard; each lot is committed."""
    for pilot in Pilot.objects.with_news():
        while tell_next_of_news(pilot, at=timezone.now()):
            pass
