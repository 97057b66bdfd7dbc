"""After the verdict SCALE a wave that leaves the limits raises an alarm, and somebody says what was behind it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.roles import Role
from livinglab.notices.models import Notice
from surveys.actions.answer import remember_clerk
from surveys.actions.monitor import raise_alarms, review_alarm
from surveys.actions.reports import notes_of
from surveys.errors import CannotReview, EnteredAnswers
from surveys.models import Alarm, Review, Verdict
from surveys.reports.notes import Notes
from surveys.reports.readiness import steps_of
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.people import make_person

pytestmark = pytest.mark.django_db

WORDS = {
    "found_ko": "배차 간격이 늘었어요.",
    "found_en": "The cars came less often.",
    "done_ko": "원래 간격으로 되돌려요.",
    "done_en": "They come as often as before again.",
}


def watched_survey(evaluator, *, later=(10,), months=()):
    """A wave of 20 people of whom 19 accept, which may scale; then waves in which so many of them accept.

    ``months`` says how much later than planned each wave is held.
    """
    survey = registered_survey(evaluator, waves=1 + len(later), n_min=8, m_min=2, looks=(1,))
    people = take_part(survey, 4, age_band="65-74", prefix="old") + take_part(survey, 16)
    if months:
        # A trial so long that everybody is asked in every wave.
        survey.pilot.ends_on += timedelta(days=31 * (1 + max(months)))
        survey.pilot.save(update_fields=["ends_on"])
    for number, accepting in enumerate((19, *later), start=1):
        wave = survey.waves.get(number=number)
        if months:
            wave.opens_at += timedelta(days=31 * months[number - 1])
            wave.closes_at += timedelta(days=31 * months[number - 1])
            wave.save()
        wave = open_wave_of(survey, number)
        answers_of(wave, people, accepting=accepting)
        closed_wave(wave)
    return survey


@pytest.fixture
def fallen(eva, mo, adam):
    return watched_survey(eva)


@pytest.fixture
def alarm(fallen):
    return Alarm.objects.get()


def test_a_wave_that_falls_after_scale_raises_one_alarm_with_its_numbers(fallen):
    alarm = Alarm.objects.get()

    assert alarm.snapshot.wave.number == 2
    assert [(told["chart"], told["direction"]) for told in alarm.charts] == [("ewma", "down"), ("cusum", "down")]
    average, sums = alarm.charts
    assert average["value"] < average["limit"] < 0
    assert sums["value"] > sums["limit"] == 4.77
    assert alarm.n == 20
    assert alarm.distance == pytest.approx((10 / 20 - 19 / 20) / (19 / 20 * 1 / 20 * 2 / 20) ** 0.5)


def test_verdict_and_waves_stay_as_they_are(fallen, alarm):
    verdict = Verdict.objects.get()

    assert (verdict.outcome, verdict.snapshot.wave.number) == ("SCALE", 1)


def test_raising_again_changes_nothing_and_tells_nobody_twice(fallen):
    before = list(Alarm.objects.values()), Notice.objects.count()

    assert raise_alarms(fallen, at=timezone.now()) == []
    assert (list(Alarm.objects.values()), Notice.objects.count()) == before


def test_a_wave_within_the_limits_raises_none(eva):
    survey = watched_survey(eva, later=(18, 19))

    assert not Alarm.objects.exists()
    assert not Notice.objects.filter(kind__startswith="alarm").exists()
    assert raise_alarms(survey, at=timezone.now()) == []


def test_without_the_verdict_scale_nothing_is_watched(eva):
    survey = registered_survey(eva, n_min=8, m_min=2)
    people = take_part(survey, 4, age_band="65-74", prefix="old") + take_part(survey, 6)
    for number, accepting in ((1, 6), (2, 1)):
        wave = open_wave_of(survey, number)
        answers_of(wave, people, accepting=accepting)
        closed_wave(wave)

    assert not Verdict.objects.filter(outcome="SCALE").exists()
    assert not Alarm.objects.exists()


def test_each_wave_outside_the_limits_has_its_own_alarm(eva):
    watched_survey(eva, later=(10, 10))

    assert [alarm.snapshot.wave.number for alarm in Alarm.objects.all()] == [2, 3]


def test_whoever_evaluates_or_decides_is_told_once(fallen, eva, mo, adam, ana, alarm):
    kinds = dict(Notice.objects.filter(kind__startswith="alarm").values_list("person__nickname", "kind"))

    assert kinds[eva.nickname] == "alarm_to_review"
    assert kinds[mo.nickname] == kinds[adam.nickname] == "alarm_raised"
    assert ana.nickname not in kinds
    assert Notice.objects.get(person=eva, kind="alarm_to_review").url == reverse("surveys:review", args=[alarm.pk])


def test_an_evaluator_closes_the_review_with_words_and_her_signature(alarm, eva):
    assert list(Alarm.objects.open()) == [alarm]
    review = review_alarm(alarm, by=eva, at=timezone.now(), **WORDS)

    assert (review.signed_by, review.done_en) == (eva, WORDS["done_en"])
    assert not Alarm.objects.open().exists()
    with pytest.raises(CannotReview, match="already"):
        review_alarm(alarm, by=eva, at=timezone.now(), **WORDS)
    assert Review.objects.count() == 1


def test_only_an_evaluator_of_the_pilot_closes_it_and_not_without_words(alarm, eva, mo):
    for somebody in (mo, make_person("evi", Role.EVALUATOR)):
        with pytest.raises(CannotReview, match="evaluator of this pilot"):
            review_alarm(alarm, by=somebody, at=timezone.now(), **WORDS)
    for name in WORDS:
        with pytest.raises(CannotReview, match="both languages"):
            review_alarm(alarm, by=eva, at=timezone.now(), **WORDS | {name: "  "})
    assert not Review.objects.exists()


def test_neither_an_alarm_nor_its_review_is_ever_changed(alarm, eva):
    review = review_alarm(alarm, by=eva, at=timezone.now(), **WORDS)
    for change in (
        lambda: Alarm.objects.update(n=1),
        lambda: Review.objects.update(found_ko="Nothing."),
        lambda: review.delete(),
    ):
        with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
            change()
    # Her account may go; what she signed stays.
    Review.objects.update(signed_by=None)


def test_while_a_review_is_open_nothing_is_evidence_for_the_last_step_and_then_the_year_begins_again(eva):
    survey = watched_survey(eva, later=(18, 14, 19, 19), months=(0, 13, 14, 15, 30))
    calm, fallen, next_one, late = (survey.waves.get(number=number).snapshot for number in (2, 3, 4, 5))
    (alarm,) = Alarm.objects.all()
    assert alarm.snapshot == fallen

    assert [9 in steps_of(snapshot) for snapshot in (calm, fallen, next_one, late)] == [True, False, False, False]
    review_alarm(alarm, by=eva, at=fallen.wave.closed_at + timedelta(days=10), **WORDS)
    assert [9 in steps_of(snapshot) for snapshot in (calm, fallen, next_one, late)] == [True, False, False, True]


def test_what_came_of_an_alarm_goes_into_the_next_report(alarm, eva):
    told = notes_of(alarm.snapshot)
    (open_one,) = told.alarms
    review_alarm(alarm, by=eva, at=timezone.now(), **WORDS)
    (closed_one,) = notes_of(alarm.snapshot).alarms

    assert (open_one["wave"], open_one["review"]) == (2, None)
    assert closed_one["review"]["done_en"] == WORDS["done_en"]
    assert Notes.of(told.describe()) == told
    assert not notes_of(alarm.snapshot.wave.survey.waves.get(number=1).snapshot).alarms


def test_the_desk_and_the_watch_page_show_what_is_to_be_looked_into(
    client_of, eva, fallen, alarm, django_assert_max_num_queries
):
    client = client_of(eva)
    review = reverse("surveys:review", args=[alarm.pk])
    with django_assert_max_num_queries(12):
        desk = client.get(reverse("surveys:desk")).content.decode()
    with django_assert_max_num_queries(12):
        watch = client.get(reverse("surveys:pilot", args=[fallen.pilot.slug])).content.decode()
    with django_assert_max_num_queries(12):
        page = " ".join(client.get(review).content.decode().split())

    notes = client.get(reverse("surveys:report_notes", args=[alarm.snapshot.wave_id])).content.decode()
    assert "nothing is evidence for step 9 of the SRL" in notes
    assert "Alarms to look into" in desk
    assert f'href="{review}"' in desk
    assert f'href="{review}"' in watch
    assert "to be looked into" in watch
    assert "Fewer than 200 answers in the wave that gave the verdict" in watch
    assert "the moving average lies below its limit" in page
    assert "(n = 20)" in page


def test_the_review_is_signed_on_its_page_and_shown_from_then_on(client_of, eva, fallen, alarm):
    client, url = client_of(eva), reverse("surveys:review", args=[alarm.pk])
    told = client.post(url, WORDS | {"done_en": ""}).content.decode()
    assert "What is done, in English: This field is required." in told
    assert WORDS["found_ko"] in told
    assert not Review.objects.exists()

    assert client.post(url, WORDS).url == url
    page = client.get(url).content.decode()
    assert WORDS["done_en"] in page
    assert '<form method="post" class="form"' not in page
    assert "Alarms to look into" not in client.get(reverse("surveys:desk")).content.decode()
    assert WORDS["found_en"] in client.get(reverse("surveys:pilot", args=[fallen.pilot.slug])).content.decode()
    assert "already" in client.post(url, WORDS).content.decode()


def test_who_has_entered_answers_leaves_the_review_to_a_colleague(client_of, alarm, eva):
    survey = alarm.snapshot.wave.survey
    remember_clerk(survey.pilot, eva, at=timezone.now())

    with pytest.raises(EnteredAnswers):
        review_alarm(alarm, by=eva, at=timezone.now(), **WORDS)
    page = client_of(eva).get(reverse("surveys:review", args=[alarm.pk])).content.decode()
    assert "so you cannot sign for it" in page
    assert "Sign and close" not in page
    assert Alarm.objects.open().exists()
