"""What becomes of answers when their author takes them back, deletes her account, or the pilot is long over."""

import pytest
from django.utils import timezone

from pilots.actions import personal_data as pilots_data
from pilots.actions.enrol import leave_pilot
from pilots.models import ConsentText
from surveys.actions.personal_data import export_of, forget
from surveys.actions.withdraw import take_out_withdrawn
from surveys.metrics.recount import recount
from surveys.metrics.refresh import refresh, state_of_wave
from surveys.models import ParticipantKey, Response
from tests.builders.pilots import joined
from tests.builders.surveys import answer, answers_of, closed_wave, enter, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def bens(survey, ben):
    return joined(survey.pilot, ben, age_band="65-74", sex="m", at=survey.made_at)


def test_withdrawn_answers_leave_the_counts_and_no_snapshot(survey, wave, bens):
    answers_of(wave, [*take_part(survey, 5), bens], accepting=6)
    snapshot = closed_wave(wave)
    leave_pilot(bens, at=wave.closes_at, withdraw_answers=True)

    assert take_out_withdrawn() == 1
    assert take_out_withdrawn() == 0
    refresh(wave, at=wave.closes_at)
    assert state_of_wave(wave).n(counted=None) == 5
    assert recount(wave).identical
    snapshot.refresh_from_db()
    assert snapshot.results["counts"]["answered"] == 6


def test_answers_stay_without_their_author_where_the_consent_said_so(survey, wave, bens, ben):
    answer(wave, bens)
    pilots_data.forget(ben, at=timezone.now())
    forget(ben, at=timezone.now())

    assert not ParticipantKey.objects.exists()
    assert Response.objects.submitted().count() == 1


def test_answers_go_with_their_author_where_the_consent_said_so(survey, wave, bens, ben):
    ConsentText.objects.update(keeps_answers=False)
    answer(wave, bens)
    pilots_data.forget(ben, at=timezone.now())
    forget(ben, at=timezone.now())

    assert not ParticipantKey.objects.exists()
    assert not Response.objects.exists()
    refresh(wave, at=wave.opens_at)
    assert recount(wave).identical


def test_what_was_begun_goes_with_the_account(survey, wave, bens, ben):
    answer(wave, bens, hand_in=False)
    pilots_data.forget(ben, at=timezone.now())
    forget(ben, at=timezone.now())

    assert not Response.objects.exists()


def test_a_resident_can_take_her_answers_along(survey, wave, bens, ben, sam):
    answer(wave, bens, PU1=5, PE1=98)
    told = export_of(ben)["answers"][0]

    assert told["pilot"] == survey.pilot.slug
    words = {line["code"]: (line["answer"], line["in_words"]) for line in told["answers"]}
    assert words["PU1"][0] == 5
    assert words["PE1"][0] == 98
    assert all(line["in_words"] for line in told["answers"])
    assert not any(export_of(sam).values())


def test_people_take_along_that_staff_entered_their_answers_and_staff_for_which_pilots(survey, wave, bens, ben, mo):
    response = enter(wave, bens, by=mo)

    entered = export_of(ben)["answers"][0]["entered_by_staff"]

    assert entered == {"at": response.entry.at, "sheet": f"{response.entry.sheet[:4]}-{response.entry.sheet[4:]}"}
    assert export_of(ben)["entered_for_others"] == []
    assert export_of(mo)["entered_for_others"] == [{"pilot": survey.pilot.slug, "since": response.entry.at}]
