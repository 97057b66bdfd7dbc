"""What surveys let go of when its time is over, and with it what pilots hold: who took part, the table of names and
keys, answers, texts.

Each function may run twice, late or on two machines: the rows are the queue. Counts, snapshots and reports stay.
"""

from collections.abc import Collection
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from livinglab.errors import Refused
from livinglab.notices.actions import delete_notices
from livinglab.notices.mails import INVITATIONS
from pilots.actions.retention import contacts_due, delete_contacts, delete_needs
from pilots.actions.run import end_pilot
from pilots.models import Enrolment, Pilot
from pilots.periods import (
    ANSWERS_KEPT_AFTER_REPORT,
    ANSWERS_KEPT_WITHOUT_REPORT,
    CONTACTS_KEPT,
    ENDS_ITSELF_AFTER,
    TEXTS_KEPT,
    TEXTS_KEPT_AS_WRITTEN,
)
from surveys.actions.exports import delete_files_with_answers
from surveys.actions.sheets import delete_traces
from surveys.actions.withdraw import delete_participant_keys, delete_unread_texts, mask_texts
from surveys.metrics.voices import keep_voices
from surveys.models import (
    ClosingWork,
    Entry,
    OpenAnswer,
    ParticipantKey,
    Report,
    Response,
    Snapshot,
    TouchedChunk,
    Wave,
)

# Rows that one transaction deletes.
TOGETHER = 5_000


def end_pilots_past_their_day(at: datetime) -> int:
    """End pilots that nobody has ended two weeks after their last day; not while a survey is open. Returns how many."""
    overdue = Pilot.objects.past_their_day_on(timezone.localdate(at)).filter(
        ends_on__lt=timezone.localdate(at) - ENDS_ITSELF_AFTER
    )
    ended = 0
    for pilot in overdue.order_by("pk"):
        ended += _end_unless_asking(pilot, at=at)
    return ended


@transaction.atomic
def _end_unless_asking(pilot: Pilot, *, at: datetime) -> bool:
    # Whoever opens a wave holds it and looks at the pilot then: the lock keeps both from happening.
    waves = Wave.objects.select_for_update(of=("self",)).filter(survey__pilot=pilot).order_by("pk")
    if any(wave.stage == Wave.Stage.OPEN for wave in waves):
        return False
    try:
        end_pilot(pilot, by=None, at=at)
    except Refused:
        # Somebody has just pressed End.
        return False
    return True


def delete_contacts_of_past_pilots(at: datetime) -> int:
    """Delete who took part, and what joins them to their answers, a month after the last day of the trial.

    Whoever agreed to be asked again stays until a month after the last survey that asks only them. Returns how many
    people.
    """
    over = Pilot.objects.over_since(timezone.localdate(at) - CONTACTS_KEPT)
    still_there = Enrolment.objects.with_contacts().filter(pilot=OuterRef("pk"))
    deleted = 0
    for pilot in over.filter(Exists(still_there)).order_by("pk"):
        delete_needs(pilot, at=at)
        while some := _delete_some_contacts_of(pilot, at=at):
            deleted += some
    return deleted


@transaction.atomic
def _delete_some_contacts_of(pilot: Pilot, *, at: datetime) -> int:
    # In the order of all who change who takes part: the pilot first.
    Pilot.objects.select_for_update().get(pk=pilot.pk)
    last = last_day_of_monitoring(pilot)
    monitored = last is not None and timezone.localdate(at) < last + CONTACTS_KEPT
    due = contacts_due(pilot, but_monitored=monitored).order_by("pk").select_for_update(of=("self",))
    some = list(due.values_list("pk", flat=True)[:TOGETHER])
    keys = ParticipantKey.objects.filter(enrolment__in=some, enrolment__answers_withdrawn_at__isnull=True)
    delete_participant_keys(keys)
    delete_traces(some)
    _delete_invitations_of(pilot, some)
    return delete_contacts(pilot, some, at=at)


def last_day_of_monitoring(pilot: Pilot) -> date | None:
    """The day on which the last survey closes that asks only who agreed; None where none was planned."""
    waves = Wave.objects.filter(survey__pilot=pilot).exclude(stage=Wave.Stage.CANCELLED).select_related("survey__pilot")
    days = [timezone.localdate(wave.closed_at or wave.closes_at) for wave in waves if wave.asks_only_who_agreed]
    return max(days, default=None)


def _delete_invitations_of(pilot: Pilot, enrolments: Collection[int]) -> None:
    """The notices that hold the link of somebody's invitation."""
    rows = Enrolment.objects.filter(pk__in=enrolments, person__isnull=False)
    people = list(rows.values_list("person", flat=True))
    for wave_pk in Wave.objects.filter(survey__pilot=pilot).values_list("pk", flat=True):
        delete_notices(people, kinds=INVITATIONS, occasions=f"wave {wave_pk} ")


def mask_old_texts(at: datetime) -> int:
    """A month after the trial, or after a later survey, a masked text takes the place of the one as it was written."""
    return mask_texts(_texts_older_than(timezone.localdate(at) - TEXTS_KEPT_AS_WRITTEN))


