"""Joining and leaving. Every change of who takes part locks the pilot's row first, so places are never given twice."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.notices.actions import notify
from pilots.errors import (
    AnswersTakenOut,
    ConsentChanged,
    ConsentMissing,
    NotConfirmed,
    NothingToTakeOut,
    PhoneMissing,
    WrongStage,
)
from pilots.models import Consent, ConsentText, Enrolment, Pilot

Purpose = ConsentText.Purpose
State = Enrolment.State


@transaction.atomic
def join_pilot(
    pilot: Pilot,
    *,
    person: Person,
    consents: Collection[ConsentText],
    language: str,
    at: datetime,
    age_band: str = "",
    sex: str = "",
    access_needs: Collection[str] = (),
    phone: str = "",
    mode: str = "self",
) -> Enrolment:
    """Take part, or wait in line when all places are taken. Who is in already stays where she is.

    ``consents`` are the very texts she read and agreed to. Access needs are kept only with the consent for sensitive
    data among them, a telephone number (with the country's code) only where the pilot asks for one. Refuses when the
    pilot takes nobody, residence is not confirmed, something it asks for is missing, or a text has changed meanwhile.
    """
    pilot = Pilot.objects.select_for_update().get(pk=pilot.pk)
    earlier = pilot.enrolments.filter(person=person).first()
    if earlier and earlier.state != State.LEFT:
        return earlier
    if not pilot.is_open_for_joining_on(timezone.localdate(at)):
        raise WrongStage(_("Nobody can join this pilot at the moment."))
    if not person.is_confirmed_resident:
        raise NotConfirmed(_("Taking part is for residents whose residence has been confirmed."))
    if earlier and earlier.answers_withdrawn_at:
        raise AnswersTakenOut(_("You had your answers taken out of this pilot, so it cannot count you a second time."))
    current = {ConsentText.Purpose(text.purpose): text for text in pilot.current_consent_texts()}
    if any(current.get(Purpose(text.purpose)) != text for text in consents):
        raise ConsentChanged(_("The consent text has changed while you were reading. Please read it once more."))
    agreed = {text.purpose for text in consents}
    if Purpose.PARTICIPATION not in agreed:
        raise ConsentMissing(_("Nobody takes part without having agreed to it."))
    if access_needs and Purpose.SENSITIVE not in agreed:
        raise ConsentMissing(_("Access needs can only be noted with your separate consent."))
    if pilot.asks_phone and not phone:
        raise PhoneMissing(_("This pilot cannot do without a telephone number."))

    full = pilot.enrolments.joined().count() >= pilot.capacity
    told: dict[str, Any] = {
        "state": State.WAITING if full else State.JOINED,
        "age_band": age_band,
        "sex": sex,
        "area": person.area,
        "access_needs": sorted(access_needs),
        "phone": phone if pilot.asks_phone else "",
        "asked_at": at,
        "left_at": None,
        "leave_reason": "",
    }
    if not full:
        told["joined_at"] = at
    enrolment, _created = Enrolment.objects.update_or_create(pilot=pilot, person=person, defaults=told)
    Consent.objects.bulk_create(
        Consent(enrolment=enrolment, text=text, language=language, mode=mode, given_at=at)
        for text in consents
        # No consent is held for something that was not given.
        if text.purpose != Purpose.SENSITIVE or access_needs
    )
    recount_people(pilot)
    tell(enrolment, "pilot_waiting" if full else "pilot_joined", at=at)
    return enrolment


@transaction.atomic
def leave_pilot(enrolment: Enrolment, *, at: datetime, reason: str = "", withdraw_answers: bool = False) -> None:
    """Leave, from whichever state and at any time; the next in line takes the place.

    Whoever has left already can still have her answers taken out. Safe to repeat.
    """
    pilot = Pilot.objects.select_for_update().get(pk=enrolment.pilot_id)
    enrolment.refresh_from_db()
    if enrolment.state != State.LEFT:
        enrolment.state, enrolment.left_at, enrolment.leave_reason = State.LEFT, at, reason
        enrolment.access_needs, enrolment.phone = [], ""
        enrolment.consents.standing().update(withdrawn_at=at)
    if withdraw_answers and enrolment.answers_withdrawn_at is None:
        enrolment.answers_withdrawn_at = at
    enrolment.save()
    give_free_places(pilot, at=at)
    recount_people(pilot)


def check_answers_are_there(pilot: Pilot, enrolment: Enrolment | None) -> None:
    """Refuse to take out what nobody can find any more: the answers are gone, or what joined them to names is."""
    if enrolment is None:
        if pilot.enrolments.filter(contact_deleted_at__isnull=False).exists():
            raise NothingToTakeOut(_("Nobody can tell any more whose answers are whose, so none can be taken out."))
        return
    begun = [wave for wave in pilot.survey.waves.all() if wave.stage != "planned"] if hasattr(pilot, "survey") else []
    if begun and all(wave.answers_deleted_at is not None for wave in begun):
        raise NothingToTakeOut(_("The answers were deleted when their time was over, so none is left to take out."))


def give_free_places(pilot: Pilot, *, at: datetime) -> None:
    """First come, first served, as long as there are places. The caller holds the lock on the pilot."""
    if not pilot.is_open_for_joining_on(timezone.localdate(at)):
        return
    free = pilot.capacity - pilot.enrolments.joined().count()
    for enrolment in pilot.enrolments.waiting().select_related("person")[: max(free, 0)]:
        enrolment.state, enrolment.joined_at = State.JOINED, at
        enrolment.save(update_fields=["state", "joined_at"])
        tell(enrolment, "pilot_place_free", at=at)


def recount_people(pilot: Pilot) -> None:
    """Count again who takes part and who waits. The caller holds the lock on the pilot, so nobody is missed."""
    totals = pilot.enrolments.aggregate(
        joined_total=Count("pk", filter=Q(state=State.JOINED)), waiting_total=Count("pk", filter=Q(state=State.WAITING))
    )
    Pilot.objects.filter(pk=pilot.pk).update(**totals)


@transaction.atomic
def withdraw_sensitive_consent(enrolment: Enrolment, *, at: datetime) -> None:
    """Take back the consent for access needs; they are emptied at once. Safe to repeat."""
    Pilot.objects.select_for_update().get(pk=enrolment.pilot_id)
    enrolment.consents.standing().filter(text__purpose=Purpose.SENSITIVE).update(withdrawn_at=at)
    Enrolment.objects.filter(pk=enrolment.pk).update(access_needs=[])
    enrolment.refresh_from_db()


@transaction.atomic
def agree_to_monitoring(enrolment: Enrolment, text: ConsentText, *, language: str, at: datetime) -> None:
    """Agree, also later than on joining, to be asked again after the trial. Safe to repeat."""
    pilot = Pilot.objects.select_for_update().get(pk=enrolment.pilot_id)
    enrolment.refresh_from_db()
    if enrolment.state == State.LEFT:
        raise WrongStage(_("Only people who take part can agree to this."))
    if text.purpose != Purpose.MONITORING or text not in pilot.current_consent_texts():
        raise ConsentChanged(_("The consent text has changed while you were reading. Please read it once more."))
    if not enrolment.consents.standing().filter(text__purpose=Purpose.MONITORING).exists():
        enrolment.consents.create(text=text, language=language, given_at=at)


@transaction.atomic
def withdraw_monitoring_consent(enrolment: Enrolment, *, at: datetime) -> None:
    """Not to be asked again after the trial; contact data then go with those of the others. Safe to repeat."""
    Pilot.objects.select_for_update().get(pk=enrolment.pilot_id)
    enrolment.consents.standing().filter(text__purpose=Purpose.MONITORING).update(withdrawn_at=at)


def tell(enrolment: Enrolment, kind: str, *, at: datetime) -> None:
    pilot = enrolment.pilot
    if enrolment.person is not None:
        notify(
            enrolment.person,
            kind,
            occasion=f"{kind} {enrolment.pk} {enrolment.asked_at.isoformat()}",
            thread=f"pilot-{pilot.slug}",
            at=at,
            url=reverse("pilots:detail", args=[pilot.slug]),
            **pilot.titles(),
        )
