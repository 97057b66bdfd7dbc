"""Rows of the admin are to look at: what a column holds cannot be found out by asking for it in the address."""

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.notices.actions import notify
from livinglab.notices.models import Mail
from surveys.models import CountingIncident
from tests.builders.surveys import open_wave_of, registered_survey
from tests.people import make_person

pytestmark = pytest.mark.django_db
NOTICES, MAILS = reverse("admin:notices_notice_changelist"), reverse("admin:notices_mail_changelist")
INCIDENTS = reverse("admin:surveys_countingincident_changelist")


@pytest.mark.parametrize(
    "asked",
    [
        f"{NOTICES}?url__startswith=/answer",
        f"{NOTICES}?occasion__contains=wave",
        f"{NOTICES}?person=1",
        f"{NOTICES}?person__email__startswith=a",
        f"{NOTICES}?data__contains=x",
        f"{MAILS}?body__contains=x",
        f"{MAILS}?to__startswith=a",
        f"{MAILS}?notice__person__id__exact=1",
        f"{INCIDENTS}?found__contains=1",
        f"{INCIDENTS}?wave__survey__pilot__enrolments__person__email__startswith=a",
        f"{INCIDENTS}?wave__id__exact=1",
    ],
)
def test_what_a_hidden_column_holds_cannot_be_asked_for(client_of, adam, asked):
    assert client_of(adam).get(asked).status_code == 400


@pytest.mark.parametrize(
    "list_page", [NOTICES, f"{NOTICES}?kind__exact=invitation", f"{NOTICES}?kind=news", MAILS, INCIDENTS]
)
def test_lists_and_the_filters_they_offer_open(client_of, adam, list_page):
    assert client_of(adam).get(list_page).status_code == 200


def test_neither_the_list_of_notices_nor_a_notice_names_whom_it_is_for(client_of, adam):
    person = make_person("quizzaciously")
    notify(person, "answers_entered", occasion="wave 1 entry 1", at=timezone.now(), url="/answer/1/")
    client, notice = client_of(adam), person.notices.get()

    for page in (client.get(NOTICES), client.get(reverse("admin:notices_notice_change", args=[notice.pk]))):
        text = page.content.decode()
        assert "answers_entered" in text
        for told in ("quizzaciously", "/answer/", "wave 1 entry"):
            assert told not in text.lower()


def test_neither_the_list_of_mails_nor_a_mail_says_what_it_says(client_of, adam):
    mail = Mail.objects.create(to="ben@example.kr", subject="A code for you", body="ABC-DEF")

    for address in (MAILS, reverse("admin:notices_mail_change", args=[mail.pk])):
        text = client_of(adam).get(address).content.decode()
        assert "ben@example.kr" in text
        assert not [told for told in ("A code for you", "ABC-DEF") if told in text]


def test_an_incident_of_counting_shows_no_counts(client_of, adam, eva):
    wave = open_wave_of(registered_survey(eva))
    differences = [{"cell": "quizzaciously", "stored": 71234, "counted": 71235}]
    incident = CountingIncident.objects.create(wave=wave, at=timezone.now(), found=1, differences=differences)

    for address in (INCIDENTS, reverse("admin:surveys_countingincident_change", args=[incident.pk])):
        text = client_of(adam).get(address).content.decode()
        assert str(wave) in text
        assert not [told for told in ("quizzaciously", "71234", "71,234", "71235") if told in text]
