"""Fifty people on one Wi-Fi sign up, sign in and answer; somebody among them tries what is not hers."""

import pytest
from django.test import Client
from django.urls import reverse

from livinglab.accounts.limits import WRONG_LINKS
from livinglab.accounts.models import Person
from livinglab.notices.models import Mail
from pilots.models import Enrolment
from surveys.links import answer_link
from tests.accounts.test_agreements import SIGN_UP
from tests.builders.surveys import open_wave_of, registered_survey, take_part
from tests.people import PASSWORD, make_person
from tests.web.test_mail_codes import code_in

pytestmark = pytest.mark.django_db
PEOPLE = 50


@pytest.fixture(autouse=True)
def behind_one_proxy(settings):
    settings.PROXY_COUNT = 1


def somebody() -> Client:
    """On the hall's network; what she writes into the header herself changes nothing."""
    return Client(headers={"accept-language": "en", "x-forwarded-for": "198.51.100.9, 203.0.113.7"})


def test_all_of_them_sign_up(db):
    for number in range(PEOPLE):
        client, email = somebody(), f"guest{number}@example.kr"
        # Half of them forget something first.
        if number % 2:
            assert client.post(reverse("account_signup"), SIGN_UP | {"email": email, "nickname": ""}).status_code == 200
        sent = client.post(reverse("account_signup"), SIGN_UP | {"email": email, "nickname": f"guest {number}"})
        assert sent.status_code == 302, sent.content.decode()
        code = {"code": code_in(Mail.objects.get(to=email))}
        assert client.post(reverse("account_email_verification_sent"), code).status_code == 302

    assert Person.objects.filter(emailaddress__verified=True).count() == PEOPLE


def test_all_of_them_sign_in_with_a_password_and_with_a_code():
    for number in range(PEOPLE):
        person, client = make_person(f"guest{number}"), somebody()
        if number % 2:
            client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        else:
            client.post(reverse("account_request_login_code"), {"email": person.email})
            code = {"code": code_in(Mail.objects.get(to=person.email))}
            client.post(reverse("account_confirm_login_code"), code)
        assert client.get(reverse("me:profile")).status_code == 200


def test_all_of_them_open_their_links_while_one_of_them_guesses(eva):
    survey = registered_survey(eva, n_min=8, m_min=2)
    take_part(survey, PEOPLE, prefix="guest")
    wave = open_wave_of(survey)
    links = [answer_link(wave, enrolment) for enrolment in Enrolment.objects.all()]
    assert len(links) == PEOPLE
    wrong = reverse("surveys:answer_link", args=[wave.pk, "guess"])
    guesses = [somebody().get(wrong).status_code for _guess in range(WRONG_LINKS.times[0][0] + 1)]
    assert guesses == [404] * WRONG_LINKS.times[0][0] + [429]

    opened = [somebody().get(link).status_code for link in links]

    assert opened == [302] * PEOPLE
