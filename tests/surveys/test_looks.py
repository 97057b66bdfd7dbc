"""The rule speaks at its registered looks, and at no other moment."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from surveys.actions.sign import sign_verdict
from surveys.actions.waves import cancel_wave
from surveys.errors import CannotSign, NotALook
from surveys.metrics.release import Audience, release
from surveys.metrics.snapshots import judge, registered_look
from surveys.models import Snapshot, Verdict, VerdictSignature, Wave
from surveys.stats.verdict import Kind, Minimum
from tests.builders.surveys import (
    answers_of,
    closed_wave,
    open_wave_of,
    planned_survey,
    registered_survey,
    reloaded,
    take_part,
)

pytestmark = pytest.mark.django_db


def second_wave_after(survey, *, accepting: int) -> Snapshot:
    """The first of two waves closes with so many of twelve people accepting, the second with all of them."""
    people = take_part(survey, 10) + take_part(survey, 2, age_band="75+", prefix="old")
    for number, accept in ((1, accepting), (2, 12)):
        wave = open_wave_of(survey, number)
        answers_of(wave, people, accepting=accept)
        snapshot = closed_wave(wave)
    return snapshot


def test_there_is_no_verdict_before_the_registered_close(survey, wave):
    for at_hand in (wave, survey.waves.get(number=2)):
        with pytest.raises(NotALook, match="not before"):
            registered_look(reloaded(at_hand))


def test_a_wave_that_is_no_look_has_estimates_and_no_verdict(eva):
    survey = registered_survey(eva, looks=(2,), n_min=2, m_min=1)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 4), accepting=4)
    snapshot = closed_wave(wave)

    assert release(snapshot, Audience.DESK)["accept"]["value"] == 1
    assert release(snapshot, Audience.DESK)["verdict"] is None
    with pytest.raises(NotALook, match="does not look at this wave"):
        judge(snapshot, at=wave.closes_at)


def test_a_cancelled_look_is_never_taken(survey, wave):
    cancel_wave(wave, reason="The lamps failed.", at=wave.opens_at)

    with pytest.raises(NotALook, match="forfeited"):
        registered_look(reloaded(wave))


def test_without_a_registered_rule_there_is_no_verdict(eva):
    survey = planned_survey(eva)

    with pytest.raises(NotALook, match="No rule"):
        registered_look(reloaded(survey.waves.get(number=1)))


def test_a_look_is_taken_once(survey, wave):
    snapshot = closed_wave(wave)

    assert registered_look(reloaded(wave))[0] == 1
    assert Verdict.objects.filter(snapshot=snapshot).count() == 1


@pytest.mark.parametrize(("accepting", "outcome"), [(0, "RETIRE"), (2, "REVISE"), (12, "SCALE")])
def test_after_an_answer_of_the_rule_later_waves_have_estimates_only(eva, accepting, outcome):
    survey = registered_survey(eva, n_min=8, m_min=1, protected_groups=())
    snapshot = second_wave_after(survey, accepting=accepting)

    assert Verdict.objects.get().outcome == outcome
    assert snapshot.results["accept"]["value"] == 1
    with pytest.raises(NotALook, match="answer at look 1"):
        judge(snapshot, at=snapshot.frozen_at)


def test_not_enough_evidence_leaves_the_next_look_to_speak(eva):
    survey = registered_survey(eva, n_min=8, m_min=1, protected_groups=())
    snapshot = second_wave_after(survey, accepting=7)

    assert [found.outcome for found in Verdict.objects.order_by("look")] == ["NOT_ENOUGH_EVIDENCE", "SCALE"]
    assert snapshot.verdict.details["alpha_left"] == 0


def test_with_the_later_looks_forfeited_there_is_nothing_to_continue_to(eva):
    survey = registered_survey(eva, n_min=8, m_min=1)
    second = survey.waves.get(number=2)
    cancel_wave(second, reason="The budget ends.", at=second.opens_at - timedelta(days=30))
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 9), accepting=5)
    details = closed_wave(wave).verdict.details

    assert (details["forfeited"], details["alpha_left"]) == ([2], 0)
    assert details["choices"] == ["revise", "retire"]


def test_a_gap_closes_the_version_at_a_look_that_cancelling_made_the_last(eva):
    survey = registered_survey(eva, n_min=8, m_min=2)
    second = survey.waves.get(number=2)
    cancel_wave(second, reason="The budget ends.", at=second.opens_at - timedelta(days=30))
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 20) + take_part(survey, 6, age_band="75+", prefix="old"), accepting=20)
    verdict = closed_wave(wave).verdict

    assert (verdict.outcome, verdict.codes) == ("REVISE", ["INCLUSION_GAP:65+"])


def test_a_custom_ledger_and_extra_criteria_reach_the_verdict(eva):
    criteria = (Minimum("TR", Kind.MEAN, 4.5), Minimum("informed", Kind.SHARE, 0.5))
    survey = registered_survey(eva, n_min=8, m_min=1, alpha=(0.04, 0.01), criteria=criteria, protected_groups=())
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 20), accepting=20)
    verdict = closed_wave(wave).verdict

    assert (verdict.details["alpha"], verdict.details["alpha_left"]) == (0.04, 0.01)
    # Trust is 4 everywhere: its upper limit stays below 4.5.
    assert (verdict.outcome, verdict.codes) == ("REVISE", ["CRITERION:TR"])
    assert [found["met"] for found in verdict.details["criteria"]] == [False, True]


def test_lines_of_sensitivity_stand_beside_the_verdict(survey, wave):
    people = take_part(survey, 10) + take_part(survey, 2, age_band="75+", prefix="old")
    answers_of(wave, people, accepting=9)
    details = release(closed_wave(wave), Audience.DESK)["verdict"]

    lines = details["sensitivity"]
    assert lines["calibrated"] is None
    assert lines["unweighted"]["outcome"] == details["outcome"]
    assert (lines["unweighted"]["low"], lines["unweighted"]["n"]) == (details["low"], 12)
    assert lines["without_suspects"]["codes"]


def test_the_desk_says_why_a_wave_has_no_verdict(client_of, eva):
    survey = registered_survey(eva, looks=(2,), n_min=2, m_min=1)
    wave = open_wave_of(survey)
    page = client_of(eva).get(reverse("surveys:verdict", args=[survey.waves.get(number=2).pk]))
    assert "not before" in page.content.decode()

    closed_wave(wave)
    page = client_of(eva).get(reverse("surveys:verdict", args=[wave.pk]))
    assert "does not look at this wave" in page.content.decode()
    assert Wave.objects.get(pk=wave.pk).stage == Wave.Stage.CLOSED


def test_an_evaluator_signs_a_verdict_that_follows_from_the_counts(survey, wave, eva):
    answers_of(wave, take_part(survey, 9), accepting=5)
    verdict = closed_wave(wave).verdict

    first = sign_verdict(verdict, by=eva, at=wave.closes_at)
    assert sign_verdict(verdict, by=eva, at=wave.closes_at + timedelta(days=1)) == first
    assert VerdictSignature.objects.get().at == wave.closes_at
    with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
        VerdictSignature.objects.update(at=wave.opens_at)


def test_nobody_else_signs_and_nothing_else_is_signed(survey, wave, eva, mo):
    answers_of(wave, take_part(survey, 9), accepting=5)
    verdict = closed_wave(wave).verdict

    with pytest.raises(CannotSign, match="Only an evaluator"):
        sign_verdict(verdict, by=mo, at=wave.closes_at)
    verdict.details["high"] = 0.99
    with pytest.raises(CannotSign, match="another one"):
        sign_verdict(verdict, by=eva, at=wave.closes_at)
    assert not VerdictSignature.objects.exists()


def test_signing_on_the_page(client_of, survey, wave, eva):
    answers_of(wave, take_part(survey, 9), accepting=5)
    closed_wave(wave)
    client = client_of(eva)
    page = client.get(reverse("surveys:verdict", args=[wave.pk])).content.decode()
    assert "Check it again and sign" in page
    assert "Participants aged 14 and over who live in Dodam-dong" in page

    signed = client.post(reverse("surveys:sign", args=[wave.pk]), follow=True).content.decode()
    assert "You have signed" in signed
    assert "Check it again and sign" not in signed


def test_everybody_reads_what_the_verdict_rests_on(client, eva):
    survey = registered_survey(eva, n_min=10)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 12), accepting=7)
    closed_wave(wave)
    page = client.get(reverse("surveys:results", args=[wave.pk]), headers={"Accept-Language": "en"}).content.decode()

    for told in ("What the verdict rests on", "Error rate of this look", "without weights", "Answers needed"):
        assert told in page
