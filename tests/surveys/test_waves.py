"""Waves open, invite, remind and close by themselves; each sweep may run twice."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from livinglab.notices.models import Notice
from livinglab.notices.texts import render
from surveys.actions.waves import close_wave, invite, open_wave, remind
from surveys.errors import TooEarlyToClose, WrongWaveStage
from surveys.metrics.figures import people_of
from surveys.metrics.reach import reach_of
from surveys.metrics.refresh import refresh, state_of_wave
from surveys.metrics.release import live_desk
from surveys.models import Invitation, Snapshot, Verdict, Wave
from surveys.tasks import invite_and_remind, open_and_close_waves, refresh_wave
from tests.builders.pilots import joined
from tests.builders.surveys import answer, answers_of, closed_wave, open_wave_of, registered_survey, take_part

pytestmark = pytest.mark.django_db


def test_a_wave_opens_and_closes_on_its_dates_without_anybody(eva):
    # Planned so that by now the first wave has run for a day.
    survey = registered_survey(eva, at=timezone.now() - timedelta(days=2))
    take_part(survey, 2)
    open_and_close_waves()
    open_and_close_waves()
    wave = survey.waves.get(number=1)
    assert wave.stage == Wave.Stage.OPEN
    assert Invitation.objects.filter(wave=wave).count() == 2
    assert survey.waves.get(number=2).stage == Wave.Stage.PLANNED

    Wave.objects.filter(pk=wave.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    open_and_close_waves()
    open_and_close_waves()
    wave.refresh_from_db()
    assert wave.stage == Wave.Stage.CLOSED
    assert Snapshot.objects.count() == Verdict.objects.count() == 1


def test_who_joins_while_a_wave_is_open_is_invited_too(survey, wave, ben):
    assert invite(wave, at=wave.opens_at) == 0
    joined(survey.pilot, ben, at=survey.made_at)
    assert invite(wave, at=wave.opens_at) == 1
    assert invite(wave, at=wave.opens_at) == 0

    notice = Notice.objects.get(person=ben, kind="invitation")
    assert f"/answer/{wave.pk}/with/" in notice.url
    assert render(notice, "en").subject == "Survey 1 about Footstep lamps is open"
    assert "without signing in" in render(notice, "en").body


def test_the_desk_counts_the_invited_as_every_sweep_kept_them(survey, wave, ana, ben):
    assert live_desk(wave)["invited"] == 0

    joined(survey.pilot, ana, at=survey.made_at, age_band="75+", sex="f")
    joined(survey.pilot, ben, at=survey.made_at)
    for _sweep in range(2):
        invite(wave, at=wave.opens_at)
        live, reach = live_desk(wave), reach_of(wave)
        assert (live["invited"], live["started"]) == (reach.invited, reach.started) == (2, 0)
        assert live["people"] == people_of({variable: {} for variable in reach.by}, reach)
    assert reach.by["age"]["75+"] == 1


def test_reminders_go_to_who_has_not_answered_and_not_too_often(survey, wave, ana, ben):
    anas, _bens = (joined(survey.pilot, person, at=survey.made_at) for person in (ana, ben))
    invite(wave, at=wave.opens_at)
    answer(wave, anas)
    after = [wave.opens_at + timedelta(days=days) for days in (1, 3, 4, 6, 9)]

    assert [remind(wave, at=at) for at in after] == [0, 1, 0, 1, 0]
    assert remind(wave, at=after[-1]) == 0
    assert Notice.objects.filter(kind="reminder", person=ben).count() == 2
    assert not Notice.objects.filter(kind="reminder", person=ana).exists()


def test_the_sweep_invites_and_reminds_without_repeating_itself(eva, ben):
    survey = registered_survey(eva, at=timezone.now() - timedelta(days=2))
    wave = open_wave_of(survey)
    joined(survey.pilot, ben, at=survey.made_at)
    invite_and_remind()
    invite_and_remind()
    assert Notice.objects.filter(kind="invitation", person=ben).count() == 1
    assert Invitation.objects.filter(wave=wave).count() == 1


def test_a_wave_with_a_look_closes_at_its_registered_time_only(wave):
    with pytest.raises(TooEarlyToClose):
        close_wave(wave, at=wave.closes_at - timedelta(seconds=1))
    close_wave(wave, at=wave.closes_at)
    with pytest.raises(WrongWaveStage):
        close_wave(wave, at=wave.closes_at)


def test_a_wave_that_is_no_look_may_close_early(eva):
    survey = registered_survey(eva, looks=(2,))
    wave = open_wave_of(survey)
    snapshot = close_wave(wave, at=wave.opens_at + timedelta(days=1))

    assert not Verdict.objects.exists()
    assert snapshot.results["counts"]["answered"] == 0


def test_one_wave_at_a_time(survey, wave):
    second = survey.waves.get(number=2)
    with pytest.raises(WrongWaveStage, match="Another wave"):
        open_wave(second, at=second.opens_at)


def test_a_snapshot_and_its_verdict_never_change(survey, wave):
    answers_of(wave, take_part(survey, 6), accepting=6)
    closed_wave(wave)
    for change in (
        lambda: Snapshot.objects.update(results={}),
        lambda: Verdict.objects.all().delete(),
        lambda: Verdict.objects.update(outcome="SCALE"),
    ):
        with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
            change()


def test_refreshing_twice_is_refreshing_once(survey, wave):
    answers_of(wave, take_part(survey, 3), accepting=2)
    refresh_wave(wave.pk)
    before = state_of_wave(wave).to_bytes()
    refresh_wave(wave.pk)
    refresh(wave, at=wave.opens_at)

    assert state_of_wave(wave).to_bytes() == before


def test_the_full_form_goes_the_same_way(eva):
    survey = registered_survey(eva, bank="lla-31", n_min=4, m_min=1)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 4), accepting=3)

    snapshot = closed_wave(wave)

    assert [construct["name"] for construct in snapshot.results["constructs"]][:3] == ["PU", "PE", "SI"]
    assert snapshot.results["accept"]["value"] == 0.75
    assert snapshot.verdict.codes == ["N_GROUP:65+"]
