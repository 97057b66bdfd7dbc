"""What becomes of a pilot after its last day, without anybody pressing anything."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from livinglab.notices.actions import delete_notices, notify_many
from pilots.models import Consent, ConsentText, Enrolment, Pilot
from pilots.periods import REMIND_EVERY

# Notices that say that somebody takes part in a pilot.
OF_TAKING_PART = ("pilot_joined", "pilot_waiting", "pilot_place_free", "pilot_ended")


def remind_of_pilots_past_their_day(at: datetime) -> int:
    """Tell whoever runs a pilot that its last day has passed: on the day after, then every week. Returns how many rows.

    Safe to run twice or late: a week has one notice.
    """
    today, written = timezone.localdate(at), 0
    for pilot in Pilot.objects.past_their_day_on(today).select_related("test_bed").order_by("pk"):
        week = ((today - pilot.ends_on).days - 1) // REMIND_EVERY.days
        written += notify_many(
            pilot.deciders(),
            "pilot_past_its_day",
            occasion=f"pilot {pilot.pk} past {pilot.ends_on.isoformat()} week {week}",
            thread=f"pilot-{pilot.slug}",
            at=at,
            url=reverse("pilots:detail", args=[pilot.slug]),
            ends_on=pilot.ends_on.isoformat(),
            ends_itself_on=pilot.ends_itself_on.isoformat(),
            contacts_go_on=pilot.contacts_go_on.isoformat(),
            **pilot.titles(),
        )
    return written


@transaction.atomic
def delete_contacts(pilot: Pilot, enrolments: Collection[int], *, at: datetime) -> int:
    """Let go of who took part, waited or left: person, telephone, needs, and the notices that say so; counts stay.

    ``enrolments`` are keys of rows of this pilot. Returns how many rows. Safe to repeat.
    """
    # The lock keeps somebody from leaving or agreeing at this moment.
    Pilot.objects.select_for_update().get(pk=pilot.pk)
    due = Enrolment.objects.filter(pilot=pilot, pk__in=enrolments)
    people = list(due.filter(person__isnull=False).values_list("person", flat=True))
    delete_notices(people, kinds=OF_TAKING_PART, url=reverse("pilots:detail", args=[pilot.slug]))
    Consent.objects.standing().filter(
        enrolment__in=due, text__purpose__in=[ConsentText.Purpose.SENSITIVE, ConsentText.Purpose.MONITORING]
    ).update(withdrawn_at=at)
    return due.update(person=None, phone="", access_needs=[], contact_deleted_at=at)


@transaction.atomic
def delete_needs(pilot: Pilot, *, at: datetime) -> int:
    """Empty the access needs of everybody: help was prepared for the trial. Returns how many. Safe to repeat."""
    Pilot.objects.select_for_update().get(pk=pilot.pk)
    Consent.objects.standing().filter(enrolment__pilot=pilot, text__purpose=ConsentText.Purpose.SENSITIVE).update(
        withdrawn_at=at
    )
    return pilot.enrolments.exclude(access_needs=[]).update(access_needs=[])


def contacts_due(pilot: Pilot, *, but_monitored: bool) -> "QuerySet[Enrolment]":
    """Enrolments whose contact data go when the time of this pilot is over."""
    with_contacts = pilot.enrolments.with_contacts()
    if not but_monitored:
        return with_contacts
    return with_contacts.exclude(pk__in=pilot.enrolments.to_be_asked_again().values("pk"))
