"""Everybody who had a part in a pilot hears what was decided."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from feedback.models import Decision
from livinglab.accounts.models import Person
from livinglab.notices.actions import notify_many
from livinglab.notices.models import Notice
from pilots.models import Enrolment
from proposals.models import Comment, Proposal, Support

TOLD_AT_ONCE = 1_000


def occasion_of(decision: Decision) -> str:
    return f"decision {decision.pk} published"


def concerned_by(decision: Decision) -> QuerySet[Person]:
    """Who proposed, supported or commented, and who joined (answering takes joining)."""
    proposals = Proposal.objects.filter(services__versions__pilot=decision.pilot_id).order_by()
    return Person.objects.filter(
        Q(pk__in=proposals.values("author"))
        | Q(pk__in=Support.objects.filter(proposal__in=proposals).values("person"))
        | Q(pk__in=Comment.objects.filter(proposal__in=proposals).order_by().values("author"))
        | Q(pk__in=Enrolment.objects.filter(pilot=decision.pilot_id).order_by().values("person")),
        is_active=True,
    )


@transaction.atomic
def tell_next(decision: Decision, *, at: datetime) -> int:
    """Tell the next lot of people who have not heard of this decision; when nobody is left, say so on the row.

    Safe to repeat and to run twice at a time: a notice exists once per person and decision. Returns how many were told.
    """
    heard = Notice.objects.filter(person=OuterRef("pk"), occasion=occasion_of(decision))
    people = list(concerned_by(decision).filter(~Exists(heard)).order_by("pk")[:TOLD_AT_ONCE])
    if not people:
        Decision.objects.filter(pk=decision.pk, told_at__isnull=True).update(told_at=at)
        return 0
    service = decision.pilot.version.service
    return notify_many(
        people,
        "decision_published",
        occasion=occasion_of(decision),
        thread=f"pilot-{decision.pilot.slug}",
        at=at,
        url=reverse("feedback:detail", args=[decision.pk]),
        service_ko=service.name_ko,
        service_en=service.name_en,
        decision=decision.kind,
    )
