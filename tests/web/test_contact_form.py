"""What the form of the city takes and gives back, and that the counter stands on every page and on a pilot."""

import pytest
from django.urls import reverse

from livinglab.accounts.limits import MESSAGES
from livinglab.env import Contact
from livinglab.web.models import ContactMessage
from tests.builders import pilots as build
from tests.people import make_office

pytestmark = pytest.mark.django_db
FORM = reverse("contact")
INVISIBLE = ["\u3164\u3164", "\u200b\u200b", "\u2060 \u3164", "\u200d\ufe0f", "\u00a0"]
PAGES = ["/", "/proposals/", "/pilots/", "/contact/", "/privacy/", "/accounts/login/", "/api/docs/", "/no-such-page/"]


@pytest.fixture(autouse=True)
def contact(settings):
    settings.CONTACT = Contact(
        phone="044-300-0120",
        email="lab@city.example",
        counter_ko="시청 1층 민원실",
        counter_en="City hall, ground floor",
    )


@pytest.fixture
def pilot(mo):
    return build.announced_pilot(mo)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_names_the_counter_in_the_language_of_the_reader(client_of, address):
    assert "City hall, ground floor" in client_of().get(address).content.decode().split("<footer")[1]
    assert "시청 1층 민원실" in client_of(language="ko").get(address).content.decode().split("<footer")[1]


def test_pages_of_staff_name_the_counter_too(client_of, mo):
    assert "City hall, ground floor" in client_of(mo).get("/me/residence-desk/").content.decode()


def test_a_pilot_names_the_counter_of_its_office_and_without_one_that_of_the_city(client_of, pilot, dodam):
    address = f"/pilots/{pilot.slug}/"
    assert "City hall, ground floor" in client_of().get(address).content.decode().split("<footer")[0]

    office = make_office("dodam", dodam)
    office.counter_ko, office.counter_en = "도담동 주민센터 2층", "Dodam centre, first floor"
    office.save()

    for language, counter in (("en", "Dodam centre, first floor"), ("ko", "도담동 주민센터 2층")):
        page = client_of(language=language).get(address).content.decode().split("<footer")[0]
        assert counter in page
        assert "City hall, ground floor" not in page


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_message_that_nobody_can_see_is_refused(client_of, text):
    client = client_of()

    page = client.post(FORM, {"text": text})

    assert page.status_code == 200
    assert page.context["form"].errors["text"]
    assert not ContactMessage.objects.exists()
    assert client.post(FORM, {"text": f"{text}Hello"}).status_code == 302
    assert ContactMessage.objects.exists()


@pytest.mark.parametrize("slug", ["%00", "%F0%9F%98%80", "a" * 500, "..%2F..", "no-such-pilot"])
def test_a_pilot_that_cannot_be_is_no_pilot(client_of, pilot, slug):
    page = client_of().get(f"{FORM}?pilot={slug}")

    assert page.status_code == 200
    assert page.context["pilot"] is None
    assert client_of().get(f"{FORM}?pilot={pilot.slug}").context["pilot"] == pilot


def test_a_broken_field_for_the_pilot_loses_no_message(client_of):
    assert client_of().post(FORM, {"text": "Where is the stop?", "pilot": "\x00"}).status_code == 302

    assert ContactMessage.objects.get().pilot is None


def test_a_message_too_many_comes_back_with_its_words(client_of, ben, pilot):
    client, (most, _minute) = client_of(ben), MESSAGES.times[0]
    for number in range(most):
        assert client.post(FORM, {"text": f"Message {number}"}).status_code == 302

    typed = {"text": "The lamp at the bridge is out.", "reply_to": "010-1234-5678", "pilot": pilot.slug}
    page = client.post(FORM, typed)

    assert page.status_code == 429
    assert "You can go on in" in page.content.decode()
    assert (page.context["form"]["text"].value(), page.context["pilot"]) == (typed["text"], pilot)
    assert "The lamp at the bridge is out." in page.content.decode()
    assert "010-1234-5678" in page.content.decode()
    assert ContactMessage.objects.count() == most
