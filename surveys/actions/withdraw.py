"""What follows here from what happened upstream: answers taken out, accounts deleted, pilots long over."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from pilots.models import Pilot
from surveys.actions.sheets import delete_traces
from surveys.metrics.refresh import touch
from surveys.models import OpenAnswer, ParticipantKey, Response, Sheet

# The contact data of a pilot go a month after its end, and with them what joins answers to people.
KEYS_KEPT = timedelta(days=30)
# What nobody has released by then is not kept for anybody; quotations stand in reports and stay.
TEXTS_KEPT = timedelta(days=365)


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
    Sheet.objects.filter(enrolment=key.enrolment_id).delete()
    key.delete()


def cut_loose(*, at: datetime) -> int:
    """Delete the keys of people whose account is gone and of pilots that ended a while ago; their answers stay.

    What was begun and never handed in goes with the key. Of what she wrote in her own words only quotations outlive an
    account; a month after the pilot the text as written goes and the masked one stays to be read. Safe to repeat.
    """
    kept = ParticipantKey.objects.filter(enrolment__answers_withdrawn_at__isnull=True)
    loose = kept.filter(enrolment__person__isnull=True) | kept.filter(
        enrolment__pilot__stage=Pilot.Stage.ENDED, enrolment__pilot__ended_at__lte=at - KEYS_KEPT
    )
    with transaction.atomic():
        keys = list(loose.values_list("pk", "key", "enrolment__person"))
        delete_traces(list(loose.values_list("enrolment", flat=True)))
        responses = Response.objects.filter(participant_key__in=[key for _number, key, _person in keys])
        responses.filter(submitted_at__isnull=True).delete()
        gone = [key for _number, key, person in keys if person is None]
        _keep_quotations(OpenAnswer.objects.filter(response__participant_key__in=gone))
        OpenAnswer.objects.filter(response__in=responses).update(text=F("masked"))
        ParticipantKey.objects.filter(pk__in=[number for number, _key, _person in keys]).delete()
    return len(keys)


@transaction.atomic
def delete_old_texts(*, at: datetime) -> int:
    """A year after its pilot a text goes that nobody has released; of the others the quotation stays.

    Safe to repeat.
    """
    return _keep_quotations(
        OpenAnswer.objects.filter(
            response__wave__survey__pilot__stage=Pilot.Stage.ENDED,
            response__wave__survey__pilot__ended_at__lte=at - TEXTS_KEPT,
        )
    )


def _keep_quotations(answers: "QuerySet[OpenAnswer]") -> int:
    # The lock keeps a text from going that somebody is just releasing.
    unread = answers.exclude(stage=OpenAnswer.Stage.RELEASED).select_for_update(of=("self",)).order_by("pk")
    numbers = list(unread.values_list("pk", flat=True))
    OpenAnswer.objects.filter(pk__in=numbers).delete()
    quoted = answers.filter(stage=OpenAnswer.Stage.RELEASED).exclude(text=F("quotation"), masked=F("quotation"))
    quoted.update(text=F("quotation"), masked=F("quotation"))
    return len(numbers)
