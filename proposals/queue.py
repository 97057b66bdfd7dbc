"""What waits for staff: proposals that were handed in and texts that were reported, in one row, oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Min, QuerySet, Value
from django.urls import reverse

from livinglab.accounts.models import Person
from proposals.lifecycle import Stage
from proposals.models import Flag, Proposal


class Place(NamedTuple):
    """One place in the queue."""

    kind: str
    pk: int
    since: datetime
    due_on: date | None

    @property
    def url(self) -> str:
        return reverse("proposals:review" if self.kind == "proposal" else "proposals:review-report", args=[self.pk])


@dataclass
class Item:
    """A place in the queue with what a moderator needs to choose it."""

    place: Place
    proposal: Proposal
    flag: Flag | None = None


def waiting_for(moderator: Person, *, today: date, **chosen: Any) -> "QuerySet[Any, Any]":
    """The places of the queue this moderator answers for; own proposals and reports about oneself are left to others.

    ``chosen`` narrows it: ``kind`` ("proposal" or "report"), ``field``, ``area``, ``late``.
    """
    proposals = Proposal.objects.in_care_of(moderator).filter(stage=Stage.SUBMITTED).exclude(author=moderator)
    flags = (
        Flag.objects.waiting()
        .filter(proposal__in=Proposal.objects.in_care_of(moderator))
        .exclude(comment__author=moderator)
        .exclude(comment=None, proposal__author=moderator)
    )
    for name in ("field", "area"):
        if chosen.get(name):
            proposals = proposals.filter(**{name: chosen[name]})
            flags = flags.filter(**{f"proposal__{name}": chosen[name]})
    if chosen.get("late"):
        proposals, flags = proposals.filter(due_on__lt=today), flags.filter(due_on__lt=today)
    one_a_proposal = (
        proposals.order_by().annotate(what=Value("proposal")).values_list("what", "pk", "submitted_at", "due_on")
    )
    one_a_text = (
        flags.order_by()
        .values("proposal", "comment")
        .annotate(what=Value("report"), first=Min("pk"), since=Min("at"), due=Min("due_on"))
        .values_list("what", "first", "since", "due")
    )
    if chosen.get("kind") == "proposal":
        return one_a_proposal.order_by("submitted_at", "pk")
    if chosen.get("kind") == "report":
        return one_a_text.order_by("since", "first")
    return one_a_proposal.union(one_a_text, all=True).order_by("submitted_at", "pk")


def filled(places: Iterable[Any]) -> list[Item]:
    """The items of these places, in their order, in two queries."""
    rows = [Place(*place) for place in places]
    proposals = (
        Proposal.objects.filter(pk__in=[row.pk for row in rows if row.kind == "proposal"])
        .select_related("field", "area")
        .defer("area__boundary")
        .in_bulk()
    )
    flags = (
        Flag.objects.filter(pk__in=[row.pk for row in rows if row.kind == "report"])
        .select_related("proposal__field", "proposal__area", "comment")
        .defer("proposal__area__boundary")
        .in_bulk()
    )
    return [
        Item(row, proposals[row.pk]) if row.kind == "proposal" else Item(row, flags[row.pk].proposal, flags[row.pk])
        for row in rows
        if row.pk in (proposals if row.kind == "proposal" else flags)
    ]


def next_after(current: Place | None, places: Iterable[Any]) -> Place | None:
    """The place that follows, or the first one when the end is reached."""
    rows = [Place(*place) for place in places]
    rows = [row for row in rows if current is None or (row.kind, row.pk) != (current.kind, current.pk)]
    if current is not None:
        for row in rows:
            if (row.since, row.pk) > (current.since, current.pk):
                return row
    return rows[0] if rows else None
