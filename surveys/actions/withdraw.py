"""What follows here from what happened upstream: answers taken out, accounts deleted."""

from django.db import transaction
from django.db.models import F, QuerySet

from surveys.actions.sheets import delete_traces
from surveys.metrics.refresh import touch
from surveys.models import OpenAnswer, ParticipantKey, Response, Sheet


def take_out_withdrawn() -> int:
    """Delete the answers of everybody who asked for it; counts follow, closed snapshots stay. Safe to repeat.

    Counts of a wave whose answers are gone stay as they are.
    """
    withdrawn = ParticipantKey.objects.filter(enrolment__answers_withdrawn_at__isnull=False)
    keys = list(withdrawn.order_by("pk").values_list("pk", flat=True))
    for key_pk in keys:
        _take_out(key_pk)
    return len(keys)


@transaction.atomic
def _take_out(key_pk: int) -> None:
    key = ParticipantKey.objects.select_for_update().filter(pk=key_pk).first()
    if key is None:
        return
    # The lock keeps an answer that is just being handed in from landing after its author was taken out.
    responses = Response.objects.select_for_update(of=("self",)).filter(participant_key=key.key).select_related("wave")
    for response in responses.order_by("pk"):
        if response.submitted_at is not None and response.wave.answers_deleted_at is None:
            touch(response.wave, [response.pk])
        response.delete()
    Sheet.objects.filter(enrolment=key.enrolment_id).delete()
    key.delete()


@transaction.atomic
def delete_keys_of_deleted_accounts() -> int:
    """Delete what joins answers to people whose account is gone; their answers stay. Safe to repeat.

    What was begun and never handed in goes with the key, and of what they wrote in their own words all but quotations.
    """
    gone = ParticipantKey.objects.filter(
        enrolment__answers_withdrawn_at__isnull=True,
        enrolment__person__isnull=True,
    )
    delete_unread_texts(OpenAnswer.objects.filter(response__participant_key__in=gone.values("key")))
    return delete_participant_keys(gone)


@transaction.atomic
def delete_participant_keys(keys: "QuerySet[ParticipantKey]") -> int:
    """Delete keys, with what was begun under them, texts as they were written, and what tells of a sheet. How many."""
    rows = list(keys.order_by("pk").values_list("pk", "key", "enrolment"))
    delete_traces([enrolment for _key_pk, _key, enrolment in rows])
    responses = Response.objects.filter(participant_key__in=[key for _key_pk, key, _enrolment in rows])
    responses.filter(submitted_at__isnull=True).delete()
    mask_texts(OpenAnswer.objects.filter(response__in=responses))
    return ParticipantKey.objects.filter(pk__in=[key_pk for key_pk, _key, _enrolment in rows]).delete()[0]


def mask_texts(answers: "QuerySet[OpenAnswer]") -> int:
    """Put the masked text in the place of the one as it was written. Safe to repeat."""
    return answers.exclude(text=F("masked")).update(text=F("masked"))


@transaction.atomic
def delete_unread_texts(answers: "QuerySet[OpenAnswer]") -> int:
    """Delete texts that nobody has released; of the others the quotation stays. Safe to repeat."""
    # The lock keeps a text from going that somebody is just releasing.
    unread = answers.exclude(stage=OpenAnswer.Stage.RELEASED).select_for_update(of=("self",)).order_by("pk")
    texts = list(unread.values_list("pk", flat=True))
    OpenAnswer.objects.filter(pk__in=texts).delete()
    quoted = answers.filter(stage=OpenAnswer.Stage.RELEASED).exclude(text=F("quotation"), masked=F("quotation"))
    return len(texts) + quoted.update(text=F("quotation"), masked=F("quotation"))
