"""What is planned may change; what is registered may not."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from surveys.actions.plan import PlannedWave, change_plan, plan_survey, set_questions
from surveys.actions.register import rule_of
from surveys.actions.waves import cancel_wave, open_wave
from surveys.errors import AlreadyRegistered, ChangedInstrument, NoRule, WrongPlan, WrongRule
from surveys.instruments import catalogue, hash_of, load_instrument, load_instruments
from surveys.models import Instrument, Registration
from surveys.stats.verdict import Kind, Minimum, Rule
from tests.builders.pilots import announced_pilot
from tests.builders.surveys import closed_wave, open_wave_of, planned_survey, questions, registered

pytestmark = pytest.mark.django_db


def test_loading_the_banks_twice_changes_nothing():
    first = load_instruments(at=timezone.now())
    again = load_instruments(at=timezone.now())

    assert [instrument.pk for instrument in first] == [instrument.pk for instrument in again]
    assert {instrument.bank for instrument in first} == set(catalogue())


def test_a_changed_text_under_the_same_version_is_refused():
    (bank, *_rest) = load_instruments(at=timezone.now())
    changed = bank.document | {"status": "validated"}

    with pytest.raises(ChangedInstrument):
        load_instrument(changed, at=timezone.now())
    load_instrument(changed | {"version": "2"}, at=timezone.now())
    assert Instrument.objects.filter(bank=bank.bank).count() == 2


def test_waves_follow_one_another(eva):
    survey = planned_survey(eva)
    opens = survey.waves.get(number=1).opens_at
    overlapping = [
        PlannedWave(opens, opens + timedelta(days=9)),
        PlannedWave(opens + timedelta(days=8), opens + timedelta(days=20)),
    ]

    with pytest.raises(WrongPlan, match="must not open before"):
        change_plan(survey, waves=overlapping, at=opens, bank="lla-13", remind_after_days=3, reminders=2)
    assert survey.waves.count() == 2


def test_a_pilot_has_one_plan_and_its_maker_evaluates_it(eva):
    survey = planned_survey(eva)
    assert list(survey.evaluators.all()) == [eva]

    opens = timezone.now() + timedelta(days=2)
    plan = [PlannedWave(opens, opens + timedelta(days=7))]
    with pytest.raises(WrongPlan, match="already"):
        plan_survey(survey.pilot, waves=plan, by=eva, at=opens)


def test_only_evaluators_evaluate(eva, mo):
    load_instruments(at=timezone.now())
    opens = timezone.now() + timedelta(days=2)
    with pytest.raises(WrongPlan, match="role of evaluator"):
        plan_survey(announced_pilot(mo), waves=[PlannedWave(opens, opens + timedelta(days=7))], by=mo, at=opens)


def test_questions_need_four_answers_one_right_in_both_languages(eva):
    survey = planned_survey(eva)
    first = survey.question_sets.get()
    assert set_questions(survey, questions(), at=timezone.now()) == first

    spoiled = questions()
    spoiled[0]["options"].pop()
    with pytest.raises(WrongPlan, match="CK1"):
        set_questions(survey, spoiled, at=timezone.now())
    with pytest.raises(WrongPlan, match="lack CK4"):
        set_questions(survey, questions()[:3], at=timezone.now())
    changed = questions()
    changed[0]["correct"] = 2
    assert set_questions(survey, changed, at=timezone.now()).number == 2
    assert {wave.question_set.number for wave in survey.waves.all()} == {2}


def test_the_rule_is_hashed_complete_and_public_record_of_its_defaults(eva):
    survey = planned_survey(eva)
    registration = registered(survey, eva)

    assert registration.hash == hash_of(Registration.objects.get().document)
    assert rule_of(registration) == Rule(alpha=(0.02, 0.03), protected_groups=("65+",))
    assert [look["wave"] for look in registration.document["looks"]] == [1, 2]
    assert registration.document["counted"]["use_levels"] == [3, 4, 5]


def test_the_database_refuses_to_change_a_registered_rule(eva):
    registration = registered(planned_survey(eva), eva)
    for change in (
        lambda: Registration.objects.update(hash="0" * 64),
        lambda: Registration.objects.update(document={}),
        lambda: registration.delete(),
    ):
        with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
            change()
    # Only the person behind it may go.
    Registration.objects.update(registered_by=None)


def test_a_rule_that_does_not_hold_together_is_refused(eva):
    survey = planned_survey(eva)
    for terms in (
        {"tau_retire": 0.7},
        {"alpha": (0.04, 0.04)},
        {"alpha": (0.05,)},
        {"looks": (2, 1)},
        {"looks": (1, 3)},
        {"protected_groups": ("left-handed",)},
        {"criteria": (Minimum("XX", Kind.MEAN, 3.0),)},
        {"weighting": {"variables": ["sex"], "margins": [{"f": 1, "m": 0}]}},
    ):
        with pytest.raises(WrongRule):
            registered(survey, eva, **terms)
    assert not Registration.objects.exists()


def test_the_rule_is_registered_once_and_only_before_the_first_answer(eva):
    survey = planned_survey(eva)
    with pytest.raises(NoRule):
        open_wave(survey.waves.get(number=1), at=survey.waves.get(number=1).opens_at)
    registered(survey, eva)
    with pytest.raises(AlreadyRegistered):
        registered(survey, eva)
    with pytest.raises(AlreadyRegistered):
        change_plan(survey, waves=[], at=timezone.now(), bank="lla-13", remind_after_days=3, reminders=2)


def test_extra_criteria_are_registered_beside_the_primary_outcome(eva):
    registration = registered(planned_survey(eva), eva, criteria=(Minimum("TR", Kind.MEAN, 3.5),))

    assert [(row.metric, row.kind, row.minimum) for row in registration.criteria.all()] == [("TR", "mean", 3.5)]


def test_a_cancelled_look_is_forfeited_and_the_next_keeps_its_own_rate(survey, eva):
    wave = survey.waves.get(number=1)
    cancel_wave(wave, reason="The lamps failed.", at=wave.opens_at)
    second = open_wave_of(survey, 2)
    snapshot = closed_wave(second)

    assert (snapshot.verdict.look, snapshot.verdict.details["alpha"]) == (2, 0.03)
    assert snapshot.verdict.details["forfeited"] == [1]


def test_a_look_that_is_over_cannot_be_registered(eva):
    survey = planned_survey(eva)
    with pytest.raises(WrongRule, match="lies in the past"):
        registered(survey, eva, at=survey.waves.get(number=1).closes_at)


def test_the_view_of_change_that_comes_first_is_registered(eva):
    survey = planned_survey(eva)
    with pytest.raises(WrongRule, match="everybody available"):
        registered(survey, eva, change="both")

    assert registered(survey, eva, change="paired").document["change"] == "paired"


def test_the_document_holds_everything_the_rule_rests_on(eva):
    document = registered(planned_survey(eva), eva).document

    assert document.keys() == {
        *("rule", "pilot", "service_version", "instrument", "population", "primary", "tau_scale", "tau_retire"),
        *("delta", "n_min", "m_min", "alpha", "looks", "protected_groups", "criteria", "counted", "weighting"),
        *("change", "exclusions", "analyst"),
    }
