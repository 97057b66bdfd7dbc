"""Announcing a pilot and bringing it to its end."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.notices.actions import notify_many
from pilots.actions.retention import delete_needs
from pilots.errors import ConsentMissing, WrongDates, WrongStage
from pilots.models import ConsentText, Enrolment, Pilot
from proposals.actions.move import move
from proposals.lifecycle import Stage


@transaction.atomic
def announce_pilot(pilot: Pilot, *, by: Person, at: datetime) -> None:
    """Make a planned pilot public and let residents join; its proposal is in pilot from now on.

    Whoever proposed or supported it hears. Refuses without a consent text and when the pilot would be over already.
    """
    pilot.refresh_from_db()
    if not pilot.consent_texts.filter(purpose=ConsentText.Purpose.PARTICIPATION).exists():
        raise ConsentMissing(_("A pilot needs a consent text before anybody can join."))
    if pilot.ends_on < timezone.localdate(at):
        raise WrongDates(_("The last day of this pilot has passed already."))
    change_stage(pilot, Pilot.Stage.PLANNED, Pilot.Stage.OPEN, announced_at=at)
    proposal = pilot.version.service.proposal
    if proposal is not None:
        move(proposal, Stage.IN_PILOT, by=by, at=at)
        concerned = Person.objects.filter(Q(supports__proposal=proposal) | Q(pk=proposal.author_id))
        tell_all(list(concerned.distinct()), "pilot_announced", pilot, at=at)


@transaction.atomic
def end_pilot(pilot: Pilot, *, by: Person | None, at: datetime) -> None:
    """Nobody joins any more, access needs are deleted as promised, and everyone who took part or waited hears.

    Without ``by`` it ends by itself, and its history says so.
    """
    change_stage(pilot, Pilot.Stage.OPEN, Pilot.Stage.ENDED, ended_at=at, ended_by_itself=by is None)
    delete_needs(pilot, at=at)
    concerned = Person.objects.filter(
        enrolments__pilot=pilot, enrolments__state__in=[Enrolment.State.JOINED, Enrolment.State.WAITING]
    )
    tell_all(list(concerned), "pilot_ended", pilot, at=at)


def change_stage(pilot: Pilot, came_from: Pilot.Stage, to: Pilot.Stage, **fields: datetime | bool) -> None:
    """Only if it is still where it has to be: of two people pressing at once one wins and the other reads why."""
    if not Pilot.objects.filter(pk=pilot.pk, stage=came_from).update(stage=to, **fields):
        pilot.refresh_from_db()
        raise WrongStage(
            _("This pilot is in the stage “%(stage)s” now; please look again.") % {"stage": pilot.get_stage_display()}
        )
    pilot.refresh_from_db()


def tell_all(people: list[Person], kind: str, pilot: Pilot, *, at: datetime) -> None:
    notify_many(
        people,
        kind,
        occasion=f"{kind} {pilot.pk}",
        thread=f"pilot-{pilot.slug}",
        at=at,
        url=reverse("pilots:detail", args=[pilot.slug]),
        **pilot.titles(),
    )