def delete_old_texts(at: datetime) -> int:
    """A year after the trial, or after a later survey, a text goes that nobody has released; quotations stay.

    So do counts: what the texts came to is kept with the snapshot.
    """
    due = _texts_older_than(timezone.localdate(at) - TEXTS_KEPT)
    for snapshot in Snapshot.objects.filter(wave__in=due.values("response__wave"), kept_voices=None).order_by("pk"):
        keep_voices(snapshot, at=at)
    return delete_unread_texts(due)


def _texts_older_than(day: date) -> "QuerySet[OpenAnswer]":
    pilots = Pilot.objects.over_since(day).filter(imported=False)
    waves = Wave.objects.filter(survey__pilot__in=pilots.values("pk")).filter(
        Q(closed_at__date__lte=day) | Q(cancelled_at__date__lte=day) | Q(closed_at=None, cancelled_at=None)
    )
    return OpenAnswer.objects.filter(response__wave__in=waves.exclude(stage=Wave.Stage.OPEN).values("pk"))


def waves_with_answers_due(at: datetime) -> "QuerySet[Wave]":
    """Waves whose answers have been kept as long as was promised. Imported ones hold no promise.

    Not while anything waits to be counted or worked out of them.
    """
    reports = Report.objects.filter(snapshot__wave=OuterRef("pk")).order_by().values("snapshot__wave")
    waiting = ClosingWork.objects.filter(stage=ClosingWork.Stage.WAITING)
    return (
        Wave.objects.filter(stage__in=[Wave.Stage.CLOSED, Wave.Stage.CANCELLED], answers_deleted_at=None)
        .filter(survey__pilot__imported=False)
        .annotate(
            first_report=Subquery(reports.annotate(first=Min("published_at")).values("first")),
            over_at=Coalesce("closed_at", "cancelled_at"),
        )
        .filter(
            Q(first_report__lte=at - ANSWERS_KEPT_AFTER_REPORT)
            | Q(first_report=None, over_at__lte=at - ANSWERS_KEPT_WITHOUT_REPORT)
        )
        .exclude(Exists(TouchedChunk.objects.filter(wave=OuterRef("pk"))))
        .exclude(Exists(waiting.filter(Q(wave=OuterRef("pk")) | Q(earlier=OuterRef("pk")))))
        .order_by("pk")
    )


def delete_old_answers(at: datetime) -> int:
    """Delete the answers of waves whose time is over: a year after their report, or two after their close without one.

    Returns how many responses. What a person released as a quotation stays, and of its response nothing else.
    """
    for wave in waves_with_answers_due(at):
        _close_for_counting(wave, at=at)
    left = Response.objects.filter(wave=OuterRef("pk")).exclude(answers=[])
    deleted = 0
    for wave in Wave.objects.filter(Exists(left), answers_deleted_at__isnull=False).order_by("pk"):
        delete_files_with_answers(wave, at=at)
        while some := _delete_some_answers(wave):
            deleted += some
    return deleted


@transaction.atomic
def _close_for_counting(wave: Wave, *, at: datetime) -> None:
    """From here on nobody counts the wave anew: its counts are all that is left to say what was answered."""
    # The lock lets whoever counts at this moment finish first; what they took may have left a marker.
    held = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    if held.answers_deleted_at is None and not TouchedChunk.objects.filter(wave=held).exists():
        if held.stage == Wave.Stage.CLOSED and held.survey.open_question_ko:
            keep_voices(held.snapshot, at=at)
        Wave.objects.filter(pk=held.pk).update(answers_deleted_at=at)


@transaction.atomic
def _delete_some_answers(wave: Wave) -> int:
    rows = Response.objects.filter(wave=wave).exclude(answers=[]).order_by("pk")
    some = list(rows.values_list("pk", flat=True)[:TOGETHER])
    quoted = list(
        OpenAnswer.objects.released()
        .filter(response__in=some)
        .select_for_update(of=("self",))
        .values_list("response", flat=True)
    )
    for response_pk in quoted:
        _keep_quotation_alone(wave, response_pk)
    Response.objects.filter(pk__in=some).exclude(pk__in=quoted).delete()
    return len(some)


def _keep_quotation_alone(wave: Wave, response_pk: int) -> None:
    """Nothing is left of a response but the wave it belonged to and what may be quoted."""
    over = wave.closed_at or wave.cancelled_at
    Response.objects.filter(pk=response_pk).update(
        participant_key=uuid4(),
        answers=[],
        cell="",
        groups=[],
        use_level=None,
        flags=[],
        mode=Response.Mode.SELF,
        milliseconds=0,
        screens=[],
        started_at=over,
        saved_at=over,
        submitted_at=over,
    )
    Entry.objects.filter(response=response_pk).delete()
    OpenAnswer.objects.filter(response=response_pk).update(written_at=over)
    delete_unread_texts(OpenAnswer.objects.filter(response=response_pk))
