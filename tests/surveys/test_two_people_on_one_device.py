"""The link of an invitation belongs to one person. On a device that others use too, nothing lands in another's record.

Ana and Ben take part in one pilot, sam has an account and takes no part. "The device" is one browser: one client.
"""

from datetime import timedelta
from itertools import permutations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys import link_sessions
from surveys.actions.answer import response_of
from surveys.links import answer_link, page_mark
from surveys.models import OpenAnswer, Response
from surveys.questionnaire import questionnaire_of
from tests.builders.pilots import joined
from tests.builders.surveys import CONTENT, answer, registered_survey
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(eva):
    return registered_survey(eva, n_min=8, m_min=2, with_open_question=True)


@pytest.fixture
def anas(survey, ana):
    return joined(survey.pilot, ana, age_band="30-39", at=survey.made_at)


@pytest.fixture
def bens(survey, ben):
    return joined(survey.pilot, ben, age_band="65-74", at=survey.made_at)


@pytest.fixture
def device(client_of):
    return client_of()


def address(wave, name="answer", *args):
    return reverse(f"surveys:{name}", args=[wave.pk, *args])


def first_screen(wave):
    return address(wave, "answer_screen", 1)


def mark_on(page) -> str:
    """What the form of a page carries; nothing where the page has no such form."""
    return page.context["answering"].page_mark if "answering" in (page.context or {}) else ""


def let_an_hour_pass(device, *, minutes=61) -> None:
    session = device.session
    session[link_sessions.KEY] |= {"pressed_at": (timezone.now() - timedelta(minutes=minutes)).isoformat()}
    session.save()


def begin(device, wave):
    """Go on from wherever the page of the survey leads, and say whose answers the page takes."""
    page = device.get(address(wave))
    if page.status_code != 200 or "answering" not in page.context:
        return ""
    device.post(address(wave), {"page_mark": mark_on(page)})
    return page.context["answering"].name


def test_a_link_is_stronger_than_whoever_is_signed_in(client_of, wave, ana, anas, bens):
    tablet = client_of(ana)
    asked = tablet.get(answer_link(wave, bens))
    assert "You are signed in as <bdi>ana</bdi>. This link is for <bdi>ben</bdi>." in asked.content.decode()
    assert not Response.objects.exists()

    opened = tablet.post(answer_link(wave, bens), {"as_owner": "1"})
    assert opened.url == address(wave)
    assert begin(tablet, wave) == "ben"
    tablet.post(first_screen(wave), {"SL": "1", "page_mark": mark_on(tablet.get(first_screen(wave)))})
    assert response_of(bens, wave).answers[level_of(wave)] == 1
    assert response_of(anas, wave) is None
    # Everywhere else she is still herself.
    assert tablet.get(reverse("me:profile")).context["user"] == ana
    # And nobody is asked twice.
    assert tablet.get(answer_link(wave, bens)).url == address(wave)


def test_whoever_is_signed_in_may_stay(client_of, wave, ana, anas, bens):
    tablet = client_of(ana)
    stayed = tablet.post(answer_link(wave, bens), {"stay": "1"})

    assert stayed.url == reverse("pilots:detail", args=[wave.survey.pilot.slug])
    assert begin(tablet, wave) == "ana"


def test_nobody_is_asked_who_opens_the_link_that_is_hers(client_of, wave, ana, anas):
    phone = client_of(ana)
    assert phone.get(answer_link(wave, anas)).url == address(wave)
    page = phone.get(address(wave))
    assert page.context["answering"].by_link is None
    assert "Finish on this device" not in page.content.decode()
    assert "Not you? Sign out" in page.content.decode()


def test_every_page_says_whose_answers_it_takes_and_how_to_finish(device, wave, bens):
    answer(wave, bens, hand_in=False)
    device.get(answer_link(wave, bens))
    for page in (address(wave), first_screen(wave), address(wave, "answer_words"), address(wave, "answer_review")):
        body = device.get(page).content.decode()
        assert "Answering as <strong><bdi>ben</bdi></strong>" in body
        assert f'action="{address(wave, "answer_finish")}"' in body
        assert 'id="still-there"' in body
    for page in (first_screen(wave), address(wave, "answer_words"), address(wave, "answer_review")):
        assert f'name="page_mark" value="{page_mark(wave, bens)}"' in device.get(page).content.decode()


