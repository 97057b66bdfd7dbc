"""After the registration: what may change is changed with a reason that stays, and what may not is refused by name."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from surveys.actions.amend import Operations, amend_questions, amend_registration
from surveys.actions.plan import set_questions
from surveys.actions.waves import cancel_wave, open_due_wave
from surveys.amend_form import AmendForm
from surveys.errors import AlreadyRegistered, WrongPlan, WrongRule, WrongWaveStage
from surveys.forms import MOMENT
from surveys.models import Amendment, Wave
from surveys.rule_form import RuleForm
from surveys.stats.verdict import Kind, Minimum
from tests.builders.surveys import closed_wave, open_wave_of, planned_survey, questions, registered_survey
from tests.proposals.side_by_side import side_by_side

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def other_questions():
    changed = questions()
    changed[0]["correct"] = 2
    return changed


def later(wave):
    return {wave.number: (wave.opens_at + WEEK, wave.closes_at + WEEK)}


def amend(survey, by, *, reason="Holidays", at=None, **wished):
    return amend_registration(survey, Operations(**wished), reason=reason, by=by, at=at or survey.made_at)


def fields_of(amendment):
    return [(change["wave"], change["field"], change["before"], change["after"]) for change in amendment.changes]


def typed_moment(moment):
    return timezone.localtime(moment).strftime(MOMENT)


def filled(survey, **changed):
    """The form as the browser sends it, with what was changed in it."""
    form = AmendForm(survey, list(survey.waves.all()))
    usual = {field.html_name: field.initial for field in form}
    typed = {name: typed_moment(value) if isinstance(value, datetime) else value for name, value in usual.items()}
    return typed | {"reason": "The school is closed."} | changed


def texts_of(page):
    return " ".join(page.content.decode().split())


def test_an_amendment_moves_only_waves_to_come_and_is_logged(survey, eva):
    first, second = survey.waves.all()
    open_wave_of(survey)

    with pytest.raises(WrongRule, match="Say why"):
        amend(survey, eva, dates=later(second), reason=" ")
    with pytest.raises(WrongWaveStage, match="Wave 1 has opened"):
        amend(survey, eva, dates={1: (first.opens_at, first.closes_at + WEEK)})
    with pytest.raises(WrongWaveStage, match="Wave 1 has opened"):
        amend(survey, eva, n_planned={1: 500})
    with pytest.raises(WrongPlan, match="must not open before"):
        amend(survey, eva, dates={2: (first.opens_at, second.closes_at)}, at=survey.made_at)
    with pytest.raises(WrongRule, match="cannot open in the past"):
        amend(survey, eva, dates=later(second), at=second.opens_at + WEEK)
    with pytest.raises(WrongRule, match="nothing would change"):
        amend(survey, eva, n_planned={2: second.n_planned}, reminders=survey.reminders)
    amend(survey, eva, dates=later(second))

    assert survey.waves.get(number=2).closes_at == second.closes_at + WEEK
    assert [change["field"] for change in Amendment.objects.get().changes] == ["opens_at", "closes_at"]


def test_planned_answers_and_reminders_are_amended_and_the_rule_keeps_its_hash(survey, eva):
    before = survey.registration.hash, survey.registration.document

    done = amend(survey, eva, n_planned={2: 300}, reminders=1, remind_after_days=5)

    assert fields_of(done) == [
        (2, "n_planned", 120, 300),
        (None, "reminders", 2, 1),
        (None, "remind_after_days", 3, 5),
    ]
    survey.refresh_from_db()
    assert (survey.waves.get(number=2).n_planned, survey.reminders, survey.remind_after_days) == (300, 1, 5)
    survey.registration.refresh_from_db()
    assert (survey.registration.hash, survey.registration.document) == before


def test_reminders_stand_while_a_wave_is_open_and_when_none_is_to_come(survey, eva):
    wave = open_wave_of(survey)
    with pytest.raises(WrongWaveStage, match="A wave is open"):
        amend(survey, eva, reminders=0)
    closed_wave(wave)
    amend(survey, eva, reminders=0)

    closed_wave(open_wave_of(survey, 2))
    with pytest.raises(WrongWaveStage, match="No wave is still to open"):
        amend(survey, eva, reminders=1)


def test_a_cancelled_wave_gets_no_new_dates(survey, eva):
    wave = survey.waves.get(number=2)
    cancel_wave(wave, reason="The lamps failed.", at=survey.made_at)

    with pytest.raises(WrongWaveStage, match="is cancelled"):
        amend(survey, eva, dates=later(wave))


def test_without_a_rule_there_is_nothing_to_amend(eva):
    with pytest.raises(WrongRule, match="change the plan itself"):
        amend(planned_survey(eva), eva, reminders=0)


def test_questions_of_understanding_change_after_the_registration_only_with_a_reason(survey, eva):
    wave = open_wave_of(survey)
    with pytest.raises(AlreadyRegistered):
        set_questions(survey, other_questions(), at=survey.made_at)
    with pytest.raises(WrongRule, match="Say why"):
        amend_questions(survey, other_questions(), reason="", by=eva, at=survey.made_at)
    with pytest.raises(WrongRule, match="nothing would change"):
        amend_questions(survey, questions(), reason="Clearer", by=eva, at=survey.made_at)
    done = amend_questions(survey, other_questions(), reason="Clearer", by=eva, at=survey.made_at)

    assert fields_of(done) == [(2, "questions", 1, 2)]
    wave.refresh_from_db()
    assert wave.question_set.number == 1
    closed_wave(wave)
    closed_wave(open_wave_of(survey, 2))
    with pytest.raises(WrongWaveStage, match="No wave is still to open"):
        amend_questions(survey, questions(), reason="Clearer", by=eva, at=survey.made_at)


def test_questions_that_a_condition_rests_on_stand(client_of, eva):
    survey = registered_survey(eva, criteria=(Minimum("informed", Kind.SHARE, 0.5),))

    with pytest.raises(WrongRule, match="condition of the registered rule"):
        amend_questions(survey, other_questions(), reason="Clearer", by=eva, at=survey.made_at)
    page = texts_of(client_of(eva).get(reverse("surveys:questions", args=[survey.pilot.slug])))
    assert "these questions stand as they are" in page
    assert "Amend and print" not in page


def test_the_database_keeps_every_amendment(survey, eva):
    done = amend(survey, eva, reminders=1)

    for change in (done.delete, lambda: Amendment.objects.update(reason="Another"), survey.registration.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_amendment_stands_beside_the_public_rule_for_ever(client_of, eva, survey, django_assert_max_num_queries):
    client, url = client_of(eva), reverse("surveys:amend", args=[survey.pilot.slug])
    second = survey.waves.get(number=2)
    moved = typed_moment(second.closes_at + WEEK)
    done = client.post(url, filled(survey, closes_at_2=moved, n_planned_2="300", reminders="1"))
    client.post(
        reverse("surveys:questions", args=[survey.pilot.slug]),
        {
            **{f"{asked['code']}_correct": asked["correct"] for asked in other_questions()},
            **{f"{asked['code']}_{word}": text for asked in questions() for word, text in asked["text"].items()},
            **{
                f"{asked['code']}_{number}_{word}": text
                for asked in questions()
                for number, option in enumerate(asked["options"], start=1)
                for word, text in option.items()
            },
            "reason": "Question 1 had two right answers.",
        },
    )

    with django_assert_max_num_queries(12):
        page = texts_of(client_of().get(done.url))
    assert "The school is closed." in page
    assert "Survey 2 closes" in page
    assert "Survey 2 opens" not in page
    assert "Survey 2 is planned for 300 answers instead of 120." in page
    assert "Reminders at most, in surveys to come: 1 instead of 2." in page
    assert "Question 1 had two right answers." in page
    assert "Survey 2 asks version 2 of the questions of understanding instead of version 1." in page


@pytest.mark.parametrize("name", sorted(RuleForm.base_fields))
def test_what_is_fixed_is_refused_by_its_name(client_of, eva, survey, name):
    page = client_of(eva).post(
        reverse("surveys:amend", args=[survey.pilot.slug]), filled(survey, reminders="1", **{name: "0.5"})
    )

    assert f"{RuleForm.base_fields[name].label}: fixed with the registration" in texts_of(page)
    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"reason": ""}, "This field is required."),
        ({"opens_at_2": "tomorrow"}, "Enter a valid date/time."),
        ({"closes_at_2": "2020-01-01T09:00"}, "A wave closes after it opens."),
        ({"n_planned_2": "0"}, "greater than or equal to 1"),
        ({"n_planned_2": "many"}, "Enter a whole number."),
        ({"reminders": "9"}, "less than or equal to 5"),
        ({"remind_after_days": ""}, "This field is required."),
    ],
)
def test_what_was_typed_wrong_is_told_at_its_field_and_kept(client_of, eva, survey, wrong, complaint):
    page = client_of(eva).post(
        reverse("surveys:amend", args=[survey.pilot.slug]), filled(survey, remind_after_days="7") | wrong
    )

    assert complaint in texts_of(page)
    assert all(f'value="{typed}"' in texts_of(page) for typed in wrong.values() if typed)
    assert not Amendment.objects.exists()


def test_the_page_names_what_stands(client_of, eva, survey):
    open_wave_of(survey)
    page = texts_of(client_of(eva).get(reverse("surveys:amend", args=[survey.pilot.slug])))

    for told in ("Share for scaling", "60%", "Looks and their error rates", "wave 1: 2.0%", "wave 1 (Open)"):
        assert told in page
    assert "who takes part is reminded as planned until it closes" in page
    assert 'name="reminders"' not in page


def test_a_wave_moved_after_the_sweep_found_it_due_does_not_open(survey, eva):
    first = survey.waves.get(number=1)
    due = first.opens_at + timedelta(minutes=1)
    amend(survey, eva, dates={1: (first.opens_at + WEEK, first.closes_at + WEEK)}, at=due)

    with pytest.raises(WrongWaveStage, match="not due yet"):
        open_due_wave(first, at=due)


@pytest.mark.django_db(transaction=True)
def test_an_amendment_while_the_sweep_opens_the_wave_comes_before_or_is_refused(eva):
    survey = registered_survey(eva, n_min=8, m_min=2)
    first = survey.waves.get(number=1)
    due = first.opens_at + timedelta(minutes=1)

    amended, opened = side_by_side(
        lambda: amend(survey, eva, dates={1: (first.opens_at + timedelta(hours=1), first.closes_at)}, at=due),
        lambda: open_due_wave(first, at=due),
    )

    # Exactly one of the two; never an open wave whose dates changed under those who answer.
    first.refresh_from_db()
    assert isinstance(amended, WrongWaveStage) != isinstance(opened, WrongWaveStage)
    assert (first.stage == Wave.Stage.OPEN) == isinstance(amended, WrongWaveStage)
    assert Amendment.objects.exists() == isinstance(amended, Amendment)
