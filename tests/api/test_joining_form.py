"""Over the API a pilot takes of somebody no more than its joining form asks."""

import pytest
from django.utils import timezone

from livinglab.api.pilots import Joining
from pilots.actions.run import announce_pilot
from pilots.forms import JoinForm
from pilots.models import ConsentText, Pilot
from tests.api.conftest import codes
from tests.builders.pilots import announced_pilot, planned_pilot

Purpose = ConsentText.Purpose
# How the form asks for consents; a program names the texts instead, and the language they were read in.
BY_FORM = {"of_age", *Purpose.values, *(f"{purpose}_text" for purpose in Purpose)}
PHONE = "+821012345678"
BY_PROGRAM = {"of_age", "consents", "language"}


@pytest.fixture
def pilot(mo):
    return announced_pilot(mo)


@pytest.fixture
def address(pilot):
    return f"/api/v1/pilots/{pilot.slug}/enrolment/"


def body_of(pilot, *purposes, **told):
    texts = pilot.current_consent_texts().filter(purpose__in=purposes or [Purpose.PARTICIPATION])
    return {"of_age": True, "consents": [text.pk for text in texts], **told}


def test_a_program_can_tell_what_the_form_can_ask_and_nothing_else(pilot):
    pilot.asks_phone = True
    form = JoinForm(pilot, pilot.current_consent_texts())

    assert set(Joining().fields) - BY_PROGRAM == set(form.fields) - BY_FORM


@pytest.mark.parametrize("told", [{"name": "Ben"}, {"area": "3611052000"}, {"birth_year": 1970}, {"mode": "paper"}])
def test_what_no_form_asks_is_refused(program_of, ben, pilot, address, told):
    assert codes(program_of(ben).put(address, body_of(pilot, **told))) == (400, "invalid")
    assert not pilot.enrolments.exists()

    assert program_of(ben).put(address, body_of(pilot)).status_code == 200


@pytest.mark.parametrize("asks_phone", [False, True])
def test_a_telephone_number_is_kept_only_where_the_pilot_asks_for_one(program_of, ben, mo, asks_phone):
    pilot = planned_pilot(mo)
    Pilot.objects.update(asks_phone=asks_phone)
    announce_pilot(pilot, by=mo, at=timezone.now())
    address = f"/api/v1/pilots/{pilot.slug}/enrolment/"

    assert program_of(ben).put(address, body_of(pilot, phone=PHONE)).status_code == 200

    assert pilot.enrolments.get().phone == (PHONE if asks_phone else "")


def test_access_needs_are_kept_only_with_a_text_that_asks_for_them(program_of, ben, pilot, address):
    refused = program_of(ben).put(address, body_of(pilot, access_needs=["large_text"]))
    assert codes(refused) == (409, "consent_missing")
    assert not pilot.enrolments.exists()

    both = body_of(pilot, Purpose.PARTICIPATION, Purpose.SENSITIVE, access_needs=["large_text"])
    assert program_of(ben).put(address, both).status_code == 200
    assert pilot.enrolments.get(person=ben).access_needs == ["large_text"]


def test_without_needs_no_consent_to_keep_them_is_held(program_of, ben, pilot, address):
    both = body_of(pilot, Purpose.PARTICIPATION, Purpose.SENSITIVE)

    assert program_of(ben).put(address, both).status_code == 200

    held = pilot.enrolments.get(person=ben).consents.values_list("text__purpose", flat=True)
    assert list(held) == [Purpose.PARTICIPATION]
