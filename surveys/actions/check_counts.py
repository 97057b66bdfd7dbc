"""Whether the stored counts of a wave are those of its answers; somebody hears where they are not."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.notices.actions import notify_many
from surveys.metrics.recount import Recount, recount
from surveys.models import CountingIncident, Wave

KEPT = 50


def check_counts(wave: Wave, *, at: datetime) -> Recount:
    """Count a wave again from its answers. Opens an incident where anything differs, once; closes it when all is well.

    An incident stays open as long as chunks wait to be counted: they were left out, and may be what differed. Refuses
    where the answers are gone: then the counts are all that is left.
    """
    found = recount(wave)
    if found.identical:
        if not found.waiting:
            CountingIncident.objects.filter(wave=wave, resolved_at=None).update(resolved_at=at)
    else:
        open_incident(wave, found, at=at)
    return found


@transaction.atomic
def open_incident(wave: Wave, found: Recount, *, at: datetime) -> None:
    """Write down what differs and tell the administrators; an incident that is open already is left as it is."""
    differences = list(found.differences)
    incident, is_new = CountingIncident.objects.get_or_create(
        wave=wave,
        resolved_at=None,
        defaults={"at": at, "found": len(differences), "differences": differences[:KEPT]},
    )
    if not is_new:
        return
    pilot = wave.survey.pilot
    notify_many(
        Person.objects.filter(grants__role=Role.ADMINISTRATOR, is_active=True),
        "counting_incident",
        occasion=f"counting incident {incident.pk}",
        at=at,
        url=reverse("admin:surveys_countingincident_change", args=[incident.pk]),
        title_ko=pilot.title_ko,
        title_en=pilot.title_en,
        wave=wave.number,
    )