def test_the_session_of_a_link_sees_one_wave(client_of, device, survey, wave, ben, bens):
    device.get(answer_link(wave, bens))

    assert device.get(address(survey.waves.get(number=2))).url.startswith("/accounts/login")
    for name in ("me:profile", "pilots:mine", "notices:list"):
        assert device.get(reverse(name)).url.startswith("/accounts/login")


def test_finishing_leaves_nothing_behind(device, wave, bens):
    answer(wave, bens, hand_in=False)
    device.get(answer_link(wave, bens))
    done = device.post(address(wave, "answer_finish"), follow=True)
    assert "Your survey is closed on this device" in done.content.decode()

    for page in (address(wave), first_screen(wave), address(wave, "answer_words"), address(wave, "answer_review")):
        body = device.get(page).content.decode()
        assert "open the link in your message again" in body
        assert "ben" not in body
    assert device.get(answer_link(wave, bens)).url == address(wave)
    assert "go on where you left off" in device.get(address(wave)).content.decode()


def test_after_thanks_the_link_has_to_be_opened_again(device, wave, bens):
    answer(wave, bens, hand_in=False)
    device.get(answer_link(wave, bens))
    review = address(wave, "answer_review")
    thanks = device.post(review, {"page_mark": mark_on(device.get(review))}, follow=True).content.decode()
    assert "Your answers count" in thanks
    assert "open the link in your message again" in thanks
    assert "See my answers" not in thanks

    for page in (review, address(wave, "answer_thanks"), address(wave)):
        assert "Your answers are handed in" in device.get(page).content.decode()
    assert Response.objects.get().submitted_at is not None
    device.get(answer_link(wave, bens))
    assert "These answers have been handed in" in device.get(review).content.decode()


def test_an_hour_without_a_press_ends_it_and_what_was_chosen_waits_for_the_owner_of_the_link(device, wave, bens, ana):
    device.get(answer_link(wave, bens))
    begin(device, wave)
    mark = mark_on(device.get(first_screen(wave)))
    let_an_hour_pass(device, minutes=59)
    assert device.get(first_screen(wave)).context["answering"].name == "ben"

    let_an_hour_pass(device)
    late = device.post(first_screen(wave), {"SL": "3", "page_mark": mark})
    assert "Nobody pressed anything for an hour" in late.content.decode()
    assert 3 not in Response.objects.get().answers

    device.get(answer_link(wave, bens))
    page = device.get(first_screen(wave))
    assert page.context["form"]["SL"].value() == "3"
    assert "It has not been saved yet" in page.content.decode()


def test_what_was_chosen_too_late_waits_for_nobody_else(client_of, device, wave, ana, anas, bens):
    device.get(answer_link(wave, bens))
    begin(device, wave)
    let_an_hour_pass(device)
    device.post(first_screen(wave), {"SL": "3", "page_mark": page_mark(wave, bens)})

    device.get(answer_link(wave, anas))
    begin(device, wave)
    assert device.get(first_screen(wave)).context["form"]["SL"].value() != "3"
    device.force_login(ana)
    assert device.get(first_screen(wave)).context["form"]["SL"].value() != "3"
    assert "kept_posts" not in device.session or not device.session["kept_posts"]


def test_pressing_keeps_it_open_and_asking_how_long_does_not(device, wave, bens):
    left = address(wave, "answer_time_left")
    assert device.get(left).json() == {"seconds": 0}
    device.get(answer_link(wave, bens))
    let_an_hour_pass(device, minutes=56)

    assert 230 <= device.get(left).json()["seconds"] <= 240
    assert 230 <= device.get(left).json()["seconds"] <= 240
    assert device.post(left).json()["seconds"] >= 3590
    assert device.get(left)["Cache-Control"].count("no-store") == 1
    let_an_hour_pass(device)
    assert device.post(left).json() == {"seconds": 0}


