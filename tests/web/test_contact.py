"""Whom people ask: on every page, on a pilot, with a form that works signed out; and who answers."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.limits import MESSAGES_OF_AN_ADDRESS
from livinglab.accounts.models import AccessRecord
from livinglab.accounts.roles import Role
from livinglab.env import Contact, PrivacyOfficer, Processor
from livinglab.notices.models import Mail
from livinglab.web import my_data
from livinglab.web.contact import write_to_the_city
from livinglab.web.models import ContactMessage
from livinglab.web.models.contact import MESSAGES_KEPT
from livinglab.web.privacy import HISTORY, REMEDIES
from livinglab.web.retention import apply_retention
from pilots.models import Pilot
from tests.builders import pilots as build
from tests.people import make_area, make_office, make_person

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WORDS = {"text": "정류장이 어디인가요?", "reply_to": "010-1234-5678"}


@pytest.fixture
def contact(settings):
    settings.CONTACT = Contact(
        phone="044-300-0120", email="lab@city.example", counter_ko="시청 1층, 09:00–18:00", counter_en="City hall"
    )
    return settings.CONTACT


@pytest.fixture
def nobody_named(settings):
    settings.CONTACT = Contact(phone="", email="", counter_ko="", counter_en="")
    settings.PRIVACY_OFFICER = PrivacyOfficer(name="", department="", phone="", email="")


@pytest.fixture
def office(dodam):
    """In charge of Dodam-dong."""
    office = make_office("dodam", dodam)
    office.phone, office.counter_ko, office.counter_en = "044-300-6500", "도담동 주민센터", "Dodam community centre"
    office.save()
    return office


@pytest.fixture
def pilot(mo):
    return build.announced_pilot(mo)


# Where it stands


@pytest.mark.parametrize("address", ["/", "/proposals/", "/pilots/", "/privacy/", "/accounts/login/", "/no-such-page/"])
def test_every_page_says_whom_to_ask_and_links_terms_and_policy(client_of, contact, address):
    page = client_of().get(address).content.decode()

    assert 'href="tel:0443000120"' in page
    for name in ("contact", "terms", "privacy"):
        assert f'href="{reverse(name)}"' in page


def test_the_foot_of_the_page_is_in_the_language_of_the_reader(client_of, contact):
    assert "시청 1층" in client_of(language="ko").get("/terms/").content.decode()
    assert "City hall" in client_of(language="en").get("/terms/").content.decode()


def test_where_nobody_is_named_the_page_says_so_and_offers_the_form(client_of, nobody_named):
    page = client_of().get(reverse("contact")).content.decode()

    assert "has not named a telephone number or a counter yet" in page
    assert "<form" in page


def test_accessibility_statement_says_whom_to_tell(client_of, contact):
    assert "044-300-0120" in client_of().get(reverse("accessibility")).content.decode().split("<footer")[0]


def test_a_pilot_names_the_office_of_its_area(client_of, contact, office, pilot):
    page = client_of().get(f"/pilots/{pilot.slug}/").content.decode()

    assert "044-300-6500" in page
    assert "Dodam community centre" in page
    assert f"{reverse('contact')}?pilot={pilot.slug}" in page


def test_a_pilot_without_an_office_names_the_city(client_of, contact, pilot):
    assert "044-300-0120" in client_of().get(f"/pilots/{pilot.slug}/").content.decode().split("<footer")[0]


def test_a_pilot_may_have_a_telephone_of_its_own_and_says_how_it_is_used(client_of, contact, office, pilot):
    Pilot.objects.update(contact_phone="1833-0000", usage_en="Call and say where you are.")

    page = client_of().get(f"/pilots/{pilot.slug}/").content.decode()

    assert "1833-0000" in page
    assert "044-300-6500" not in page
    assert "How to use it" in page


# Writing


def test_a_message_works_signed_out_and_reaches_whoever_answers(client_of, contact, office, dodam, pilot, adam):
    clerk = make_person("clerk", Role.MODERATOR)
    clerk.grants.update(office=office)
    elsewhere = make_person("elsewhere", Role.MODERATOR)
    elsewhere.grants.update(office=make_office("hansol", make_area("한솔동", "Hansol-dong", "3611051000")))

    answer = client_of().post(reverse("contact"), WORDS | {"pilot": pilot.slug}, follow=True)

    assert "Your message has arrived" in answer.content.decode()
    message = ContactMessage.objects.get()
    assert (message.office, message.pilot, message.person) == (office, pilot, None)
    told = {person.nickname for person in (clerk, adam, elsewhere) if person.notices.filter(kind="message_received")}
    assert told == {"clerk", "adam"}


def test_the_city_hears_by_mail_that_somebody_wrote_and_reads_it_on_the_site_only(client_of, contact):
    client_of().post(reverse("contact"), WORDS)

    mail = Mail.objects.get()
    assert mail.to == "lab@city.example"
    assert reverse("messages") in mail.body
    assert WORDS["text"] not in mail.body
    assert WORDS["reply_to"] not in mail.body


def test_whoever_is_signed_in_is_answered_at_their_account(client_of, contact, mo, ben):
    client_of(ben).post(reverse("contact"), {"text": "언제 시작해요?"})

    assert "ben@example.kr" in client_of(mo).get(reverse("messages")).content.decode()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [({"text": ""}, "This field is required"), ({"reply_to": "over there"}, "Write an e-mail address or a telephone")],
)
def test_a_message_that_nobody_can_use_is_given_back(client_of, words, sentence):
    page = client_of().post(reverse("contact"), WORDS | words).content.decode()

    assert sentence in page
    assert not ContactMessage.objects.exists()


def test_one_address_writes_so_many_messages_an_hour_and_who_is_signed_in_is_counted_alone(client_of, ben):
    client, most = client_of(), MESSAGES_OF_AN_ADDRESS.times[0][0]
    for _message in range(most):
        assert client.post(reverse("contact"), WORDS).status_code == 302

    assert client.post(reverse("contact"), WORDS).status_code == 429
    assert ContactMessage.objects.count() == most
    assert client_of(ben).post(reverse("contact"), WORDS).status_code == 302


# Answering


def test_staff_of_an_office_read_its_messages_and_no_others(client_of, office, pilot, mo):
    clerk = make_person("clerk", Role.MODERATOR)
    clerk.grants.update(office=office)
    somebody = make_person("somebody", area=pilot.test_bed.area, confirmed=True)
    elsewhere = build.announced_pilot(mo, of=build.service(author=somebody, moderator=mo))
    elsewhere.test_bed.area = make_area("한솔동", "Hansol-dong", "3611051000")
    elsewhere.test_bed.save()
    for about, text in ((pilot, "To Dodam"), (elsewhere, "To Hansol"), (None, "To the city")):
        write_to_the_city(text, pilot=about, person=None, reply_to="", language="ko", at=NOW)

    page = client_of(clerk).get(reverse("messages")).content.decode()

    assert [text in page for text in ("To Dodam", "To Hansol", "To the city")] == [True, False, False]
    everything = client_of(mo).get(reverse("messages")).content.decode()
    assert all(text in everything for text in ("To Dodam", "To Hansol", "To the city"))
    assert AccessRecord.objects.filter(by=clerk, action=AccessRecord.Action.CONTACTS_SEEN, about="messages").exists()


def test_a_message_is_marked_as_answered_once(client_of, mo, adam):
    message = ContactMessage.objects.create(text="Hello?", language="ko", at=NOW)
    url = reverse("message_answered", args=[message.pk])

    client_of(mo).post(url)
    client_of(adam).post(url)

    message.refresh_from_db()
    assert message.done_by == mo
    assert "Hello?" not in client_of(mo).get(reverse("messages")).content.decode()
    assert "Hello?" in client_of(mo).get(f"{reverse('messages')}?show=answered").content.decode()


def test_a_message_of_another_office_is_marked_by_nobody_else(client_of, office):
    clerk = make_person("clerk", Role.MODERATOR)
    clerk.grants.update(office=make_office("hansol"))
    message = ContactMessage.objects.create(office=office, text="Hello?", language="ko", at=NOW)

    assert client_of(clerk).post(reverse("message_answered", args=[message.pk])).status_code == 404


# How long


def test_a_message_goes_after_the_promised_time(client_of, contact):
    ContactMessage.objects.create(text="old", language="ko", at=NOW - MESSAGES_KEPT - timedelta(seconds=1))
    ContactMessage.objects.create(text="new", language="ko", at=NOW - MESSAGES_KEPT + timedelta(seconds=1))

    apply_retention(at=NOW)

    assert ContactMessage.objects.get().text == "new"
    assert "It is deleted 180 days after you sent it" in " ".join(client_of().get("/contact/").content.decode().split())


def test_what_somebody_wrote_is_taken_along_and_goes_with_the_account(client_of, ben):
    client_of(ben).post(reverse("contact"), WORDS)
    assert my_data.export_of(ben)["messages"][0]["text"] == WORDS["text"]

    my_data.forget(ben, at=NOW)

    assert not ContactMessage.objects.exists()


# The privacy policy


@pytest.mark.parametrize("language", ["ko", "en"])
def test_policy_names_officer_remedies_and_history(client_of, settings, language):
    settings.PRIVACY_OFFICER = PrivacyOfficer(
        name="홍길동", department="정보보호과", phone="044-300-0118", email="privacy@city.example"
    )

    page = client_of(language=language).get(reverse("privacy")).content.decode()

    for words in ("홍길동", "정보보호과", "044-300-0118", "privacy@city.example"):
        assert words in page
    for remedy in REMEDIES:
        assert f'href="tel:{remedy.phone.replace("-", "")}"' in page
    for version in HISTORY:
        assert version.since.isoformat() in page


@pytest.mark.parametrize("language", ["ko", "en"])
def test_policy_has_every_part_that_article_30_asks_for(client_of, language):
    page = client_of(language=language).get(reverse("privacy")).content.decode()

    assert [f"<h2>{number}. " in page for number in range(1, 12)] == [True] * 11


def test_policy_names_processors_and_says_so_where_there_is_none(client_of, settings):
    settings.PROCESSORS = ()
    assert "no other company works with personal data" in client_of().get(reverse("privacy")).content.decode()

    settings.PROCESSORS = (Processor("Host Ltd", "runs the servers"),)
    assert "Host Ltd: runs the servers" in client_of().get(reverse("privacy")).content.decode()


def test_policy_without_an_officer_says_so(client_of, nobody_named):
    assert "has not named an officer yet" in client_of().get(reverse("privacy")).content.decode()


def test_history_is_newest_first():
    days = [version.since for version in HISTORY]

    assert days == sorted(days, reverse=True)


def test_a_site_that_names_nobody_is_warned_before_it_goes_out(nobody_named):
    [warning] = [found for found in run_checks(include_deployment_checks=True) if found.id == "livinglab.W001"]

    assert "PRIVACY_OFFICER_NAME" in warning.msg
    assert "CONTACT_PHONE" in warning.msg


def test_a_site_that_names_everybody_is_not_warned(contact, settings):
    settings.PRIVACY_OFFICER = PrivacyOfficer(name="홍길동", department="과", phone="044-118", email="a@b.kr")

    assert not [found for found in run_checks(include_deployment_checks=True) if found.id == "livinglab.W001"]
