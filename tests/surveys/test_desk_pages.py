"""The evaluator's desk and the public pages: who sees what, in how many queries."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.roles import Role
from surveys.instruments import load_instruments
from surveys.metrics.refresh import refresh
from surveys.models import Registration, Wave
from tests.builders.pilots import announced_pilot, joined
from tests.builders.surveys import (
    POPULATION,
    answer,
    answers_of,
    closed_wave,
    on_the_pages_of,
    open_wave_of,
    planned_survey,
    questions,
    take_part,
)
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(survey, wave):
    """Forty people answered, ten of them older; thirty accept."""
    people = take_part(survey, 30) + take_part(survey, 10, age_band="75+", sex="m", prefix="old")
    answers_of(wave, people, accepting=30)
    refresh(wave, at=wave.opens_at + timedelta(hours=2))
    return wave


def texts_of(page):
    return " ".join(page.content.decode().split())


def test_an_evaluator_goes_from_plan_to_registered_rule(client_of, eva, mo):
    load_instruments(at=timezone.now())
    pilot = announced_pilot(mo)
    client = client_of(eva)
    assert "Plan the survey" in texts_of(client.get(reverse("surveys:desk")))

    day = timezone.localtime().replace(second=0, microsecond=0)
    form = {"bank": "lla-31", "remind_after_days": 3, "reminders": 2, "waves-TOTAL_FORMS": 4, "waves-INITIAL_FORMS": 0}
    for number in range(2):
        opens = day + timedelta(days=1 + 28 * number)
        form[f"waves-{number}-opens_at"] = opens.strftime("%Y-%m-%dT%H:%M")
        form[f"waves-{number}-closes_at"] = (opens + timedelta(days=14)).strftime("%Y-%m-%dT%H:%M")
    kept = client.post(reverse("surveys:plan", args=[pilot.slug]), form)
    assert kept.url == reverse("surveys:questions", args=[pilot.slug])

    words = {}
    for question in questions():
        code = question["code"]
        words |= {f"{code}_{language}": text for language, text in question["text"].items()}
        words[f"{code}_correct"] = question["correct"]
        for number, option in enumerate(question["options"], start=1):
            words |= {f"{code}_{number}_{language}": text for language, text in option.items()}
    assert client.post(reverse("surveys:questions", args=[pilot.slug]), words).status_code == 302
    assert pilot.survey.waves.get(number=1).question_set.questions == questions()
    assert pilot.survey.instrument.bank == "lla-31"

    terms = {"population_ko": POPULATION["ko"], "population_en": POPULATION["en"], "analyst": "Evaluation desk"}
    terms |= {"tau_scale": 0.6, "tau_retire": 0.4, "delta": 0.1, "n_min": 100, "m_min": 30}
    terms |= {"protected_groups": ["65+"], "counted_from": 3}
    terms |= {"looks": ["1", "2"], "ledger": "preset", "change": "available"}
    preview = client.post(reverse("surveys:register", args=[pilot.slug]), terms | {"look": "1"})
    assert "What it takes to pass" in texts_of(preview)
    assert not Registration.objects.exists()
    done = client.post(reverse("surveys:register", args=[pilot.slug]), terms | {"register": "1"})
    assert done.url == reverse("surveys:rule", args=[pilot.slug])
    rule = texts_of(client_of().get(done.url))
    assert Registration.objects.get().hash in rule
    assert "lies at 60% or above" in rule


def test_a_plan_with_mistakes_is_shown_again_with_them(client_of, eva, mo):
    pilot = announced_pilot(mo)
    form = {"bank": "lla-31", "remind_after_days": 3, "reminders": 2, "waves-TOTAL_FORMS": 4, "waves-INITIAL_FORMS": 0}
    page = client_of(eva).post(
        reverse("surveys:plan", args=[pilot.slug]), form | {"waves-0-opens_at": "2027-03-01T09:00"}
    )

    assert "Give both dates of a wave, or none." in texts_of(page)
    assert 'value="2027-03-01T09:00"' in texts_of(page)


def test_while_a_wave_is_open_the_desk_shows_the_band_and_no_share(client_of, eva, answered):
    page = texts_of(client_of(eva).get(reverse("surveys:wave", args=[answered.pk])))

    assert "monitoring band, n = 40" in page
    assert "65 and older" not in page
    assert "75%" not in page.split("Who is missing")[0].split("Acceptance so far")[1]
    assert "With {S}" not in page
    fragment = texts_of(client_of(eva).get(reverse("surveys:wave_live", args=[answered.pk])))
    assert "Who is missing" in fragment
    assert "<html" not in fragment


def test_the_public_sees_no_figure_of_an_open_wave_but_two_counts(client_of, answered):
    page = texts_of(client_of().get(reverse("surveys:results", args=[answered.pk])))

    assert "40" in page
    assert "band" not in page
    assert "Acceptance" not in page


def test_at_the_close_everything_appears(client_of, eva, answered):
    closed_wave(answered)
    desk = texts_of(client_of(eva).get(reverse("surveys:wave", args=[answered.pk])))
    assert "75.0% of 40 people accept the service" in desk
    assert "Cronbach’s alpha" in desk
    verdict = texts_of(client_of(eva).get(reverse("surveys:verdict", args=[answered.pk])))
    assert "Would it look otherwise?" in verdict

    public = texts_of(client_of().get(reverse("surveys:results", args=[answered.pk])))
    assert "75.0% of 40 people accept the service" in public
    assert answered.snapshot.hash not in public


def test_only_the_pilots_own_evaluators_see_its_desk(client_of, answered, mo, hana, adam, ben):
    other = make_person("evi", Role.EVALUATOR)
    for name in ("wave", "wave_live"):
        assert client_of(other).get(reverse(f"surveys:{name}", args=[answered.pk])).status_code == 404
        for person in (mo, hana, adam, ben):
            assert client_of(person).get(reverse(f"surveys:{name}", args=[answered.pk])).status_code == 403
    assert client_of(other).get(reverse("surveys:plan", args=[answered.survey.pilot.slug])).status_code == 403


def test_pages_cost_few_queries_whatever_they_show(client_of, eva, answered, django_assert_max_num_queries):
    client = client_of(eva)
    pages = [reverse("surveys:desk"), reverse("surveys:wave", args=[answered.pk])]
    for page in pages:
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200
    closed_wave(answered)
    pages += [
        reverse("surveys:verdict", args=[answered.pk]),
        reverse("surveys:results", args=[answered.pk]),
        reverse("surveys:rule", args=[answered.survey.pilot.slug]),
        reverse("surveys:wave", args=[answered.survey.waves.get(number=2).pk]),
    ]
    for page in pages:
        with django_assert_max_num_queries(13):
            assert client.get(page).status_code == 200


def test_answering_costs_few_queries(client_of, survey, wave, ben, django_assert_max_num_queries):
    enrolment = joined(survey.pilot, ben, at=survey.made_at)
    answer(wave, enrolment, hand_in=False)
    client = on_the_pages_of(enrolment, wave, client_of(ben))
    for name, args in (("answer", []), ("answer_screen", [2]), ("answer_review", [])):
        with django_assert_max_num_queries(13):
            assert client.get(reverse(f"surveys:{name}", args=[wave.pk, *args])).status_code == 200
    # Session, person, the wave, her enrolment, a transaction, the hold on the wave, what she has answered, its update.
    with django_assert_max_num_queries(10):
        saved = client.post(reverse("surveys:answer_screen", args=[wave.pk, 2]), {"PU1": "4", "leave_open": "1"})
    assert saved.status_code == 302


def test_a_wave_opens_closes_and_is_cancelled_by_hand_from_its_page(client_of, eva, survey):
    client = client_of(eva)
    wave = survey.waves.get(number=1)
    client.post(reverse("surveys:open", args=[wave.pk]))
    wave.refresh_from_db()
    assert wave.stage == Wave.Stage.OPEN

    page = client.post(reverse("surveys:close", args=[wave.pk]), follow=True)
    assert "closes at its registered time" in texts_of(page)
    client.post(reverse("surveys:cancel", args=[wave.pk]), {"reason": "The lamps failed."})
    wave.refresh_from_db()
    assert (wave.stage, wave.cancel_reason) == (Wave.Stage.CANCELLED, "The lamps failed.")


def test_an_unplanned_wave_waits_for_its_rule(client_of, eva):
    survey = planned_survey(eva)
    client = client_of(eva)
    assert "Register the rule before the first wave opens" in texts_of(client.get(reverse("surveys:desk")))
    page = client.post(reverse("surveys:open", args=[survey.waves.get(number=1).pk]), follow=True)
    assert "Register the acceptance rule first" in texts_of(page)


def test_the_closed_wave_is_told_to_late_comers(client_of, survey, ben):
    enrolment = joined(survey.pilot, ben, at=survey.made_at)
    wave = open_wave_of(survey)
    closed_wave(wave)
    assert enrolment.pk
    assert "This survey is closed" in texts_of(client_of(ben).get(reverse("surveys:answer", args=[wave.pk])))
