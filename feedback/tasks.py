from celery import shared_task
from django.utils import timezone

from feedback.actions.tell import tell_next
from feedback.models import Decision


@shared_task
def tell_people_of_decisions() -> None:
    """Walk decisions whose people have not all heard; each lot is committed, so a dead worker loses nothing."""
    for decision in Decision.objects.not_told().select_related("pilot__version__service"):
        while tell_next(decision, at=timezone.now()):
            pass
