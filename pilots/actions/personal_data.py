"""What pilots know of one person, and forgetting it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from livinglab.accounts.models import Person
from pilots.actions.enrol import leave_pilot
from pilots.models import Consent, ConsentText, Enrolment, TestBed


def export_of(person: Person) -> dict[str, Any]:
    enrolments = Enrolment.objects.of_person(person).select_related("pilot", "area").prefetch_related("consents__text")
    return {
        "enrolments": [
            {
                "pilot": enrolment.pilot.slug,
                "title": enrolment.pilot.title,
                "state": enrolment.state,
                "age_band": enrolment.age_band,
                "sex": enrolment.sex,
                "area": enrolment.area.office_code if enrolment.area else None,
                "access_needs": enrolment.access_needs,
                "phone": enrolment.phone,
                "asked_at": enrolment.asked_at,
                "joined_at": enrolment.joined_at,
                "left_at": enrolment.left_at,
                "leave_reason": enrolment.leave_reason,
                "answers_withdrawn_at": enrolment.answers_withdrawn_at,
                "consents": [consent_as_told(consent) for consent in enrolment.consents.all()],
            }
            for enrolment in enrolments
        ],
        "test_beds": [
            {"name_ko": bed.name_ko, "name_en": bed.name_en, "offer_ko": bed.offer_ko, "offer_en": bed.offer_en}
            for bed in TestBed.objects.of_host(person)
        ],
    }


def consent_as_told(consent: Consent) -> dict[str, Any]:
    return {
        "purpose": consent.text.purpose,
        "version": consent.text.number,
        "text_hash": consent.text.hash,
        "text": consent.text.whole_text_in(consent.language),
        "mode": consent.mode,
        "given_at": consent.given_at,
        "withdrawn_at": consent.withdrawn_at,
    }


@transaction.atomic
def forget(person: Person, *, at: datetime) -> None:
    """Take the person out of every pilot. Answers stay without her or go, as the text said that she agreed to."""
    for enrolment in Enrolment.objects.of_person(person).order_by("pilot_id"):
        agreed = (
            ConsentText.objects.filter(consents__enrolment=enrolment, purpose=ConsentText.Purpose.PARTICIPATION)
            .order_by("-consents__given_at")
            .first()
        )
        leave_pilot(enrolment, at=at, withdraw_answers=agreed is not None and not agreed.keeps_answers)
        Enrolment.objects.filter(pk=enrolment.pk).update(person=None)
    TestBed.objects.of_host(person).update(host=None)
