"""What follows here from what happened upstream: answers taken out, accounts deleted, pilots long over."""

from datetime import datetime, timedelta

from django.db import transaction

from pilots.models import Pilot
from surveys.metrics.refresh import touch
from surveys.models import ParticipantKey, Response

# The contact data of a pilot go a month after its end, and with them what joins answers to people.
KEYS_KEPT = timedelta(days=30)


def take_out_withdrawn() -> int:
    """Delete the answers of everybody who asked for it; counts follow, closed snapshots stay. Safe to repeat."""
    found = ParticipantKey.objects.filter(enrolment__answers_withdrawn_at__isnull=False)
    numbers = list(found.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        _take_out(number)
    return len(numbers)


@transaction.atomic
def _take_out(number: int) -> None:
    key = ParticipantKey.objects.select_for_update().filter(pk=number).first()
    if key is None:
        return
    # The lock keeps an answer that is just being handed in from landing after its author was taken out.
    responses = Response.objects.select_for_update().filter(participant_key=key.key).select_related(None)
    for response in responses.order_by("pk"):
        if response.submitted_at is not None:
            touch(response.wave, [response.pk])
        response.delete()
    key.delete()


def cut_loose(*, at: datetime) -> int:
    """Delete the keys of people whose account is gone and of pilots that ended a while ago; their answers stay.

    What was begun and never handed in goes with the key. Safe to repeat.
    """
    kept = ParticipantKey.objects.filter(enrolment__answers_withdrawn_at__isnull=True)
    loose = kept.filter(enrolment__person__isnull=True) | kept.filter(
        enrolment__pilot__stage=Pilot.Stage.ENDED, enrolment__pilot__ended_at__lte=at - KEYS_KEPT
    )
    with transaction.atomic():
        keys = list(loose.values_list("pk", "key"))
        Response.objects.filter(participant_key__in=[key for _number, key in keys], submitted_at__isnull=True).delete()
        ParticipantKey.objects.filter(pk__in=[number for number, _key in keys]).delete()
    return len(keys)