def test_signing_in_drops_the_link(device, wave, ben, anas, bens, ana, sam):
    device.get(answer_link(wave, bens))
    device.post(reverse("account_login"), {"login": sam.email, "password": PASSWORD})
    assert device.get(address(wave)).status_code == 403

    device.post(reverse("account_logout"))
    assert device.get(address(wave)).url.startswith("/accounts/login")


def test_somebody_who_has_left_answers_no_more_by_link(device, wave, bens):
    device.get(answer_link(wave, bens))
    bens.state, bens.left_at = "left", wave.opens_at
    bens.save()

    assert device.get(address(wave)).status_code == 403
    assert device.get(answer_link(wave, bens)).status_code == 403


def test_a_page_made_for_somebody_else_is_refused_and_says_so(client_of, wave, ana, anas, bens):
    device = client_of(ana)
    begin(device, wave)
    for mark in (page_mark(wave, bens), "", "made up"):
        for page in (address(wave), first_screen(wave), address(wave, "answer_words"), address(wave, "answer_review")):
            refused = device.post(page, {"SL": "2", "words": "mine", "page_mark": mark})
            assert refused.status_code == 409
            assert "somebody else" in refused.content.decode()
    assert Response.objects.get().submitted_at is None
    assert not OpenAnswer.objects.exists()


# What can happen on a device, in every order.
OPENING = ["ana signs in", "ben opens his link", "ana opens her link"]
ENDING = ["somebody finishes", "an hour passes"]
ORDERS = [
    *permutations([*OPENING, "somebody signs out"], 3),
    *((first, ending, second) for first, second in permutations(OPENING, 2) for ending in ENDING),
]


def take(step, device: Client, wave, ana, anas, bens) -> None:
    if step == "ana signs in":
        device.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    elif step == "somebody signs out":
        device.post(reverse("account_logout"))
    elif step == "somebody finishes":
        device.post(address(wave, "answer_finish"))
    elif step == "an hour passes":
        if "enrolment" in device.session.get(link_sessions.KEY, {}):
            let_an_hour_pass(device)
    else:
        enrolment = anas if step.startswith("ana") else bens
        if device.get(answer_link(wave, enrolment)).status_code == 200:
            device.post(answer_link(wave, enrolment), {"as_owner": "1"})


@pytest.mark.parametrize("order", ORDERS, ids=", ".join)
def test_in_every_order_nothing_lands_in_the_record_of_the_other(device, wave, ana, anas, bens, order):
    chosen = {anas.pk: 1, bens.pk: 2}
    written = {anas.pk: "These are the words of ana.", bens.pk: "These are the words of ben."}
    for enrolment in (anas, bens):
        answer(wave, enrolment, hand_in=False)
    words = address(wave, "answer_words")

    for step in order:
        take(step, device, wave, ana, anas, bens)
        # Each has a page open in a tab since before, and sends it now.
        for enrolment in (anas, bens):
            mark = page_mark(wave, enrolment)
            device.post(first_screen(wave), {"SL": str(chosen[enrolment.pk]), "page_mark": mark})
            device.post(words, {"words": written[enrolment.pk], "page_mark": mark})
        for page in (device.get(first_screen(wave)), device.get(words)):
            if page.context and "answering" in page.context:
                reader = page.context["answering"].enrolment
                (other,) = {anas.pk, bens.pk} - {reader.pk}
                assert written[other] not in page.content.decode()

    saved = 0
    for enrolment in (anas, bens):
        response = response_of(enrolment, wave)
        assert response.answers[level_of(wave)] in (CONTENT["SL"], chosen[enrolment.pk])
        texts = list(OpenAnswer.objects.filter(response=response).values_list("text", flat=True))
        assert texts in ([], [written[enrolment.pk]])
        saved += len(texts)
    assert saved


def level_of(wave) -> int:
    return questionnaire_of(wave).column["SL"]
