"""What runs every night for the whole site."""

from celery import shared_task
from django.utils import timezone

from livinglab.web import retention


@shared_task(acks_late=True)
def apply_retention() -> None:
    """Let go of everything whose time is over."""
    retention.apply_retention(at=timezone.now())
