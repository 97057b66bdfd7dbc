"""Opening, closing and cancelling waves; inviting and reminding those who take part."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from livinglab.notices.actions import notify
from livinglab.text import is_blank
from pilots.models import Enrolment, Pilot
from surveys.actions.closing import queue_closing_work
from surveys.actions.monitor import raise_alarms
from surveys.errors import NoRule, NotALook, TooEarlyToClose, WrongWaveStage
from surveys.links import answer_link
from surveys.metrics.layouts import layout_to_freeze, registration_of
from surveys.metrics.reach import count_invited
from surveys.metrics.snapshots import freeze, judge
from surveys.models import Invitation, Response, Snapshot, Wave

INVITED_AT_ONCE = 500


def held(wave: Wave) -> Wave:
    """The wave with its lock: nobody answers, opens or closes it until this transaction ends."""
    return (
        Wave.objects.select_for_update(of=("self",))
        .select_related("survey__pilot__version__service", "survey__instrument", "question_set")
        .get(pk=wave.pk)
    )


@transaction.atomic
def open_wave(wave: Wave, *, at: datetime) -> None:
    """Let people answer. The layout of the counts is frozen; those who take part are invited."""
    wave = held(wave)
    if wave.stage != Wave.Stage.PLANNED:
        raise WrongWaveStage(_("Only a planned wave can open; this one is past that."))
    if at >= wave.closes_at:
        raise WrongWaveStage(_("The time of this wave is over. Give it new dates first."))
    stage = wave.survey.pilot.stage
    if stage != Pilot.Stage.OPEN and not (stage == Pilot.Stage.ENDED and wave.is_after_the_trial):
        raise WrongWaveStage(_("The pilot is not open, so nobody can be asked."))
    if registration_of(wave.survey) is None:
        raise NoRule(_("Register the acceptance rule first: it has to stand before anybody answers."))
    if wave.survey.waves.filter(stage=Wave.Stage.OPEN).exists():
        raise WrongWaveStage(_("Another wave of this pilot is still open."))
    wave.layout = layout_to_freeze(wave)
    wave.stage, wave.opened_at = Wave.Stage.OPEN, at
    wave.save(update_fields=["layout", "stage", "opened_at"])
    invite(wave, at=at)


@transaction.atomic
def open_due_wave(wave: Wave, *, at: datetime) -> None:
    """Open a wave whose time has come, unless its dates were amended since somebody found it due."""
    if at < held(wave).opens_at:
        raise WrongWaveStage(_("The dates of this wave have just changed; it is not due yet."))
    open_wave(wave, at=at)


@transaction.atomic
def close_wave(wave: Wave, *, at: datetime) -> Snapshot:
    """Nobody answers any more; all is counted and frozen. A look gets its verdict, a later wave may raise alarms."""
    wave = held(wave)
    if wave.stage != Wave.Stage.OPEN:
        raise WrongWaveStage(_("Only an open wave can be closed."))
    if wave.look is not None and at < wave.closes_at:
        raise TooEarlyToClose(
            _("The rule looks at this wave, so it closes at its registered time. Before, it can only be cancelled.")
        )
    wave.stage, wave.closed_at = Wave.Stage.CLOSED, at
    wave.save(update_fields=["stage", "closed_at"])
    snapshot = freeze(wave, at=at)
    # A wave that the rule does not look at has estimates only.
    with suppress(NotALook):
        judge(snapshot, at=at)
    raise_alarms(wave.survey, at=at)
    queue_closing_work(wave, at=at)
    return snapshot


@transaction.atomic
def cancel_wave(wave: Wave, *, reason: str, at: datetime) -> None:
    """Call a wave off. Its look, if it is one, is forfeited with its part of the error rate."""
    wave = held(wave)
    if wave.stage not in (Wave.Stage.PLANNED, Wave.Stage.OPEN):
        raise WrongWaveStage(_("This wave is over; it cannot be cancelled."))
    if is_blank(reason):
        raise WrongWaveStage(_("Say why the wave is cancelled; the reason is public."))
    wave.stage, wave.cancelled_at, wave.cancel_reason = Wave.Stage.CANCELLED, at, reason.strip()
    wave.save(update_fields=["stage", "cancelled_at", "cancel_reason"])


@transaction.atomic
def freeze_imported(wave: Wave, *, at: datetime) -> Snapshot:
    """Close a wave that was brought in with its answers. It gets a snapshot and never a verdict."""
    wave = held(wave)
    if not wave.survey.pilot.imported or wave.stage == Wave.Stage.CLOSED:
        raise WrongWaveStage(_("Only a wave that was just imported can be frozen like this."))
    wave.stage, wave.closed_at = Wave.Stage.CLOSED, wave.closes_at
    wave.save(update_fields=["stage", "closed_at"])
    snapshot = freeze(wave, at=at)
    queue_closing_work(wave, at=at)
    return snapshot


def to_invite(wave: Wave) -> QuerySet[Enrolment]:
    """Whom the wave asks and who was not invited yet, those who joined after the opening included."""
    asked = Invitation.objects.filter(wave=wave, enrolment=OuterRef("pk"))
    return wave.asked().filter(~Exists(asked)).select_related("person").order_by("pk")


@transaction.atomic
def invite(wave: Wave, *, at: datetime) -> int:
    """Ask everybody who takes part and was not asked yet. Safe to repeat; returns how many were asked now."""
    people = list(to_invite(wave)[:INVITED_AT_ONCE])
    Invitation.objects.bulk_create(
        [Invitation(wave=wave, enrolment=enrolment, invited_at=at) for enrolment in people], ignore_conflicts=True
    )
    for enrolment in people:
        _tell(wave, enrolment, "invitation", f"wave {wave.pk} invitation", at=at)
    count_invited(wave)
    return len(people)


def to_remind(wave: Wave, *, at: datetime, after: timedelta | None = None) -> QuerySet[Invitation]:
    """Invited people who still take part, have not handed in anything, and were not asked for some days.

    ``after`` is how long; as planned where nothing is said. Nobody is reminded more often than planned.
    """
    answered = Response.objects.submitted().filter(
        wave=wave, participant_key=OuterRef("enrolment__participant_key__key")
    )
    before = at - (timedelta(days=wave.survey.remind_after_days) if after is None else after)
    return (
        Invitation.objects.filter(
            Q(last_reminded_at__lte=before) | Q(last_reminded_at__isnull=True, invited_at__lte=before),
            ~Exists(answered),
            wave=wave,
            reminders__lt=wave.survey.reminders,
            enrolment__in=wave.asked(),
        )
        .select_related("enrolment__person")
        .order_by("pk")
    )


@transaction.atomic
def remind(wave: Wave, *, at: datetime) -> int:
    """Ask those again who have not answered. Safe to repeat and to run twice at a time; returns how many."""
    invitations = list(to_remind(wave, at=at).select_for_update(of=("self",), skip_locked=True)[:INVITED_AT_ONCE])
    ask_again(wave, invitations, at=at)
    return len(invitations)


def ask_again(wave: Wave, invitations: Sequence[Invitation], *, at: datetime) -> None:
    """Remind these people; the caller holds their invitations."""
    for invitation in invitations:
        number = invitation.reminders + 1
        Invitation.objects.filter(pk=invitation.pk).update(reminders=F("reminders") + 1, last_reminded_at=at)
        _tell(wave, invitation.enrolment, "reminder", f"wave {wave.pk} reminder {number}", at=at)


def _tell(wave: Wave, enrolment: Enrolment, kind: str, occasion: str, *, at: datetime) -> None:
    service = wave.survey.pilot.version.service
    person = enrolment.person
    if person is None:
        return
    notify(
        person,
        kind,
        occasion=occasion,
        thread=f"pilot-{wave.survey.pilot.slug}",
        at=at,
        url=answer_link(wave, enrolment),
        service_ko=service.name_ko,
        service_en=service.name_en,
        wave=wave.number,
        closes_at=wave.closes_at.isoformat(),
        pilot_url=reverse("pilots:detail", args=[wave.survey.pilot.slug]),
    )
