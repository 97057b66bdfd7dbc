"""Pilots that begin, for whoever agreed to news of them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from livinglab.accounts.agreements import people_wanting_news
from livinglab.notices.actions import notify_many
from livinglab.notices.models import Notice
from pilots.models import Pilot

KIND = "news"
TOLD_AT_ONCE = 1_000


@transaction.atomic
def tell_next_of_news(pilot: Pilot, *, at: datetime) -> int:
    """Tell the next lot of people who agreed to news and have not heard of this pilot; when nobody is left, say so.

    Whoever proposed or supported it has heard already. Safe to repeat and to run twice at a time. Returns how many.
    """
    occasions = [f"{KIND} {pilot.pk}", f"pilot_announced {pilot.pk}"]
    heard = Notice.objects.filter(person=OuterRef("pk"), occasion__in=occasions)
    people = list(people_wanting_news().filter(~Exists(heard)).order_by("pk")[:TOLD_AT_ONCE])
    if not people:
        Pilot.objects.filter(pk=pilot.pk, news_told_at__isnull=True).update(news_told_at=at)
        return 0
    return notify_many(
        people,
        KIND,
        occasion=occasions[0],
        at=at,
        url=reverse("pilots:detail", args=[pilot.slug]),
        **pilot.titles(),
    )
