"""Whose contacts were let go is not asked again and cannot answer a second time, also while a wave is still open."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pilots.actions.plan import change_consent_text
from pilots.actions.run import end_pilot
from pilots.consent import usual_words
from pilots.models import ConsentText
from pilots.periods import CONTACTS_KEPT
from surveys.actions.answer import start_response
from surveys.actions.retention import delete_contacts_of_past_pilots
from surveys.actions.waves import invite
from surveys.errors import NotTakingPart
from surveys.links import answer_link
from surveys.models import ParticipantKey, Wave
from tests.builders.pilots import joined
from tests.builders.surveys import (
    answer,
    closed_wave,
    on_the_pages_of,
    open_wave_of,
    planned_survey,
    registered,
    reloaded,
)

pytestmark = pytest.mark.django_db
MONITORING = ConsentText.Purpose.MONITORING
DAY = timedelta(days=1)


def night_after(day) -> datetime:
    """Four in the morning of that day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 4))


@pytest.fixture
def survey(eva):
    """One wave of two months within a trial of three; its pilot asks for consent to be asked again afterwards."""
    survey = planned_survey(eva, waves=1)
    survey.waves.update(closes_at=survey.waves.get().opens_at + 60 * DAY)
    change_consent_text(survey.pilot, purpose=MONITORING, words=usual_words(MONITORING), at=survey.made_at)
    registered(survey, eva, n_min=8, m_min=2)
    return survey


@pytest.fixture
def anas(survey, ana):
    """Ana agreed to be asked again."""
    return joined(survey.pilot, ana, at=survey.made_at, asked_again=True)


@pytest.fixture
def bens(survey, ben):
    """Ben did not."""
    return joined(survey.pilot, ben, at=survey.made_at)


@pytest.fixture
def wave(survey, anas, bens):
    wave = open_wave_of(survey)
    assert not wave.asks_only_who_agreed
    return wave


def end_early(wave: Wave, mo) -> datetime:
    """The trial ends on the third day of its wave; returns the night in which contacts go, while the wave is open."""
    ended = wave.opens_at + 3 * DAY
    end_pilot(wave.survey.pilot, by=mo, at=ended)
    night = night_after(timezone.localdate(ended) + CONTACTS_KEPT)
    assert night < wave.closes_at
    return night


def test_nobody_answers_twice_through_a_link_that_outlived_their_contacts(client_of, wave, anas, bens, ben, mo):
    link, before = answer_link(wave, bens), client_of()
    assert before.get(link).status_code == 302
    answer(wave, bens)
    night = end_early(wave, mo)
    assert delete_contacts_of_past_pilots(night) == 1

    assert client_of().get(link).status_code == 403
    # Neither does the session of a device on which the link was opened before, nor signing in.
    for device in (on_the_pages_of(bens, wave, before), on_the_pages_of(bens, wave, client_of(ben))):
        assert device.get(reverse("surveys:answer", args=[wave.pk])).status_code == 403
        device.post(reverse("surveys:answer", args=[wave.pk]))
        device.post(reverse("surveys:answer_screen", args=[wave.pk, 1]), {"SL": "5"})
        device.post(reverse("surveys:answer_review", args=[wave.pk]))
    with pytest.raises(NotTakingPart):
        start_response(reloaded(wave), bens, at=night)
    assert wave.responses.count() == 1


def test_whoever_did_not_agree_is_not_asked_any_more_once_the_trial_ended_early(client_of, wave, bens, mo):
    device = client_of()
    assert device.get(answer_link(wave, bens)).status_code == 302

    end_early(wave, mo)

    assert client_of().get(answer_link(wave, bens)).status_code == 403
    with pytest.raises(NotTakingPart, match="agreed to be asked again"):
        start_response(reloaded(wave), bens, at=wave.opens_at + 4 * DAY)
    assert not wave.responses.exists()


def test_whoever_agreed_stays_until_a_month_after_the_wave_also_when_the_trial_ended_early(wave, anas, ana, mo):
    night = end_early(wave, mo)
    delete_contacts_of_past_pilots(night)

    anas.refresh_from_db()
    assert anas.person == ana
    answer(reloaded(wave), anas, at=night)
    assert wave.responses.submitted().count() == 1
    closed_wave(reloaded(wave))

    last = timezone.localdate(wave.closes_at)
    assert delete_contacts_of_past_pilots(night_after(last + CONTACTS_KEPT - DAY)) == 0
    assert ParticipantKey.objects.count() == 1
    assert delete_contacts_of_past_pilots(night_after(last + CONTACTS_KEPT)) == 1
    assert not ParticipantKey.objects.exists()


@pytest.mark.parametrize(("days", "asked"), [(-1, {"ana", "ben"}), (0, {"ana"}), (1, {"ana"})])
def test_a_wave_that_closes_on_the_day_on_which_contacts_go_asks_only_who_agreed(survey, anas, bens, days, asked):
    closes_at = night_after(survey.pilot.contacts_go_on + days * DAY)
    survey.waves.update(opens_at=closes_at - 14 * DAY, closes_at=closes_at)

    wave = open_wave_of(survey)
    invite(wave, at=wave.opens_at)

    assert {invitation.enrolment.person.nickname for invitation in wave.invitations.all()} == asked
    assert wave.asks_only_who_agreed == (asked == {"ana"})
    for enrolment in (anas, bens):
        if enrolment.person.nickname in asked:
            start_response(wave, enrolment, at=wave.opens_at)
        else:
            with pytest.raises(NotTakingPart):
                start_response(wave, enrolment, at=wave.opens_at)


@pytest.mark.parametrize("signed_in", [False, True])
def test_what_an_older_version_left_in_a_session_does_no_harm(client_of, wave, anas, bens, ben, signed_in):
    device = client_of(ben if signed_in else None)
    session = device.session
    session["answering"] = {"wave": wave.pk, "enrolment": anas.pk, "pressed_at": timezone.now().isoformat()}
    session.save()

    page = device.get(reverse("surveys:answer", args=[wave.pk]))

    assert page.status_code == (200 if signed_in else 302)
    if signed_in:
        assert (page.context["answering"].name, page.context["answering"].by_link) == ("ben", None)
    else:
        assert page["Location"].startswith(reverse("account_login"))
    assert device.get("/").status_code == 200
    assert device.get(answer_link(wave, bens)).status_code == 302
    assert device.get(reverse("surveys:answer", args=[wave.pk])).context["answering"].name == "ben"
