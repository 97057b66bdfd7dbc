"""Residents answer a wave: screen by screen, kept at each step, changed until it closes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from pilots.actions.enrol import leave_pilot
from surveys.actions.answer import enter_response, save_screen, submit_response
from surveys.actions.waves import cancel_wave
from surveys.actions.withdraw import take_out_withdrawn
from surveys.errors import AlreadyAnswered, NotTakingPart, WaveNotOpen, WrongAnswer
from surveys.links import answer_link
from surveys.models import Entry, EntryClerk, ParticipantKey, Response, TouchedChunk
from tests.builders.pilots import joined
from tests.builders.surveys import CONTENT, answer, closed_wave, on_the_pages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bens(survey, ben):
    return joined(survey.pilot, ben, age_band="65-74", sex="m", at=survey.made_at)


def post_screen(client, wave, number, **answers):
    return client.post(reverse("surveys:answer_screen", args=[wave.pk, number]), answers)


def test_a_resident_answers_screen_by_screen_and_hands_in(client_of, wave, ben, bens):
    client = on_the_pages_of(bens, wave, client_of(ben))
    page = client.get(reverse("surveys:answer", args=[wave.pk]))
    assert "19 short questions" in page.content.decode()

    begun = client.post(reverse("surveys:answer", args=[wave.pk]))
    assert begun.url == reverse("surveys:answer_screen", args=[wave.pk, 1])
    next_page = post_screen(client, wave, 1, SL="4")
    assert next_page.url == reverse("surveys:answer_screen", args=[wave.pk, 2])
    post_screen(client, wave, 2, PU1="4", PU2="5", PE1="dk", PE2="2")

    response = Response.objects.get()
    assert response.answers[:4] == [4, 5, 98, 2]
    assert response.submitted_at is None
    assert client.get(reverse("surveys:answer", args=[wave.pk])).content.decode().count("Go on") == 1

    for number in range(3, 9):
        post_screen(client, wave, number, leave_open="1")
    assert "left open" in client.get(reverse("surveys:answer_review", args=[wave.pk])).content.decode()
    handed_in = client.post(reverse("surveys:answer_review", args=[wave.pk]))
    assert handed_in.url == reverse("surveys:answer_thanks", args=[wave.pk])
    assert "Your answers count" in client.get(handed_in.url).content.decode()
    response.refresh_from_db()
    assert (response.cell, response.groups, response.use_level) == ("65-74/m/3611052000", ["65+"], 4)
    assert TouchedChunk.objects.filter(wave=wave, chunk=response.chunk).count() == 1


def test_whoever_has_handed_in_is_not_told_that_a_survey_waits(client_of, wave, ben, bens):
    client = client_of(ben)
    pages = ["/", reverse("pilots:mine"), reverse("pilots:detail", args=[wave.survey.pilot.slug])]
    waits = [f'href="{reverse("surveys:answer", args=[wave.pk])}"'] * 3
    assert all(link in client.get(page).content.decode() for link, page in zip(waits, pages, strict=True))

    answer(wave, bens)

    home, mine, pilot = (client.get(page).content.decode() for page in pages)
    assert waits[0] not in home
    assert "Handed in. Thank you!" in mine
    assert "You have handed in survey 1. Thank you!" in pilot
    assert "Answer the survey" not in home + mine + pilot


def test_leaving_questions_open_is_asked_about_once_and_then_accepted(client_of, wave, ben, bens):
    client = on_the_pages_of(bens, wave, client_of(ben))
    client.post(reverse("surveys:answer", args=[wave.pk]))
    page = post_screen(client, wave, 2, PU1="4")

    assert page.status_code == 200
    assert "3 questions have no answer yet" in page.content.decode()
    assert page.content.decode().count(" checked") == 1
    again = post_screen(client, wave, 2, PU1="4", leave_open="1")
    assert again.status_code == 302
    assert Response.objects.get().answers[:4] == [4, 99, 99, 99]


def test_the_key_of_the_comprehension_questions_never_reaches_the_client(client_of, wave, ben, bens):
    client = on_the_pages_of(bens, wave, client_of(ben))
    client.post(reverse("surveys:answer", args=[wave.pk]))

    for number in range(1, 9):
        page = client.get(reverse("surveys:answer_screen", args=[wave.pk, number])).content.decode()
        assert "correct" not in page
    knowledge = client.get(reverse("surveys:answer_screen", args=[wave.pk, 6])).content.decode()
    places = [knowledge.index(f"Answer {option}") for option in range(1, 5)]
    assert places == sorted(places)


def test_the_link_of_an_invitation_works_without_signing_in_for_its_wave_only(client_of, survey, wave, bens):
    client = on_the_pages_of(bens, wave, client_of())
    opened = client.get(answer_link(wave, bens))
    assert opened.url == reverse("surveys:answer", args=[wave.pk])
    assert client.post(opened.url).status_code == 302
    assert Response.objects.filter(wave=wave).count() == 1

    other = survey.waves.get(number=2)
    assert client.get(reverse("surveys:answer", args=[other.pk])).url.startswith("/accounts/login")
    token = answer_link(wave, bens).split("/")[-2]
    assert client.get(reverse("surveys:answer_link", args=[other.pk, token])).status_code == 404
    assert str(ParticipantKey.objects.get().key) not in token


def test_a_link_stops_working_when_its_wave_closes(client_of, wave, bens):
    link = answer_link(wave, bens)
    closed_wave(wave)

    page = client_of().get(link)
    assert page.status_code == 200
    assert "This survey is closed" in page.content.decode()


def test_guessing_links_is_stopped_and_keeps_nobody_else_out(client_of, wave, bens):
    client = client_of()
    tries = [client.get(reverse("surveys:answer_link", args=[wave.pk, f"guess{n}"])).status_code for n in range(21)]

    assert tries == [404] * 20 + [429]
    refused = client.get(reverse("surveys:answer_link", args=[wave.pk, "guess"]))
    assert "You can go on in 10 minutes." in refused.content.decode()
    assert 0 < int(refused["Retry-After"]) <= 600
    assert client.get(answer_link(wave, bens)).status_code == 302


def test_wrong_links_are_counted_by_the_address_that_the_proxy_saw(client_of, wave, settings):
    settings.PROXY_COUNT = 1
    client, wrong = client_of(), reverse("surveys:answer_link", args=[wave.pk, "guess"])
    tries = [client.get(wrong, headers={"X-Forwarded-For": "203.0.113.7"}).status_code for _try in range(21)]

    assert tries[-1] == 429
    assert client.get(wrong, headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 404
    assert client.get(wrong, headers={"X-Forwarded-For": "203.0.113.7, 203.0.113.9"}).status_code == 404


def test_what_was_chosen_survives_an_expired_session(client_of, wave, ben, bens):
    client = on_the_pages_of(bens, wave, client_of(ben))
    client.post(reverse("surveys:answer", args=[wave.pk]))
    client.logout()
    sent = post_screen(client, wave, 2, PU1="3", PU2="5", PE1="4", PE2="1")
    assert sent.url.startswith("/accounts/login")

    client.force_login(ben)
    page = client.get(reverse("surveys:answer_screen", args=[wave.pk, 2]))
    assert page.context["form"]["PU2"].value() == "5"


def test_answers_change_until_the_wave_closes_and_never_after(wave, bens):
    response = answer(wave, bens)
    save_screen(wave, bens, 1, {"PU1": 1}, at=wave.opens_at + timedelta(days=1))
    response.refresh_from_db()
    assert response.answers[0] == 1
    assert TouchedChunk.objects.count() == 2

    closed_wave(wave)
    with pytest.raises(WaveNotOpen):
        save_screen(wave, bens, 1, {"PU1": 5}, at=wave.closes_at)
    response.refresh_from_db()
    assert response.answers[0] == 1


def test_handing_in_twice_counts_once(wave, bens):
    first = answer(wave, bens)
    again = submit_response(wave, bens, at=wave.closes_at - timedelta(hours=1))

    assert again.submitted_at == first.submitted_at
    assert Response.objects.count() == TouchedChunk.objects.count() == 1


def test_an_answer_that_is_no_choice_is_refused(wave, bens):
    answer(wave, bens)
    with pytest.raises(WrongAnswer):
        save_screen(wave, bens, 1, {"PU1": 7}, at=wave.opens_at)


def test_who_takes_no_part_does_not_answer(client_of, wave, sam, survey, bens):
    assert client_of(sam).get(reverse("surveys:answer", args=[wave.pk])).status_code == 403
    bens.state, bens.left_at = "left", wave.opens_at
    bens.save()
    with pytest.raises(NotTakingPart):
        answer(wave, bens)


def test_a_cancelled_wave_takes_no_answers(wave, bens):
    cancel_wave(wave, reason="The lamps failed.", at=wave.opens_at)
    with pytest.raises(WaveNotOpen):
        answer(wave, bens)


def test_paper_is_entered_once_and_says_who_entered_it(wave, bens, mo):
    response = enter_response(wave, bens, CONTENT, mode="paper", by=mo, sheet="K7MN4XQP", at=wave.opens_at)

    assert (response.mode, response.flags, response.submitted_at) == ("paper", [], wave.opens_at)
    assert (response.entry.by, response.entry.at, response.entry.sheet) == (mo, wave.opens_at, "K7MN4XQP")
    with pytest.raises(AlreadyAnswered):
        enter_response(wave, bens, CONTENT, mode="paper", by=mo, sheet="9PFRX7KC", at=wave.opens_at)
    assert Entry.objects.get() == response.entry


def test_what_a_participant_began_is_never_written_over(wave, bens, mo):
    answer(wave, bens, hand_in=False, PU1=1)

    with pytest.raises(AlreadyAnswered):
        enter_response(wave, bens, CONTENT, mode="paper", by=mo, sheet="K7MN4XQP", at=wave.closes_at - timedelta(1))

    response = Response.objects.get()
    assert (response.mode, response.answers[0], response.submitted_at) == ("self", 1, None)
    assert not Entry.objects.exists()
    assert not EntryClerk.objects.exists()


def test_who_entered_stays_when_the_account_goes_and_cannot_be_changed(wave, bens, mo):
    response = enter_response(wave, bens, CONTENT, mode="paper", by=mo, sheet="K7MN4XQP", at=wave.opens_at)
    number = mo.pk
    assert EntryClerk.objects.of(wave.survey.pilot, mo).exists()

    for change in ({"staff_pk": 1}, {"at": wave.closes_at}, {"sheet": "9PFRX7KC"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.update(**change)
    mo.delete()

    entry = Entry.objects.get(response=response)
    assert (entry.by, entry.staff_pk) == (None, number)


def test_who_entered_is_remembered_when_the_answers_are_taken_out(wave, bens, mo):
    enter_response(wave, bens, CONTENT, mode="paper", by=mo, sheet="K7MN4XQP", at=wave.opens_at)

    leave_pilot(bens, at=wave.opens_at, withdraw_answers=True)
    take_out_withdrawn()

    assert not Entry.objects.exists()
    assert EntryClerk.objects.of(wave.survey.pilot, mo).exists()


def test_careless_answers_are_flagged_and_kept(wave, bens):
    response = answer(wave, bens, seconds=1, PE1=5, PE2=5)
    assert response.flags == ["speed", "pair"]
    assert response.milliseconds == 8000


def test_a_response_and_an_enrolment_share_nothing_but_the_joining_table(wave, bens):
    response = answer(wave, bens)
    assert {field.name for field in Response._meta.get_fields() if field.is_relation} == {
        "wave",
        "open_answer",
        "entry",
    }
    assert {field.name for field in Entry._meta.get_fields() if field.is_relation} == {"response", "by"}
    assert response.participant_key == ParticipantKey.objects.get(enrolment=bens).key
    assert str(response.participant_key) not in str(ParticipantKey.objects.get())


def test_nobody_answers_after_the_registered_time_also_where_the_close_is_late(wave, bens):
    answer(wave, bens, hand_in=False, at=wave.closes_at - timedelta(hours=1))

    for late in (wave.closes_at, wave.closes_at + timedelta(hours=3)):
        with pytest.raises(WaveNotOpen):
            save_screen(wave, bens, 0, {"SL": 5}, at=late)
        with pytest.raises(WaveNotOpen):
            submit_response(wave, bens, at=late)
    assert Response.objects.get().submitted_at is None
