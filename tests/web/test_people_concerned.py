"""Whom a city has to tell when personal data have got out, as a list."""

import csv
import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from livinglab.web.models import ContactMessage
from pilots.models import Enrolment
from tests.builders.pilots import announced_pilot, joined
from tests.builders.proposals import make_field

pytestmark = pytest.mark.django_db


def listed() -> dict[str, dict[str, str]]:
    printed = io.StringIO()
    call_command("people_concerned", stdout=printed)
    return {row["email"]: row for row in csv.DictReader(io.StringIO(printed.getvalue()))}


def test_everybody_is_listed_once_with_the_kinds_of_data_there_are(ana, ben, mo):
    make_field()
    enrolment = joined(announced_pilot(mo), ben, age_band="40-49")
    Enrolment.objects.filter(pk=enrolment.pk).update(phone="+821012345678", access_needs=["wheelchair"])

    rows = listed()

    assert {ana.email, ben.email, mo.email} <= rows.keys()
    assert rows[ana.email] == {
        "account": str(ana.pk),
        "email": ana.email,
        "name": ana.name,
        "language": ana.language,
        "kinds of data": "account; area",
    }
    assert rows[ben.email]["kinds of data"] == "account; area; pilot; telephone; access needs (sensitive)"


def test_who_left_only_an_address_in_a_message_is_listed_too(ana):
    for text in ("Where is the bus?", "And when?"):
        ContactMessage.objects.create(text=text, reply_to="visitor@example.kr", language="ko", at=timezone.now())
    ContactMessage.objects.create(text="From ana.", person=ana, language="ko", at=timezone.now())
    ContactMessage.objects.create(text="Nameless.", language="ko", at=timezone.now())

    rows = listed()

    assert rows["visitor@example.kr"]["kinds of data"] == "message to the city"
    assert rows[ana.email]["kinds of data"].endswith("message to the city")
    assert "" not in rows
